"""Days and spans of time as the database reckons them: on the clock of a chapter.

The same as `intake.calendar`, for many rows at once.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThanOrEqual

from intake.calendar import ONE_DAY, SATURDAY, BusinessCalendar
from intake.inforce import calendar
from intake.mentor_facts import Median as Median  # noqa: PLC0414 reports find it here
from reports.periods import Period

DAY = ONE_DAY // timedelta(microseconds=1)
"""A day in microseconds. Spans are reckoned in these: whole numbers add up without a rest."""
EPOCH = date(1970, 1, 1).toordinal() - 1
"""Days from the first Monday there is to the day from which the database counts seconds."""
FARTHEST = timedelta(hours=15)
"""No place on earth is farther from UTC."""
Instant = str | Combinable | datetime
"""A column, an expression, or one instant for all rows."""


def wall_clock(instant: Instant, zone: str | Combinable) -> Func:
    """What the clock showed at an instant in the zone that a column names."""
    return Func(_of(zone), _of(instant), function="timezone", output_field=DateTimeField())


def local_date(instant: str | Combinable, zone: str | Combinable) -> Cast:
    """The date on the wall at an instant, in the zone that a column names."""
    return Cast(wall_clock(instant, zone), DateField())


def local_month(instant: str | Combinable, zone: str | Combinable) -> Func:
    """The month on the wall at an instant, as YYYY-MM."""
    return Func(
        wall_clock(instant, zone), Value("YYYY-MM"), function="to_char", output_field=CharField()
    )


def during(period: Period, instant: str, zone: str) -> Q:
    """The rows whose instant falls on a day of the period, on the clock of their own zone.

    The outer bounds hold for every zone, so that an index on the instants is of use. What is
    within the inner ones is on these days wherever it was: no clock has to be read for it.
    """
    day = local_date(instant, zone)
    found = Q()
    if period.first is not None:
        begins = datetime.combine(period.first, time.min, UTC)
        on_time = Q(**{f"{instant}__gte": begins + FARTHEST}) | Q(
            GreaterThanOrEqual(day, period.first)
        )
        found &= Q(**{f"{instant}__gte": begins - FARTHEST}) & on_time
    if period.last is not None:
        ends = datetime.combine(period.last, time.min, UTC) + ONE_DAY
        in_time = Q(**{f"{instant}__lt": ends - FARTHEST}) | Q(LessThanOrEqual(day, period.last))
        found &= Q(**{f"{instant}__lt": ends + FARTHEST}) & in_time
    return found


def days(time_spent: Combinable) -> ExpressionWrapper:
    """Microseconds as days of 24 hours."""
    return ExpressionWrapper(Cast(time_spent, FloatField()) / Value(float(DAY)), FloatField())


def calendar_time(start: Instant, end: Instant) -> Cast:
    """The microseconds that pass from one instant to another."""
    return _microseconds(Func(_of(end), _of(start), template="(%(expressions)s)", arg_joiner=" - "))


def business_days(
    start: Instant, end: Instant, zone: str | Combinable, days_off: BusinessCalendar | None = None
) -> ExpressionWrapper:
    """`BusinessCalendar.business_days` of each row, in the zone that a column names.

    `days_off` is the calendar in force unless given: one query, when the expression is made.
    """
    return days(business_time(start, end, zone, days_off))


def business_time(
    start: Instant, end: Instant, zone: str | Combinable, days_off: BusinessCalendar | None = None
) -> Combinable:
    """The same in microseconds."""
    return _BusinessTime(
        since_monday_one(start, zone),
        since_monday_one(end, zone),
        GreaterThan(_of(end), _of(start)),
        Value(_closed(days_off or calendar()), ArrayField(IntegerField())),
    )


def since_monday_one(instant: Instant, zone: str | Combinable) -> Combinable:
    """What the clock showed, in microseconds since the first Monday there is (of the year 1)."""
    return _microseconds(wall_clock(instant, zone)) + Value(EPOCH * DAY, BigIntegerField())


def business_time_between(began: str, ended: str, forward: str, days_off: BusinessCalendar) -> str:
    """The same as `business_time` in SQL, of columns that `since_monday_one` gave.

    `forward` is the condition that the one instant is before the other: clocks are turned back.
    For queries of many rows, which the database then can share out among several processes.
    """
    closed = f"'{{{','.join(map(str, _closed(days_off)))}}}'::integer[]"
    return _between(began, ended, forward, closed)


def _between(began: str, ended: str, forward: str, closed: str) -> str:
    return (
        f"CASE WHEN {forward} THEN greatest(0, {_before(ended, closed)} - {_before(began, closed)})"
        f" WHEN NOT {forward} THEN 0 END"
    )


def _before(instant: str, closed: str) -> str:
    """Microseconds on business days from the first Monday up to an instant, in SQL.

    Five days of each week, less the closed days: those before its day, and of its own day what is
    over. `width_bucket` finds how many closed days there are up to a day by halving.
    """
    day, over = f"({instant} / {DAY})::integer", f"mod({instant}, {DAY})"
    weekdays = f"{instant} / {7 * DAY} * {5 * DAY} + least(mod({instant}, {7 * DAY}), {5 * DAY})"
    return (
        f"({weekdays} - width_bucket({day} - 1, {closed}) * ({DAY} - {over})"
        f" - width_bucket({day}, {closed}) * {over})"
    )


class _BusinessTime(Func):
    """The readings of the wall clock at both ends; whether they are in order; the closed days.

    The inner select, which OFFSET 0 keeps whole, has the database look up each zone once a row.
    """

    template = (
        f"(SELECT {_between('began', 'ended', 'forward', 'closed')}"  # noqa: S608
        " FROM (SELECT %(expressions)s OFFSET 0) AS clock (began, ended, forward, closed))"
    )
    output_field = BigIntegerField()


def _closed(given: BusinessCalendar) -> list[int]:
    """The closed weekdays, in order, as days since the first Monday there is."""
    return sorted(day.toordinal() - 1 for day in given.closed if day.weekday() < SATURDAY)


def _microseconds(given: Combinable) -> Cast:
    """Of an interval, or of a reading of the clock since 1970.

    `date_part` gives seconds as a double, quicker than the numeric of `extract`; up to a century
    around 1970 it is exact enough that rounding gives the very microsecond.
    """
    seconds = Func(given, template="date_part('epoch', %(expressions)s)")
    return Cast(Func(seconds, template="round(%(expressions)s * 1000000)"), BigIntegerField())


def _of(given: Instant) -> Combinable:
    if isinstance(given, str):
        return F(given)
    return Value(given, DateTimeField()) if isinstance(given, datetime) else given
