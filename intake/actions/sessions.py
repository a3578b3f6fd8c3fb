"""Sessions that are to come: schedule, move, cancel."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from intake.actions.base import lock_session, lock_with_current, record
from intake.actions.contacting import mark_contacted
from intake.enums import EventKind, SessionMode, SessionState
from intake.models import Assignment, MentoringRequest, Session
from intake.notifications import CONTACT_REMINDERS
from intake.outbox import drop_reminders
from intake.permissions import check_can_work
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer


@transaction.atomic
def schedule(
    *, mre_id: int, by: Volunteer, now: datetime, starts_at: datetime, mode: SessionMode
) -> Session:
    """Plan a session: both get a calendar invitation, and the client counts as contacted."""
    mre, assignment = work_on(mre_id, by, now)
    if starts_at <= now:
        raise Invalid("starts_at", "That is in the past; record a session that was held instead.")
    session = Session.objects.create(
        request=mre,
        assignment=assignment,
        starts_at=starts_at,
        mode=mode,
        state=SessionState.SCHEDULED,
        created_at=now,
        calendar_uid=uuid4(),
    )
    count_as_contacted(assignment, now)
    tell(EventKind.SESSION_SCHEDULED, session, by, now)
    return session


@transaction.atomic
def move(
    *, session_id: int, by: Volunteer, now: datetime, starts_at: datetime, mode: SessionMode
) -> Session:
    """Another time or way for a planned session. The invitation is updated."""
    _, session = lock_planned(session_id, by, now)
    if starts_at <= now:
        raise Invalid("starts_at", "That is in the past.")
    session.starts_at, session.mode = starts_at, mode
    session.calendar_sequence += 1
    session.save(update_fields=["starts_at", "mode", "calendar_sequence"])
    tell(EventKind.SESSION_MOVED, session, by, now)
    return session


@transaction.atomic
def cancel(*, session_id: int, by: Volunteer, now: datetime) -> Session:
    """Call a planned session off. The invitation is cancelled."""
    _, session = lock_planned(session_id, by, now)
    session.state = SessionState.CANCELLED
    session.calendar_sequence += 1
    session.save(update_fields=["state", "calendar_sequence"])
    tell(EventKind.SESSION_CANCELLED, session, by, now)
    return session


def work_on(mre_id: int, by: Volunteer, now: datetime) -> tuple[MentoringRequest, Assignment]:
    """Lock a request and its current assignment for somebody who works on it."""
    mre, assignment = lock_with_current(mre_id)
    check_can_work(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    return mre, assignment


def lock_planned(session_id: int, by: Volunteer, now: datetime) -> tuple[MentoringRequest, Session]:
    """Lock a planned session of the current mentor, and its request. Raises AlreadyDone."""
    mre, session = lock_session(session_id)
    check_can_work(by, mre, now)
    if session.state != SessionState.SCHEDULED:
        raise AlreadyDone(f"This session is already {session.get_state_display().lower()}.")
    if session.assignment_id != mre.current_id:
        raise AlreadyDone("This session was planned by an earlier mentor of the request.")
    return mre, session


def count_as_contacted(assignment: Assignment, at: datetime) -> None:
    """A session is planned or was held: the contact clocks of the assignment stop."""
    mark_contacted(assignment, at)
    assignment.save(update_fields=Assignment.CONTACT_FIELDS)
    drop_reminders(assignment, CONTACT_REMINDERS)


def tell(
    kind: EventKind, session: Session, by: Volunteer, now: datetime, *, late: bool = False
) -> None:
    """Record what happened to a session; the mails follow from it."""
    record(
        session.request,
        kind,
        now=now,
        by=by,
        assignment=session.assignment,
        session=session.pk,
        starts_at=session.starts_at.isoformat(),
        late=late,
    )
