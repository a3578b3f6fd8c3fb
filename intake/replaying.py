"""Where a request stands by its timeline alone.

Pure: what happened goes in, in the order in which it was written, and where the request and each
choice of a mentor stand comes out. Nothing is refused: a timeline says what was done.

The order is that of writing, not of `at`. A clock writes its deadline, which is over by then, but
nobody has acted in between on what it changes; and two people who act in the same moment are told
apart by who had the lock first.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from intake.enums import ContactResult, EventKind, Outcome, QueueReason, SessionState, Status
from intake.stood import Held, Met, Stood, Tried


class Happened(NamedTuple):
    """One entry of a timeline; the fields are columns of `RequestEvent`."""

    kind: str
    at: datetime
    from_status: str
    to_status: str
    assignment_id: int | None
    by_client: bool
    data: dict[str, Any]


def replay(events: Iterable[Happened]) -> Stood:
    """Where a request stands after these entries of its timeline, in the order of writing."""
    stood = Stood()
    for event in events:
        if event.kind in SETS_STATUS:
            stood.status = event.to_status
        step = STEPS.get(event.kind)
        if step is not None:
            step(stood, event)
    return stood


def breaks(events: Iterable[Happened]) -> Iterator[tuple[Happened, str]]:
    """Entries that begin at another status than the one before them ended at, with that one."""
    status = ""
    for event in events:
        if event.kind in SETS_STATUS:
            if event.from_status != status:
                yield event, status
            status = event.to_status


Step = Callable[[Stood, Happened], None]


# --- Where the request stands ---------------------------------------------------------------------


def _submitted(stood: Stood, event: Happened) -> None:
    stood.chapter = event.data.get("chapter")
    stood.parked = event.data.get("parked", False)
    stood.submitted_at = stood.waiting_since = event.at
    _into_queue(stood, event, QueueReason.NEW)


def _into_queue(stood: Stood, event: Happened, reason: QueueReason) -> None:
    stood.since, stood.reason, stood.current = event.at, reason, None


def _moved(stood: Stood, event: Happened) -> None:
    stood.chapter, stood.reason = event.data["to_chapter"], QueueReason.MOVED_HERE


def _released(stood: Stood, _event: Happened) -> None:
    stood.parked = False


def _assigned(stood: Stood, event: Happened) -> None:
    assert event.assignment_id is not None  # what was chosen
    held = _held(stood, event)
    held.mentor, held.assigned_at = event.data.get("mentor"), event.at
    stood.since, stood.reason, stood.current = event.at, "", event.assignment_id


def _replaced(stood: Stood, event: Happened) -> None:
    before = stood.held
    if before is not None:
        before.end(event.at, Outcome.TIMED_OUT if before.overdue_at else Outcome.REPLACED)
    if event.from_status == Status.ACCEPTED:
        stood.waiting_since = event.at
    _assigned(stood, event)


def _accepted(stood: Stood, event: Happened) -> None:
    held = _held(stood, event)
    held.outcome = Outcome.ACCEPTED_LATE if held.overdue_at else Outcome.ACCEPTED_IN_TIME
    held.answered_at = event.at
    held.tries[0] = Tried(event.at)
    stood.since, stood.waiting_since = event.at, None


def _declined(stood: Stood, event: Happened) -> None:
    held = _held(stood, event)
    held.outcome, held.answered_at = Outcome.DECLINED, event.at
    held.decline_reason = event.data["reason"]
    held.end(event.at)
    _into_queue(stood, event, QueueReason.DECLINED)


def _requeued(stood: Stood, event: Happened) -> None:
    _held(stood, event).end(event.at, Outcome.TIMED_OUT)
    _into_queue(stood, event, QueueReason.TIMED_OUT)


def _handed_back(stood: Stood, event: Happened) -> None:
    _held(stood, event).end(event.at, Outcome.HANDED_BACK)
    _into_queue(stood, event, QueueReason.MENTOR_UNAVAILABLE)


def _transferred(stood: Stood, event: Happened) -> None:
    _held(stood, event).end(event.at)
    stood.waiting_since = event.at
    _into_queue(stood, event, QueueReason.TRANSFERRED)


def _closed(stood: Stood, event: Happened) -> None:
    if stood.held is not None:
        stood.held.end(event.at, Outcome.WITHDRAWN)
    if event.from_status != Status.ACCEPTED:
        stood.current = None
    stood.since = stood.closed_at = event.at
    stood.waiting_since, stood.reason = None, ""
    stood.withdraw_reason = event.data.get("reason") or ""
    stood.duplicate_of = event.data.get("duplicate_of")


def _reopened(stood: Stood, event: Happened) -> None:
    stood.closed_at = stood.duplicate_of = None
    stood.withdraw_reason = ""
    if event.to_status == Status.ACCEPTED:
        stood.since = event.at
        _held(stood, event).ended_at = None
    else:
        stood.waiting_since = event.at
        _into_queue(stood, event, QueueReason.REOPENED)


# --- What a mentor did ----------------------------------------------------------------------------


def _held(stood: Stood, event: Happened) -> Held:
    assert event.assignment_id is not None  # these kinds are about one
    return stood.helds.setdefault(event.assignment_id, Held())


def _overdue(stood: Stood, event: Happened) -> None:
    held = _held(stood, event)
    held.outcome, held.overdue_at = Outcome.OVERDUE, event.at


def _contact(stood: Stood, event: Happened) -> None:
    held = _held(stood, event)
    reached = event.data["result"] == ContactResult.REACHED
    held.tries[event.data["attempt"]] = Tried(event.at, reached)
    if reached:
        held.contact(event.at)


def _taken_back(stood: Stood, event: Happened) -> None:
    """As if it had never been; when the client was reached follows from what is left."""
    held = _held(stood, event)
    held.tries.pop(event.data.get("attempt", 0), None)
    reached = (tried.at for tried in held.tries.values() if tried.reached)
    met = (met.reached_at for met in held.meetings.values())
    held.contacted_at = min(chain(reached, met), default=None)


def _times_proposed(stood: Stood, event: Happened) -> None:
    held = _held(stood, event)
    held.offered = event.data.get("attempt", 0)
    held.tries.setdefault(held.offered, Tried(event.at))


def _times_dropped(stood: Stood, event: Happened) -> None:
    if event.by_client:
        _client_answered(_held(stood, event), event.at)


def _client_answered(held: Held, at: datetime) -> None:
    if held.offered in held.tries:
        held.tries[held.offered].reached = True
    held.contact(at)


def _scheduled(stood: Stood, event: Happened) -> None:
    held = _held(stood, event)
    starts_at = _starts_at(event)
    held.meetings[event.data["session"]] = Met(SessionState.SCHEDULED, event.at, starts_at)
    if event.by_client:
        _client_answered(held, event.at)
    held.contact(event.at)


def _session(stood: Stood, event: Happened) -> Met:
    """The session of an entry; one that had not been planned begins with it."""
    new = Met(SessionState.SCHEDULED, event.at, _starts_at(event))
    return _held(stood, event).meetings.setdefault(event.data["session"], new)


def _starts_at(event: Happened) -> datetime:
    return datetime.fromisoformat(event.data["starts_at"])


def _session_moved(stood: Stood, event: Happened) -> None:
    _session(stood, event).starts_at = _starts_at(event)


def _session_cancelled(stood: Stood, event: Happened) -> None:
    _session(stood, event).state = SessionState.CANCELLED


def _session_held(stood: Stood, event: Happened) -> None:
    met = _session(stood, event)
    met.state, met.entered_at = SessionState.HELD, event.at
    _held(stood, event).contact(met.starts_at)


def _session_missed(stood: Stood, event: Happened) -> None:
    met = _session(stood, event)
    met.state, met.entered_at = SessionState.MISSED, event.at


def _notes_entered(stood: Stood, event: Happened) -> None:
    met = _session(stood, event)
    met.notes_entered_at = met.notes_entered_at or event.at


SETS_STATUS: dict[str, Step] = {
    EventKind.SUBMITTED: _submitted,
    EventKind.MOVED: _moved,
    EventKind.RELEASED: _released,
    EventKind.ASSIGNED: _assigned,
    EventKind.REPLACED: _replaced,
    EventKind.ACCEPTED: _accepted,
    EventKind.DECLINED: _declined,
    EventKind.REQUEUED: _requeued,
    EventKind.HANDED_BACK: _handed_back,
    EventKind.TRANSFERRED: _transferred,
    EventKind.CLOSED: _closed,
    EventKind.REOPENED: _reopened,
}
"""What the status follows from. Other entries name the status they were written in, which may not
be that of the instant they count from: an attempt can be logged days later."""

STEPS: dict[str, Step] = SETS_STATUS | {
    EventKind.OVERDUE: _overdue,
    EventKind.CONTACT: _contact,
    EventKind.CONTACT_TAKEN_BACK: _taken_back,
    EventKind.TIMES_PROPOSED: _times_proposed,
    EventKind.TIMES_DROPPED: _times_dropped,
    EventKind.SESSION_SCHEDULED: _scheduled,
    EventKind.SESSION_MOVED: _session_moved,
    EventKind.SESSION_CANCELLED: _session_cancelled,
    EventKind.SESSION_HELD: _session_held,
    EventKind.SESSION_MISSED: _session_missed,
    EventKind.NOTES_ENTERED: _notes_entered,
}
"""What each kind of entry changes; the other kinds change nothing that is reckoned here."""
