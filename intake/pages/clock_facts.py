"""What a clock of an assignment is explained by, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.calendar import BusinessCalendar, Explanation
from intake.enums import EventKind, Outcome
from intake.models import Assignment, ContactAttempt, RequestEvent, Session
from intake.pages import counting
from intake.pages.counting import Whose
from intake.policy import Policy
from mentors.words import last_day_in_words

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Rules:
    """By what the clocks are explained: the instant of looking, and what is in force then."""

    now: datetime
    calendar: BusinessCalendar
    policy: Policy


@dataclass(frozen=True)
class Story:
    """What happened to a request, as far as clocks are concerned."""

    struck: dict[tuple[str, int], RequestEvent] = field(default_factory=dict)
    """By kind of event and row: the assignment; for session notes the session."""
    moved: dict[tuple[str, int], RequestEvent] = field(default_factory=dict)
    """The last recount, by the field that it moved and row."""
    sessions: dict[int, list[Session]] = field(default_factory=dict)
    attempts: dict[int, ContactAttempt] = field(default_factory=dict)
    """The attempt that was logged last, by assignment."""


@dataclass(frozen=True)
class Held:
    """One assignment with all that its clocks are explained by."""

    row: Assignment
    whose: Whose
    story: Story
    rules: Rules

    def explain(self, start: datetime, days: int) -> Explanation:
        """How so many business days are counted on the mentor's clock with today's closed days."""
        return self.rules.calendar.explain_deadline(start, days, self.whose.zone)

    def last_day(self, due: datetime) -> str:
        """“Wed 25 Nov”, of the midnight that ends it."""
        return last_day_in_words(due, self.whose.zone)

    @property
    def is_over(self) -> bool:
        """Whether the mentor has answered it or lost it."""
        return self.row.answered_at is not None or self.row.ended_at is not None

    @property
    def answer(self) -> str:
        """How the assignment was answered or ended, if it was."""
        row = self.row
        if row.answered_at is not None:
            did = "declined" if row.outcome == Outcome.DECLINED else "accepted"
            return f"{row.mentor} {did} on {self.whose.instant(row.answered_at)}."
        if row.ended_at is not None:
            how = row.get_outcome_display().lower()
            return f"The assignment ended on {self.whose.instant(row.ended_at)}: {how}."
        return ""

    @property
    def end(self) -> str:
        """How the mentor came to hold the request no longer, if he does not."""
        mre = self.row.request
        if self.row.ended_at is not None:
            return (
                f"{self.row.mentor} has not held it since {self.whose.instant(self.row.ended_at)}."
            )
        if mre.closed_at is not None:
            return f"The request was closed on {self.whose.instant(mre.closed_at)}."
        return ""

    def has_struck(self, kind: EventKind, row: int) -> bool:
        """Whether this clock has done what it does."""
        return (kind, row) in self.story.struck

    def became(self, kind: EventKind, row: int, due: datetime, stopped: str) -> Facts:
        """What became of a clock. `stopped`: why it can strike no longer, if so."""
        if event := self.story.struck.get((kind, row)):
            at, processed = self.whose.instant(event.at), self.whose.instant(event.processed_at)
            struck = f"It struck: recorded as {at}, processed at {processed}."
            return (("What became of it", f"{struck} {stopped}".strip()),)
        waits = "It has not struck yet." if self.rules.now < due else "It is due now."
        return (("What became of it", stopped or waits),)

    def moved(self, field_name: str, row: int) -> Facts:
        """That the due date was moved: when, by whom, and what it was before."""
        event = self.story.moved.get((field_name, row))
        if event is None:
            return ()
        by = f" by {event.by}" if event.by else ""
        was = event.data.get("before", {}).get(field_name)
        before = counting.moment(datetime.fromisoformat(was), self.whose) if was else ""
        words = f"Counted anew on {self.whose.instant(event.processed_at)}{by}."
        return (("Moved", f"{words} Before: {before}." if before else words),)
