"""Business days as the database reckons them: the same as `intake.calendar` to the microsecond."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import DateTimeField, Value
from django.db.models.functions import Cast, ExtractDay
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from intake.calendar import BusinessCalendar
from intake.inforce import calendar
from intake.models import ClosedDay
from mentors.models import MentoringArea
from reports import spans
from tests.unit.test_calendar import CALENDAR, eastern, long_spans, short_spans, situations

pytestmark = pytest.mark.django_db

EASTERN = "America/New_York"
ODD_ZONES = ["Africa/Cairo", "America/Havana", "Asia/Kolkata", "Europe/Lisbon"]
"""Clocks that change at midnight and on working days, a half hour, and no offset at all."""


def instant(at: datetime | None) -> Cast:
    return Cast(Value(at), DateTimeField())


def reckoned(
    start: datetime | None, end: datetime | None, zone: str, days_off: BusinessCalendar
) -> float | None:
    """Business days, by the database."""
    expression = spans.business_days(instant(start), instant(end), Value(zone), days_off)
    found: float | None = MentoringArea.objects.values_list(expression).first()[0]  # type: ignore[index]
    return found


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_they_equal_the_calendar(data: st.DataObject) -> None:
    days_off, start, zone = data.draw(situations())
    if data.draw(st.booleans()):
        zone = ZoneInfo(data.draw(st.sampled_from(ODD_ZONES)))
    start += timedelta(microseconds=data.draw(st.integers(0, 899_999_999)))
    end = start + data.draw(st.one_of(short_spans, long_spans))
    end += timedelta(microseconds=data.draw(st.integers(0, 999_999)))
    expected = days_off.business_days(start, end, zone)
    assert reckoned(start, end, zone.key, days_off) == expected


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (eastern(2026, 11, 13, 18), eastern(2026, 11, 16, 9), 0.625),  # Friday to Monday
        (eastern(2026, 11, 25, 12), eastern(2026, 11, 27, 12), 1.0),  # over Thanksgiving
        (eastern(2026, 11, 26, 8), eastern(2026, 11, 26, 20), 0.0),  # all on it
        (eastern(2026, 12, 31), eastern(2027, 1, 5), 2.0),  # over New Year and a weekend
        (eastern(2026, 11, 14, 3), eastern(2026, 11, 15, 21), 0.0),  # a weekend
        (eastern(2026, 3, 6, 12), eastern(2026, 3, 9, 12), 1.0),  # clocks go forward
        (eastern(2026, 11, 3), eastern(2026, 11, 3), 0.0),
        (eastern(2026, 11, 4), eastern(2026, 11, 3), 0.0),  # never negative
    ],
)
def test_worked_examples(start: datetime, end: datetime, days: float) -> None:
    assert reckoned(start, end, EASTERN, CALENDAR) == days


def test_a_closed_day_at_the_weekend_changes_nothing() -> None:
    saturday = BusinessCalendar(frozenset([date(2026, 11, 14)]))
    span = eastern(2026, 11, 13, 18), eastern(2026, 11, 16, 9)
    assert reckoned(*span, EASTERN, saturday) == 0.625


def test_a_clock_that_runs_backwards_counts_as_nothing() -> None:
    """In Cairo the hour before midnight of Thu 29 Oct 2026 is lived through twice."""
    first_pass = datetime(2026, 10, 29, 20, 50, tzinfo=UTC)
    second_pass = first_pass + timedelta(minutes=20)
    for start, end in ((first_pass, second_pass), (second_pass, first_pass)):
        assert CALENDAR.business_days(start, end, ZoneInfo("Africa/Cairo")) == 0
        assert reckoned(start, end, "Africa/Cairo", CALENDAR) == 0
    earlier_on_the_wall = first_pass + timedelta(minutes=40), first_pass + timedelta(minutes=30)
    assert reckoned(*earlier_on_the_wall, "Africa/Cairo", CALENDAR) == 0


@pytest.mark.parametrize("ends", [(None, eastern(2026, 11, 3)), (eastern(2026, 11, 3), None)])
def test_what_has_not_happened_has_no_length(ends: tuple[datetime, datetime]) -> None:
    assert reckoned(*ends, EASTERN, CALENDAR) is None


def test_without_closed_days_there_are_weekends_only() -> None:
    span = eastern(2026, 11, 25), eastern(2026, 12, 2)
    assert reckoned(*span, EASTERN, BusinessCalendar()) == 5


def test_the_calendar_in_force_is_read_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ClosedDay.objects.create(date=date(2026, 11, 4), name="Elections")
    span = eastern(2026, 11, 3), eastern(2026, 11, 6)
    with django_assert_num_queries(2):
        expression = spans.business_days(*span, Value(EASTERN))
        found = list(MentoringArea.objects.values_list(expression, flat=True))
    assert set(found) == {2.0}
    assert calendar().business_days(*span, ZoneInfo(EASTERN)) == 2


def test_calendar_time_is_what_passes_on_every_clock() -> None:
    start, end = eastern(2026, 3, 6, 12), eastern(2026, 3, 9, 12)
    expression = spans.days(spans.calendar_time(start, end))
    assert MentoringArea.objects.values_list(expression, flat=True)[0] == 3 - 1 / 24


@pytest.mark.parametrize(
    ("days", "middle"), [([5], 5), ([1, 9, 2], 2), ([1, 2, 4, 31], 3), ([7, 8], 7.5)]
)
def test_the_median_is_the_middle_or_half_way(days: list[int], middle: float) -> None:
    ClosedDay.objects.all().delete()
    ClosedDay.objects.bulk_create(ClosedDay(date=date(2026, 1, day), name="x") for day in days)
    found = ClosedDay.objects.aggregate(middle=spans.Median(ExtractDay("date")))
    assert found["middle"] == middle
