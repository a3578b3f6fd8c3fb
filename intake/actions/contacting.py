"""Reaching the client: contact attempts, mails written here, and notes on a request."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from intake.actions.base import lock_with_current, record
from intake.enums import Channel, ContactResult, EventKind, NoteLevel, SessionState
from intake.inforce import policy
from intake.models import Assignment, ContactAttempt, MentoringRequest, Note, RequestEvent
from intake.notifications import CONTACT_REMINDERS
from intake.outbox import drop_reminders
from intake.permissions import (
    check_can_add_note,
    check_can_mail_client,
    check_can_take_back,
    check_can_work,
    check_can_write_to_client,
)
from intake.policy import attempts_due, close_out_due
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer

SAME_WITHIN = timedelta(seconds=10)
"""Nobody tries twice in the same way so fast: a button was tapped twice, or a page sent again."""


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
    """Write down a try to reach the client, now or earlier (`at`). Counts for the assignment.

    Raises AlreadyDone for the same try once more within `SAME_WITHIN`: it counts once.
    """
    mre, assignment = lock_with_current(mre_id)
    check_can_work(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    tried_at = at or now
    if tried_at > now:
        raise Invalid("at", "That is in the future; log an attempt after it was made.")
    if assignment.answered_at and tried_at < assignment.answered_at:
        raise Invalid("at", "That is before the request was accepted.")
    attempt = ContactAttempt(
        request=mre,
        assignment=assignment,
        by=by,
        at=tried_at,
        channel=channel,
        result=result,
        note=note.strip(),
        logged_at=now,
    )
    _refuse_twice(attempt)
    return _log(mre, assignment, attempt)


@transaction.atomic
def mail_client(
    *, mre_id: int, by: Volunteer, now: datetime, subject: str, text: str
) -> ContactAttempt:
    """Send the client a mail in one's own words; an answer goes to `by`. It is an attempt, too.

    Raises AlreadyDone if the same person has just sent the very same mail.
    """
    mre, assignment = lock_with_current(mre_id)
    check_can_mail_client(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    words = {"subject": subject.strip(), "text": text.strip()}
    for field, typed in words.items():
        if not typed:
            raise Invalid(field, "A mail needs a subject." if field == "subject" else "Say it.")
    _refuse_same_mail(mre, by, now, words)
    attempt = ContactAttempt(
        request=mre,
        assignment=assignment,
        by=by,
        at=now,
        channel=Channel.EMAIL,
        result=ContactResult.AWAITING_ANSWER,
        note=words["subject"],
        is_mail=True,
        logged_at=now,
    )
    return _log(mre, assignment, attempt, **words)


def _log(
    mre: MentoringRequest, assignment: Assignment, attempt: ContactAttempt, **data: Any
) -> ContactAttempt:
    """Save an attempt, count it, and append it to the timeline; `data` holds a mail's words."""
    assert attempt.logged_at is not None  # set by every caller
    attempt.save()
    count_attempt(assignment, attempt)
    assignment.save(update_fields=Assignment.CONTACT_FIELDS)
    drop_reminders(assignment, CONTACT_REMINDERS)
    record(
        mre,
        EventKind.CONTACT,
        at=attempt.at,
        now=attempt.logged_at,
        by=attempt.by,
        assignment=assignment,
        attempt=attempt.pk,
        channel=attempt.channel,
        result=attempt.result,
        **data,
    )
    return attempt


def _refuse_twice(attempt: ContactAttempt) -> None:
    """The lock on the request lets one of two taps at the same time find the other."""
    near = (attempt.at - SAME_WITHIN, attempt.at + SAME_WITHIN)
    same = ContactAttempt.objects.filter(
        assignment=attempt.assignment,
        by=attempt.by,
        channel=attempt.channel,
        result=attempt.result,
        note=attempt.note,
        at__range=near,
    )
    if same.exists():
        raise AlreadyDone("This attempt is logged already; it counts once.")


def _refuse_same_mail(
    mre: MentoringRequest, by: Volunteer, now: datetime, words: dict[str, str]
) -> None:
    sent = RequestEvent.objects.filter(
        request=mre,
        kind=EventKind.CONTACT,
        by=by,
        processed_at__gt=now - SAME_WITHIN,
        data__contains=words,
    )
    if sent.exists():
        raise AlreadyDone("You have just sent this mail; it goes out once.")


@transaction.atomic
def take_back(*, attempt_id: int, by: Volunteer, now: datetime) -> MentoringRequest:
    """A wrong tap: the attempt counts no more, and the clocks run as if it had not been logged.

    The timeline keeps that it was logged, and that it was taken back. Raises NotAllowed, and
    AlreadyDone if it is gone already.
    """
    attempt = ContactAttempt.objects.select_related("assignment").filter(pk=attempt_id).first()
    if attempt is None:
        raise AlreadyDone("This attempt has been taken back.")
    mre, assignment = lock_with_current(attempt.request_id)
    check_can_take_back(by, attempt, mre, now)
    assert assignment is not None  # the attempt is one of the current mentor's
    deleted, _ = ContactAttempt.objects.filter(pk=attempt_id).delete()
    if not deleted:
        raise AlreadyDone("This attempt has been taken back.")
    recount(assignment, now)
    record(
        mre,
        EventKind.CONTACT_TAKEN_BACK,
        now=now,
        by=by,
        assignment=assignment,
        attempt=attempt_id,
        channel=attempt.channel,
        result=attempt.result,
    )
    return mre


def recount(assignment: Assignment, now: datetime) -> None:
    """Count the attempts of an assignment anew, and wind its contact clocks by what is left.

    Of what fell due before `now` its mentor has been told: he is not told twice.
    """
    made = list(assignment.attempts.order_by("pk"))
    assignment.attempts_made = len(made)
    assignment.first_attempt_at = min((attempt.at for attempt in made), default=None)
    assignment.contacted_at = min(_contacts(assignment, made), default=None)
    if made:
        _wind_clocks(assignment, made[-1].at)
    if assignment.attempts_due_at is not None and assignment.attempts_due_at <= now:
        assignment.attempts_nudged_at = now
    if assignment.close_out_due_at is not None and assignment.close_out_due_at <= now:
        assignment.close_out_asked_at = now
    assignment.save(update_fields=Assignment.CONTACT_FIELDS)


def _contacts(assignment: Assignment, made: Iterable[ContactAttempt]) -> Iterator[datetime]:
    """When the client was reached, or a session was planned or held."""
    for attempt in made:
        if attempt.result == ContactResult.REACHED:
            yield attempt.at
    for session in assignment.sessions.only("state", "created_at", "starts_at"):
        held = session.state == SessionState.HELD
        yield min(session.created_at, session.starts_at) if held else session.created_at


def count_attempt(assignment: Assignment, attempt: ContactAttempt) -> None:
    """Bring the counts of an assignment up to date, and the clocks that follow from them.

    The caller saves them: `CONTACT_FIELDS`.
    """
    assignment.attempts_made += 1
    first = assignment.first_attempt_at
    assignment.first_attempt_at = min(first, attempt.at) if first else attempt.at
    if attempt.result == ContactResult.REACHED:
        mark_contacted(assignment, attempt.at)
    else:
        _wind_clocks(assignment, attempt.at)


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
