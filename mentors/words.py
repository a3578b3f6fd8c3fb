"""Days and instants in words, as sentences and mails say them, in the active language.

Staff read English as the organisation writes it. Clients may read Spanish as it is written in the
United States: there a day is written out, because its abbreviations are read as misprints.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from babel.core import Locale
from babel.dates import format_date, format_time
from django.utils import translation


@dataclass(frozen=True, eq=False)
class _Way:
    """How one language writes them; the patterns are those of Unicode's locale data."""

    locale: Locale
    day: str
    long_day: str
    spelled_out: str
    clock: str
    meeting: str
    """The time of a meeting, as clients say it."""
    between: str
    """Between the day and the time."""


_WAYS = {
    "en": _Way(
        locale=Locale("en", "US"),
        day="EEE d MMM",
        long_day="EEE d MMM y",
        spelled_out="EEEE d MMMM y",
        clock="HH:mm",
        meeting="h:mm a",
        between=" ",
    ),
    "es": _Way(
        locale=Locale("es", "US"),
        day="EEEE d 'de' MMMM",
        long_day="EEEE d 'de' MMMM 'de' y",
        spelled_out="EEEE d 'de' MMMM 'de' y",
        clock="h:mm a",
        meeting="h:mm a",
        between=", ",
    ),
}


def _way() -> _Way:
    return _WAYS.get(translation.get_language() or "en", _WAYS["en"])


def _date(day: date, pattern: str, way: _Way) -> str:
    return _written(day.date() if isinstance(day, datetime) else day, pattern, way)


@lru_cache(maxsize=10_000)
def _written(day: date, pattern: str, way: _Way) -> str:
    """Kept: the rows of a list name the same few days again and again."""
    return format_date(day, pattern, locale=way.locale)


def day_in_words(day: date) -> str:
    """“Wed 25 Nov”; “miércoles 25 de noviembre”."""
    way = _way()
    return _date(day, way.day, way)


def long_day_in_words(day: date) -> str:
    """“Wed 25 Nov 2026”; “miércoles 25 de noviembre de 2026”."""
    way = _way()
    return _date(day, way.long_day, way)


def _time(local: datetime, pattern: str, way: _Way) -> str:
    return _minute(time(local.hour, local.minute), pattern, way)


@lru_cache(maxsize=10_000)
def _minute(on_the_wall: time, pattern: str, way: _Way) -> str:
    """Kept as days are. Without a zone, which Babel would apply a second time."""
    return format_time(on_the_wall, pattern, locale=way.locale)


def instant_in_words(at: datetime, zone: tzinfo) -> str:
    """“Wed 25 Nov 14:42” on the clock of `zone`; “miércoles 25 de noviembre, 2:42 p.m.”."""
    local, way = at.astimezone(zone), _way()
    return f"{day_in_words(local.date())}{way.between}{_time(local, way.clock, way)}"


def dated_instant_in_words(at: datetime, zone: tzinfo) -> str:
    """“Wed 25 Nov 2026, 14:42 EST”: with year and zone, where the very instant matters."""
    local, way = at.astimezone(zone), _way()
    return f"{long_day_in_words(local.date())}, {_time(local, way.clock, way)} {local:%Z}"


def appointment_in_words(at: datetime, zone: tzinfo) -> str:
    """“Wed 25 Nov 2026, 2:42 PM EST”: for clients and mentors, who may be in different places."""
    local, way = at.astimezone(zone), _way()
    return f"{long_day_in_words(local.date())}, {_time(local, way.meeting, way)} {local:%Z}"


def in_full(when: date) -> str:
    """“Wednesday 25 November 2026”, and for an instant “…, 14:42 EST” on its own clock."""
    way = _way()
    if not isinstance(when, datetime):
        return _date(when, way.spelled_out, way)
    day = _date(when.date(), way.spelled_out, way)
    return f"{day}, {_time(when, way.clock, way)} {when:%Z}"


def last_day_in_words(deadline: datetime, zone: tzinfo) -> str:
    """The last day before a deadline, which is the midnight that ends it."""
    return day_in_words(last_date(deadline, zone))


def last_date(deadline: datetime, zone: tzinfo) -> date:
    """The last local date on which a deadline is still kept: deadlines are midnights."""
    local = deadline.astimezone(zone).replace(tzinfo=None)
    return (local - timedelta(microseconds=1)).date()


def zone_in_words(name: str) -> str:
    """“New York” for America/New_York."""
    return name.rsplit("/", 1)[-1].replace("_", " ")
