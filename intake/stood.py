"""Where a request stands: the request itself, each choice of a mentor, what he did.

Reckoned from a timeline by `intake.replaying`, or read from the tables to be compared with it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from intake.enums import UNANSWERED, Outcome, SessionState, Stage, Status


@dataclass
class Met:
    """One session."""

    state: SessionState
    created_at: datetime
    starts_at: datetime
    entered_at: datetime | None = None
    notes_entered_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether it took place."""
        return self.state == SessionState.HELD

    @property
    def reached_at(self) -> datetime:
        """When the client was in touch because of it."""
        return min(self.created_at, self.starts_at) if self.is_held else self.created_at


@dataclass
class Tried:
    """One attempt to reach the client."""

    at: datetime
    reached: bool = False


@dataclass
class Held:
    """One choice of a mentor."""

    mentor: int | None = None
    """None if the timeline does not tell, as it was written before that was told."""
    assigned_at: datetime | None = None
    outcome: Outcome = Outcome.PENDING
    overdue_at: datetime | None = None
    answered_at: datetime | None = None
    decline_reason: str = ""
    ended_at: datetime | None = None
    contacted_at: datetime | None = None
    tries: dict[int, Tried] = field(default_factory=dict)
    """By the number of the attempt; the first note has none, and stands under 0."""
    offered: int = 0
    """The attempt that the times are which the client was offered last."""
    meetings: dict[int, Met] = field(default_factory=dict)

    @property
    def attempts_made(self) -> int:
        """How often the client was tried."""
        return len(self.tries)

    @property
    def first_attempt_at(self) -> datetime | None:
        """When he was tried first."""
        return min((tried.at for tried in self.tries.values()), default=None)

    @property
    def counseled_at(self) -> datetime | None:
        """The first session that was held."""
        held = (met.starts_at for met in self.meetings.values() if met.is_held)
        return min(held, default=None)

    def contact(self, at: datetime) -> None:
        """The client was reached, or a session was planned or held."""
        self.contacted_at = min(self.contacted_at, at) if self.contacted_at else at

    def end(self, at: datetime, unanswered: Outcome | None = None) -> None:
        """The mentor no longer holds it; `unanswered` is the outcome if he had not answered."""
        self.ended_at = at
        if unanswered and self.outcome in UNANSWERED:
            self.outcome = unanswered


@dataclass
class Stood:
    """A request at the end of what was told of it."""

    status: str = ""
    submitted_at: datetime | None = None
    since: datetime | None = None
    """When it came to where it stands; a move to another chapter does not count."""
    waiting_since: datetime | None = None
    reason: str = ""
    chapter: int | None = None
    """None if the timeline does not tell, as it never moved and began before that was told."""
    parked: bool = False
    current: int | None = None
    closed_at: datetime | None = None
    withdraw_reason: str = ""
    duplicate_of: int | None = None
    helds: dict[int, Held] = field(default_factory=dict)
    """Every choice of a mentor, by the number of the assignment."""

    @property
    def held(self) -> Held | None:
        """The choice of a mentor that is, or was at the closing, in force."""
        return None if self.current is None else self.helds.get(self.current)

    @property
    def stage(self) -> Stage | None:
        """How far it has come, while it is open."""
        if self.status == Status.NEED_ACTION:
            return Stage.NOT_ASSIGNED
        if self.status == Status.ASSIGNED:
            return Stage.NOT_ACCEPTED
        if self.status != Status.ACCEPTED:
            return None
        held = self.held
        if held and held.counseled_at:
            return Stage.IN_MENTORING
        return Stage.NOT_COUNSELED if held and held.contacted_at else Stage.NOT_CONTACTED

    @property
    def stage_since(self) -> datetime | None:
        """When it came to its stage: into the queue, assigned, accepted, first contact, session."""
        held, stage = self.held, self.stage
        if held is None or stage is None:
            return self.since
        return {
            Stage.NOT_ACCEPTED: held.assigned_at,
            Stage.NOT_CONTACTED: held.answered_at,
            Stage.NOT_COUNSELED: held.contacted_at,
            Stage.IN_MENTORING: held.counseled_at,
        }.get(stage, self.since)

    @property
    def has_notes(self) -> bool:
        """Whether notes were ever entered for a session, whoever led it."""
        meetings = (met for held in self.helds.values() for met in held.meetings.values())
        return any(met.notes_entered_at for met in meetings)
