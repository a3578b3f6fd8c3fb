"""The US federal holidays as observed, with which the holiday table starts."""

from datetime import date
from typing import Any

import holidays

FIRST_YEAR, LAST_YEAR = 2015, 2040
SATURDAY = 5


def federal_holidays(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> dict[date, str]:
    """The weekdays on which federal offices are closed: a holiday on a weekend moves."""
    observed = holidays.country_holidays("US", years=range(first_year, last_year + 1))
    return {
        day: name
        for day, name in sorted(observed.items())
        if day.weekday() < SATURDAY and first_year <= day.year <= last_year
    }


def load(model: Any = None) -> None:
    """Add the federal holidays that are missing; leaves what is there. For migrations and tests."""
    from intake.models import ClosedDay

    closed_day = model or ClosedDay
    rows = [closed_day(date=day, name=name) for day, name in federal_holidays().items()]
    closed_day.objects.bulk_create(rows, ignore_conflicts=True)
