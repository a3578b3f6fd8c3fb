"""What a mentor's calendar holds for other programs: his sessions, and little about the clients."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from intake import invitations
from intake.enums import SessionState
from intake.models import CalendarFeed, Session
from mentors.enums import VolunteerStatus
from mentors.models import Volunteer

BACK = timedelta(days=60)
MOST = 1000
"""Sessions. Nobody has so many to come; a file has to end somewhere."""
SHOWN = (SessionState.SCHEDULED, SessionState.HELD, SessionState.MISSED)


@dataclass(frozen=True)
class File:
    """A calendar as it is sent: the text, and a mark that changes with what it says."""

    text: str
    mark: str


def feed_of(key: str) -> CalendarFeed | None:
    """The feed with this key, while its owner is an active volunteer. One query."""
    found = CalendarFeed.objects.filter(
        key=key, volunteer__is_active=True, volunteer__status=VolunteerStatus.ACTIVE
    )
    return found.select_related("volunteer__chapter").first()


def sessions_of(volunteer: Volunteer, now: datetime) -> QuerySet[Session]:
    """His sessions of the last 60 days and all to come, as lead or co-mentor."""
    mine = Session.objects.of(volunteer).filter(state__in=SHOWN, starts_at__gte=now - BACK)
    with_words = mine.select_related("request__client", "assignment__mentor__chapter")
    return with_words.order_by("starts_at", "pk")[:MOST]


def write(volunteer: Volunteer, now: datetime) -> File:
    """The calendar as it stands. One query.

    Its DTSTAMP is that of the day's beginning, so that the same sessions make the same file.
    """
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    text = invitations.published(sessions_of(volunteer, now), volunteer, day, name="Mentoring")
    return File(text, hashlib.sha256(text.encode()).hexdigest()[:32])
