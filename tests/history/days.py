"""Business days, counted the slow way: one day after the other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
FIXED = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)]
NTH_MONDAY = [(1, 3), (2, 3), (9, 1), (10, 2)]
THURSDAY = 3


def federal(year: int) -> Iterator[date]:
    """The holidays of a year; those on a weekend on the day on which they are observed."""
    for month, day in FIXED:
        holiday = date(year, month, day)
        shift = {SATURDAY: -1, SUNDAY: 1}.get(holiday.weekday(), 0)
        yield holiday + timedelta(days=shift)
    for month, nth in NTH_MONDAY:
        yield _weekday_of(year, month, 0, nth)
    last_of_may = date(year, 5, 31)
    yield last_of_may - timedelta(days=last_of_may.weekday())
    yield _weekday_of(year, 11, THURSDAY, 4)


def _weekday_of(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


class Days:
    """Which days count. Own closed days stand in for the federal ones of the years they name."""

    def __init__(self, closed: set[date]) -> None:
        own = {day.year for day in closed}
        years = range(2014, 2041)
        seeded = {day for year in years for day in federal(year) if day.year not in own}
        self.closed = closed | seeded

    def counts(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.closed

    def deadline(self, start: datetime, number: int, zone: ZoneInfo) -> datetime:
        """The midnight that ends the so-and-so-many-th business day after that of the start."""
        day = start.astimezone(zone).date()
        while number:
            day += ONE_DAY
            number -= self.counts(day)
        return midnight(day + ONE_DAY, zone)

    def between(self, start: datetime, end: datetime, zone: ZoneInfo) -> Fraction:
        """Business days from start to end by the clock on the wall."""
        first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (start, end))
        total, day = timedelta(), first.date()
        while day <= last.date():
            if self.counts(day):
                opens = datetime.combine(day, time.min)
                total += max(min(last, opens + ONE_DAY) - max(first, opens), timedelta())
            day += ONE_DAY
        return in_days(total)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def in_days(length: timedelta) -> Fraction:
    return Fraction(length // timedelta(microseconds=1), ONE_DAY // timedelta(microseconds=1))
