"""Days and instants in words, as sentences and mails say them."""

from datetime import date, datetime, timedelta, tzinfo

from django.utils import dateformat


def day_in_words(day: date) -> str:
    """“Wed 25 Nov”."""
    return dateformat.format(day, "D j M")


def instant_in_words(at: datetime, zone: tzinfo) -> str:
    """“Wed 25 Nov 10:42” on the clock of `zone`."""
    local = at.astimezone(zone)
    return f"{day_in_words(local.date())} {local:%H:%M}"


def appointment_in_words(at: datetime, zone: tzinfo) -> str:
    """“Wed 25 Nov 2026, 10:42 EST”: with year and zone, for people in different places."""
    local = at.astimezone(zone)
    return f"{day_in_words(local.date())} {local.year}, {local:%H:%M %Z}"


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


def long_day_in_words(day: date) -> str:
    """“Wed 25 Nov 2026”."""
    return dateformat.format(day, "D j M Y")
