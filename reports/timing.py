"""The three timing metrics: mean and median of what was measured, and how many still wait."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import DateTimeField, F, Func, Value
from django.db.models.expressions import Combinable

from intake.calendar import ONE_DAY, BusinessCalendar
from intake.inforce import calendar
from mentors.models import Chapter, Volunteer
from mentors.spreadsheets import Column
from reports import awaiting
from reports.awaiting import Waits
from reports.measuring import Metric, Rows, mentor_of, of_home, stretches
from reports.periods import Period, next_month
from reports.question import UNITS, By, Question, unit_of
from reports.scope import Reach
from reports.spans import DAY, business_time_between, since_monday_one, wall_clock

BYS = (By.ALL, By.MONTH, By.REGION, By.DISTRICT, By.CHAPTER, By.MENTOR)
"""What the figures can be grouped by."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One metric of one group. Means and medians are in days; None where nothing was measured."""

    group: str
    """What programs call it: “all”, YYYY-MM, the code of a unit, the old number of a mentor."""
    label: str
    """What people call it."""
    key: str
    """What `of_group` knows it by."""
    metric: Metric
    measured: int
    waiting: int
    mean_days: float | None
    median_days: float | None
    mean_business_days: float | None
    median_business_days: float | None


def figures(question: Question) -> list[Figure]:
    """The metrics of each group of what is asked, one after the other. See `figures_by`."""
    return figures_by(question, question.by)[question.by]


def figures_by(question: Question, *bys: By) -> dict[By, list[Figure]]:
    """The same for several ways of grouping at once, for which the rows are read only once.

    Groups of which nothing was measured and nothing waits are left out; of a period with both ends
    there are all months. At most nine queries, whatever is asked; the chapters are read if units
    are told apart.
    """
    days_off = calendar()
    sums = {metric: _sums(question, metric, bys, days_off) for metric in Metric}
    counts = awaiting.counts(question, by_mentor=By.MENTOR in bys)
    units = question.reach.chapters() if set(bys).intersection(UNITS) else []
    chapters = {chapter.pk: chapter for chapter in units}
    answer = {}
    for by in bys:
        still = _waits(counts, by, chapters)
        groups = _groups(question, by, chapters, _found(by, sums, still))
        answer[by] = list(_figures(by, groups, sums, still))
    return answer


def figure(question: Question, metric: Metric) -> Figure:
    """One metric of all that is asked about, whatever it is grouped by."""
    (only,) = of_metric(question.grouped(By.ALL), metric)
    return only


def of_metric(question: Question, metric: Metric) -> Iterator[Figure]:
    """One metric of all that is asked about, as a whole or by months."""
    sums = _sums(question, metric, [question.by], calendar())
    waits = awaiting.number(question, metric)
    for group in _groups(question, question.by, {}, {key for _, key in sums}):
        yield _figure(group, metric, sums.get((question.by, group.key), NOTHING), waits)


def means(question: Question) -> dict[Metric, float | None]:
    """The mean of each metric over all that is asked, in business days; None where nothing was
    measured.

    Three queries. Who wants no more than this is spared the medians, which put all rows in order.
    """
    days_off = calendar()
    return {metric: _mean(question, metric, days_off) for metric in Metric}


# --- What was measured ----------------------------------------------------------------------------


class _Sums(NamedTuple):
    """Of one group: how many, and in microseconds the sums and the medians."""

    number: int
    total: int
    median: float
    business_total: int
    business_median: float


NOTHING = _Sums(0, 0, 0.0, 0, 0.0)
CLOCKS = ("began_on_wall", "ended_on_wall")
"""What the clock showed at both ends."""
Key = tuple[By, str]
"""A way of grouping, and one of its groups."""

