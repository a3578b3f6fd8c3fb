"""A coordinator puts a request aside on a list until a day; he or another takes it up earlier."""

from datetime import date, datetime

from django.db import transaction

from intake.actions.base import lock_with_current, record, require_seen
from intake.calendar import ONE_DAY, day_start, local_date
from intake.enums import EventKind, Stage
from intake.models import MentoringRequest, Snooze
from intake.permissions import check_can_snooze, check_can_take_up, situation
from intake.stages import stage_of
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer

MOST_DAYS = 90
"""Longer than this nobody is put out of sight."""


@transaction.atomic
def snooze(
    *,
    mre_id: int,
    by: Volunteer,
    now: datetime,
    until: date,
    reason: str,
    stage: Stage,
    seen: int | None = None,
) -> Snooze:
    """Nothing is to be done at this stage until a day, on the clock of the request's chapter.

    `stage` and `seen`, the assignment, are what its list showed: raises AlreadyDone if the request
    has gone on meanwhile, or somebody else has put it aside.
    """
    mre, assignment = lock_with_current(mre_id)
    check_can_snooze(by, mre, now)
    require_seen(mre, seen)
    if stage_of(mre) != stage:
        raise AlreadyDone(situation(mre))
    _check_day(until, local_date(now, mre.chapter.zone))
    if not reason.strip():
        raise Invalid("reason", "Say why nothing is to be done until then.")
    forget(mre, by, now)  # one that has run out, or was of another stage
    made = Snooze.objects.create(
        request=mre,
        assignment=assignment,
        stage=stage,
        reason=reason.strip(),
        until=until,
        ends_at=day_start(until, mre.chapter.zone),
        by=by,
        at=now,
    )
    record(
        mre,
        EventKind.SNOOZED,
        now=now,
        by=by,
        assignment=assignment,
        stage=stage,
        until=until.isoformat(),
        reason=made.reason,
    )
    return made


def _check_day(until: date, today: date) -> None:
    if until <= today:
        raise Invalid("until", "Choose a day that is still to come.")
    if until > today + MOST_DAYS * ONE_DAY:
        raise Invalid("until", f"{MOST_DAYS} days at most: nobody is to be forgotten.")


@transaction.atomic
def take_up(*, mre_id: int, by: Volunteer, now: datetime) -> MentoringRequest:
    """Back among the others before its day. Raises AlreadyDone if it is already."""
    mre, assignment = lock_with_current(mre_id)
    check_can_take_up(by, mre, now)
    forget(mre, by, now)
    record(mre, EventKind.SNOOZE_ENDED, now=now, by=by, assignment=assignment)
    return mre


def forget(mre: MentoringRequest, by: Volunteer, now: datetime) -> None:
    """It is not put aside any more. For a locked request, and acts that change whose it is."""
    mre.snoozes.filter(ended_at__isnull=True).update(ended_at=now, ended_by=by)
