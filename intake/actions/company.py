"""Who joins the mentor in a session, and the time that it takes him."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from intake.actions.base import lock_session, record
from intake.actions.team import tell_joined, tell_left
from intake.enums import EventKind, Leaving, SessionState
from intake.models import CoMentor, Session
from intake.team_permissions import (
    check_can_change_companions,
    check_can_help,
    check_can_leave_session,
    check_can_log_time,
    check_may_strike_out,
)
from mentors.actions import lock_mentor
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer

MOST_MINUTES = 1440
"""Minutes that one entry can have: a day."""


@dataclass(frozen=True, kw_only=True)
class OwnTime:
    """Minutes that somebody gave to one session, and what it took him besides."""

    minutes: int
    preparation: int = 0
    travel: int = 0


@transaction.atomic
def add_companion(
    *, session_id: int, volunteer_id: int, by: Volunteer, now: datetime, line: str = ""
) -> CoMentor:
    """Somebody joins a planned session, or took part in one that was held.

    To a planned one he is invited. Of one that was held, its minutes are proposed for his.
    """
    _, session = lock_session(session_id)
    check_can_change_companions(by, session, now)
    helper = lock_mentor(volunteer_id)
    check_can_help(helper, session.assignment.mentor)
    if session.co_mentorships.filter(volunteer=helper).exists():
        raise AlreadyDone(f"{helper} is in this session already.")
    joined = CoMentor.objects.create(
        session=session, volunteer=helper, minutes=session.minutes or 0
    )
    _tell_joined(session, helper, by, now, line=line.strip())
    return joined


@transaction.atomic
def drop_companion(*, session_id: int, volunteer_id: int, by: Volunteer, now: datetime) -> Session:
    """Somebody does not join a session, or took no part in it. A planned one leaves his calendar.

    Raises AlreadyDone if he is not in it, NotAllowed (see `check_can_leave_session`).
    """
    session, row = _lock_companion(session_id, volunteer_id)
    check_can_leave_session(by, row.volunteer, session, now)
    if row.logged_at is not None:
        check_may_strike_out(by, row.volunteer, session, now)
    row.delete()
    if session.state == SessionState.SCHEDULED:
        session.calendar_sequence += 1  # so that calendars take the cancellation for news
        session.save(update_fields=["calendar_sequence"])
    how = Leaving.HIMSELF if by.pk == volunteer_id else Leaving.TAKEN_OFF
    _tell_left(session, row.volunteer, by, now, how=how)
    return session


@transaction.atomic
def log_time(
    *, session_id: int, volunteer_id: int, by: Volunteer, now: datetime, took: OwnTime
) -> CoMentor:
    """A co-mentor's own minutes on a session. From then on the mentor's entry does not change them.

    Raises Invalid for numbers out of bounds, NotAllowed (see `check_can_log_time`).
    """
    session, row = _lock_companion(session_id, volunteer_id)
    check_can_log_time(by, row.volunteer, session, now)
    check_time(took)
    row.minutes, row.logged_at = took.minutes, now
    row.preparation_minutes, row.travel_minutes = took.preparation, took.travel
    row.save(update_fields=["minutes", "preparation_minutes", "travel_minutes", "logged_at"])
    record(
        session.request,
        EventKind.TIME_LOGGED,
        now=now,
        by=by,
        assignment=session.assignment,
        volunteer=volunteer_id,
        name=str(row.volunteer),
        minutes=took.minutes,
        preparation=took.preparation,
        travel=took.travel,
        **_which(session),
    )
    return row


def set_company(
    session: Session, minutes: Mapping[int, int] | None, by: Volunteer, now: datetime
) -> None:
    """Who took part in a session that is being written down, with minutes by the volunteer's id.

    Part of an act that holds the lock of its request. None: those who were to join did, for as
    long as the session took. What a co-mentor has logged himself stays as it is.
    """
    if minutes is None:
        asked = session.co_mentorships.filter(minutes=0, logged_at__isnull=True)
        asked.update(minutes=session.minutes)
        return
    _check_company(session, minutes)
    present = {row.volunteer_id: row for row in session.co_mentorships.select_related("volunteer")}
    for volunteer_id in sorted(present.keys() - minutes.keys()):
        _strike_out(session, present[volunteer_id], by, now)
    for volunteer_id in sorted(minutes):
        if volunteer_id not in present:
            _add(session, volunteer_id, minutes[volunteer_id], by, now)
        elif present[volunteer_id].logged_at is None:
            present[volunteer_id].minutes = minutes[volunteer_id]
            present[volunteer_id].save(update_fields=["minutes"])


def _check_company(session: Session, minutes: Mapping[int, int]) -> None:
    if session.assignment.mentor_id in minutes:
        raise Invalid("co_mentors", "The lead mentor cannot be a co-mentor too.")
    if any(not 0 <= number <= MOST_MINUTES for number in minutes.values()):
        raise Invalid("co_mentors", f"At most {MOST_MINUTES} minutes each.")


def _strike_out(session: Session, row: CoMentor, by: Volunteer, now: datetime) -> None:
    if row.logged_at is not None:
        raise Invalid(
            "co_mentors",
            f"{row.volunteer} has logged the time of this session, and so stays in it.",
        )
    row.delete()
    _tell_left(session, row.volunteer, by, now, how=Leaving.TAKEN_OFF)


def _add(session: Session, volunteer_id: int, minutes: int, by: Volunteer, now: datetime) -> None:
    helper = lock_mentor(volunteer_id)
    try:
        check_can_help(helper, session.assignment.mentor)
    except Invalid as invalid:
        raise Invalid("co_mentors", invalid.reason) from invalid
    CoMentor.objects.create(session=session, volunteer=helper, minutes=minutes)
    _tell_joined(session, helper, by, now)


def _lock_companion(session_id: int, volunteer_id: int) -> tuple[Session, CoMentor]:
    _, session = lock_session(session_id)
    rows = session.co_mentorships.select_related("volunteer__chapter")
    row = rows.select_for_update(of=("self",)).filter(volunteer=volunteer_id).first()
    if row is None:
        raise AlreadyDone("That is for those who take part in this session.")
    return session, row


def check_time(took: OwnTime) -> None:
    """Raise Invalid beside the field for minutes that nobody can give to one session."""
    if not 1 <= took.minutes <= MOST_MINUTES:
        raise Invalid("minutes", f"Between 1 and {MOST_MINUTES} minutes.")
    for field in ("preparation", "travel"):
        if not 0 <= getattr(took, field) <= MOST_MINUTES:
            raise Invalid(field, f"At most {MOST_MINUTES} minutes.")


# --- What is told ---------------------------------------------------------------------------------


def _which(session: Session) -> dict[str, Any]:
    """The session, as an event keeps it."""
    return {"session": session.pk, "starts_at": session.starts_at.isoformat()}


def _tell_joined(
    session: Session, helper: Volunteer, by: Volunteer, now: datetime, *, line: str = ""
) -> None:
    tell_joined(session.request, session.assignment, helper, by, now, line=line, **_which(session))


def _tell_left(
    session: Session, helper: Volunteer, by: Volunteer, now: datetime, *, how: Leaving
) -> None:
    tell_left(session.request, session.assignment, helper, by, now, how=how, **_which(session))
