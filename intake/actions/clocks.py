"""What the clocks do. Each step takes the same locks as people do and is done once.

A step that finds nothing left to do (somebody answered meanwhile, another worker was faster)
returns False. The recorded instant is the deadline; the time of processing stands beside it.
"""

from datetime import datetime

from django.db import transaction

from intake.actions.base import lock_held_by, lock_session, record, save_state, settle_overdue
from intake.enums import EventKind, Outcome, SessionState
from intake.models import Assignment
from intake.notifications import ANSWER_REMINDERS
from intake.outbox import drop_reminders


@transaction.atomic
def remind(*, assignment_id: int, now: datetime) -> bool:
    """Reminder: 09:00 on the first business day after assignment, if there is no answer."""
    mre, assignment = lock_held_by(assignment_id)
    if not assignment.is_unanswered or assignment.reminded_at or now < assignment.remind_at:
        return False
    assignment.reminded_at = assignment.remind_at
    assignment.save(update_fields=["reminded_at"])
    record(mre, EventKind.REMINDED, at=assignment.remind_at, now=now, assignment=assignment)
    return True


@transaction.atomic
def mark_overdue(*, assignment_id: int, now: datetime) -> bool:
    """Accept time-out: no answer within 2 business days. The mentor may still answer."""
    mre, assignment = lock_held_by(assignment_id)
    if not settle_overdue(mre, assignment, now, tell=True):
        return False
    drop_reminders(assignment, ["mentor_reminder"])
    return True


@transaction.atomic
def requeue(*, assignment_id: int, now: datetime) -> bool:
    """Auto-requeue: no answer within 5 business days, so it goes back to the coordinator."""
    mre, assignment = lock_held_by(assignment_id)
    if not assignment.is_unanswered or now < assignment.requeue_at:
        return False
    settle_overdue(mre, assignment, now, tell=True)
    was = mre.status
    assignment.time_out(assignment.requeue_at)
    save_state(assignment)
    mre.requeue(assignment.requeue_at)
    save_state(mre)
    drop_reminders(assignment, ANSWER_REMINDERS)
    record(
        mre, EventKind.REQUEUED, at=assignment.requeue_at, now=now, was=was, assignment=assignment
    )
    return True


@transaction.atomic
def ask_for_attempt(*, assignment_id: int, now: datetime) -> bool:
    """Second and third attempt: 7 days went by without reaching the client."""
    mre, assignment = lock_held_by(assignment_id)
    due = assignment.attempts_due_at
    if not _holds_accepted(assignment) or due is None or assignment.attempts_nudged_at or now < due:
        return False
    assignment.attempts_nudged_at = due
    assignment.save(update_fields=["attempts_nudged_at"])
    record(
        mre,
        EventKind.ATTEMPTS_DUE,
        at=due,
        now=now,
        assignment=assignment,
        attempts=assignment.attempts_made,
    )
    return True


@transaction.atomic
def ask_to_close(*, assignment_id: int, now: datetime) -> bool:
    """Close-out: three attempts in 14 days, no answer. The mentor is asked and decides."""
    mre, assignment = lock_held_by(assignment_id)
    due = assignment.close_out_due_at
    if not _holds_accepted(assignment) or due is None or assignment.close_out_asked_at or now < due:
        return False
    assignment.close_out_asked_at = due
    assignment.save(update_fields=["close_out_asked_at"])
    record(mre, EventKind.CLOSE_OUT_DUE, at=due, now=now, assignment=assignment)
    return True


def _holds_accepted(assignment: Assignment) -> bool:
    accepted = assignment.outcome in (Outcome.ACCEPTED_IN_TIME, Outcome.ACCEPTED_LATE)
    return accepted and assignment.ended_at is None


@transaction.atomic
def ask_for_notes(*, session_id: int, now: datetime) -> bool:
    """Session notes: 1 business day after the session, if they are missing."""
    mre, session = lock_session(session_id)
    due = session.notes_due_at
    missing = session.state == SessionState.HELD and session.notes_entered_at is None
    if not missing or due is None or session.notes_asked_at or now < due:
        return False
    session.notes_asked_at = due
    session.save(update_fields=["notes_asked_at"])
    record(
        mre,
        EventKind.NOTES_DUE,
        at=due,
        now=now,
        assignment=session.assignment,
        session=session.pk,
        starts_at=session.starts_at.isoformat(),
    )
    return True
