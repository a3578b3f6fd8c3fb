"""What the clocks do. Each step takes the same locks as people do and is done once.

A step that finds nothing left to do (somebody answered meanwhile, another worker was faster)
returns False. The recorded instant is the deadline; the time of processing stands beside it.

Each step is written for one row. `Step.several` does it for many in one transaction, with the
same result and fewer statements: see `intake.actions.together`.
"""

from datetime import datetime

from intake.actions.base import AtOnce, settle_overdue
from intake.actions.together import of_assignment, of_session
from intake.enums import EventKind, Outcome, SessionState
from intake.models import Assignment, MentoringRequest, Session
from intake.notifications import ANSWER_REMINDERS


@of_assignment
def remind(mre: MentoringRequest, assignment: Assignment, now: datetime, write: AtOnce) -> bool:
    """Reminder: 09:00 on the first business day after assignment, if there is no answer."""
    if not assignment.is_unanswered or assignment.reminded_at or now < assignment.remind_at:
        return False
    assignment.reminded_at = assignment.remind_at
    write.save(assignment, ["reminded_at"])
    write.record(mre, EventKind.REMINDED, at=assignment.remind_at, now=now, assignment=assignment)
    return True


@of_assignment
def mark_overdue(
    mre: MentoringRequest, assignment: Assignment, now: datetime, write: AtOnce
) -> bool:
    """Accept time-out: no answer within 2 business days. The mentor may still answer."""
    if not settle_overdue(mre, assignment, now, tell=True, write=write):
        return False
    write.drop(assignment, ["mentor_reminder"])
    return True


@of_assignment
def requeue(mre: MentoringRequest, assignment: Assignment, now: datetime, write: AtOnce) -> bool:
    """Auto-requeue: no answer within 5 business days, so it goes back to the coordinator."""
    if not assignment.is_unanswered or now < assignment.requeue_at:
        return False
    settle_overdue(mre, assignment, now, tell=True, write=write)
    was, at = mre.status, assignment.requeue_at
    assignment.time_out(at)
    write.save(assignment, assignment.STATE_FIELDS)
    mre.requeue(at)
    write.save(mre, mre.STATE_FIELDS)
    write.drop(assignment, ANSWER_REMINDERS)
    write.record(mre, EventKind.REQUEUED, at=at, now=now, was=was, assignment=assignment)
    return True


@of_assignment
def ask_for_attempt(
    mre: MentoringRequest, assignment: Assignment, now: datetime, write: AtOnce
) -> bool:
    """Second and third attempt: 7 days went by without reaching the client."""
    due = assignment.attempts_due_at
    if not _holds_accepted(assignment) or due is None or assignment.attempts_nudged_at or now < due:
        return False
    assignment.attempts_nudged_at = due
    write.save(assignment, ["attempts_nudged_at"])
    write.record(
        mre,
        EventKind.ATTEMPTS_DUE,
        at=due,
        now=now,
        assignment=assignment,
        attempts=assignment.attempts_made,
    )
    return True


@of_assignment
def ask_to_close(
    mre: MentoringRequest, assignment: Assignment, now: datetime, write: AtOnce
) -> bool:
    """Close-out: three attempts in 14 days, no answer. The mentor is asked and decides."""
    due = assignment.close_out_due_at
    if not _holds_accepted(assignment) or due is None or assignment.close_out_asked_at or now < due:
        return False
    assignment.close_out_asked_at = due
    write.save(assignment, ["close_out_asked_at"])
    write.record(mre, EventKind.CLOSE_OUT_DUE, at=due, now=now, assignment=assignment)
    return True


def _holds_accepted(assignment: Assignment) -> bool:
    accepted = assignment.outcome in (Outcome.ACCEPTED_IN_TIME, Outcome.ACCEPTED_LATE)
    return accepted and assignment.ended_at is None


@of_session
def ask_for_notes(mre: MentoringRequest, session: Session, now: datetime, write: AtOnce) -> bool:
    """Session notes: 1 business day after the session, if they are missing."""
    due = session.notes_due_at
    missing = session.state == SessionState.HELD and session.notes_entered_at is None
    if not missing or due is None or session.notes_asked_at or now < due:
        return False
    session.notes_asked_at = due
    write.save(session, ["notes_asked_at"])
    write.record(
        mre,
        EventKind.NOTES_DUE,
        at=due,
        now=now,
        assignment=session.assignment,
        session=session.pk,
        starts_at=session.starts_at.isoformat(),
    )
    return True
