"""When people do things: nobody at night, offices on business days. Pure.

Instants are whole seconds since 1970 here: what a life is made of has to be cheap.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.calendar import BusinessCalendar

MINUTE, HOUR, DAY = 60, 3_600, 86_400
FIRST_DAY = date(1970, 1, 1).toordinal()
AWAKE_FROM, AWAKE_UNTIL = int(7.5 * HOUR), int(21.5 * HOUR)
OFFICE_FROM, OFFICE_UNTIL = int(8.5 * HOUR), int(17.5 * HOUR)
HALF_AN_HOUR = 30 * MINUTE


def instant(at: int) -> datetime:
    """The same, as everybody else knows it."""
    return datetime.fromtimestamp(at, UTC)


def seconds(at: datetime) -> int:
    """The other way round."""
    return int(at.timestamp())


class Hours:
    """The wall clock of a time zone, and its business days."""

    def __init__(self, zone: ZoneInfo, calendar: BusinessCalendar) -> None:
        self.zone = zone
        self._calendar = calendar
        self._offsets: dict[int, int] = {}
        self._business: dict[int, bool] = {}

    def day(self, at: int) -> date:
        """The local date."""
        return date.fromordinal(FIRST_DAY + (at + self.offset(at)) // DAY)

    def offset(self, at: int) -> int:
        """Seconds that the wall clock is ahead of UTC; on the odd nights the one before them."""
        utc_day = at // DAY
        found = self._offsets.get(utc_day)
        if found is None:
            local = instant(utc_day * DAY).astimezone(self.zone)
            found = self._offsets[utc_day] = int((local.utcoffset() or timedelta()).total_seconds())
        return found

    def is_business_day(self, at: int) -> bool:
        """Whether the local day is one."""
        return self._is_business((at + self.offset(at)) // DAY)

    def _is_business(self, day: int) -> bool:
        found = self._business.get(day)
        if found is None:
            on = date.fromordinal(FIRST_DAY + day)
            found = self._business[day] = self._calendar.is_business_day(on)
        return found

    def awake(self, at: int, share: float) -> int:
        """`at`, or the morning after if that is at night; `share` (0 to 1) of the way into it."""
        second = (at + self.offset(at)) % DAY
        if second < AWAKE_FROM:
            return at - second + AWAKE_FROM + int(share * 3 * HOUR)
        if second >= AWAKE_UNTIL:
            return at - second + DAY + AWAKE_FROM + int(share * 3 * HOUR)
        return at

    def office(self, at: int, share: float) -> int:
        """`at`, or a moment in the morning when the office is open again."""
        offset = self.offset(at)
        day, second = divmod(at + offset, DAY)
        if second >= OFFICE_UNTIL:
            day += 1
        elif second >= OFFICE_FROM and self._is_business(day):
            return at
        while not self._is_business(day):
            day += 1
        return day * DAY + OFFICE_FROM + int(share * 2 * HOUR) - offset

    def meeting(self, at: int, share: float) -> int:
        """A full or half hour of the next open day at which two people may meet; after `at`."""
        begins = self.office(at, 0.0)
        offset = self.offset(begins)
        day = (begins + offset) // DAY
        while True:
            wall = day * DAY + 9 * HOUR + int(share * 17) * HALF_AN_HOUR
            if self._is_business(day) and wall - offset > at:
                return wall - offset
            day += 1
