"""Business days and deadlines: the worked examples, the odd nights, and a naive second opinion."""

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.calendar import (
    BusinessCalendar,
    NoBusinessDayError,
    SkippedDay,
    day_start,
    local_date,
    week_start,
)

EASTERN = ZoneInfo("America/New_York")
US_ZONES = [
    ZoneInfo(f"America/{city}")
    for city in ("New_York", "Chicago", "Denver", "Phoenix", "Los_Angeles", "Anchorage")
] + [ZoneInfo("Pacific/Honolulu")]
HOLIDAYS = {
    date(2026, 11, 11): "Veterans Day",
    date(2026, 11, 26): "Thanksgiving Day",
    date(2026, 12, 25): "Christmas Day",
    date(2027, 1, 1): "New Year's Day",
}
CALENDAR = BusinessCalendar(closed=frozenset(HOLIDAYS), closed_names=HOLIDAYS)
NO_HOLIDAYS = BusinessCalendar()
QUARTER = timedelta(minutes=15)


def eastern(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=EASTERN)


# A second opinion, slow and simple: it lives through the time a quarter of an hour after the other.


def naive_counts(calendar: BusinessCalendar, day: date) -> bool:
    return day.strftime("%a") not in ("Sat", "Sun") and day not in calendar.closed


def naive_deadline(
    calendar: BusinessCalendar, start: datetime, days: int, zone: ZoneInfo
) -> datetime:
    """The first quarter of an hour that shows a date after the last day counted."""
    start_day = start.astimezone(zone).date()
    counted: set[date] = set()
    at = start.astimezone(UTC)
    while True:
        today = at.astimezone(zone).date()
        if len(counted) == days and today > max(counted):
            return at
        if today > start_day and naive_counts(calendar, today):
            counted.add(today)
        at += QUARTER


def naive_business_days(
    calendar: BusinessCalendar, start: datetime, end: datetime, zone: ZoneInfo
) -> float:
    """Steps through the readings of the wall clock."""
    reading = start.astimezone(zone).replace(tzinfo=None)
    last = end.astimezone(zone).replace(tzinfo=None)
    quarters = 0
    while reading < last:
        quarters += naive_counts(calendar, reading.date())
        reading += QUARTER
    return quarters / (24 * 4)


zones = st.sampled_from(US_ZONES)
odd_days = st.sampled_from(
    [
        date(2026, 3, 8),  # clocks go forward
        date(2026, 11, 1),  # clocks go back
        date(2026, 12, 31),
        date(2028, 2, 29),
        date(2026, 11, 26),
    ]
)
days_around = st.builds(lambda day, n: day + timedelta(days=n), odd_days, st.integers(-6, 6))
any_day = st.one_of(days_around, st.dates(date(2008, 1, 1), date(2036, 12, 31)))
instants = st.builds(
    lambda day, quarter: datetime.combine(day, time(), UTC) + quarter * QUARTER,
    any_day,
    st.integers(0, 24 * 4 - 1),
)
few_days = st.integers(1, 6)
short_spans = st.integers(0, 24 * 4 * 20).map(lambda quarters: quarters * QUARTER)
long_spans = st.integers(0, 60 * 24 * 3000).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def closings(draw: st.DrawFn, around: datetime) -> frozenset[date]:
    """A handful of closed days near an instant, or else the property would never meet one."""
    near = st.integers(-3, 20).map(lambda n: around.date() + timedelta(days=n))
    return draw(st.frozensets(near, max_size=8))


@st.composite
def situations(draw: st.DrawFn) -> tuple[BusinessCalendar, datetime, ZoneInfo]:
    start = draw(instants)
    return BusinessCalendar(closed=draw(closings(start))), start, draw(zones)


