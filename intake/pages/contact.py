"""How the current mentor tries to reach the client: what was tried, how far he is, what is next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from intake.enums import ContactResult
from intake.inforce import calendar, policy
from intake.models import Assignment, ContactAttempt, MentoringRequest
from intake.pages.clock_links import ClockName, clock_address
from intake.pages.desk import Rules, how_attempts_count, next_attempt, nth
from intake.permissions import check_can_take_back
from intake.policy import close_out_due
from mentors.models import Volunteer
from mentors.permissions import refusal

TONES = {
    ContactResult.REACHED: "success",
    ContactResult.UNDELIVERABLE: "danger",
    ContactResult.WRONG_NUMBER: "danger",
}


@dataclass(frozen=True)
class Try:
    """A contact attempt in words; `tone` colours its dot. `taken_back`: it still can be, by pk."""

    title: str
    at: datetime
    words: str
    tone: str
    taken_back: int | None = None


@dataclass(frozen=True)
class Milestone:
    """A step on the way to an answer, or to closing without one: made, or by when it is due.

    `how`: where its date is explained.
    """

    label: str
    words: str
    is_made: bool
    mark: str = ""
    how: str = ""


@dataclass(frozen=True)
class Progress:
    """What was tried, what is due next with its mark, and the steps of the whole way.

    Once the client was reached there is nothing to wait for: no steps, nothing next. `how`: where
    that due date is explained.
    """

    tries: Sequence[Try]
    next: str
    mark: str
    how: str
    made: int
    needed: int
    milestones: Sequence[Milestone]

    @property
    def next_step(self) -> Milestone | None:
        """The first step that is still to make."""
        return next((step for step in self.milestones if not step.is_made), None)


def progress(
    mre: MentoringRequest, assignment: Assignment, reader: Volunteer, now: datetime
) -> Progress:
    """The attempts of the assignment that holds a request, first to last. Two queries.

    From here on they are `assignment.attempts.all()`, at no cost.
    """
    rules = Rules(now, reader.zone, policy(), calendar())
    words, mark = next_attempt(assignment, rules)
    in_turn = ContactAttempt.objects.order_by("at", "pk")
    prefetch_related_objects([assignment], Prefetch("attempts", in_turn))
    made = list(assignment.attempts.all())
    return Progress(
        tries=[_try(number, each, mre, reader, now) for number, each in enumerate(made, 1)],
        next=words,
        mark=mark,
        how=how_attempts_count(assignment),
        made=len(made),
        needed=rules.policy.attempts_needed,
        milestones=[] if assignment.contacted_at else list(_milestones(assignment, made, rules)),
    )


def _try(
    number: int,
    attempt: ContactAttempt,
    mre: MentoringRequest,
    reader: Volunteer,
    now: datetime,
) -> Try:
    how, result = attempt.get_channel_display(), attempt.get_result_display().lower()
    words = "First note, sent with the acceptance" if attempt.is_first_note else attempt.note
    if attempt.is_mail:
        words = f"“{attempt.note}”, sent from here"
    return Try(
        title=f"{number}. {how}, {result}",
        at=attempt.at,
        words=words,
        tone=TONES.get(ContactResult(attempt.result), ""),
        taken_back=None if refusal(check_can_take_back, reader, attempt, mre, now) else attempt.pk,
    )


# --- The way to close-out -------------------------------------------------------------------------


def _milestones(
    assignment: Assignment, made: Sequence[ContactAttempt], rules: Rules
) -> Iterator[Milestone]:
    """The attempts that are needed, each made or still to make; then the close-out."""
    needed = rules.policy.attempts_needed
    for number, attempt in enumerate(made[:needed], 1):
        yield Milestone(f"{nth(number)} attempt".capitalize(), rules.day(attempt.at), is_made=True)
    for number in range(len(made) + 1, needed + 1):
        yield _to_make(number, assignment, rules, is_next=number == len(made) + 1)
    yield _close_out(assignment, rules)


def _to_make(number: int, assignment: Assignment, rules: Rules, *, is_next: bool) -> Milestone:
    due, label = assignment.attempts_due_at, f"{nth(number)} attempt".capitalize()
    if due is None or not is_next:
        return Milestone(label, "", is_made=False)
    how = clock_address(ClockName.ATTEMPT, assignment)
    return Milestone(label, rules.by("", due).strip(), False, rules.mark(due), how)


def _close_out(assignment: Assignment, rules: Rules) -> Milestone:
    """It opens two weeks after the first attempt; whoever tries late waits for the last one."""
    label, opens = "Close-out", assignment.close_out_due_at
    if opens is not None:
        how = clock_address(ClockName.CLOSE_OUT, assignment)
        if opens <= rules.now:
            return Milestone(label, f"open since {rules.day(opens)}", False, "late", how)
        return Milestone(label, f"opens {rules.day(opens)}", False, "", how)
    if assignment.first_attempt_at is None:
        return Milestone(label, "", is_made=False)
    earliest = close_out_due(rules.policy, assignment.first_attempt_at)
    return Milestone(label, f"not before {rules.day(earliest)}", is_made=False)
