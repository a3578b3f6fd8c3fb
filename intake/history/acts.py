"""What each kind of event does to a request, by the table of transitions.

States follow each other as they do for people; what people are asked besides (notes, numbers of
attempts, who may) is not asked of the past. What cannot be raises Refusal, a sentence.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from intake.enums import (
    CLOSED,
    Channel,
    ContactResult,
    DeclineReason,
    EventKind,
    Outcome,
    QueueReason,
    SessionState,
    Status,
    WithdrawReason,
)
from intake.history import cells
from intake.history.parsing import person
from intake.history.reader import Refusal
from intake.history.records import AssignmentRow, AttemptRow, Happened, SessionRow
from intake.history.story import ACCEPTED, ASSIGNED, NEED_ACTION, OVERDUE, PENDING, SHUT, Story
from intake.history.world import Person, tier
from mentors.enums import Tier

TIERS = cells.codes(Tier.choices)
CHANNELS = cells.codes(Channel.choices) | {"": Channel.EMAIL.value}
RESULTS = cells.codes(ContactResult.choices)
DECLINES = cells.codes(DeclineReason.choices) | {"": DeclineReason.OTHER.value}
WITHDRAWALS = cells.codes(WithdrawReason.choices) | {"": WithdrawReason.OTHER.value}
ENDS = cells.codes([(status.value, status.label) for status in CLOSED])
BACK_TO = cells.codes(
    [(status.value, status.label) for status in (Status.NEED_ACTION, Status.ACCEPTED)]
)
LONGEST_NOTES = 20_000
LONGEST_WORDS = 2_000
HELD: Final = SessionState.HELD.value


# --- Assignment and answer -----------------------------------------------------------------------


def assigned(story: Story, event: Happened, by: Person | None) -> None:
    """To a mentor: out of the queue, or instead of the one who holds it."""
    mentor = person(event.mentor, "mentor_id", story.world)
    given = cells.code(event.value, "value", TIERS) if event.value.strip() else ""
    was, before = story.status, story.current
    if before is not None:
        _take_away(story, before, event.at)
    row = AssignmentRow(
        mentor,
        by,
        event.at,
        given or tier(mentor.place, story.place).value,
        story.clocks(event.at, mentor),
    )
    story.assignments.append(row)
    story.current, story.status, story.queue_reason = row, ASSIGNED, ""
    story.status_since = event.at
    if was == ACCEPTED:
        story.waiting_since = event.at
    _tell_assigned(story, event, by, was, before)


def _tell_assigned(
    story: Story, event: Happened, by: Person | None, was: str, before: AssignmentRow | None
) -> None:
    note = cells.words(event.text, "text", LONGEST_WORDS)
    data = {"mentor": story.assignments[-1].mentor.pk, "note": note}
    kind = EventKind.ASSIGNED
    if before is not None:
        kind = EventKind.REPLACED
        data["previous_mentor"] = before.mentor.name
    elif by is None and event.at == story.asked.submitted_at and len(story.assignments) == 1:
        story.events[0].data["direct"] = data["direct"] = True
    story.record(kind, event.at, by, was, data=data, previous=before)


def _take_away(story: Story, before: AssignmentRow, at: datetime) -> None:
    if before.outcome == OVERDUE:
        before.outcome, before.ended_at = Outcome.TIMED_OUT.value, at
    elif before.outcome == PENDING:
        before.outcome, before.ended_at = Outcome.REPLACED.value, at
    else:
        story.end(before, at)


def accepted(story: Story, event: Happened, by: Person | None) -> None:
    """The mentor takes the client; that is the first attempt to reach him, by e-mail."""
    row = story.unanswered(event)
    late = row.outcome == OVERDUE
    row.outcome = (Outcome.ACCEPTED_LATE if late else Outcome.ACCEPTED_IN_TIME).value
    row.answered_at, row.answer_days = event.at, story.answer_days(row, event.at)
    story.status, story.status_since, story.waiting_since = ACCEPTED, event.at, None
    first = (Channel.EMAIL.value, ContactResult.AWAITING_ANSWER.value)
    story.attempt(AttemptRow(row, row.mentor, event.at, *first, is_first_note=True))
    note = {"note": cells.words(event.text, "text", LONGEST_WORDS)}
    story.record(EventKind.ACCEPTED, event.at, by, ASSIGNED, data=note)


def declined(story: Story, event: Happened, by: Person | None) -> None:
    """The mentor says no."""
    row = story.unanswered(event)
    row.decline_reason = cells.code(event.value, "value", DECLINES)
    row.decline_text = cells.words(event.text, "text", LONGEST_WORDS)
    row.outcome, row.answered_at = Outcome.DECLINED.value, event.at
    row.answer_days, row.ended_at = story.answer_days(row, event.at), event.at
    story.to_queue(QueueReason.DECLINED, event.at)
    data = {"reason": row.decline_reason, "text": row.decline_text}
    story.record(EventKind.DECLINED, event.at, by, ASSIGNED, assignment=row, data=data)


def requeued(story: Story, event: Happened, by: Person | None) -> None:
    """The clock took it back. Should it have run faster once, it was overdue by then."""
    row = story.unanswered(event)
    if row.outcome == PENDING:
        story.become_overdue(row, event.at)
    row.outcome, row.ended_at = Outcome.TIMED_OUT.value, event.at
    story.to_queue(QueueReason.TIMED_OUT, event.at)
    story.record(EventKind.REQUEUED, event.at, by, ASSIGNED, assignment=row)


def handed_back(story: Story, event: Happened, by: Person | None) -> None:
    """The mentor became unavailable."""
    row = story.unanswered(event)
    row.outcome, row.ended_at = Outcome.HANDED_BACK.value, event.at
    story.to_queue(QueueReason.MENTOR_UNAVAILABLE, event.at)
    story.record(EventKind.HANDED_BACK, event.at, by, ASSIGNED, assignment=row)


# --- With the mentor -----------------------------------------------------------------------------


def contact(story: Story, event: Happened, by: Person | None) -> None:
    """A try to reach the client."""
    row = story.led(event)
    channel = cells.code(event.text, "text (the channel)", CHANNELS)
    result = cells.code(event.value, "value", RESULTS)
    attempt = AttemptRow(row, by or row.mentor, event.at, channel, result)
    story.attempt(attempt)
    data = {"channel": channel, "result": result}
    story.record(EventKind.CONTACT, event.at, by, ACCEPTED, data=data, attempt=attempt)


def session_scheduled(story: Story, event: Happened, by: Person | None) -> None:
    """A meeting is planned."""
    row = story.led(event)
    story.plan(row, cells.instant(event.value.strip(), "value"), event.at, by)


def session_held(story: Story, event: Happened, by: Person | None) -> None:
    """A meeting took place, planned or not."""
    row = story.led(event)
    starts_at = cells.instant(event.value.strip(), "value")
    session = story.planned(row, starts_at)
    if session is None:
        session = SessionRow(row, starts_at, event.at)
        story.sessions.append(session)
    session.state, session.entered_at = HELD, event.at
    session.minutes = cells.number(event.minutes.strip(), "minutes") or 0
    session.notes_due_at = story.world.notes_due(starts_at, row.mentor.zone)
    story.contacted(row, starts_at)
    row.counseled_at = min(row.counseled_at, starts_at) if row.counseled_at else starts_at
    story.tell(EventKind.SESSION_HELD, session, event.at, by)


def session_missed(story: Story, event: Happened, by: Person | None) -> None:
    """The client did not come; to what nobody had written down before, too."""
    row = story.led(event)
    starts_at = cells.instant(event.value.strip(), "value")
    session = story.planned(row, starts_at) or story.plan(row, starts_at, event.at, by)
    session.state, session.entered_at = SessionState.MISSED.value, event.at
    story.tell(EventKind.SESSION_MISSED, session, event.at, by)


def notes_entered(story: Story, event: Happened, by: Person | None) -> None:
    """The notes of a meeting that was held, by whoever led it. The first time counts."""
    starts_at = cells.instant(event.value.strip(), "value")
    held = (s for s in reversed(story.sessions) if s.starts_at == starts_at and s.state == HELD)
    session = next(held, None)
    if session is None:
        raise Refusal(f"Session notes, but no session was held at “{event.value}”.")
    session.notes = cells.words(event.text, "text", LONGEST_NOTES) or session.notes
    session.notes_entered_at = session.notes_entered_at or event.at
    due = session.notes_due_at
    late = due is not None and session.notes_entered_at >= due
    story.tell(EventKind.NOTES_ENTERED, session, event.at, by, late=late)


# --- Ends and new beginnings ---------------------------------------------------------------------


def transferred(story: Story, event: Happened, by: Person | None) -> None:
    """Back to the queue after acceptance; the client waits again from then."""
    row = story.led(event)
    story.end(row, event.at)
    story.to_queue(QueueReason.TRANSFERRED, event.at)
    story.waiting_since = event.at
    reason = cells.words(event.text, "text", LONGEST_WORDS)
    data = {"reason": reason, "proposed": ""}
    story.record(EventKind.TRANSFERRED, event.at, by, ACCEPTED, assignment=row, data=data)


def closed(story: Story, event: Happened, by: Person | None) -> None:
    """One of the five ends. Only a withdrawal needs no mentor who leads it."""
    end = cells.code(event.value, "value", ENDS)
    withdrawn = end == Status.WITHDRAWN
    reason = cells.code(event.text, "text (the reason)", WITHDRAWALS) if withdrawn else ""
    if not withdrawn:
        story.led(event)
    was, row = story.status, story.current
    if row is not None and was == ASSIGNED:
        row.outcome, row.ended_at = Outcome.WITHDRAWN.value, event.at
        story.current = None
    elif row is not None:
        story.end(row, event.at)
    story.status, story.queue_reason, story.withdraw_reason = end, "", reason
    story.status_since = story.closed_at = event.at
    story.waiting_since = None
    data = _why(reason) if withdrawn else {"note": cells.words(event.text, "text", 2000)}
    story.record(EventKind.CLOSED, event.at, by, was, assignment=row, data=data)


def reopened(story: Story, event: Happened, by: Person | None) -> None:
    """Closed too early: to the queue, or to the mentor who held it."""
    to = cells.code(event.value, "value", BACK_TO)
    was, row = story.status, story.current
    if was not in SHUT:
        raise Refusal("A reopening, but the request was not closed.")
    if to == ACCEPTED and row is None:
        raise Refusal("A reopening to the mentor, but none held the request when it was closed.")
    story.closed_at, story.withdraw_reason, story.status_since = None, "", event.at
    if to == ACCEPTED and row is not None:
        row.ended_at, story.status = None, ACCEPTED
        _wake_clocks(story, row, event.at)
    else:
        story.to_queue(QueueReason.REOPENED, event.at)
        story.waiting_since = event.at
    data = {"reason": cells.words(event.text, "text", LONGEST_WORDS)}
    story.record(EventKind.REOPENED, event.at, by, was, data=data)


def _wake_clocks(story: Story, row: AssignmentRow, at: datetime) -> None:
    """What fell due while the request was closed falls due when it is opened."""
    if row.attempts_due_at is not None:
        row.attempts_due_at = max(row.attempts_due_at, at)
    if row.close_out_due_at is not None:
        row.close_out_due_at = max(row.close_out_due_at, at)


def moved(story: Story, event: Happened, by: Person | None) -> None:
    """To the queue of another chapter; the wait stays."""
    if story.status != NEED_ACTION:
        raise Refusal("A move, but the request was not in a queue.")
    to = story.world.places.get(event.value.strip())
    if to is None:
        raise Refusal(f"value: chapter “{event.value}” is not known.")
    data = {
        "note": cells.words(event.text, "text", LONGEST_WORDS),
        "from_chapter": story.place.pk,
        "from_name": story.place.name,
        "to_chapter": to.pk,
        "to_name": to.name,
    }
    story.place, story.queue_reason = to, QueueReason.MOVED_HERE.value
    story.record(EventKind.MOVED, event.at, by, NEED_ACTION, data=data)


def _why(reason: str) -> dict[str, Any]:
    """What is said of a withdrawal."""
    why = WithdrawReason(reason).label.lower()
    return {"reason": reason, "why": why, "note": "", "duplicate_of": None}


Act = Callable[[Story, Happened, Person | None], None]
ACTS: Final[dict[str, Act]] = {
    "assigned": assigned,
    "accepted": accepted,
    "declined": declined,
    "requeued": requeued,
    "handed_back": handed_back,
    "transferred": transferred,
    "contact": contact,
    "session_scheduled": session_scheduled,
    "session_held": session_held,
    "session_missed": session_missed,
    "notes_entered": notes_entered,
    "closed": closed,
    "reopened": reopened,
    "moved": moved,
}
"""What each kind of event does; the kinds are those that `parsing` lets through."""
