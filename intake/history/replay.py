"""One request from its submission to its last event, by the table of transitions.

Pure: a row of requests.csv and its events give the rows to write, or the line that cannot be true
and why. States follow each other as they do for people; what people are asked besides (notes,
numbers of attempts, who may) is not asked of the past. The one clock that leaves a trace is the
accept time-out: an assignment unanswered at `respond_by` becomes overdue then. No clock is applied
past the last event.
"""

from collections.abc import Callable, Iterable, Sequence
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
from intake.history.records import (
    Asked,
    AssignmentRow,
    AttemptRow,
    EventRow,
    Happened,
    Replayed,
    SessionRow,
)
from intake.history.world import Person, World, tier
from intake.policy import Clocks, attempts_due, close_out_due
from mentors.enums import Tier

TIERS = cells.codes(Tier.choices)
CHANNELS = cells.codes(Channel.choices) | {"": Channel.EMAIL.value}
RESULTS = cells.codes(ContactResult.choices)
DECLINES = cells.codes(DeclineReason.choices) | {"": DeclineReason.OTHER.value}
WITHDRAWALS = cells.codes(WithdrawReason.choices) | {"": WithdrawReason.OTHER.value}
ENDS = {status.value: status.value for status in CLOSED}
BACK_TO = {status.value: status.value for status in (Status.NEED_ACTION, Status.ACCEPTED)}
LONGEST_NOTES = 20_000
LONGEST_WORDS = 2_000

NEED_ACTION: Final = Status.NEED_ACTION.value
ASSIGNED: Final = Status.ASSIGNED.value
ACCEPTED: Final = Status.ACCEPTED.value
SHUT: Final = frozenset(ENDS)
PENDING: Final = Outcome.PENDING.value
OVERDUE: Final = Outcome.OVERDUE.value
HELD: Final = SessionState.HELD.value
PLANNED: Final = SessionState.SCHEDULED.value