class TestBusinessDay:
    @pytest.mark.parametrize("day", [date(2026, 11, 9) + timedelta(days=n) for n in (0, 1, 3, 4)])
    def test_is_monday_to_friday(self, day: date) -> None:
        assert CALENDAR.is_business_day(day)

    @pytest.mark.parametrize("day", [date(2026, 11, 14), date(2026, 11, 15)])
    def test_is_not_at_the_weekend(self, day: date) -> None:
        assert not CALENDAR.is_business_day(day)

    def test_is_not_a_closed_day(self) -> None:
        assert not CALENDAR.is_business_day(date(2026, 11, 11))
        assert NO_HOLIDAYS.is_business_day(date(2026, 11, 11))

    def test_names_of_closed_days_make_no_difference_to_the_calendar(self) -> None:
        assert BusinessCalendar(closed=frozenset(HOLIDAYS)) == CALENDAR
        assert hash(BusinessCalendar(closed=frozenset(HOLIDAYS))) == hash(CALENDAR)


class TestWorkedExamples:
    def test_assigned_friday_afternoon_is_overdue_from_wednesday(self) -> None:
        start = eastern(2026, 11, 13, 15, 20)
        assert CALENDAR.deadline(start, 2, EASTERN) == eastern(2026, 11, 18)

    def test_assigned_friday_afternoon_is_requeued_from_saturday_a_week_later(self) -> None:
        start = eastern(2026, 11, 13, 15, 20)
        assert CALENDAR.deadline(start, 5, EASTERN) == eastern(2026, 11, 21)

    def test_assigned_before_thanksgiving(self) -> None:
        start = eastern(2026, 11, 23, 10)
        assert CALENDAR.deadline_day(start, 2, EASTERN) == date(2026, 11, 25)
        assert CALENDAR.deadline_day(start, 5, EASTERN) == date(2026, 12, 1)

    def test_assigned_at_the_weekend_is_as_if_on_the_friday_before(self) -> None:
        friday = CALENDAR.deadline(eastern(2026, 11, 13, 15, 20), 2, EASTERN)
        assert CALENDAR.deadline(eastern(2026, 11, 14, 9), 2, EASTERN) == friday
        assert CALENDAR.deadline(eastern(2026, 11, 15, 23, 59), 2, EASTERN) == friday

    def test_friday_evening_to_monday_morning_is_six_and_nine_hours(self) -> None:
        start, end = eastern(2026, 11, 13, 18), eastern(2026, 11, 16, 9)
        assert CALENDAR.business_days(start, end, EASTERN) == 0.625

    def test_reminder_on_the_first_business_morning(self) -> None:
        friday, wednesday = eastern(2026, 11, 13, 15, 20), eastern(2026, 11, 25, 8)
        assert CALENDAR.business_morning(friday, 9, EASTERN) == eastern(2026, 11, 16, 9)
        assert CALENDAR.business_morning(wednesday, 9, EASTERN) == eastern(2026, 11, 27, 9)

    def test_over_new_year(self) -> None:
        start = eastern(2026, 12, 31, 23, 59)
        assert CALENDAR.deadline_day(start, 1, EASTERN) == date(2027, 1, 4)

    def test_a_leap_day_is_a_day_like_any_other(self) -> None:
        start = eastern(2028, 2, 28, 12)
        assert CALENDAR.deadline(start, 1, EASTERN) == eastern(2028, 3, 1)

    def test_the_day_is_the_one_of_the_chapters_zone(self) -> None:
        at = datetime(2026, 11, 17, 3, tzinfo=UTC)  # Monday evening in the east and in Hawaii
        honolulu = ZoneInfo("Pacific/Honolulu")
        assert CALENDAR.deadline(at, 1, EASTERN) == datetime(2026, 11, 18, 5, tzinfo=UTC)
        assert CALENDAR.deadline(at, 1, honolulu) == datetime(2026, 11, 18, 10, tzinfo=UTC)
        assert CALENDAR.deadline_day(at, 1, ZoneInfo("UTC")) == date(2026, 11, 18)

    def test_results_are_in_utc(self) -> None:
        start = eastern(2026, 11, 13, 15, 20)
        assert CALENDAR.deadline(start, 2, EASTERN).tzinfo is UTC
        assert CALENDAR.business_morning(start, 9, EASTERN).tzinfo is UTC
        assert week_start(start, EASTERN).tzinfo is UTC


