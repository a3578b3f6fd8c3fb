"""Which mentors of the activity report stand out, and which ones a reader asks to see."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from intake.enums import Outcome
from intake.inforce import policy
from mentors.names import folded_words
from reports.activity import COLUMNS, Row, activity
from reports.question import Question


class Flag(StrEnum):
    """Why a friendly call may be due."""

    TIMEOUTS = "timeouts"
    DECLINES = "declines"
    LONG_PAUSE = "long-pause"

    @property
    def words(self) -> str:
        """What stands on the badge."""
        return {
            Flag.TIMEOUTS: "repeated time-outs",
            Flag.DECLINES: "repeated declines",
            Flag.LONG_PAUSE: f"paused over {policy().pause_check_days} days",
        }[self]


def flags(row: Row) -> list[Flag]:
    """What stands out about a mentor, by the thresholds of the policy."""
    rules = policy()
    raised = {
        Flag.TIMEOUTS: row.outcomes[Outcome.TIMED_OUT] >= rules.repeated_timeouts,
        Flag.DECLINES: row.outcomes[Outcome.DECLINED] >= rules.repeated_declines,
        Flag.LONG_PAUSE: row.paused_long,
    }
    return [flag for flag in Flag if raised[flag]]


class Show(StrEnum):
    """Which mentors are listed."""

    ALL = ""
    FLAGGED = "flagged"
    TIMEOUTS = "timeouts"
    DECLINES = "declines"
    LONG_PAUSE = "long-pause"
    PAUSED = "paused"
    FULL = "full"
    UNASKED = "unasked"

    @property
    def words(self) -> str:
        """What stands on the chooser."""
        return {
            Show.ALL: "All active mentors",
            Show.FLAGGED: "Whoever is flagged",
            Show.TIMEOUTS: "Repeated time-outs",
            Show.DECLINES: "Repeated declines",
            Show.LONG_PAUSE: f"Paused over {policy().pause_check_days} days",
            Show.PAUSED: "Paused",
            Show.FULL: "At the weekly limit",
            Show.UNASKED: "Never followed up",
        }[self]

    def holds(self, row: Row) -> bool:
        """Whether a mentor is listed."""
        match self:
            case Show.ALL:
                return True
            case Show.FLAGGED:
                return bool(flags(row))
            case Show.PAUSED:
                return row.pause is not None
            case Show.FULL:
                return row.weekly_limit is not None and row.used >= row.weekly_limit
            case Show.UNASKED:
                return row.last_follow_up is None
        return Flag(self.value) in flags(row)


NO_NUMBERS = ("", "mentor_external_id", "mentor", "paused_from", "paused_until", "paused_over_30")
FIGURES = {column.name: column for column in COLUMNS if column.name not in NO_NUMBERS}
"""The columns with numbers, by which the list can be narrowed."""


def figure_of(row: Row, name: str) -> float | None:
    """A number of a mentor as the page shows it, shares in per cent; None where there is none."""
    column = FIGURES[name]
    number = column.value(row)
    if not isinstance(number, int | float):
        return None
    return 100 * number if column.number_format.endswith("%") else number


@dataclass(frozen=True, kw_only=True)
class MentorsQuestion(Question):
    """The activity of some of the mentors."""

    name: str = ""
    """The beginnings of words of the name."""
    show: Show = Show.ALL
    figure: str = ""
    """The name of a column of `FIGURES`."""
    least: float | None = None
    """Its smallest number that is listed; whoever has none is not."""
    most: float | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether some mentors of the chapters are left out."""
        return bool(self.name or self.show or self.figure)


def listed(question: Question) -> list[Row]:
    """The mentors that are asked for, by name; all of them where nothing narrows the question."""
    rows = activity(question)
    if isinstance(question, MentorsQuestion) and question.is_narrowed:
        return list(_narrowed(rows, question))
    return rows


def _narrowed(rows: list[Row], question: MentorsQuestion) -> Iterator[Row]:
    wanted = folded_words(question.name)
    for row in rows:
        if question.show.holds(row) and _is_named(row, wanted) and _is_within(row, question):
            yield row


def _is_named(row: Row, wanted: list[str]) -> bool:
    words = folded_words(str(row.mentor))
    return all(any(word.startswith(part) for word in words) for part in wanted)


def _is_within(row: Row, question: MentorsQuestion) -> bool:
    if not question.figure:
        return True
    number = figure_of(row, question.figure)
    if number is None:
        return False
    above = question.least is None or number >= question.least
    return above and (question.most is None or number <= question.most)
