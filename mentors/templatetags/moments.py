"""Times as people here write them: “Fri 13 Nov 10:12”, “Wed 25 Nov”, “6.2 bd”.

Without a place, times are in the zone of the reader's chapter: see `mentors.middleware`.
"""

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mentors.words import (
    day_in_words,
    in_full,
    instant_in_words,
    last_date,
    long_day_in_words,
)
from mentors.zones import zone_called

register = template.Library()


@register.filter
def clock(at: datetime | None, place: Any = None) -> str:
    """An instant as “Fri 13 Nov 10:12” in the zone of `place`; nothing for None."""
    if at is None:
        return ""
    zone = zone_of(place)
    return _time(at.astimezone(zone), instant_in_words(at, zone))


@register.filter
def day(when: date | None, place: Any = None) -> str:
    """A date, or the local date of an instant, as “Wed 25 Nov”; nothing for None."""
    return "" if when is None else _day(when, place, day_in_words)


@register.filter
def long_day(when: date | None, place: Any = None) -> str:
    """Like `day`, with the year."""
    return "" if when is None else _day(when, place, long_day_in_words)


@register.filter
def last_day(deadline: datetime | None, place: Any = None) -> str:
    """The day that ends at this deadline: deadlines are midnights, people say the day before."""
    return "" if deadline is None else _day(last_date(deadline, zone_of(place)), None, day_in_words)


@register.filter
def bd(days: float | None) -> str:
    """Business days as “6.2 bd”, spelled out in the title; nothing for None."""
    if days is None:
        return ""
    return format_html('<span class="clock" title="{}">{}</span>', spelled_out(days), short(days))


def short(days: float) -> str:
    """“6.2 bd”, for tables."""
    return f"{days:.1f} bd"


def spelled_out(days: float) -> str:
    """“6.2 business days”; “1.0 business day”."""
    number = f"{days:.1f}"
    return f"{number} business day{'' if number == '1.0' else 's'}"


def zone_of(place: Any) -> tzinfo:
    """The zone meant by a chapter, a person, a zone or its name; the reader's for None."""
    if not place:
        return timezone.get_current_timezone()
    if isinstance(place, str):
        return zone_called(place)
    return place if isinstance(place, tzinfo) else place.zone


def _day(when: date, place: Any, words: Callable[[date], str]) -> SafeString:
    local = when.astimezone(zone_of(place)) if isinstance(when, datetime) else when
    return _time(local, words(local))


def _time(local: date, words: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes") if isinstance(local, datetime) else local.isoformat(),
        in_full(local),
        words,
    )