class TestDeadline:
    @settings(max_examples=150)
    @given(situations(), few_days)
    def test_agrees_with_the_naive_count(
        self, situation: tuple[BusinessCalendar, datetime, ZoneInfo], days: int
    ) -> None:
        calendar, start, zone = situation
        expected = naive_deadline(calendar, start, days, zone)
        assert calendar.deadline(start, days, zone) == expected

    @given(situations(), few_days, st.data())
    def test_one_more_closed_day_never_makes_it_earlier(
        self,
        situation: tuple[BusinessCalendar, datetime, ZoneInfo],
        days: int,
        data: st.DataObject,
    ) -> None:
        calendar, start, zone = situation
        stricter = BusinessCalendar(calendar.closed | data.draw(closings(start)))
        assert stricter.deadline(start, days, zone) >= calendar.deadline(start, days, zone)

    @given(situations(), few_days, short_spans)
    def test_a_later_start_is_never_due_earlier(
        self,
        situation: tuple[BusinessCalendar, datetime, ZoneInfo],
        days: int,
        later: timedelta,
    ) -> None:
        calendar, start, zone = situation
        first = calendar.deadline(start, days, zone)
        assert calendar.deadline(start + later, days, zone) >= first

    @given(situations(), few_days)
    def test_one_more_day_is_always_later(
        self, situation: tuple[BusinessCalendar, datetime, ZoneInfo], days: int
    ) -> None:
        calendar, start, zone = situation
        assert calendar.deadline(start, days + 1, zone) > calendar.deadline(start, days, zone)

    @given(situations(), few_days)
    def test_ends_the_day_that_is_shown(
        self, situation: tuple[BusinessCalendar, datetime, ZoneInfo], days: int
    ) -> None:
        calendar, start, zone = situation
        instant, shown = (
            calendar.deadline(start, days, zone),
            calendar.deadline_day(start, days, zone),
        )
        assert calendar.is_business_day(shown)
        assert local_date(instant - timedelta(seconds=1), zone) == shown
        assert local_date(instant, zone) == shown + timedelta(days=1)
        assert instant.astimezone(zone).time() == time(0)

    @given(any_day, st.integers(0, 23), few_days, zones)
    def test_saturday_and_sunday_are_as_the_friday_before(
        self, day: date, hour: int, days: int, zone: ZoneInfo
    ) -> None:
        friday = day - timedelta(days=(day.weekday() - 4) % 7)
        calendar = BusinessCalendar(frozenset({day}) | CALENDAR.closed)
        due = {
            calendar.deadline(
                datetime.combine(friday + timedelta(days=n), time(hour), zone), days, zone
            )
            for n in (0, 1, 2)
        }
        assert len(due) == 1

    @pytest.mark.parametrize("days", [0, -1])
    def test_needs_at_least_one_day(self, days: int) -> None:
        with pytest.raises(ValueError, match="at least 1 business day"):
            CALENDAR.deadline(eastern(2026, 11, 13), days, EASTERN)

    def test_closed_days_without_end_are_refused_instead_of_searched_for_ever(self) -> None:
        start = date(2026, 1, 1)
        for_good = frozenset(start + timedelta(days=n) for n in range(800))
        with pytest.raises(NoBusinessDayError, match="check the closed days"):
            BusinessCalendar(for_good).add_business_days(start, 1)

    def test_a_long_closure_is_waited_out(self) -> None:
        start = date(2026, 1, 1)
        closure = frozenset(start + timedelta(days=n) for n in range(300))
        assert BusinessCalendar(closure).add_business_days(start, 1) == date(2026, 10, 28)


