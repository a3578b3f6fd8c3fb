"""Days and spans of time as the database reckons them: on the clock of a chapter.

The same as `intake.calendar`, for many rows at once.
"""

from datetime import UTC, datetime, time, timedelta

from django.db.models import CharField, DateField, DateTimeField, F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from reports.periods import Period

FARTHEST = timedelta(hours=15)
"""No place on earth is farther from UTC."""


def wall_clock(instant: str | Combinable, zone: str | Combinable) -> Func:
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

    The first bounds hold for every zone, so that an index on the instants is of use.
    """
    day = local_date(instant, zone)
    found = Q()
    if period.first is not None:
        begins = datetime.combine(period.first, time.min, UTC) - FARTHEST
        found &= Q(**{f"{instant}__gte": begins}) & Q(GreaterThanOrEqual(day, period.first))
    if period.last is not None:
        ends = datetime.combine(period.last, time.max, UTC) + FARTHEST
        found &= Q(**{f"{instant}__lte": ends}) & Q(LessThanOrEqual(day, period.last))
    return found


def _of(column: str | Combinable) -> Combinable:
    return F(column) if isinstance(column, str) else column
