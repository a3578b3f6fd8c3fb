"""Periods by name, what they are compared with, and the months they touch."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.periods import ALWAYS, Period, Span, before, spanned

NAMED = [span for span in Span if span != Span.OWN]
DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))


@pytest.mark.parametrize(
    ("span", "today", "first"),
    [
        (Span.LAST_30_DAYS, date(2026, 3, 30), date(2026, 3, 1)),
        (Span.QUARTER, date(2026, 11, 23), date(2026, 10, 1)),
        (Span.QUARTER, date(2026, 12, 31), date(2026, 10, 1)),
        (Span.QUARTER, date(2027, 1, 1), date(2027, 1, 1)),
        (Span.FISCAL_YEAR, date(2026, 9, 30), date(2025, 10, 1)),
        (Span.FISCAL_YEAR, date(2026, 10, 1), date(2026, 10, 1)),
        (Span.FISCAL_YEAR, date(2027, 2, 28), date(2026, 10, 1)),
        (Span.LAST_12_MONTHS, date(2026, 11, 23), date(2025, 12, 1)),
        (Span.LAST_12_MONTHS, date(2026, 12, 31), date(2026, 1, 1)),
        (Span.LAST_12_MONTHS, date(2024, 2, 29), date(2023, 3, 1)),
    ],
)
def test_a_period_by_name_ends_today(span: Span, today: date, first: date) -> None:
    assert spanned(span, today) == Period(first, today)


def test_own_dates_are_given() -> None:
    with pytest.raises(ValueError, match="Own dates"):
        spanned(Span.OWN, date(2026, 3, 30))


@pytest.mark.parametrize(
    ("span", "today", "expected"),
    [
        (Span.LAST_30_DAYS, date(2026, 3, 30), Period(date(2026, 1, 30), date(2026, 2, 28))),
        (Span.QUARTER, date(2026, 11, 23), Period(date(2026, 7, 1), date(2026, 8, 23))),
        (Span.FISCAL_YEAR, date(2026, 11, 23), Period(date(2025, 10, 1), date(2025, 11, 23))),
        (Span.LAST_12_MONTHS, date(2026, 11, 23), Period(date(2024, 12, 1), date(2025, 11, 23))),
    ],
)
def test_what_is_under_way_is_compared_with_as_many_days_before(
    span: Span, today: date, expected: Period
) -> None:
    assert before(span, spanned(span, today)) == expected


def test_own_dates_are_compared_with_the_days_directly_before() -> None:
    week = Period(date(2026, 3, 9), date(2026, 3, 15))
    assert before(Span.OWN, week) == Period(date(2026, 3, 2), date(2026, 3, 8))
    assert before(Span.OWN, Period(date(2026, 3, 9), None)) is None
    assert before(Span.OWN, ALWAYS) is None


@given(st.sampled_from(NAMED), DAYS)
def test_the_period_before_is_over_when_the_period_begins(span: Span, today: date) -> None:
    period = spanned(span, today)
    earlier = before(span, period)
    assert earlier is not None
    assert earlier.first
    assert earlier.last
    assert period.first
    assert earlier.first <= earlier.last < period.first
    assert earlier.last - earlier.first <= today - period.first


@given(DAYS, st.integers(0, 2000))
def test_every_day_of_a_period_is_in_one_of_its_months(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days))
    each = {f"{first + timedelta(days=n):%Y-%m}" for n in range(days + 1)}
    assert period.months() == sorted(each)


def test_an_open_period_has_no_list_of_months() -> None:
    assert ALWAYS.months() == []
    assert Period(date(2026, 3, 1), None).months() == []
