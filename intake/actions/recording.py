"""Sessions that were: held, missed, their notes and minutes, until the month is closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from django.db import transaction
from django.db.models import Min

from intake.actions.base import lock_session
from intake.actions.company import OwnTime, check_time, set_company
from intake.actions.sessions import check_planned, count_as_contacted, tell, work_on
from intake.calendar import local_date
from intake.enums import EventKind, SessionMode, SessionState
from intake.inforce import calendar, policy
from intake.models import Assignment, MentoringRequest, Session
from intake.outbox import drop_reminders
from intake.permissions import check_can_edit_session, check_can_put_right
from intake.policy import notes_due
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer


@dataclass(frozen=True, kw_only=True)
class Minutes(OwnTime):
    """How long a held session took, what it took its mentor besides, and who joined him."""

    co_mentors: Mapping[int, int] | None = None
    """Minutes of each co-mentor, by the volunteer's id; None leaves them as they are."""


@transaction.atomic
def record_held(
    *,
    mre_id: int,
    by: Volunteer,
    now: datetime,
    starts_at: datetime,
    mode: SessionMode,
    took: Minutes,
    notes: str = "",
) -> Session:
    """Write down a session that took place without having been planned here."""
    mre, assignment = work_on(mre_id, by, now)
    session = Session(
        request=mre,
        assignment=assignment,
        starts_at=starts_at,
        mode=mode,
        state=SessionState.SCHEDULED,
        created_at=now,
        calendar_uid=uuid4(),
    )
    _hold(session, assignment, by, now, took, notes)
    return session


@transaction.atomic
def held(
    *, session_id: int, by: Volunteer, now: datetime, took: Minutes, notes: str = ""
) -> Session:
    """A planned session took place; also one that was marked as missed by mistake."""
    mre, session = _lock_marked(session_id, by, now, SessionState.MISSED)
    _hold(session, _of_session(mre), by, now, took, notes)
    return session


def _hold(
    session: Session,
    assignment: Assignment,
    by: Volunteer,
    now: datetime,
    took: Minutes,
    notes: str,
) -> None:
    if session.starts_at > now:
        raise Invalid("starts_at", "That is in the future; it can be recorded once it has begun.")
    zone = assignment.mentor.zone
    if local_date(session.starts_at, zone) < local_date(session.request.submitted_at, zone):
        raise Invalid("starts_at", "That is before the day on which the request was submitted.")
    check_time(took)
    session.state, session.entered_at = SessionState.HELD, now
    session.notes_due_at = notes_due(policy(), calendar(), session.starts_at, zone)
    _set_minutes(session, took)
    if notes.strip():
        _put_notes(session, notes, now)
    session.save()
    set_company(session, took.co_mentors, by, now)
    first = assignment.counseled_at
    assignment.counseled_at = min(first, session.starts_at) if first else session.starts_at
    count_as_contacted(assignment, session.starts_at)
    tell(EventKind.SESSION_HELD, session, by, now)
    if notes.strip():
        _notes_are_there(session, by, now)


@transaction.atomic
def missed(*, session_id: int, by: Volunteer, now: datetime) -> Session:
    """The client did not come to a planned session; also one that was marked as held by mistake.

    Raises NotAllowed if it has notes, which nobody writes about nothing.
    """
    mre, session = _lock_marked(session_id, by, now, SessionState.HELD)
    if session.starts_at > now:
        raise Invalid("starts_at", "That session has not begun yet.")
    was_held = session.state == SessionState.HELD
    session.state, session.entered_at = SessionState.MISSED, now
    session.minutes = session.notes_due_at = session.notes_asked_at = None
    session.preparation_minutes = session.travel_minutes = 0
    session.save()
    if was_held:
        _count_held(_of_session(mre))
        drop_reminders(session.assignment, ["mentor_notes_due"])
    tell(EventKind.SESSION_MISSED, session, by, now)
    return session