class TestExplanation:
    def test_tells_every_day_on_the_way(self) -> None:
        told = CALENDAR.explain_deadline(eastern(2026, 11, 23, 10), 5, EASTERN)
        assert told.start_day == date(2026, 11, 23)
        assert [f"{day:%a} {day.day}" for day in told.counted] == [
            "Tue 24",
            "Wed 25",
            "Fri 27",
            "Mon 30",
            "Tue 1",
        ]
        assert [(day.day.day, day.why) for day in told.skipped] == [
            (26, "Thanksgiving Day"),
            (28, "weekend"),
            (29, "weekend"),
        ]
        assert told.last_day == date(2026, 12, 1)
        assert told.instant == eastern(2026, 12, 2)

    def test_picks_out_what_a_reader_may_not_expect(self) -> None:
        told = CALENDAR.explain_deadline(eastern(2026, 11, 23, 10), 5, EASTERN)
        assert told.closed == (SkippedDay(date(2026, 11, 26), "Thanksgiving Day", weekend=False),)

    def test_a_closed_day_without_a_name(self) -> None:
        calendar = BusinessCalendar(frozenset({date(2026, 11, 24)}))
        told = calendar.explain_deadline(eastern(2026, 11, 23), 1, EASTERN)
        assert [day.why for day in told.skipped] == ["closed day"]

    @given(situations(), few_days)
    def test_explains_the_deadline_that_holds(
        self, situation: tuple[BusinessCalendar, datetime, ZoneInfo], days: int
    ) -> None:
        calendar, start, zone = situation
        told = calendar.explain_deadline(start, days, zone)
        assert told.instant == calendar.deadline(start, days, zone)
        assert told.last_day == calendar.deadline_day(start, days, zone)
        assert len(told.counted) == days
        every_day = sorted([*told.counted, *(skipped.day for skipped in told.skipped)])
        between = (told.last_day - told.start_day).days
        assert every_day == [told.start_day + timedelta(days=n + 1) for n in range(between)]


class TestBusinessDays:
    @settings(max_examples=150)
    @given(situations(), short_spans)
    def test_agrees_with_the_naive_count(
        self, situation: tuple[BusinessCalendar, datetime, ZoneInfo], span: timedelta
    ) -> None:
        calendar, start, zone = situation
        expected = naive_business_days(calendar, start, start + span, zone)
        assert calendar.business_days(start, start + span, zone) == pytest.approx(expected)

    @given(situations(), long_spans, long_spans)
    def test_parts_add_up(
        self,
        situation: tuple[BusinessCalendar, datetime, ZoneInfo],
        first: timedelta,
        second: timedelta,
    ) -> None:
        calendar, start, zone = situation
        middle, end = start + first, start + first + second
        parts = calendar.business_days(start, middle, zone) + calendar.business_days(
            middle, end, zone
        )
        assert calendar.business_days(start, end, zone) == pytest.approx(parts)

    @given(situations(), long_spans, long_spans)
    def test_never_shrinks_as_time_goes_by(
        self,
        situation: tuple[BusinessCalendar, datetime, ZoneInfo],
        first: timedelta,
        second: timedelta,
    ) -> None:
        calendar, start, zone = situation
        sooner = calendar.business_days(start, start + first, zone)
        later = calendar.business_days(start, start + first + second, zone)
        assert 0 <= sooner <= later

    @given(situations(), long_spans)
    def test_a_closed_day_never_makes_a_wait_longer(
        self, situation: tuple[BusinessCalendar, datetime, ZoneInfo], span: timedelta
    ) -> None:
        calendar, start, zone = situation
        open_all_week = NO_HOLIDAYS.business_days(start, start + span, zone)
        assert calendar.business_days(start, start + span, zone) <= open_all_week

    @given(situations(), st.floats(min_value=0.01, max_value=30))
    def test_waited_since_is_the_last_start_that_waited_so_long(
        self, situation: tuple[BusinessCalendar, datetime, ZoneInfo], days: float
    ) -> None:
        calendar, end, zone = situation
        start = calendar.waited_since(end, days, zone)
        assert calendar.business_days(start, end, zone) == pytest.approx(days)
        assert calendar.business_days(start + QUARTER, end, zone) < days

    def test_an_end_before_the_start_is_nothing(self) -> None:
        start = eastern(2026, 11, 16, 9)
        assert CALENDAR.business_days(start, start - timedelta(days=3), EASTERN) == 0
        assert CALENDAR.business_days(start, start, EASTERN) == 0

    def test_weekends_and_closed_days_are_nothing(self) -> None:
        assert CALENDAR.business_days(eastern(2026, 11, 14), eastern(2026, 11, 16), EASTERN) == 0
        assert CALENDAR.business_days(eastern(2026, 11, 26), eastern(2026, 11, 27), EASTERN) == 0

    def test_a_week_over_a_clock_change_has_five_days(self) -> None:
        for sunday in (date(2026, 3, 8), date(2026, 11, 1)):
            start = datetime.combine(sunday, time(1, 30), EASTERN)
            end = start + timedelta(days=7)
            assert NO_HOLIDAYS.business_days(start, end, EASTERN) == 5

    def test_a_century_is_as_quick_as_an_hour(self) -> None:
        closed = frozenset(date(2000, 1, 1) + timedelta(days=n) for n in range(0, 36500, 30))
        calendar = BusinessCalendar(closed)
        start, end = eastern(2000, 1, 1), eastern(2099, 12, 31)
        began = perf_counter()
        for _ in range(1000):
            calendar.business_days(start, end, EASTERN)
        assert perf_counter() - began < 1  # day by day it would be most of a minute


