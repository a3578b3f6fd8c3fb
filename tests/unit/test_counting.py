"""How a due date was counted, in words: whoever counts again by the words comes to the deadline."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.calendar import BusinessCalendar
from intake.pages import counting
from intake.pages.counting import Whose
from tests.unit.test_calendar import (
    CALENDAR,
    EASTERN,
    closings,
    eastern,
    few_days,
    instants,
    long_spans,
    short_spans,
)

ODD_NIGHTS = ["Africa/Cairo", "America/Havana", "America/Sao_Paulo", "Asia/Tehran"]
FAR_APART = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Australia/Lord_Howe"]
HERE = ["America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu"]
Start = tuple[BusinessCalendar, datetime, ZoneInfo]
any_zone = st.sampled_from([ZoneInfo(name) for name in HERE + ODD_NIGHTS + FAR_APART])


@st.composite
def starts(draw: st.DrawFn) -> Start:
    """An instant somewhere on earth, with closed days around it that have names."""
    start, zone = draw(instants), draw(any_zone)
    closed = draw(closings(start))
    names = {day: f"Day of {day:%d %m}" for day in closed}
    return BusinessCalendar(closed, names), start, zone


# --- Deadlines ------------------------------------------------------------------------------------


@given(starts(), few_days)
def test_the_last_day_that_counts_is_the_one_that_ends_at_the_deadline(
    start: Start, days: int
) -> None:
    calendar, at, zone = start
    deadline = calendar.deadline(at, days, zone)
    steps = counting.steps(calendar.explain_deadline(at, days, zone))
    assert (steps[-1].number, steps[-1].day) == (days, calendar.deadline_day(at, days, zone))
    just_before = (deadline - timedelta(microseconds=1)).astimezone(zone)
    assert just_before.date() == steps[-1].day


@given(starts(), few_days)
def test_every_day_on_the_way_has_a_number_or_a_reason(start: Start, days: int) -> None:
    calendar, at, zone = start
    how = calendar.explain_deadline(at, days, zone)
    steps = counting.steps(how)
    assert [step.day - how.start_day for step in steps] == [
        timedelta(days=n) for n in range(1, len(steps) + 1)
    ]
    assert [step.number for step in steps if step.number] == list(range(1, days + 1))
    for step in steps:
        assert bool(step.number) == calendar.is_business_day(step.day)
        assert bool(step.why) == (not step.number)
        if step.why == "weekend":
            assert step.day.weekday() in (5, 6)
        elif step.why:
            assert step.why == calendar.closed_names[step.day]


@given(starts(), few_days)
def test_the_words_name_the_day_and_the_instant_of_the_deadline(start: Start, days: int) -> None:
    calendar, at, zone = start
    deadline, whose = calendar.deadline(at, days, zone), Whose(zone, "")
    last = calendar.deadline_day(at, days, zone)
    words = counting.end_in_words(deadline, whose)
    assert words.startswith(f"The end of {last:%a} {last.day} {last:%b}, that is ")
    midnight = deadline.astimezone(zone)
    assert f"{midnight:%a} {midnight.day} {midnight:%b %Y, %H:%M %Z}" in words
    assert counting.ends_a_day(deadline, zone)


@given(starts(), few_days)
def test_the_days_left_out_are_those_that_the_words_leave_out(start: Start, days: int) -> None:
    calendar, at, zone = start
    how = calendar.explain_deadline(at, days, zone)
    words = counting.skipped_in_words(how)
    weekend = re.search(r"(\d+) days? at weekends", words)
    assert int(weekend[1] if weekend else 0) == sum(day.weekend for day in how.skipped)
    assert words.count("(") == len(how.closed)
    assert all(f"({day.why})" in words for day in how.closed)
    assert (words == "Nothing.") == (not how.skipped)


def test_thanksgiving_in_words() -> None:
    """Assigned Mon 23 Nov 2026: respond by Wed 25 Nov; requeue after Tue 1 Dec."""
    start, whose = eastern(2026, 11, 23, 15, 20), counting.of_person("Joan", "Here", EASTERN)
    how = CALENDAR.explain_deadline(start, 5, EASTERN)
    assert counting.skipped_in_words(how) == "Thu 26 Nov (Thanksgiving Day); 2 days at weekends."
    assert counting.end_in_words(how.instant, whose).startswith(
        "The end of Tue 1 Dec, that is Wed 2 Dec 2026, 00:00 EST."
    )
    assert counting.start_in_words(how, start, whose, "assigned to Joan") == (
        "Mon 23 Nov 2026, 15:20 EST, assigned to Joan. "
        "Counting begins with the day after Mon 23 Nov."
    )
    assert whose.words == (
        "New York time: a person’s clock runs where the chapter is, and Joan is of Here."
    )


def test_what_is_stored_and_what_is_counted_are_both_named_when_they_differ() -> None:
    whose = Whose(EASTERN, "")
    stored, recounted = eastern(2026, 11, 26), eastern(2026, 11, 28)
    assert counting.stored_differs(stored, stored, whose, "because.") == ""
    assert counting.stored_differs(stored, recounted, whose, "because.") == (
        "It is set to the end of Wed 25 Nov (Thu 26 Nov 2026, 00:00 EST). Counted anew today it "
        "would be the end of Fri 27 Nov (Sat 28 Nov 2026, 00:00 EST): because."
    )


# --- Waits ----------------------------------------------------------------------------------------


@given(starts(), st.one_of(short_spans, long_spans))
def test_the_parts_of_a_wait_add_up_to_it(start: Start, span: timedelta) -> None:
    calendar, began, zone = start
    parts = calendar.explain_business_days(began, began + span, zone)
    spent = sum((part.spent for part in parts), timedelta(0))
    assert spent / timedelta(days=1) == calendar.business_days(began, began + span, zone)
    assert all((part.skipped is None) == calendar.is_business_day(part.day) for part in parts)
    assert all(part.spent == timedelta(0) for part in parts if part.skipped)


@given(starts(), st.one_of(short_spans, long_spans))
def test_the_lines_of_the_sum_add_up_to_the_total(start: Start, span: timedelta) -> None:
    calendar, began, zone = start
    parts = calendar.explain_business_days(began, began + span, zone)
    total = read_hours(counting.total_in_words(parts))
    lines = counting.sum_of(parts)
    assert sum((read_hours(line.counted) for line in lines), timedelta(0)) == total
    assert len(lines) <= counting.FEW_DAYS + 2
    waited = calendar.business_days(began, began + span, zone)
    assert f"= {waited:.3f}".rstrip("0").rstrip(".") in counting.total_in_words(parts)


def read_hours(words: str) -> timedelta:
    """“9 h 12 min” back to a span."""
    units = {"h": 3600, "min": 60, "s": 1}
    found = re.findall(r"(\d+) (h|min|s)\b", words.split("÷", maxsplit=1)[0])
    return timedelta(seconds=sum(int(number) * units[unit] for number, unit in found))


def test_friday_evening_to_monday_morning() -> None:
    parts = CALENDAR.explain_business_days(
        eastern(2026, 11, 13, 18), eastern(2026, 11, 16, 9), EASTERN
    )
    assert [(line.words, line.counted) for line in counting.sum_of(parts)] == [
        ("Fri 13 Nov, 18:00 to 24:00", "6 h"),
        ("Sat 14 Nov to Sun 15 Nov: weekend", "0 h"),
        ("Mon 16 Nov, 00:00 to 09:00", "9 h"),
    ]
    assert counting.total_in_words(parts) == "15 h ÷ 24 = 0.625 business days"


def test_a_long_wait_is_summed_up_and_names_its_closed_days() -> None:
    parts = CALENDAR.explain_business_days(
        eastern(2026, 11, 2, 12), eastern(2026, 12, 1, 12), EASTERN
    )
    between = counting.sum_of(parts)[1]
    assert between.words == (
        "Tue 3 Nov to Mon 30 Nov: 18 whole business days, without weekends, "
        "Wed 11 Nov (Veterans Day), Thu 26 Nov (Thanksgiving Day)"
    )
    assert between.counted == "432 h"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 h"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=9, minutes=12), "9 h 12 min"),
        (timedelta(hours=30, seconds=5), "30 h 5 s"),
    ],
)
def test_hours(span: timedelta, words: str) -> None:
    assert counting.hours(span) == words


def test_nothing_is_waited_backwards_or_in_no_time() -> None:
    at = datetime.combine(date(2026, 11, 16), time(9), EASTERN)
    for end in (at, at - timedelta(days=3)):
        assert counting.sum_of(CALENDAR.explain_business_days(at, end, EASTERN)) == ()
        parts = CALENDAR.explain_business_days(at, end, EASTERN)
        assert counting.total_in_words(parts) == "0 h ÷ 24 = 0 business days"