AGGREGATED = """
SELECT {keys}, count(*), sum(took), percentile_cont(0.5) WITHIN GROUP (ORDER BY took),
sum(took_business), percentile_cont(0.5) WITHIN GROUP (ORDER BY took_business)
FROM (
SELECT {keys}, took, {took_business} AS took_business FROM ({rows} OFFSET 0) AS stretches OFFSET 0
) AS timed GROUP BY GROUPING SETS ({sets})
"""
"""OFFSET 0 keeps the rows whole, so that the clock is read once for each end of a stretch, and its
span worked out once and not twice."""
ADDED_UP = "SELECT count(*), sum({took_business}) FROM ({rows} OFFSET 0) AS stretches"


def _sums(
    question: Question, metric: Metric, bys: Sequence[By], days_off: BusinessCalendar
) -> dict[Key, _Sums]:
    """The sums of each group. One query, which works out each stretch once for all of them."""
    keys = {f"by_{by}": _key(question, metric, by) for by in bys}
    rows = _read_by_clocks(question, metric).annotate(**keys).values(*keys, "took", *CLOCKS)
    parts = {"keys": ", ".join(keys), "sets": ", ".join(f"({key})" for key in keys)}
    found = {}
    for row in _aggregated(AGGREGATED, rows, days_off, **parts):
        by, key = next((by, key) for by, key in zip(bys, row, strict=False) if key is not None)
        found[by, _name(by, key)] = _Sums(*row[len(bys) :])
    return found


def _mean(question: Question, metric: Metric, days_off: BusinessCalendar) -> float | None:
    rows = _read_by_clocks(question, metric).values("took", *CLOCKS)
    ((number, total),) = _aggregated(ADDED_UP, rows, days_off)
    return int(total) / (number * DAY) if number else None


def _read_by_clocks(question: Question, metric: Metric) -> Rows:
    ends = (since_monday_one(end, F("zone")) for end in ("began", "ended"))
    rows: Rows = stretches(question, metric).annotate(**dict(zip(CLOCKS, ends, strict=True)))
    return rows


def _aggregated(
    statement: str, rows: Rows, days_off: BusinessCalendar, **parts: str
) -> list[tuple[Any, ...]]:
    inside, given = rows.query.sql_with_params()
    took_business = business_time_between(*CLOCKS, "took > 0", days_off)
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement.format(rows=inside, took_business=took_business, **parts), given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _key(question: Question, metric: Metric, by: By) -> Combinable:
    """What tells the groups apart: no words, which sort slowly, and never nothing."""
    match by:
        case By.MONTH:
            return _month(wall_clock("ended", "zone"))
        case By.REGION:
            return of_home(question, "district__region")
        case By.DISTRICT:
            return of_home(question, "district")
        case By.CHAPTER:
            return F("home")
        case By.MENTOR:
            return F(mentor_of(metric))
    return Value(0)


def _month(reading: Combinable) -> Combinable:
    """The first of the month: much quicker than its name."""
    return Func(Value("month"), reading, function="date_trunc", output_field=DateTimeField())


def _name(by: By, key: Any) -> str:
    """The group of a key."""
    if by == By.MONTH:
        return f"{key:%Y-%m}"
    return "" if by == By.ALL else str(key)


# --- Groups ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    key: str
    """As in the sums."""
    group: str
    label: str
    address: str


def _figures(
    by: By,
    groups: Iterable[_Group],
    sums: dict[Metric, dict[Key, _Sums]],
    waits: dict[Metric, Counter[str]],
) -> Iterator[Figure]:
    for group in groups:
        for metric in Metric:
            found = sums[metric].get((by, group.key), NOTHING)
            still = waits[metric]["" if by == By.MONTH else group.key]
            yield _figure(group, metric, found, still)


def _found(
    by: By, sums: dict[Metric, dict[Key, _Sums]], waits: dict[Metric, Counter[str]]
) -> set[str]:
    """The groups of which something was measured, or waits; a month has no waits of its own."""
    found = {key for of in sums.values() for way, key in of if way == by}
    return found if by == By.MONTH else found.union(*waits.values())


