"""The clock of a place as a calendar file tells it: VTIMEZONE (RFC 5545, 3.6.5).

Written here because the onset of an observance is the local time *before* the change, by
TZOFFSETFROM, and because not every calendar program reads lists of dates: where the clock is
changed by the same rule year after year, that rule is given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

ONE_DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SINCE = datetime(1970, 1, 1)  # noqa: DTZ001  # local time, as an onset is
"""From when a clock that is not changed is said to run as it does."""


@dataclass(frozen=True)
class Change:
    """The clock is changed: when, in the local time until then; from what to what offset."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool

    @property
    def instant(self) -> datetime:
        """When it happens."""
        return (self.onset - self.before).replace(tzinfo=UTC)

    @property
    def kind(self) -> tuple[timedelta, timedelta, str, bool]:
        """What is the same about it every year."""
        return self.before, self.after, self.name, self.is_summer

    @property
    def day(self) -> tuple[int, str]:
        """The month, and which weekday of it: (3, "2SU"); the last one is (10, "-1SU")."""
        weekday = WEEKDAYS[self.onset.weekday()]
        is_last = (self.onset + timedelta(days=7)).month != self.onset.month
        nth = -1 if is_last else (self.onset.day + 6) // 7
        return self.onset.month, f"{nth}{weekday}"


def vtimezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The clock of a zone, from the year before `first` to the year after `last`."""
    found = changes(zone, first.year - 1, last.year + 1)
    component = Timezone()
    component.add("tzid", zone.key)
    if not found or found[0].instant > first:
        component.add_component(_as_always(zone, first))
    for observance in _observances(found):
        component.add_component(observance)
    return component


@lru_cache(maxsize=100)
def changes(zone: ZoneInfo, first: int, last: int) -> tuple[Change, ...]:
    """Each change of the clock in these years, in order."""
    return tuple(_changes(zone, first, last))


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[Change]:
    day = datetime(first, 1, 1, tzinfo=UTC)
    while day.year <= last:
        if _offset(day, zone) != _offset(day + ONE_DAY, zone):
            yield _change(_instant(day, zone), zone)
        day += ONE_DAY


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None  # every zone has one
    return offset


def _instant(day: datetime, zone: ZoneInfo) -> datetime:
    """The second of the change in the 24 hours from `day` on."""
    before, low, high = _offset(day, zone), 0, 86_400
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(day + timedelta(seconds=middle), zone) == before:
            low = middle
        else:
            high = middle
    return day + timedelta(seconds=high)


def _change(instant: datetime, zone: ZoneInfo) -> Change:
    before = _offset(instant - timedelta(seconds=1), zone)
    local = instant.astimezone(zone)
    return Change(
        onset=(instant + before).replace(tzinfo=None),
        before=before,
        after=_offset(instant, zone),
        name=local.tzname() or zone.key,
        is_summer=bool(local.dst()),
    )


def _observances(found: Sequence[Change]) -> list[TimezoneStandard | TimezoneDaylight]:
    """One for each kind of change if all keep a rule; else one for each change."""
    by_kind: dict[tuple[object, ...], list[Change]] = {}
    for change in found:
        by_kind.setdefault(change.kind, []).append(change)
    years = len({change.onset.year for change in found})
    if all(_keeps_a_rule(same, years) for same in by_kind.values()):
        return [_observance(same[0], same[0].day) for same in by_kind.values()]
    return [_observance(change) for change in found]


def _keeps_a_rule(same: list[Change], years: int) -> bool:
    """Whether it happens once in each of the years, on the same day at the same hour."""
    rules = {(change.day, change.onset.time()) for change in same}
    return len({change.onset.year for change in same}) == len(same) == years and len(rules) == 1


def _observance(
    change: Change, rule: tuple[int, str] | None = None
) -> TimezoneStandard | TimezoneDaylight:
    made = TimezoneDaylight() if change.is_summer else TimezoneStandard()
    made.add("dtstart", change.onset)
    if rule is not None:
        month, day = rule
        made.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday=day))
    made.add("tzname", change.name)
    made.add("tzoffsetfrom", change.before)
    made.add("tzoffsetto", change.after)
    return made


def _as_always(zone: ZoneInfo, at: datetime) -> TimezoneStandard | TimezoneDaylight:
    """A clock that nobody had changed for long."""
    offset, local = _offset(at, zone), at.astimezone(zone)
    return _observance(Change(SINCE, offset, offset, local.tzname() or zone.key, False))


def is_said_twice(at: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock shows this time for the second time that night.

    A local time in a calendar file always means the first one.
    """
    return at.astimezone(zone).fold == 1
