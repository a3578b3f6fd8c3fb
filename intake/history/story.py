"""How a request stands after the events so far, and what every event needs to go on from there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from intake.enums import (
    CLOSED,
    ContactResult,
    EventKind,
    Outcome,
    QueueReason,
    SessionState,
    Status,
)
from intake.history.reader import Refusal
from intake.history.records import (
    Asked,
    AssignmentRow,
    AttemptRow,
    EventRow,
    Happened,
    Replayed,
    SessionRow,
)
from intake.history.world import Person, World
from intake.policy import Clocks, attempts_due, close_out_due

NEED_ACTION: Final = Status.NEED_ACTION.value
ASSIGNED: Final = Status.ASSIGNED.value
ACCEPTED: Final = Status.ACCEPTED.value
SHUT: Final = frozenset(status.value for status in CLOSED)
PENDING: Final = Outcome.PENDING.value
OVERDUE: Final = Outcome.OVERDUE.value
PLANNED: Final = SessionState.SCHEDULED.value

NAMES: Final = {
    "assigned": "An assignment",
    "accepted": "An acceptance",
    "declined": "A decline",
    "requeued": "A return by the clock",
    "handed_back": "A handing back",
    "transferred": "A transfer",
    "contact": "A contact attempt",
    "session_scheduled": "A session that was planned",
    "session_held": "A session that was held",
    "session_missed": "A session that was missed",
    "notes_entered": "Session notes",
    "closed": "A closing",
    "reopened": "A reopening",
    "moved": "A move",
}
"""How the sentences call what happened."""


class Story:
    """How things stand after the events so far."""

    def __init__(self, asked: Asked, world: World, frozen: Sequence[Clocks]) -> None:
        self.asked, self.world, self.place = asked, world, asked.place
        self.frozen = frozen
        self.status, self.queue_reason = NEED_ACTION, QueueReason.NEW.value
        self.status_since = self.last_at = asked.submitted_at
        self.waiting_since: datetime | None = asked.submitted_at
        self.current: AssignmentRow | None = None
        self.closed_at: datetime | None = None
        self.withdraw_reason = ""
        self.assignments: list[AssignmentRow] = []
        self.attempts: list[AttemptRow] = []
        self.sessions: list[SessionRow] = []
        self.events: list[EventRow] = [
            EventRow(
                EventKind.SUBMITTED.value,
                asked.submitted_at,
                "",
                NEED_ACTION,
                by_client=True,
                data={"direct": False, "chapter": asked.place.pk, "parked": False},
            )
        ]

    def told(self) -> Replayed:
        """The end of the story, for now."""
        self._quieten()
        return Replayed(
            asked=self.asked,
            place=self.place,
            status=self.status,
            queue_reason=self.queue_reason,
            status_since=self.status_since,
            waiting_since=self.waiting_since,
            current=self.current,
            closed_at=self.closed_at,
            withdraw_reason=self.withdraw_reason,
            assignments=self.assignments,
            attempts=self.attempts,
            sessions=self.sessions,
            events=self.events,
        )

    def record(
        self, kind: EventKind, at: datetime, by: Person | None, was: str, **more: Any
    ) -> None:
        """An entry of the timeline, of the assignment in force unless `more` names another."""
        assignment = more.pop("assignment", self.current)
        self.events.append(
            EventRow(kind.value, at, was, self.status, by, assignment=assignment, **more)
        )

    def settle_overdue(self, at: datetime) -> None:
        """From the very instant of the deadline on an answer is late."""
        current = self.current
        if current is None or current.outcome != PENDING or at < current.clocks.respond_by:
            return
        self.become_overdue(current, current.clocks.respond_by)

    def become_overdue(self, current: AssignmentRow, at: datetime) -> None:
        """The deadline has passed without an answer."""
        current.outcome, current.overdue_at = OVERDUE, at
        self.record(EventKind.OVERDUE, at, None, self.status)

    def unanswered(self, event: Happened) -> AssignmentRow:
        """The assignment that waits for an answer. Raises Refusal."""
        if self.status == ASSIGNED and self.current is not None:
            return self.current
        if self.status == ACCEPTED:
            raise Refusal(f"{NAMES[event.kind]}, but the assignment was accepted already.")
        raise Refusal(f"{NAMES[event.kind]}, but no assignment is open.")

    def led(self, event: Happened) -> AssignmentRow:
        """The assignment of the mentor who leads it. Raises Refusal."""
        if self.status == ACCEPTED and self.current is not None:
            return self.current
        raise Refusal(f"{NAMES[event.kind]}, but no mentor had accepted the request.")

    def to_queue(self, reason: QueueReason, at: datetime) -> None:
        """Nobody holds it any more."""
        self.status, self.queue_reason = NEED_ACTION, reason.value
        self.status_since, self.current = at, None

    def answer_days(self, assignment: AssignmentRow, at: datetime) -> float:
        """Business days to an answer, on the clock of the mentor's chapter."""
        calendar, zone = self.world.calendar, assignment.mentor.zone
        return calendar.business_days(assignment.assigned_at, at, zone)

    def clocks(self, at: datetime, mentor: Person) -> Clocks:
        """The clocks of the next assignment; frozen ones stay as they are."""
        number = len(self.assignments)
        if number < len(self.frozen):
            return self.frozen[number]
        return self.world.clocks(at, mentor.zone)

    def attempt(self, attempt: AttemptRow) -> None:
        """One more try to reach the client: counted, and the clocks that follow from it set."""
        row = attempt.assignment
        self.attempts.append(attempt)
        row.attempts_made += 1
        row.first_attempt_at = row.first_attempt_at or attempt.at
        if attempt.result == ContactResult.REACHED:
            self.contacted(row, attempt.at)
        elif row.contacted_at is None:
            self._wind_clocks(row, attempt.at)

    def _wind_clocks(self, row: AssignmentRow, last: datetime) -> None:
        """The next attempt in 7 days; after three of them close-out, 14 days after the first."""
        rules = self.world.policy
        row.attempts_due_at = row.close_out_due_at = None
        if row.attempts_made < rules.attempts_needed:
            row.attempts_due_at = attempts_due(rules, last)
        elif row.first_attempt_at is not None:
            row.close_out_due_at = max(close_out_due(rules, row.first_attempt_at), last)

    def contacted(self, row: AssignmentRow, at: datetime) -> None:
        """The client was reached, or a session was planned or held: the contact clocks stop."""
        row.contacted_at = min(row.contacted_at, at) if row.contacted_at else at
        row.attempts_due_at = row.close_out_due_at = None

    def plan(
        self, row: AssignmentRow, starts_at: datetime, at: datetime, by: Person | None
    ) -> SessionRow:
        """A meeting is put down as to come."""
        session = SessionRow(row, starts_at, at)
        self.sessions.append(session)
        self.contacted(row, at)
        self.tell(EventKind.SESSION_SCHEDULED, session, at, by)
        return session

    def planned(self, row: AssignmentRow, starts_at: datetime) -> SessionRow | None:
        """What the mentor had planned for an instant."""
        for session in self.sessions:
            mine = session.assignment is row and session.starts_at == starts_at
            if mine and session.state == PLANNED:
                return session
        return None

    def tell(
        self,
        kind: EventKind,
        session: SessionRow,
        at: datetime,
        by: Person | None,
        *,
        late: bool = False,
    ) -> None:
        """An entry of the timeline about a meeting."""
        data = {"starts_at": session.starts_at.isoformat(), "late": late}
        assignment = session.assignment
        self.record(kind, at, by, self.status, assignment=assignment, data=data, session=session)

    def end(self, row: AssignmentRow, at: datetime) -> None:
        """The mentor no longer leads it: what he had planned is called off."""
        row.ended_at = at
        for session in self.sessions:
            if session.assignment is row and session.state == PLANNED:
                session.state = SessionState.CANCELLED.value
                session.calendar_sequence += 1
                self.tell(EventKind.SESSION_CANCELLED, session, at, None)

    def _quieten(self) -> None:
        """Nobody is reminded of what was over before the last event, or of a closed request."""
        for row in self.assignments:
            if row.attempts_due_at is not None and row.attempts_due_at <= self.last_at:
                row.attempts_nudged_at = row.attempts_due_at
            if row.close_out_due_at is not None and row.close_out_due_at <= self.last_at:
                row.close_out_asked_at = row.close_out_due_at
        for session in self.sessions:
            due = session.notes_due_at
            if due is not None and (self.status in SHUT or due <= self.last_at):
                session.notes_asked_at = due
