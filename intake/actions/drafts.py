"""What somebody types and has not sent: kept for him alone, forgotten once it is sent.

Of a form that was sent, or begun afresh, the row stays for a while without its words: so a page
that is still open elsewhere cannot bring old words back.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from intake.models import Unfinished
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer

KEPT_FOR = timedelta(days=30)
LONGEST = 40_000
"""Characters that are kept of one form; more than any of its fields takes."""


@transaction.atomic
def keep(
    *, owner: Volunteer, form: str, fields: Mapping[str, str], begun: datetime, now: datetime
) -> None:
    """Keep what is typed into a form on a page that was opened at `begun`. The last one wins.

    Raises AlreadyDone if the form was sent or begun afresh since, Invalid if it is too long.
    """
    if sum(map(len, fields.values())) > LONGEST:
        raise Invalid("text", "This is too long to be kept as a draft.")
    if not any(typed.strip() for typed in fields.values()):
        Unfinished.objects.filter(owner=owner, form=form).exclude(fields={}).delete()
        return
    kept, is_new = Unfinished.objects.select_for_update().get_or_create(
        owner=owner, form=form, defaults={"fields": dict(fields), "saved_at": now}
    )
    if is_new:
        return
    if not kept.fields and begun <= kept.saved_at:
        raise AlreadyDone(
            "This was sent, or begun afresh, from another page meanwhile. "
            "What you type here is not kept: load the page again."
        )
    kept.fields, kept.saved_at = dict(fields), now
    kept.save(update_fields=["fields", "saved_at"])


def forget(*, owner: Volunteer, form: str, now: datetime) -> None:
    """The form was sent, or is begun afresh: its words are gone."""
    Unfinished.objects.update_or_create(
        owner=owner, form=form, defaults={"fields": {}, "saved_at": now}
    )


@transaction.atomic
def carry_over(*, owner: Volunteer, form: str, to: str) -> None:
    """What was begun in one form goes on in another, because the first is no longer asked for."""
    begun = Unfinished.objects.filter(owner=owner, form=form).exclude(fields={})
    if begun.select_for_update().exists():
        Unfinished.objects.filter(owner=owner, form=to).delete()
        begun.update(form=to)


def forget_old(*, now: datetime) -> int:
    """Forget what nobody has come back to for 30 days; how many there were."""
    deleted, _ = Unfinished.objects.filter(saved_at__lt=now - KEPT_FOR).delete()
    return deleted