class TestMailMoment:
    @pytest.mark.parametrize("hour", [8, 12, 19])
    def test_within_the_hours_it_goes_at_once(self, hour: int) -> None:
        at = eastern(2026, 11, 16, hour, 59)
        assert CALENDAR.next_mail_moment(at, EASTERN) == at

    def test_early_in_the_morning_it_waits_for_the_opening(self) -> None:
        at = eastern(2026, 11, 16, 7, 59)
        assert CALENDAR.next_mail_moment(at, EASTERN) == eastern(2026, 11, 16, 8)

    @pytest.mark.parametrize(
        "at",
        [
            eastern(2026, 11, 13, 20),
            eastern(2026, 11, 14, 12),
            eastern(2026, 11, 15, 23, 59),
            eastern(2026, 11, 16),
        ],
    )
    def test_after_hours_and_at_the_weekend_it_waits_for_monday(self, at: datetime) -> None:
        assert CALENDAR.next_mail_moment(at, EASTERN) == eastern(2026, 11, 16, 8)

    def test_not_on_a_closed_day(self) -> None:
        at = eastern(2026, 11, 26, 10)
        assert CALENDAR.next_mail_moment(at, EASTERN) == eastern(2026, 11, 27, 8)

    def test_the_hours_can_be_others(self) -> None:
        at = eastern(2026, 11, 16, 8, 30)
        moment = CALENDAR.next_mail_moment(at, EASTERN, from_hour=10, until_hour=24)
        assert moment == eastern(2026, 11, 16, 10)

    @pytest.mark.parametrize(("opening", "closing"), [(20, 8), (9, 9), (-1, 5), (8, 25)])
    def test_hours_that_make_no_sense_are_refused(self, opening: int, closing: int) -> None:
        with pytest.raises(ValueError, match="Mail hours"):
            CALENDAR.next_mail_moment(eastern(2026, 11, 16), EASTERN, opening, closing)

    @given(situations())
    def test_is_the_first_quarter_of_an_hour_that_is_allowed(
        self, situation: tuple[BusinessCalendar, datetime, ZoneInfo]
    ) -> None:
        calendar, at, zone = situation
        expected = at
        while not (
            naive_counts(calendar, expected.astimezone(zone).date())
            and 8 <= expected.astimezone(zone).hour < 20
        ):
            expected += QUARTER
        assert calendar.next_mail_moment(at, zone) == expected


class TestWeek:
    def test_begins_on_sunday_at_local_midnight(self) -> None:
        for at in (eastern(2026, 11, 22), eastern(2026, 11, 25, 12), eastern(2026, 11, 28, 23, 59)):
            assert week_start(at, EASTERN) == eastern(2026, 11, 22)
        assert week_start(eastern(2026, 11, 29), EASTERN) == eastern(2026, 11, 29)

    def test_follows_the_clock_change_on_its_first_day(self) -> None:
        assert week_start(eastern(2026, 11, 3), EASTERN) == datetime(2026, 11, 1, 4, tzinfo=UTC)
        assert week_start(eastern(2026, 11, 9), EASTERN) == datetime(2026, 11, 8, 5, tzinfo=UTC)

    @given(instants, zones)
    def test_contains_the_instant(self, at: datetime, zone: ZoneInfo) -> None:
        start = week_start(at, zone)
        assert f"{start.astimezone(zone):%a %H:%M}" == "Sun 00:00"
        assert start <= at
        assert (local_date(at, zone) - local_date(start, zone)).days < 7


