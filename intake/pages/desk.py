"""A mentor's desk: where each request stands that he holds, and what he does next, by when.

What waits for the mentor is a `Task`; a client for whom nothing waits has a quiet next step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.urls import reverse

from intake.calendar import BusinessCalendar, local_date
from intake.enums import SessionState, Status
from intake.inforce import calendar, policy
from intake.models import Assignment, MentoringRequest, Session
from intake.pages import desk_rows
from intake.pages.clock_links import ClockName, clock_address
from intake.policy import Policy, notes_due
from mentors.addresses import address
from mentors.models import Volunteer
from mentors.words import day_in_words, instant_in_words, last_date


class Kind(StrEnum):
    """What can wait for a mentor."""

    ANSWER = "answer"
    OUTCOME = "outcome"
    NOTES = "notes"
    ATTEMPT = "attempt"
    CLOSE_OUT = "close_out"


@dataclass(frozen=True)
class Step:
    """What comes next, in words; and the one button for it: its name and its address.

    `how`: where it is explained by when, if there is a due date.
    """

    words: str
    button: str
    address: str
    mark: str = ""
    how: str = ""


@dataclass(frozen=True)
class Task:
    """Something that waits for the mentor, and by when."""

    kind: Kind
    mre: MentoringRequest
    due: datetime
    step: Step
    session: Session | None = None


@dataclass(frozen=True)
class OpenClient:
    """An accepted request: where it stands, and what comes next."""

    mre: MentoringRequest
    stands: str
    step: Step


@dataclass(frozen=True)
class Desk:
    """All that waits for a mentor, and all whom he mentors."""

    tasks: Sequence[Task]
    clients: Sequence[OpenClient]

    def waiting(self, kind: Kind) -> int:
        """How many tasks of a kind there are."""
        return sum(task.kind == kind for task in self.tasks)


@dataclass(frozen=True)
class Rules:
    """The instant, the clock and the numbers by which a desk is read.

    `offered`: since when clients can choose from proposed times, by the id of the request.
    """

    now: datetime
    zone: ZoneInfo
    policy: Policy
    calendar: BusinessCalendar
    offered: Mapping[int, datetime] = field(default_factory=dict)

    def day(self, at: datetime) -> str:
        """“Wed 25 Nov”."""
        return day_in_words(local_date(at, self.zone))

    def mark(self, due: datetime) -> str:
        """How close a deadline is: `ok`; `warn` on its last day; `late` afterwards."""
        today, last = local_date(self.now, self.zone), self._last_day(due)
        return "ok" if today < last else "warn" if today == last else "late"

    def by(self, what: str, due: datetime) -> str:
        """“answer by Wed 25 Nov”, “answer due today”, “answer was due Wed 25 Nov”."""
        last = day_in_words(self._last_day(due))
        return {
            "ok": f"{what} by {last}",
            "warn": f"{what} due today",
            "late": f"{what} was due {last}",
        }[self.mark(due)]

    def _last_day(self, due: datetime) -> date:
        return last_date(due, self.zone)


def read(mentor: Volunteer, now: datetime) -> Desk:
    """The desk of a mentor at this instant. As many queries for one request as for thirty."""
    held = desk_rows.held(mentor)
    rules = Rules(now, mentor.zone, policy(), calendar(), desk_rows.offered(held))
    sessions, elsewhere = desk_rows.sessions(mentor, held)
    waiting = [task for mre in held for task in tasks_of(mre, sessions[mre.pk], rules)]
    waiting += [_notes(session.request, session, rules) for session in elsewhere]
    return Desk(
        tasks=sorted(waiting, key=_urgency),
        clients=[
            open_client(mre, sessions[mre.pk], rules)
            for mre in held
            if mre.status == Status.ACCEPTED
        ],
    )


def _urgency(task: Task) -> tuple[bool, datetime, int]:
    """A client who waits for a mentor comes first, then what is due first."""
    return task.kind != Kind.ANSWER, task.due, task.mre.pk


# --- What waits -----------------------------------------------------------------------------------


def tasks_of(mre: MentoringRequest, sessions: list[Session], rules: Rules) -> list[Task]:
    """What waits for the mentor who holds this request, most urgent first."""
    assignment = _assignment(mre)
    if mre.status == Status.ASSIGNED:
        return [_answer(mre, assignment, rules)]
    found = [*_about_sessions(mre, sessions, rules), *_about_contact(mre, assignment, rules)]
    return sorted(found, key=_urgency)


def _assignment(mre: MentoringRequest) -> Assignment:
    assert mre.current is not None  # held by request_current_while_with_mentor
    return mre.current


def _step(words: str, button: str, page: str, row: Model, mark: str = "", how: str = "") -> Step:
    return Step(words, button, address(page, row.pk), mark, how)


def _answer(mre: MentoringRequest, assignment: Assignment, rules: Rules) -> Task:
    due = assignment.respond_by
    how = clock_address(ClockName.RESPOND, assignment)
    step = _step(rules.by("answer", due), "Answer", "intake:accept", mre, rules.mark(due), how)
    return Task(Kind.ANSWER, mre, due, step)


def _about_sessions(mre: MentoringRequest, sessions: list[Session], rules: Rules) -> Iterator[Task]:
    for session in sessions:
        if session.state == SessionState.HELD and session.notes_entered_at is None:
            yield _notes(mre, session, rules)
        elif session.state == SessionState.SCHEDULED and session.starts_at <= rules.now:
            yield _outcome(mre, session, rules)


def _notes(mre: MentoringRequest, session: Session, rules: Rules) -> Task:
    due = session.notes_due_at
    assert due is not None  # held by session_held_owes_notes
    words, how = rules.by("session note", due), clock_address(ClockName.NOTES, session)
    step = _step(words, "Write the note", "intake:session_notes", session, rules.mark(due), how)
    return Task(Kind.NOTES, mre, due, step, session)


def _outcome(mre: MentoringRequest, session: Session, rules: Rules) -> Task:
    """A planned session has begun: it is recorded by the day on which its notes will be due."""
    due = notes_due(rules.policy, rules.calendar, session.starts_at, rules.zone)
    words, how = rules.by("session record", due), clock_address(ClockName.RECORD, session)
    step = _step(words, "Record it", "intake:session_held", session, rules.mark(due), how)
    return Task(Kind.OUTCOME, mre, due, step, session)


def _about_contact(mre: MentoringRequest, assignment: Assignment, rules: Rules) -> Iterator[Task]:
    close_out, attempt = assignment.close_out_due_at, assignment.attempts_due_at
    if close_out is not None and close_out <= rules.now:
        yield Task(Kind.CLOSE_OUT, mre, close_out, _contact_step(mre, rules))
    elif attempt is not None and attempt <= rules.now:
        yield Task(Kind.ATTEMPT, mre, attempt, _contact_step(mre, rules))


def _contact_step(mre: MentoringRequest, rules: Rules) -> Step:
    assignment = _assignment(mre)
    words, mark = next_attempt(assignment, rules)
    how = how_attempts_count(assignment)
    if assignment.close_out_due_at is None:
        return _step(words, "Log an attempt", "intake:attempt", mre, mark, how)
    if assignment.close_out_due_at <= rules.now:
        closing = reverse("intake:close", args=[mre.pk, Status.NO_RESPONSE])
        return Step(words, "Close: No Response", closing, mark, how)
    return _step(words, "Open", "intake:request", mre, mark, how)


def how_attempts_count(assignment: Assignment) -> str:
    """Where the due date of what follows on the attempts is explained; nothing without one."""
    if assignment.close_out_due_at is not None:
        return clock_address(ClockName.CLOSE_OUT, assignment)
    if assignment.attempts_due_at is not None:
        return clock_address(ClockName.ATTEMPT, assignment)
    return ""


def next_attempt(assignment: Assignment, rules: Rules) -> tuple[str, str]:
    """What follows on the attempts made, and its mark; nothing once the client was reached."""
    if assignment.contacted_at is not None:
        return "", ""
    if (close_out := assignment.close_out_due_at) is not None:
        if close_out <= rules.now:
            return f"close out since {rules.day(close_out)}", rules.mark(close_out)
        return f"wait for an answer until {rules.day(close_out)}", ""
    following = f"{nth(assignment.attempts_made + 1)} attempt"
    if assignment.attempts_due_at is None:
        return following, ""
    return rules.by(following, assignment.attempts_due_at), rules.mark(assignment.attempts_due_at)


def nth(number: int) -> str:
    """“third”; “4th” and so on."""
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")


# --- Open clients ---------------------------------------------------------------------------------


def open_client(mre: MentoringRequest, sessions: list[Session], rules: Rules) -> OpenClient:
    """One line of the table of open clients."""
    waiting = tasks_of(mre, sessions, rules)
    step = waiting[0].step if waiting else _quiet_step(mre, sessions, rules)
    return OpenClient(mre, where_it_stands(mre, sessions, rules), step)


def where_it_stands(mre: MentoringRequest, sessions: list[Session], rules: Rules) -> str:
    """“3 sessions, last on Thu 12 Nov”, “Contacted twice, no answer yet” …"""
    held = _in_state(sessions, SessionState.HELD)
    if held:
        number = "1 session, on" if len(held) == 1 else f"{len(held)} sessions, last on"
        return f"{number} {rules.day(held[-1].starts_at)}"
    if missed := _in_state(sessions, SessionState.MISSED):
        return f"Missed the session on {rules.day(missed[-1].starts_at)}"
    if planned := _in_state(sessions, SessionState.SCHEDULED):
        first = planned[0].starts_at
        is_over = first <= rules.now
        return f"Session on {rules.day(first)} not recorded" if is_over else "First session planned"
    return _contact_in_words(_assignment(mre), rules)


def _contact_in_words(assignment: Assignment, rules: Rules) -> str:
    if assignment.contacted_at is not None:
        return f"In contact since {rules.day(assignment.contacted_at)}, no session yet"
    if assignment.first_attempt_at is None:
        return "Not contacted yet"
    first = rules.day(assignment.first_attempt_at)
    match assignment.attempts_made:
        case 1:
            return f"Contacted once, on {first}, no answer yet"
        case 2:
            return "Contacted twice, no answer yet"
    return f"{assignment.attempts_made} attempts since {first}, no answer"


def _quiet_step(mre: MentoringRequest, sessions: list[Session], rules: Rules) -> Step:
    """What comes next while nothing waits for the mentor."""
    if (since := rules.offered.get(mre.pk)) is not None:
        words = f"{mre.client.first_name} chooses from your times of {rules.day(since)}"
        return _step(words, "Open", "intake:request", mre)
    if planned := _in_state(sessions, SessionState.SCHEDULED):
        following = planned[0]
        when = instant_in_words(following.starts_at, rules.zone)
        words = f"Session {when}, {following.get_mode_display().lower()}"
        return _step(words, "Open", "intake:request", mre)
    if _assignment(mre).contacted_at is None:
        return _contact_step(mre, rules)
    if _in_state(sessions, SessionState.HELD):
        words = "plan the next session, or close as Complete"
        return _step(words, "Open", "intake:request", mre)
    return _step("plan a session", "Plan a session", "intake:session_schedule", mre)


def _in_state(sessions: list[Session], state: SessionState) -> list[Session]:
    return [session for session in sessions if session.state == state]


# --- Words ----------------------------------------------------------------------------------------


def in_short(desk: Desk) -> str:
    """“2 wait for your answer · 1 session note is due · 4 open clients”."""
    counts = [
        (desk.waiting(Kind.ANSWER), "waits for your answer", "wait for your answer"),
        (desk.waiting(Kind.OUTCOME), "session to record", "sessions to record"),
        (desk.waiting(Kind.NOTES), "session note is due", "session notes are due"),
        (desk.waiting(Kind.ATTEMPT), "contact attempt is due", "contact attempts are due"),
        (desk.waiting(Kind.CLOSE_OUT), "request to close", "requests to close"),
    ]
    said = [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]
    clients = len(desk.clients)
    return " · ".join([*said, f"{clients or 'no'} open client{'' if clients == 1 else 's'}"])
