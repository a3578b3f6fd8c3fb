"""Spans of whole days, as reports are asked for.

Pure. A period is a pair of local dates; which instants it spans is a question of the zone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.calendar import ONE_DAY, day_start


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both counted."""

    first: date
    last: date

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The instant at which it begins, and the one from which it is over, in this zone."""
        return day_start(self.first, zone), day_start(self.last + ONE_DAY, zone)


def last_days(number: int, today: date) -> Period:
    """So many days, today being the last."""
    return Period(today - timedelta(days=number - 1), today)
