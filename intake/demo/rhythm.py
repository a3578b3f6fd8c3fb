"""When people are at their desks: business days, half past eight to half past five. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake.calendar import ONE_DAY, BusinessCalendar

OPENS, CLOSES = time(8, 30), time(17, 30)
HOURS_A_DAY = 9


@dataclass(frozen=True)
class Rhythm:
    """Counts hours at the desk, in the clock time of a place."""

    calendar: BusinessCalendar

    def later(self, at: datetime, zone: ZoneInfo, hours: float) -> datetime:
        """The instant so many desk hours after `at`."""
        left, local = timedelta(hours=hours), _on_the_wall(at, zone)
        for opens, closes in self._days(local.date(), ONE_DAY):
            begins = max(local, opens)
            if begins + left <= closes:
                return _instant(begins + left, zone)
            left -= max(timedelta(0), closes - begins)
        raise AssertionError  # there is always a next day

    def earlier(self, at: datetime, zone: ZoneInfo, hours: float) -> datetime:
        """The instant so many desk hours before `at`."""
        left, local = timedelta(hours=hours), _on_the_wall(at, zone)
        for opens, closes in self._days(local.date(), -ONE_DAY):
            ends = min(local, closes)
            if ends - left >= opens:
                return _instant(ends - left, zone)
            left -= max(timedelta(0), ends - opens)
        raise AssertionError  # there is always a day before

    def _days(self, day: date, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing of the business days from `day` on."""
        while True:
            if self.calendar.is_business_day(day):
                yield datetime.combine(day, OPENS), datetime.combine(day, CLOSES)
            day += step


def _on_the_wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
