"""Times as people here write them: “Fri 13 Nov 10:12”, “Wed 25 Nov”, “6.2 bd”.

Without a place, times are in the zone of the reader's chapter: see `mentors.middleware`.
"""

from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mentors.words import last_date

register = template.Library()

CLOCK = "D j M H:i"
DAY = "D j M"
LONG_DAY = "D j M Y"
SPELLED_OUT = "l j F Y"


@register.filter
def clock(at: datetime | None, place: Any = None) -> str:
    """An instant as “Fri 13 Nov 10:12” in the zone of `place`; nothing for None."""
    return "" if at is None else _time(_local(at, place), CLOCK)


@register.filter
def day(when: date | None, place: Any = None) -> str:
    """A date, or the local date of an instant, as “Wed 25 Nov”; nothing for None."""
    return "" if when is None else _time(_local(when, place), DAY)


@register.filter
def long_day(when: date | None, place: Any = None) -> str:
    """Like `day`, with the year."""
    return "" if when is None else _time(_local(when, place), LONG_DAY)


@register.filter
def last_day(deadline: datetime | None, place: Any = None) -> str:
    """The day that ends at this deadline: deadlines are midnights, people say the day before."""
    return "" if deadline is None else _time(last_date(deadline, zone_of(place)), DAY)


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
        return ZoneInfo(place)
    return place if isinstance(place, tzinfo) else place.zone


def _local(when: Any, place: Any) -> Any:
    return when.astimezone(zone_of(place)) if isinstance(when, datetime) else when


def _time(local: date, form: str) -> SafeString:
    spelled = SPELLED_OUT + (", H:i T" if isinstance(local, datetime) else "")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes") if isinstance(local, datetime) else local.isoformat(),
        dateformat.format(local, spelled),
        dateformat.format(local, form),
    )
