"""The secret address of somebody's calendar: made anew, or taken away."""

import secrets
from datetime import datetime

from django.db import transaction

from intake.models import CalendarFeed
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.roles import has_sessions

KEY_BYTES = 32
"""256 bits: nobody finds an address by trying."""


@transaction.atomic
def renew(*, by: Volunteer, now: datetime) -> CalendarFeed:
    """A new secret address; the one before, if any, leads nowhere from now on.

    Raises NotAllowed for who has no sessions.
    """
    if not has_sessions(by):
        raise NotAllowed("A calendar is for mentors and subject matter experts.")
    key = secrets.token_urlsafe(KEY_BYTES)
    feed, _new = CalendarFeed.objects.update_or_create(
        volunteer=by, defaults={"key": key, "created_at": now, "read_at": None}
    )
    return feed


@transaction.atomic
def revoke(*, by: Volunteer) -> bool:
    """The address leads nowhere from now on; whether there was one."""
    gone, _by_model = CalendarFeed.objects.filter(volunteer=by).delete()
    return bool(gone)
