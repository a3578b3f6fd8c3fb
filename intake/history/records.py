"""What a replay is made of, and what it gives: rows that are still to be written.

The rows point at each other; numbers they get when they are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from intake.history.world import Person, Place
from intake.policy import Clocks


class Asked(NamedTuple):
    """A row of requests.csv."""

    line: int
    request_id: str
    client_id: str
    place: Place
    submitted_at: datetime
    area: int
    existing: bool
    business_type: int | None
    business_name: str
    question: str
    origination_url: str
    meet_by: str
    requested: Person | None


class Happened(NamedTuple):
    """A row of events.csv. Of what is only said by its text, the text is still to be read."""

    line: int
    at: datetime
    kind: str
    actor: str
    mentor: str
    value: str
    minutes: str
    text: str


@dataclass(slots=True)
class AssignmentRow:
    """A choice of a mentor; `there` says that it was written when less was known."""

    mentor: Person
    by: Person | None
    assigned_at: datetime
    tier: str
    clocks: Clocks
    outcome: str = "pending"
    overdue_at: datetime | None = None
    answered_at: datetime | None = None
    answer_days: float | None = None
    decline_reason: str = ""
    decline_text: str = ""
    ended_at: datetime | None = None
    attempts_made: int = 0
    first_attempt_at: datetime | None = None
    contacted_at: datetime | None = None
    counseled_at: datetime | None = None
    attempts_due_at: datetime | None = None
    attempts_nudged_at: datetime | None = None
    close_out_due_at: datetime | None = None
    close_out_asked_at: datetime | None = None
    pk: int = 0
    there: bool = False


@dataclass(slots=True)
class AttemptRow:
    """A try to reach the client."""

    assignment: AssignmentRow
    by: Person
    at: datetime
    channel: str
    result: str
    is_first_note: bool = False
    pk: int = 0
    there: bool = False


@dataclass(slots=True)
class SessionRow:
    """A meeting, planned or past."""

    assignment: AssignmentRow
    starts_at: datetime
    created_at: datetime
    state: str = "scheduled"
    minutes: int | None = None
    notes: str = ""
    notes_due_at: datetime | None = None
    notes_entered_at: datetime | None = None
    notes_asked_at: datetime | None = None
    entered_at: datetime | None = None
    calendar_sequence: int = 0
    pk: int = 0
    there: bool = False


@dataclass(slots=True)
class EventRow:
    """An entry of the timeline. The rows that it speaks of become numbers in its data."""

    kind: str
    at: datetime
    from_status: str
    to_status: str
    by: Person | None = None
    by_client: bool = False
    assignment: AssignmentRow | None = None
    data: dict[str, Any] = field(default_factory=dict)
    session: SessionRow | None = None
    attempt: AttemptRow | None = None
    previous: AssignmentRow | None = None


@dataclass(slots=True)
class Replayed:
    """A request as its history leaves it, with everything that hangs on it, in order."""

    asked: Asked
    place: Place
    status: str
    queue_reason: str
    status_since: datetime
    waiting_since: datetime | None
    current: AssignmentRow | None
    closed_at: datetime | None
    withdraw_reason: str
    assignments: Sequence[AssignmentRow]
    attempts: Sequence[AttemptRow]
    sessions: Sequence[SessionRow]
    events: Sequence[EventRow]
    client: int = 0
    pk: int = 0
    there: bool = False
    events_there: int = 0


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not loaded: where it stands, whose it is, why; and the row as it was."""

    file: str
    line: int
    id: str
    reason: str
    cells: tuple[str, ...] = ()