class OutOfOrder(Refusal):
    """An event that cannot have happened as things stood; `line` is the row that says so."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def replay(
    asked: Asked, events: Iterable[Happened], world: World, frozen: Sequence[Clocks] = ()
) -> Replayed:
    """The request with everything that hangs on it. Raises OutOfOrder.

    `frozen` are the clocks of its first assignments, if those were written earlier: they stay.
    """
    story = _Story(asked, world, frozen)
    for event in sorted(events, key=lambda event: event.at):  # stable: ties in the order given
        try:
            story.go_on(event)
        except Refusal as why:
            raise OutOfOrder(event.line, str(why)) from None
    return story.told()


class _Story:
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

    def go_on(self, event: Happened) -> None:
        """One more event. Raises Refusal if it cannot follow."""
        if event.at < self.asked.submitted_at:
            raise Refusal(f"{NAMES[event.kind]} before the request was submitted.")
        if self.status in SHUT and event.kind != "reopened":
            raise Refusal(f"{NAMES[event.kind]} after the request was closed.")
        self._settle_overdue(event.at)
        by = person(event.actor, "actor_id", self.world) if event.actor.strip() else None
        if event.mentor.strip():
            person(event.mentor, "mentor_id", self.world)
        ACTS[event.kind](self, event, by)
        self.last_at = event.at

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

    # --- What all acts need

    def _record(
        self, kind: EventKind, at: datetime, by: Person | None, was: str, **more: Any
    ) -> None:
        assignment = more.pop("assignment", self.current)
        self.events.append(
            EventRow(kind.value, at, was, self.status, by, assignment=assignment, **more)
        )

    def _settle_overdue(self, at: datetime) -> None:
        """From the very instant of the deadline on an answer is late."""
        current = self.current
        if current is None or current.outcome != PENDING or at < current.clocks.respond_by:
            return
        self._become_overdue(current, current.clocks.respond_by)

    def _become_overdue(self, current: AssignmentRow, at: datetime) -> None:
        current.outcome, current.overdue_at = OVERDUE, at
        self._record(EventKind.OVERDUE, at, None, self.status)

    def _unanswered(self, event: Happened) -> AssignmentRow:
        """The assignment that waits for an answer. Raises Refusal."""
        if self.status == ASSIGNED and self.current is not None:
            return self.current
        if self.status == ACCEPTED:
            raise Refusal(f"{NAMES[event.kind]}, but the assignment was accepted already.")
        raise Refusal(f"{NAMES[event.kind]}, but no assignment is open.")

    def _led(self, event: Happened) -> AssignmentRow:
        """The assignment of the mentor who leads it. Raises Refusal."""
        if self.status == ACCEPTED and self.current is not None:
            return self.current
        raise Refusal(f"{NAMES[event.kind]}, but no mentor had accepted the request.")

    def _to_queue(self, reason: QueueReason, at: datetime) -> None:
        self.status, self.queue_reason = NEED_ACTION, reason.value
        self.status_since, self.current = at, None

    def _answer_days(self, assignment: AssignmentRow, at: datetime) -> float:
        calendar, zone = self.world.calendar, assignment.mentor.zone
        return calendar.business_days(assignment.assigned_at, at, zone)

    # --- Assignment and answer

    def assigned(self, event: Happened, by: Person | None) -> None:
        """To a mentor: out of the queue, or instead of the one who holds it."""
        mentor = person(event.mentor, "mentor_id", self.world)
        given = cells.code(event.value, "value", TIERS) if event.value.strip() else ""
        was, before = self.status, self.current
        if before is not None:
            self._take_away(before, event.at)
        row = AssignmentRow(
            mentor,
            by,
            event.at,
            given or tier(mentor.place, self.place).value,
            self._clocks(event.at, mentor),
        )
        self.assignments.append(row)
        self.current, self.status, self.queue_reason = row, ASSIGNED, ""
        self.status_since = event.at
        if was == ACCEPTED:
            self.waiting_since = event.at
        self._tell_assigned(event, by, was, before)

    def _clocks(self, at: datetime, mentor: Person) -> Clocks:
        number = len(self.assignments)
        if number < len(self.frozen):
            return self.frozen[number]
        return self.world.clocks(at, mentor.zone)

    def _tell_assigned(
        self, event: Happened, by: Person | None, was: str, before: AssignmentRow | None
    ) -> None:
        note = cells.words(event.text, "text", LONGEST_WORDS)
        data = {"mentor": self.assignments[-1].mentor.pk, "note": note}
        kind = EventKind.ASSIGNED
        if before is not None:
            kind = EventKind.REPLACED
            data["previous_mentor"] = before.mentor.name
        elif by is None and event.at == self.asked.submitted_at and len(self.assignments) == 1:
            self.events[0].data["direct"] = data["direct"] = True
        self._record(kind, event.at, by, was, data=data, previous=before)

    def _take_away(self, before: AssignmentRow, at: datetime) -> None:
        if before.outcome == OVERDUE:
            before.outcome, before.ended_at = Outcome.TIMED_OUT.value, at
        elif before.outcome == PENDING:
            before.outcome, before.ended_at = Outcome.REPLACED.value, at
        else:
            self._end(before, at)

    def accepted(self, event: Happened, by: Person | None) -> None:
        """The mentor takes the client; that is the first attempt to reach him, by e-mail."""
        row = self._unanswered(event)
        late = row.outcome == OVERDUE
        row.outcome = (Outcome.ACCEPTED_LATE if late else Outcome.ACCEPTED_IN_TIME).value
        row.answered_at, row.answer_days = event.at, self._answer_days(row, event.at)
        self.status, self.status_since, self.waiting_since = ACCEPTED, event.at, None
        first = (Channel.EMAIL.value, ContactResult.AWAITING_ANSWER.value)
        self._try(AttemptRow(row, row.mentor, event.at, *first, is_first_note=True))
        note = {"note": cells.words(event.text, "text", LONGEST_WORDS)}
        self._record(EventKind.ACCEPTED, event.at, by, ASSIGNED, data=note)

    def declined(self, event: Happened, by: Person | None) -> None:
        """The mentor says no."""
        row = self._unanswered(event)
        row.decline_reason = cells.code(event.value, "value", DECLINES)
        row.decline_text = cells.words(event.text, "text", LONGEST_WORDS)
        row.outcome, row.answered_at = Outcome.DECLINED.value, event.at
        row.answer_days, row.ended_at = self._answer_days(row, event.at), event.at
        self._to_queue(QueueReason.DECLINED, event.at)
        data = {"reason": row.decline_reason, "text": row.decline_text}
        self._record(EventKind.DECLINED, event.at, by, ASSIGNED, assignment=row, data=data)

    def requeued(self, event: Happened, by: Person | None) -> None:
        """The clock took it back. Should it have run faster once, it was overdue by then."""
        row = self._unanswered(event)
        if row.outcome == PENDING:
            self._become_overdue(row, event.at)
        row.outcome, row.ended_at = Outcome.TIMED_OUT.value, event.at
        self._to_queue(QueueReason.TIMED_OUT, event.at)
        self._record(EventKind.REQUEUED, event.at, by, ASSIGNED, assignment=row)

    def handed_back(self, event: Happened, by: Person | None) -> None:
        """The mentor became unavailable."""
        row = self._unanswered(event)
        row.outcome, row.ended_at = Outcome.HANDED_BACK.value, event.at
        self._to_queue(QueueReason.MENTOR_UNAVAILABLE, event.at)
        self._record(EventKind.HANDED_BACK, event.at, by, ASSIGNED, assignment=row)

    # --- With the mentor

    def contact(self, event: Happened, by: Person | None) -> None:
        """A try to reach the client."""
        row = self._led(event)
        channel = cells.code(event.text, "text (the channel)", CHANNELS)
        result = cells.code(event.value, "value", RESULTS)
        attempt = AttemptRow(row, by or row.mentor, event.at, channel, result)
        self._try(attempt)
        data = {"channel": channel, "result": result}
        self._record(EventKind.CONTACT, event.at, by, ACCEPTED, data=data, attempt=attempt)

    def _try(self, attempt: AttemptRow) -> None:
        row = attempt.assignment
        self.attempts.append(attempt)
        row.attempts_made += 1
        row.first_attempt_at = row.first_attempt_at or attempt.at
        if attempt.result == ContactResult.REACHED:
            self._contacted(row, attempt.at)
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

    def _contacted(self, row: AssignmentRow, at: datetime) -> None:
        row.contacted_at = min(row.contacted_at, at) if row.contacted_at else at
        row.attempts_due_at = row.close_out_due_at = None

    def session_scheduled(self, event: Happened, by: Person | None) -> None:
        """A meeting is planned."""
        row = self._led(event)
        self._plan(row, cells.instant(event.value.strip(), "value"), event.at, by)

    def _plan(
        self, row: AssignmentRow, starts_at: datetime, at: datetime, by: Person | None
    ) -> SessionRow:
        session = SessionRow(row, starts_at, at)
        self.sessions.append(session)
        self._contacted(row, at)
        self._tell(EventKind.SESSION_SCHEDULED, session, at, by)
        return session

    def _planned(self, row: AssignmentRow, starts_at: datetime) -> SessionRow | None:
        """What the mentor had planned for an instant."""
        for session in self.sessions:
            mine = session.assignment is row and session.starts_at == starts_at
            if mine and session.state == PLANNED:
                return session
        return None

    def session_held(self, event: Happened, by: Person | None) -> None:
        """A meeting took place, planned or not."""
        row = self._led(event)
        starts_at = cells.instant(event.value.strip(), "value")
        session = self._planned(row, starts_at)
        if session is None:
            session = SessionRow(row, starts_at, event.at)
            self.sessions.append(session)
        session.state, session.entered_at = HELD, event.at
        session.minutes = cells.number(event.minutes.strip(), "minutes") or 0
        session.notes_due_at = self.world.notes_due(starts_at, row.mentor.zone)
        self._contacted(row, starts_at)
        row.counseled_at = min(row.counseled_at, starts_at) if row.counseled_at else starts_at
        self._tell(EventKind.SESSION_HELD, session, event.at, by)

    def session_missed(self, event: Happened, by: Person | None) -> None:
        """The client did not come; to what nobody had written down before, too."""
        row = self._led(event)
        starts_at = cells.instant(event.value.strip(), "value")
        session = self._planned(row, starts_at) or self._plan(row, starts_at, event.at, by)
        session.state, session.entered_at = SessionState.MISSED.value, event.at
        self._tell(EventKind.SESSION_MISSED, session, event.at, by)

    def notes_entered(self, event: Happened, by: Person | None) -> None:
        """The notes of a meeting that was held, by whoever led it. The first time counts."""
        starts_at = cells.instant(event.value.strip(), "value")
        held = (s for s in reversed(self.sessions) if s.starts_at == starts_at and s.state == HELD)
        session = next(held, None)
        if session is None:
            raise Refusal(f"Session notes, but no session was held at “{event.value}”.")
        session.notes = cells.words(event.text, "text", LONGEST_NOTES) or session.notes
        session.notes_entered_at = session.notes_entered_at or event.at
        due = session.notes_due_at
        late = due is not None and session.notes_entered_at >= due
        self._tell(EventKind.NOTES_ENTERED, session, event.at, by, late=late)

    def _tell(
        self,
        kind: EventKind,
        session: SessionRow,
        at: datetime,
        by: Person | None,
        *,
        late: bool = False,
    ) -> None:
        data = {"starts_at": session.starts_at.isoformat(), "late": late}
        assignment = session.assignment
        self._record(kind, at, by, self.status, assignment=assignment, data=data, session=session)

    # --- Ends and new beginnings

    def _end(self, row: AssignmentRow, at: datetime) -> None:
        """The mentor no longer leads it: what he had planned is called off."""
        row.ended_at = at
        for session in self.sessions:
            if session.assignment is row and session.state == PLANNED:
                session.state = SessionState.CANCELLED.value
                session.calendar_sequence += 1
                self._tell(EventKind.SESSION_CANCELLED, session, at, None)

    def transferred(self, event: Happened, by: Person | None) -> None:
        """Back to the queue after acceptance; the client waits again from then."""
        row = self._led(event)
        self._end(row, event.at)
        self._to_queue(QueueReason.TRANSFERRED, event.at)
        self.waiting_since = event.at
        reason = cells.words(event.text, "text", LONGEST_WORDS)
        data = {"reason": reason, "proposed": ""}
        self._record(EventKind.TRANSFERRED, event.at, by, ACCEPTED, assignment=row, data=data)

    def closed(self, event: Happened, by: Person | None) -> None:
        """One of the five ends. Only a withdrawal needs no mentor who leads it."""
        end = cells.code(event.value, "value", ENDS)
        withdrawn = end == Status.WITHDRAWN
        reason = cells.code(event.text, "text (the reason)", WITHDRAWALS) if withdrawn else ""
        if not withdrawn:
            self._led(event)
        was, row = self.status, self.current
        if row is not None and was == ASSIGNED:
            row.outcome, row.ended_at = Outcome.WITHDRAWN.value, event.at
            self.current = None
        elif row is not None:
            self._end(row, event.at)
        self.status, self.queue_reason, self.withdraw_reason = end, "", reason
        self.status_since = self.closed_at = event.at
        self.waiting_since = None
        data = _why(reason) if withdrawn else {"note": cells.words(event.text, "text", 2000)}
        self._record(EventKind.CLOSED, event.at, by, was, assignment=row, data=data)

    def reopened(self, event: Happened, by: Person | None) -> None:
        """Closed too early: to the queue, or to the mentor who held it."""
        to = cells.code(event.value, "value", BACK_TO)
        was, row = self.status, self.current
        if was not in SHUT:
            raise Refusal("A reopening, but the request was not closed.")
        if to == ACCEPTED and row is None:
            raise Refusal(
                "A reopening to the mentor, but none held the request when it was closed."
            )
        self.closed_at, self.withdraw_reason, self.status_since = None, "", event.at
        if to == ACCEPTED and row is not None:
            row.ended_at, self.status = None, ACCEPTED
            self._wake_clocks(row, event.at)
        else:
            self._to_queue(QueueReason.REOPENED, event.at)
            self.waiting_since = event.at
        data = {"reason": cells.words(event.text, "text", LONGEST_WORDS)}
        self._record(EventKind.REOPENED, event.at, by, was, data=data)

    def _wake_clocks(self, row: AssignmentRow, at: datetime) -> None:
        """What fell due while the request was closed falls due when it is opened."""
        if row.attempts_due_at is not None:
            row.attempts_due_at = max(row.attempts_due_at, at)
        if row.close_out_due_at is not None:
            row.close_out_due_at = max(row.close_out_due_at, at)

    def moved(self, event: Happened, by: Person | None) -> None:
        """To the queue of another chapter; the wait stays."""
        if self.status != NEED_ACTION:
            raise Refusal("A move, but the request was not in a queue.")
        to = self.world.places.get(event.value.strip())
        if to is None:
            raise Refusal(f"value: chapter “{event.value}” is not known.")
        data = {
            "note": cells.words(event.text, "text", LONGEST_WORDS),
            "from_chapter": self.place.pk,
            "from_name": self.place.name,
            "to_chapter": to.pk,
            "to_name": to.name,
        }
        self.place, self.queue_reason = to, QueueReason.MOVED_HERE.value
        self._record(EventKind.MOVED, event.at, by, NEED_ACTION, data=data)

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


def _why(reason: str) -> dict[str, Any]:
    """What is said of a withdrawal."""
    why = WithdrawReason(reason).label.lower()
    return {"reason": reason, "why": why, "note": "", "duplicate_of": None}


Act = Callable[[_Story, Happened, Person | None], None]
ACTS: Final[dict[str, Act]] = {
    "assigned": _Story.assigned,
    "accepted": _Story.accepted,
    "declined": _Story.declined,
    "requeued": _Story.requeued,
    "handed_back": _Story.handed_back,
    "transferred": _Story.transferred,
    "contact": _Story.contact,
    "session_scheduled": _Story.session_scheduled,
    "session_held": _Story.session_held,
    "session_missed": _Story.session_missed,
    "notes_entered": _Story.notes_entered,
    "closed": _Story.closed,
    "reopened": _Story.reopened,
    "moved": _Story.moved,
}
"""What each kind of event does; the kinds are those that `parsing` lets through."""
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
