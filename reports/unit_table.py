"""The table of the overview: group by group who waits, how long it takes, how mentors answer.

Drawn here and not by a template: of a whole country it has thousands of cells.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from mentors.addresses import page_address
from mentors.columns import link
from reports import timing
from reports.answers import Answers, answers
from reports.measuring import Metric
from reports.overview import Line, lines
from reports.periods import ALWAYS, Span
from reports.question import UNITS, By, Question, unit_of
from reports.spans import local_month
from reports.timing import Figure
from reports.whereabouts import submitted

SHORT = {
    Metric.SUBMISSION_TO_ASSIGNMENT: "To first assignment",
    Metric.ASSIGNMENT_TO_ACCEPTANCE: "To acceptance",
    Metric.SUBMISSION_TO_NOTES: "To first notes",
}
"""What the columns of the metrics are called; all in business days on average."""
LINE = '<tr><th scope="row" class="stack-wide fw-normal">{}</th>{}</tr>'
CELL = '<td class="text-end clock" data-label="{}">{}</td>'


@dataclass(frozen=True)
class Cell:
    """One figure, and where its rows are."""

    title: str
    words: str
    address: str = ""

    @property
    def drawn(self) -> str:
        """The figure, which opens to its rows if it has some."""
        return _opening(self.words, self.address)


@dataclass(frozen=True)
class Row:
    """One group with its figures."""

    label: str
    narrows: str
    """The address of the overview of this group alone, if it is a unit."""
    cells: list[Cell]

    @property
    def drawn(self) -> SafeString:
        """The line of the table."""
        cells = format_html_join("", CELL, ((cell.title, cell.drawn) for cell in self.cells))
        return format_html(LINE, _opening(self.label, self.narrows), cells)


@dataclass(frozen=True)
class Table:
    """The figures of all groups."""

    title: str
    column: str
    """What the groups are."""
    rows: list[Row]

    @property
    def titles(self) -> list[str]:
        """What stands above the columns."""
        return [cell.title for cell in self.rows[0].cells] if self.rows else []


def table(
    question: Question,
    waits: Mapping[int, Counter[str]],
    figures: list[Figure],
    kept: Mapping[str, str],
) -> Table:
    """The groups by which the question is grouped, with the metrics worked out already.

    `waits` are the open requests of each chapter at every stage. They have no month, and those of
    a mentor are not told here: such groups have no columns for them. `kept` is what every report
    was asked, as it stands in addresses. Five queries at most.
    """
    facts = _facts(question, waits, figures, kept)
    words = question.by.value
    rows = [_row(facts, key) for key in facts.labels]
    return Table(title=f"By {words}", column=words.capitalize(), rows=rows)


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What is known of the groups, by the key that the metrics have: code, month, or mentor."""

    by: By
    kept: Mapping[str, str]
    labels: dict[str, str]
    lines: dict[str, Line]
    submitted: Mapping[str, int]
    figures: dict[tuple[str, Metric], Figure]
    answers: dict[str, Answers]


def _facts(
    question: Question,
    waits: Mapping[int, Counter[str]],
    figures: list[Figure],
    kept: Mapping[str, str],
) -> _Facts:
    units = lines(question, question.by, waits) if question.by in UNITS else []
    by_code = {line.unit.code: line for line in units if line.unit}
    labels = {code: str(line.unit) for code, line in by_code.items()}
    return _Facts(
        by=question.by,
        kept=kept,
        labels=labels or {figure.key: figure.label for figure in figures},
        lines=by_code,
        submitted=_submitted(question),
        figures={(figure.key, figure.metric): figure for figure in figures},
        answers=answers(question),
    )


def _submitted(question: Question) -> Mapping[str, int]:
    """How many requests were submitted in the period, by group; mentors submit none."""
    rows = submitted(question).order_by()
    if question.by == By.MONTH:
        return dict(_counted(rows.annotate(group=local_month("submitted_at", "home_zone"))))
    if question.by not in UNITS:
        return {}
    by_chapter = dict(_counted(rows.annotate(group=F("home"))))
    found: Counter[str] = Counter()
    for chapter in question.reach.chapters():
        found[unit_of(chapter, question.by).code] += by_chapter.get(chapter.pk, 0)
    return found


def _counted(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return rows.values_list("group").annotate(number=Count("pk"))


# --- Rows and cells -------------------------------------------------------------------------------


def _row(facts: _Facts, key: str) -> Row:
    line, about = facts.lines.get(key), _about(facts, key)
    waits = _waits(line, _now_at(facts, line)) if line else []
    submitted = [_requests(facts.submitted.get(key, 0), about)] if facts.submitted else []
    took = [_took(facts.figures.get((key, metric)), metric, about) for metric in Metric]
    return Row(
        label=facts.labels[key],
        narrows=_link("reports:overview", about) if line else "",
        cells=[*waits, *submitted, *took, *_answered(facts.answers.get(key), about)],
    )


def _about(facts: _Facts, key: str) -> str:
    """What is asked of another report, so that it is about this group."""
    if facts.by == By.MONTH:
        month = timing.month(key, ALWAYS)
        days = {"first": f"{month.first}", "last": f"{month.last}", "span": Span.OWN.value}
        return urlencode({**facts.kept, **days})
    if facts.by == By.MENTOR:
        return urlencode({**facts.kept, "mentor": key})
    return urlencode({**facts.kept, "unit": facts.lines[key].key})


def _now_at(facts: _Facts, line: Line) -> str:
    """What is asked of the lists: they are about all open requests, whenever submitted."""
    at = {"at": facts.kept["at"]} if "at" in facts.kept else {}
    return urlencode({"unit": line.key, **at})


def _waits(line: Line, about: str) -> list[Cell]:
    """How many are at each stage, and all of them."""
    stages = [
        Cell(stage.label, f"{number:,}", _link(page, about)) for stage, page, number in line.cells
    ]
    return [*stages, Cell("Open", f"{line.total:,}")]


def _requests(number: int, about: str) -> Cell:
    return Cell("Submitted", f"{number:,}", _link("reports:conversion", about))


def _took(figure: Figure | None, metric: Metric, about: str) -> Cell:
    days = figure.mean_business_days if figure else None
    if days is None:
        return Cell(SHORT[metric], "")
    return Cell(SHORT[metric], f"{days:.1f}", _link("reports:timing_rows", about, metric.value))


def _answered(found: Answers | None, about: str) -> list[Cell]:
    """The shares of what mentors received; they open to the mentors' activity."""
    shares = {
        "In time": found and found.share_in_time,
        "Declined": found and found.share_declined,
        "Timed out": found and found.share_timed_out,
    }
    activity = _link("reports:activity", about)
    return [
        Cell(title, "") if share is None else Cell(title, f"{share:.0%}", activity)
        for title, share in shares.items()
    ]


def _opening(words: str, address: str) -> str:
    return link(address, words) if address else words


def _link(page: str, about: str, *args: str) -> str:
    return f"{page_address(page, *args)}?{about}"
