"""The clock of a place in a calendar file says the same as the place's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.vtimezone import changes, is_said_twice, vtimezone
from tests import ical

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
    "America/St_Johns",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
)
some_zone = st.sampled_from(ZONES).map(ZoneInfo)
some_instant = st.integers(0, 32 * 365 * 1440).map(
    lambda minutes: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def clock_of(zone: ZoneInfo, first: datetime, last: datetime | None = None) -> ical.Component:
    text = vtimezone(zone, first, last or first).to_ical().decode()
    return ical._nest(ical._lines(text))


def told(clock: ical.Component, at: datetime, zone: ZoneInfo) -> datetime:
    """The instant that the clock of the file reads from the local time of `at`."""
    local = at.astimezone(zone).replace(tzinfo=None)
    return (local - ical.offset(clock, local)).replace(tzinfo=UTC)


@given(some_zone, some_instant)
def test_a_local_time_is_the_instant_it_is_meant_to_be(zone: ZoneInfo, at: datetime) -> None:
    if not is_said_twice(at, zone):
        assert told(clock_of(zone, at), at, zone) == at


@given(some_zone, st.integers(2006, 2035), st.integers(-90, 90), st.data())
def test_also_around_each_change_of_the_clock(
    zone: ZoneInfo, year: int, minutes: int, data: st.DataObject
) -> None:
    if found := changes(zone, year, year):
        change = data.draw(st.sampled_from(found))
        at = (change.onset - change.before).replace(tzinfo=UTC) + timedelta(minutes=minutes)
        if not is_said_twice(at, zone):
            assert told(clock_of(zone, at), at, zone) == at


@given(some_zone, some_instant, some_instant)
def test_one_clock_serves_a_calendar_of_many_years(
    zone: ZoneInfo, one: datetime, other: datetime
) -> None:
    first, last = sorted([one, other])
    clock = clock_of(zone, first, last)
    for at in (first, last):
        if not is_said_twice(at, zone):
            assert told(clock, at, zone) == at


def test_the_hour_that_comes_twice_is_known() -> None:
    zone = ZoneInfo("America/New_York")
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert first.astimezone(zone).hour == 1
    assert not is_said_twice(first, zone)
    assert is_said_twice(first + timedelta(hours=1), zone)
    assert not is_said_twice(first + timedelta(hours=2), zone)


@pytest.mark.parametrize(
    ("zone", "rules"),
    [
        (
            "America/New_York",
            {"FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"},
        ),
        (
            "Europe/Berlin",
            {"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"},
        ),
        ("America/Phoenix", set()),
    ],
)
def test_who_changes_the_clock_every_year_by_one_rule_says_so_by_that_rule(
    zone: str, rules: set[str]
) -> None:
    clock = clock_of(ZoneInfo(zone), datetime(2026, 3, 16, tzinfo=UTC))
    assert {rule.value for part in clock.components for rule in part.all("RRULE")} == rules


def test_the_onset_is_the_time_before_the_change() -> None:
    clock = clock_of(ZoneInfo("America/New_York"), datetime(2026, 3, 16, tzinfo=UTC))
    [summer] = clock.inner("DAYLIGHT")
    assert summer.one("DTSTART").value == "20250309T020000"
    assert summer.one("TZOFFSETFROM").value == "-0500"
    assert summer.one("TZOFFSETTO").value == "-0400"