def _figure(group: _Group, metric: Metric, found: _Sums, waiting: int) -> Figure:
    days = found.number * DAY
    return Figure(
        group=group.group,
        label=group.label,
        key=group.address,
        metric=metric,
        measured=found.number,
        waiting=waiting,
        mean_days=int(found.total) / days if days else None,
        median_days=found.median / DAY if days else None,
        mean_business_days=int(found.business_total) / days if days else None,
        median_business_days=found.business_median / DAY if days else None,
    )


def _waits(found: Waits, by: By, chapters: dict[int, Chapter]) -> dict[Metric, Counter[str]]:
    """How many wait in each group. A month has none of its own: all of them have the same."""
    sums: dict[Metric, Counter[str]] = {}
    for metric, places in found.items():
        sums[metric] = Counter()
        for (chapter, mentor), number in places.items():
            sums[metric][_group_of(by, chapters.get(chapter), mentor)] += number
    return sums


def _group_of(by: By, chapter: Chapter | None, mentor: int | None) -> str:
    if chapter is not None and by in UNITS:
        return str(unit_of(chapter, by).pk)
    return str(mentor) if by == By.MENTOR else ""


def _groups(
    question: Question, by: By, chapters: dict[int, Chapter], found: set[str]
) -> list[_Group]:
    """The groups that figures are given of, in order."""
    match by:
        case By.ALL:
            return [_Group("", "all", question.reach.name, "")]
        case By.MONTH:
            months = question.period.months() or sorted(found)
            return [_Group(key, key, month_in_words(key), key) for key in months]
        case By.MENTOR:
            return _mentors(found)
    units = dict.fromkeys(unit_of(chapter, by) for chapter in chapters.values())
    return [
        _Group(str(unit.pk), unit.code, unit.name, unit.code)
        for unit in units
        if str(unit.pk) in found
    ]


def _mentors(found: set[str]) -> list[_Group]:
    people = Volunteer.objects.filter(pk__in=[key for key in found if key != str(None)])
    return [
        _Group(str(person.pk), person.external_id or f"#{person.pk}", str(person), str(person.pk))
        for person in people.order_by("last_name", "first_name", "pk")
    ]


def month_in_words(key: str) -> str:
    """“Mar 2026”."""
    return f"{date.fromisoformat(f'{key}-01'):%b %Y}"


def of_group(question: Question, key: str) -> Question:
    """What is asked, about one of its groups only. Raises LookupError if there is none like it."""
    try:
        match question.by:
            case By.ALL:
                return question
            case By.MONTH:
                return question.during(month(key, question.period))
            case By.MENTOR:
                return replace(question, mentor=int(key))
    except ValueError:
        raise LookupError(key) from None
    return question.about(_below(question, key))


def _below(question: Question, code: str) -> Reach:
    chapters = [c for c in question.reach.chapters() if unit_of(c, question.by).code == code]
    if not chapters:
        raise LookupError(code)
    ids = frozenset(chapter.pk for chapter in chapters)
    return replace(question.reach, name=unit_of(chapters[0], question.by).name, ids=ids)


def month(key: str, period: Period) -> Period:
    """What a period has of a month, YYYY-MM. Raises ValueError for what is no month."""
    first = date.fromisoformat(f"{key}-01")
    last = next_month(first) - ONE_DAY
    return Period(max(first, period.first or first), min(last, period.last or last))


# --- As a file ------------------------------------------------------------------------------------


def _days(title: str, name: str) -> Column[Figure]:
    return Column(title, attrgetter(name), 14, name=name, places=4)


COLUMNS: tuple[Column[Figure], ...] = (
    Column("Group", lambda row: row.label, 26, name="group", code=lambda row: row.group),
    Column(
        "Metric", lambda row: row.metric.words, 32, name="metric", code=lambda row: row.metric.value
    ),
    Column("Measured", lambda row: row.measured, 10, name="measured"),
    Column("Still waiting", lambda row: row.waiting, 10, name="waiting"),
    _days("Mean, days", "mean_days"),
    _days("Median, days", "median_days"),
    _days("Mean, business days", "mean_business_days"),
    _days("Median, business days", "median_business_days"),
)