class TestOddNights:
    """Zones where local midnight does not exist or comes twice."""

    def test_a_midnight_that_does_not_exist_is_the_jump(self) -> None:
        cairo = ZoneInfo("Africa/Cairo")
        start = day_start(date(2024, 4, 26), cairo)
        assert start.astimezone(cairo) == datetime(2024, 4, 26, 1, tzinfo=cairo)
        assert local_date(start - timedelta(seconds=1), cairo) == date(2024, 4, 25)

    def test_a_deadline_at_such_a_midnight_ends_the_day_before(self) -> None:
        sao_paulo = ZoneInfo("America/Sao_Paulo")
        friday = datetime(2018, 11, 2, 12, tzinfo=sao_paulo)
        saturday_midnight = NO_HOLIDAYS.deadline(friday - timedelta(days=1), 1, sao_paulo)
        assert local_date(saturday_midnight, sao_paulo) == date(2018, 11, 3)
        sunday = day_start(date(2018, 11, 4), sao_paulo)
        assert local_date(sunday, sao_paulo) == date(2018, 11, 4)
        assert local_date(sunday - timedelta(seconds=1), sao_paulo) == date(2018, 11, 3)

    def test_of_two_midnights_the_first_begins_the_day(self) -> None:
        havana = ZoneInfo("America/Havana")
        start = day_start(date(2024, 11, 3), havana)
        assert start == datetime(2024, 11, 3, 4, tzinfo=UTC)
        assert local_date(start - timedelta(seconds=1), havana) == date(2024, 11, 2)

    def test_an_evening_hour_that_is_repeated_belongs_to_its_day(self) -> None:
        sao_paulo = ZoneInfo("America/Sao_Paulo")
        sunday = day_start(date(2018, 2, 18), sao_paulo)
        assert local_date(sunday - timedelta(minutes=90), sao_paulo) == date(2018, 2, 17)
        assert sunday - day_start(date(2018, 2, 17), sao_paulo) == timedelta(hours=25)

    def test_a_working_day_with_a_jump_is_a_whole_day(self) -> None:
        cairo = ZoneInfo("Africa/Cairo")
        friday = date(2024, 4, 26)
        start, end = day_start(friday, cairo), day_start(friday + timedelta(days=1), cairo)
        assert end - start == timedelta(hours=23)
        whole = NO_HOLIDAYS.business_days(start - timedelta(seconds=1), end, cairo)
        assert whole == pytest.approx(1, abs=1e-4)

    def test_a_repeated_hour_on_a_working_day_never_counts_below_zero(self) -> None:
        cairo = ZoneInfo("Africa/Cairo")
        before = datetime(2024, 10, 31, 23, 45, tzinfo=cairo)  # a Thursday; back to 23:00 at 24:00
        after = before.astimezone(UTC) + timedelta(minutes=30)
        assert after.astimezone(cairo).hour == 23
        assert NO_HOLIDAYS.business_days(before, after, cairo) == 0
        assert NO_HOLIDAYS.business_days(after, before, cairo) == 0


class TestInstantsWithoutZone:
    NAIVE = eastern(2026, 11, 13, 15, 20).replace(tzinfo=None)

    def test_are_refused_with_a_sentence(self) -> None:
        for act in (
            lambda: CALENDAR.deadline(self.NAIVE, 2, EASTERN),
            lambda: CALENDAR.deadline_day(self.NAIVE, 2, EASTERN),
            lambda: CALENDAR.explain_deadline(self.NAIVE, 2, EASTERN),
            lambda: CALENDAR.business_days(self.NAIVE, eastern(2026, 11, 16), EASTERN),
            lambda: CALENDAR.business_days(eastern(2026, 11, 9), self.NAIVE, EASTERN),
            lambda: CALENDAR.business_morning(self.NAIVE, 9, EASTERN),
            lambda: CALENDAR.next_mail_moment(self.NAIVE, EASTERN),
            lambda: week_start(self.NAIVE, EASTERN),
            lambda: local_date(self.NAIVE, EASTERN),
        ):
            with pytest.raises(ValueError, match="2026-11-13 15:20:00 has no time zone"):
                act()
