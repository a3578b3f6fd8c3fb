"""The mentor's answer: accept, decline; and handing back what was not answered."""

from datetime import datetime

from django.db import transaction

from intake.actions.base import (
    lock_held_by,
    lock_with_current,
    record,
    require_seen,
    save_state,
    settle_overdue,
)
from intake.actions.contacting import count_attempt
from intake.actions.note_templates import keep_first_note
from intake.enums import Channel, ContactResult, DeclineReason, EventKind, Outcome
from intake.inforce import calendar
from intake.models import Assignment, ContactAttempt, MentoringRequest
from intake.notifications import ANSWER_REMINDERS
from intake.outbox import drop_reminders
from intake.permissions import check_can_answer, check_can_hand_back
from mentors.errors import Invalid
from mentors.models import Volunteer


@transaction.atomic
def accept(
    *, assignment_id: int, by: Volunteer, now: datetime, note: str, keep: bool = False
) -> MentoringRequest:
    """The assigned mentor takes the client. The note goes to the client as the first contact.

    `keep`: his next first note begins with these words.

    Also while overdue, until the request has gone back to the queue; from the very instant of the
    deadline on it counts as late. Raises NotAllowed, AlreadyDone, and Invalid without a note.
    """
    mre, assignment = lock_held_by(assignment_id)
    check_can_answer(by, assignment, mre)
    if not note.strip():
        raise Invalid("note", "Write a first note to the client; it is sent with your acceptance.")
    was = mre.status
    settle_overdue(mre, assignment, now)
    answer = (
        assignment.accept_late
        if assignment.outcome == Outcome.OVERDUE
        else assignment.accept_in_time
    )
    answer(now, _business_days(assignment, now))
    _first_contact(mre, assignment, note.strip(), now)
    assignment.save(update_fields=Assignment.STATE_FIELDS + Assignment.CONTACT_FIELDS)
    mre.accept(now)
    save_state(mre)
    drop_reminders(assignment, ANSWER_REMINDERS)
    record(
        mre, EventKind.ACCEPTED, now=now, by=by, was=was, assignment=assignment, note=note.strip()
    )
    if keep:
        keep_first_note(by=by, now=now, mre=mre, note=note.strip())
    return mre


def _business_days(assignment: Assignment, now: datetime) -> float:
    """How long the mentor took, on the business clock of his chapter."""
    return calendar().business_days(assignment.assigned_at, now, assignment.mentor.zone)


def _first_contact(mre: MentoringRequest, assignment: Assignment, note: str, now: datetime) -> None:
    """The note that goes with the acceptance counts as contact attempt 1."""
    attempt = ContactAttempt.objects.create(
        request=mre,
        assignment=assignment,
        by=assignment.mentor,
        at=now,
        channel=Channel.EMAIL,
        result=ContactResult.AWAITING_ANSWER,
        note=note,
        is_first_note=True,
    )
    count_attempt(assignment, attempt)


@transaction.atomic
def decline(
    *, assignment_id: int, by: Volunteer, now: datetime, reason: DeclineReason, text: str = ""
) -> MentoringRequest:
    """The assigned mentor says no; the request goes back to the queue. A reason is required."""
    mre, assignment = lock_held_by(assignment_id)
    check_can_answer(by, assignment, mre)
    if reason not in DeclineReason.values:
        raise Invalid("reason", "Choose a reason.")
    if reason == DeclineReason.OTHER and not text.strip():
        raise Invalid("text", "Say in a few words why.")
    was = mre.status
    settle_overdue(mre, assignment, now)
    assignment.decline(reason, text.strip(), now, _business_days(assignment, now))
    save_state(assignment)
    mre.decline(now)
    save_state(mre)
    drop_reminders(assignment, ANSWER_REMINDERS)
    record(
        mre,
        EventKind.DECLINED,
        now=now,
        by=by,
        was=was,
        assignment=assignment,
        reason=reason,
        text=text.strip(),
    )
    return mre


@transaction.atomic
def hand_back(
    *, mre_id: int, by: Volunteer, now: datetime, seen: int | None = None
) -> MentoringRequest:
    """Back to the queue, because the mentor pauses or leaves before having answered.

    `seen` is the assignment that is meant; raises AlreadyDone if it no longer holds the request.
    """
    mre, assignment = lock_with_current(mre_id)
    require_seen(mre, seen)
    check_can_hand_back(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    was = mre.status
    settle_overdue(mre, assignment, now)
    assignment.hand_back(now)
    save_state(assignment)
    mre.hand_back(now)
    save_state(mre)
    drop_reminders(assignment, ANSWER_REMINDERS)
    record(mre, EventKind.HANDED_BACK, now=now, by=by, was=was, assignment=assignment)
    return mre