@transaction.atomic
def enter_notes(*, session_id: int, by: Volunteer, now: datetime, notes: str) -> Session:
    """The notes of a held session, at last or anew. Whether they came late is kept.

    Raises NotAllowed from the end of the 5th of the month after the session was entered.
    """
    _, session = _lock_past(session_id, by, now)
    if not notes.strip():
        raise Invalid("notes", "The notes are empty.")
    _write_notes(session, notes, by, now)
    return session


@transaction.atomic
def edit(
    *,
    session_id: int,
    by: Volunteer,
    now: datetime,
    mode: SessionMode,
    took: Minutes,
    notes: str,
    read: str | None = None,
) -> Session:
    """Correct a held session, as long as its month is open; after that an RCIC can.

    Notes that were there cannot be emptied. `read`: the fingerprint of the notes that the writer
    had before him; others, which somebody has saved since, are not replaced unread.
    """
    _, session = _lock_past(session_id, by, now)
    if read is not None and read != fingerprint(session) and notes.strip() != session.notes:
        raise Invalid(
            "notes",
            "Other notes of this session were saved meanwhile; they stand above. "
            "Put into yours what should stay, and save again.",
        )
    if session.notes and not notes.strip():
        raise Invalid("notes", "Notes can be changed, not emptied.")
    check_time(took)
    session.mode = mode
    _set_minutes(session, took)
    session.save(update_fields=["mode", "minutes", "preparation_minutes", "travel_minutes"])
    set_company(session, took.co_mentors, by, now)
    if notes.strip() and notes.strip() != session.notes:
        _write_notes(session, notes, by, now)
    else:
        tell(EventKind.SESSION_EDITED, session, by, now)
    return session


def fingerprint(session: Session) -> str:
    """Differs as soon as the notes of a session do."""
    return sha256(session.notes.encode()).hexdigest()[:20]


def _lock_marked(
    session_id: int, by: Volunteer, now: datetime, mistaken: SessionState
) -> tuple[MentoringRequest, Session]:
    """A planned session to write down, or one written down as `mistaken` that is put right."""
    mre, session = lock_session(session_id)
    if session.state != mistaken or session.assignment_id != mre.current_id:
        check_planned(mre, session, by, now)
    else:
        check_can_put_right(by, session, mre, now)
    return mre, session


def _count_held(assignment: Assignment) -> None:
    """When the mentor first met the client, by the sessions that are left."""
    held = assignment.sessions.filter(state=SessionState.HELD)
    assignment.counseled_at = held.aggregate(first=Min("starts_at"))["first"]
    assignment.save(update_fields=["counseled_at"])


def _lock_past(session_id: int, by: Volunteer, now: datetime) -> tuple[MentoringRequest, Session]:
    mre, session = lock_session(session_id)
    check_can_edit_session(by, session, now)
    if session.state != SessionState.HELD:
        raise AlreadyDone(f"This session is {session.get_state_display().lower()}, not held.")
    return mre, session


def _of_session(mre: MentoringRequest) -> Assignment:
    """The locked assignment of a planned session: `check_planned` saw that it is the current."""
    assert mre.current is not None
    return mre.current


def _set_minutes(session: Session, took: Minutes) -> None:
    session.minutes = took.minutes
    session.preparation_minutes = took.preparation
    session.travel_minutes = took.travel


def _write_notes(session: Session, notes: str, by: Volunteer, now: datetime) -> None:
    _put_notes(session, notes, now)
    session.save(update_fields=["notes", "notes_entered_at"])
    _notes_are_there(session, by, now)


def _put_notes(session: Session, notes: str, now: datetime) -> None:
    session.notes = notes.strip()
    session.notes_entered_at = session.notes_entered_at or now


def _notes_are_there(session: Session, by: Volunteer, now: datetime) -> None:
    """The words stay with the session: the timeline is read by more people than they are for."""
    drop_reminders(session.assignment, ["mentor_notes_due"])
    tell(EventKind.NOTES_ENTERED, session, by, now, late=session.notes_late(now))
