"""Reaching the client: contact attempts, and notes on a request."""

from datetime import datetime

from django.db import transaction

from intake.actions.base import lock_with_current, record
from intake.enums import Channel, ContactResult, EventKind, NoteLevel
from intake.inforce import policy
from intake.models import Assignment, ContactAttempt, Note
from intake.notifications import CONTACT_REMINDERS
from intake.outbox import drop_reminders
from intake.permissions import check_can_add_note, check_can_work, check_can_write_to_client
from intake.policy import attempts_due, close_out_due
from mentors.errors import Invalid
from mentors.models import Volunteer


@transaction.atomic
def log_attempt(
    *,
    mre_id: int,
    by: Volunteer,
    now: datetime,
    channel: Channel,
    result: ContactResult,
    note: str = "",
    at: datetime | None = None,
) -> ContactAttempt:
    """Write down a try to reach the client, now or earlier (`at`). Counts for the assignment."""
    mre, assignment = lock_with_current(mre_id)
    check_can_work(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    tried_at = at or now
    if tried_at > now:
        raise Invalid("at", "That is in the future; log an attempt after it was made.")
    if assignment.answered_at and tried_at < assignment.answered_at:
        raise Invalid("at", "That is before the request was accepted.")
    attempt = ContactAttempt.objects.create(
        request=mre,
        assignment=assignment,
        by=by,
        at=tried_at,
        channel=channel,
        result=result,
        note=note.strip(),
    )
    count_attempt(assignment, attempt)
    drop_reminders(assignment, CONTACT_REMINDERS)
    record(
        mre,
        EventKind.CONTACT,
        at=tried_at,
        now=now,
        by=by,
        assignment=assignment,
        attempt=attempt.pk,
        channel=channel,
        result=result,
    )
    return attempt


def count_attempt(assignment: Assignment, attempt: ContactAttempt) -> None:
    """Keep the counts of an assignment up to date, and set the clocks that follow from them."""
    assignment.attempts_made += 1
    first = assignment.first_attempt_at
    assignment.first_attempt_at = min(first, attempt.at) if first else attempt.at
    if attempt.result == ContactResult.REACHED:
        mark_contacted(assignment, attempt.at)
    else:
        _wind_clocks(assignment, attempt.at)
    assignment.save(update_fields=Assignment.CONTACT_FIELDS)


def _wind_clocks(assignment: Assignment, last: datetime) -> None:
    """Fewer than three attempts: the next in 7 days. Three: close-out 14 days after the first."""
    assignment.attempts_due_at = assignment.attempts_nudged_at = None
    assignment.close_out_due_at = assignment.close_out_asked_at = None
    if assignment.contacted_at is not None:
        return
    rules = policy()
    if assignment.attempts_made < rules.attempts_needed:
        assignment.attempts_due_at = attempts_due(rules, last)
    else:
        assert assignment.first_attempt_at is not None  # there were attempts
        due = close_out_due(rules, assignment.first_attempt_at)
        assignment.close_out_due_at = max(due, last)


def change_result(attempt: ContactAttempt, result: ContactResult) -> None:
    """What the mail service says of a mail: it came back, or goes out to another address.

    For a locked request. The attempt counts as before and no clock moves, since neither result
    means that the client was reached.
    """
    assert ContactResult.REACHED not in (attempt.result, result)
    attempt.result = result
    attempt.save(update_fields=["result"])


def mark_contacted(assignment: Assignment, at: datetime) -> None:
    """The client was reached, or a session was scheduled or held: the contact clocks stop."""
    assignment.contacted_at = min(assignment.contacted_at, at) if assignment.contacted_at else at
    assignment.attempts_due_at = assignment.attempts_nudged_at = None
    assignment.close_out_due_at = assignment.close_out_asked_at = None


def wake_clocks(assignment: Assignment, now: datetime) -> None:
    """The mentor holds the request again: what fell due while it was closed falls due now."""
    if assignment.attempts_due_at is not None and assignment.attempts_nudged_at is None:
        assignment.attempts_due_at = max(assignment.attempts_due_at, now)
    if assignment.close_out_due_at is not None and assignment.close_out_asked_at is None:
        assignment.close_out_due_at = max(assignment.close_out_due_at, now)
    assignment.save(update_fields=Assignment.CONTACT_FIELDS)


@transaction.atomic
def add_note(*, mre_id: int, by: Volunteer, now: datetime, level: NoteLevel, text: str) -> Note:
    """Write a note on the request; a note of level client is sent to the client."""
    mre, assignment = lock_with_current(mre_id)
    check = check_can_write_to_client if level == NoteLevel.CLIENT else check_can_add_note
    check(by, mre, now)
    if not text.strip():
        raise Invalid("text", "The note is empty.")
    note = Note.objects.create(request=mre, by=by, at=now, level=level, text=text.strip())
    record(
        mre,
        EventKind.NOTE,
        now=now,
        by=by,
        assignment=assignment,
        note=note.pk,
        level=level,
        # The words of the other levels stay out of the timeline, which more people read.
        text=note.text if level == NoteLevel.CLIENT else "",
    )
    return note
