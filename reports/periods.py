"""Spans of whole days, as reports are asked for.

Pure. A period is a pair of local dates; which instants it spans is a question of the zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from intake.calendar import ONE_DAY, day_start

OCTOBER = 10
"""The month in which the fiscal year begins."""


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both counted; None is open."""

    first: date | None = None
    last: date | None = None

    def instants(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """The instant at which it begins, and the one from which it is over, in this zone."""
        begins = day_start(self.first, zone) if self.first else None
        return begins, day_start(self.last + ONE_DAY, zone) if self.last else None

    def months(self) -> list[str]:
        """The months that it touches, as YYYY-MM; none if an end is open."""
        if self.first is None or self.last is None:
            return []
        return [f"{day:%Y-%m}" for day in _months(self.first, self.last)]


ALWAYS = Period()


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


class Span(StrEnum):
    """The periods that are on offer by name."""

    LAST_30_DAYS = "30-days"
    QUARTER = "quarter"
    FISCAL_YEAR = "fiscal-year"
    LAST_12_MONTHS = "12-months"
    OWN = "own"

    @property
    def words(self) -> str:
        """What stands on the chooser."""
        return {
            Span.LAST_30_DAYS: "Last 30 days",
            Span.QUARTER: "This quarter",
            Span.FISCAL_YEAR: "This fiscal year",
            Span.LAST_12_MONTHS: "Last 12 months",
            Span.OWN: "Own dates",
        }[self]


def spanned(span: Span, today: date) -> Period:
    """The period of that name, up to today. Raises ValueError for own dates, which have none."""
    if span == Span.OWN:
        raise ValueError("Own dates are given, not worked out.")
    return Period(_begins(span, today), today)


def before(span: Span, period: Period) -> Period | None:
    """The period to compare with; None if `period` is open.

    Of a quarter or fiscal year that is under way: as many days of the one before, so that three
    weeks are not measured against three months. Of twelve months: the twelve before. Otherwise as
    many days directly before.
    """
    if period.first is None or period.last is None:
        return None
    days = period.last - period.first
    if span in (Span.QUARTER, Span.FISCAL_YEAR, Span.LAST_12_MONTHS):
        first = _begins(span, period.first - ONE_DAY)
        return Period(first, min(first + days, period.first - ONE_DAY))
    return Period(period.first - days - ONE_DAY, period.first - ONE_DAY)


def _begins(span: Span, day: date) -> date:
    """The first day of the span of this name that `day` is in."""
    month = day.replace(day=1)
    match span:
        case Span.QUARTER:
            return month.replace(month=(day.month - 1) // 3 * 3 + 1)
        case Span.FISCAL_YEAR:
            return date(day.year - (day.month < OCTOBER), OCTOBER, 1)
        case Span.LAST_12_MONTHS:
            return next_month(month.replace(year=day.year - 1))
    return day - 29 * ONE_DAY
