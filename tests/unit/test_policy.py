"""The numbers of the rules, and the instants that follow from them."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.calendar import BusinessCalendar
from intake.policy import (
    CLOCKS,
    Clocks,
    Policy,
    assignment_clocks,
    attempts_due,
    clock_table,
    close_out_due,
    notes_due,
    session_edit_until,
)

EASTERN = ZoneInfo("America/New_York")
HONOLULU = ZoneInfo("Pacific/Honolulu")
CALENDAR = BusinessCalendar(frozenset({date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1)}))
NATIONAL = Policy()


def eastern(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=EASTERN)


class TestDefaults:
    def test_are_the_national_numbers(self) -> None:
        assert (
            Policy(
                respond_days=2,
                requeue_days=5,
                reminder_hour=9,
                notes_days=1,
                attempts_needed=3,
                attempt_gap_days=7,
                close_out_days=14,
                pause_check_days=30,
                mail_from_hour=8,
                mail_until_hour=20,
                reopen_days=30,
                duplicate_days=30,
                session_edit_day=5,
                answer_history_days=180,
                repeated_timeouts=2,
                repeated_declines=3,
            )
            == NATIONAL
        )


class TestNumbersThatMakeNoSense:
    @pytest.mark.parametrize(
        ("numbers", "sentence"),
        [
            ({"respond_days": 0}, "respond_days must be between 1 and 366, not 0."),
            ({"reopen_days": -3}, "reopen_days must be between 1 and 366, not -3."),
            ({"requeue_days": 5000}, "requeue_days must be between 1 and 366, not 5000."),
            ({"reminder_hour": 25}, "reminder_hour must be between 0 and 24, not 25."),
            ({"reopen_days": "6"}, "reopen_days must be a whole number, not '6'."),
            ({"notes_days": 1.5}, "notes_days must be a whole number, not 1.5."),
            ({"notes_days": True}, "notes_days must be a whole number, not True."),
            (
                {"respond_days": 5},
                (
                    "requeue_days (5) must be more than respond_days (5): "
                    "a request is overdue before it goes back to the queue."
                ),
            ),
            (
                {"mail_from_hour": 20, "mail_until_hour": 8},
                "mail_until_hour (8) must be later than mail_from_hour (20).",
            ),
            (
                {"reminder_hour": 20},
                (
                    "reminder_hour (20) must be from mail_from_hour (8) until before "
                    "mail_until_hour (20): no mail goes out at other hours."
                ),
            ),
            (
                {"close_out_days": 6},
                (
                    "close_out_days (6) must not be less than attempt_gap_days (7): "
                    "there would be no time for a second attempt."
                ),
            ),
            (
                {"session_edit_day": 31},
                "session_edit_day must be a day that every month has (1 to 28), not 31.",
            ),
        ],
    )
    def test_are_refused_with_a_sentence(self, numbers: dict[str, int], sentence: str) -> None:
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            Policy(**numbers)

    def test_are_all_told_at_once(self) -> None:
        with pytest.raises(ValueError, match=r"^respond_days must .* 0\. reopen_days must .* 0\.$"):
            Policy(respond_days=0, reopen_days=0)

    def test_an_unknown_number_is_refused(self) -> None:
        typed_wrongly = {"respond_weeks": 2}
        with pytest.raises(TypeError, match="respond_weeks"):
            Policy(**typed_wrongly)


class TestAssignmentClocks:
    def test_assigned_on_a_friday_afternoon(self) -> None:
        clocks = assignment_clocks(NATIONAL, CALENDAR, eastern(2026, 11, 13, 15, 20), EASTERN)
        assert clocks == Clocks(
            respond_by=eastern(2026, 11, 18),
            requeue_at=eastern(2026, 11, 21),
            remind_at=eastern(2026, 11, 16, 9),
        )

    def test_thanksgiving_does_not_count(self) -> None:
        clocks = assignment_clocks(NATIONAL, CALENDAR, eastern(2026, 11, 23, 9), EASTERN)
        assert clocks.respond_by == eastern(2026, 11, 26)
        assert clocks.requeue_at == eastern(2026, 12, 2)

    def test_run_in_the_zone_of_the_mentors_chapter(self) -> None:
        assigned_at = datetime(2026, 11, 17, 6, tzinfo=UTC)  # Tuesday in the east, Monday in Hawaii
        east = assignment_clocks(NATIONAL, CALENDAR, assigned_at, EASTERN)
        hawaii = assignment_clocks(NATIONAL, CALENDAR, assigned_at, HONOLULU)
        assert east.respond_by == datetime(2026, 11, 20, 5, tzinfo=UTC)
        assert hawaii.respond_by == datetime(2026, 11, 19, 10, tzinfo=UTC)

    def test_follow_the_policy(self) -> None:
        slower = Policy(respond_days=3, requeue_days=6, reminder_hour=10)
        clocks = assignment_clocks(slower, CALENDAR, eastern(2026, 11, 13, 15, 20), EASTERN)
        assert clocks == Clocks(
            respond_by=eastern(2026, 11, 19),
            requeue_at=eastern(2026, 11, 24),
            remind_at=eastern(2026, 11, 16, 10),
        )

    @pytest.mark.parametrize("hours", range(0, 24 * 14, 5))
    def test_reminder_then_overdue_then_requeue(self, hours: int) -> None:
        assigned_at = eastern(2026, 12, 20) + timedelta(hours=hours)
        clocks = assignment_clocks(NATIONAL, CALENDAR, assigned_at, EASTERN)
        assert assigned_at < clocks.remind_at < clocks.respond_by < clocks.requeue_at


class TestNotesDue:
    def test_the_end_of_the_next_business_day(self) -> None:
        monday_session = eastern(2026, 11, 16, 11)
        assert notes_due(NATIONAL, CALENDAR, monday_session, EASTERN) == eastern(2026, 11, 18)

    def test_after_a_friday_session_the_end_of_monday(self) -> None:
        friday_session = eastern(2026, 11, 13, 17)
        assert notes_due(NATIONAL, CALENDAR, friday_session, EASTERN) == eastern(2026, 11, 17)


class TestAttempts:
    FIRST = datetime(2026, 11, 2, 15, tzinfo=UTC)

    def test_the_next_one_is_due_after_seven_days(self) -> None:
        assert attempts_due(NATIONAL, self.FIRST) == datetime(2026, 11, 9, 15, tzinfo=UTC)

    def test_close_out_comes_fourteen_days_after_the_first(self) -> None:
        assert close_out_due(NATIONAL, self.FIRST) == datetime(2026, 11, 16, 15, tzinfo=UTC)

    def test_weekends_and_holidays_count(self) -> None:
        before_thanksgiving = datetime(2026, 11, 25, 15, tzinfo=UTC)
        assert attempts_due(NATIONAL, before_thanksgiving) - before_thanksgiving == timedelta(7)

    def test_an_instant_without_zone_is_refused(self) -> None:
        for due in (attempts_due, close_out_due):
            with pytest.raises(ValueError, match="has no time zone"):
                due(NATIONAL, self.FIRST.replace(tzinfo=None))


class TestSessionEditing:
    def test_ends_with_the_fifth_of_the_next_month(self) -> None:
        entered = eastern(2026, 11, 16, 11)
        assert session_edit_until(NATIONAL, entered, EASTERN) == eastern(2026, 12, 6)

    def test_of_december_ends_in_january(self) -> None:
        entered = eastern(2026, 12, 31, 23, 59)
        assert session_edit_until(NATIONAL, entered, EASTERN) == eastern(2027, 1, 6)

    def test_the_month_is_the_local_one(self) -> None:
        entered = datetime(2026, 12, 1, 3, tzinfo=UTC)  # still November in the east
        assert session_edit_until(NATIONAL, entered, EASTERN) == eastern(2026, 12, 6)
        assert session_edit_until(NATIONAL, entered, ZoneInfo("UTC")) == datetime(
            2027, 1, 6, tzinfo=UTC
        )

    def test_until_the_last_day_that_every_month_has(self) -> None:
        late = Policy(session_edit_day=28)
        assert session_edit_until(late, eastern(2027, 1, 10), EASTERN) == eastern(2027, 3, 1)


class TestClockTable:
    def test_has_one_row_per_clock(self) -> None:
        lines = clock_table(NATIONAL).splitlines()
        assert lines[:2] == ["| Clock | When | What happens |", "|---|---|---|"]
        assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == [
            "Reminder",
            "Accept time-out",
            "Auto-requeue",
            "Session notes",
            "Next contact attempt",
            "Close-out",
            "Pause check",
        ]
        assert all(line.count("|") == 4 for line in lines)

    def test_tells_the_national_numbers(self) -> None:
        words = {row.name: row.when(NATIONAL) for row in CLOCKS}
        assert words["Reminder"].startswith("09:00 on the first business day")
        assert words["Accept time-out"].startswith("2 business days after an assignment")
        assert words["Auto-requeue"].startswith("5 business days after an assignment")
        assert words["Session notes"].startswith("1 business day after a session")
        assert words["Next contact attempt"].startswith("7 days after an attempt")
        assert words["Close-out"].startswith("14 days after the first attempt, 3 attempts made")
        assert words["Pause check"] == "daily, pauses of more than 30 days"

    def test_tells_the_numbers_of_another_policy(self) -> None:
        table = clock_table(Policy(respond_days=1, requeue_days=4, reminder_hour=10))
        assert "| 10:00 on the first business day" in table
        assert "| 1 business day after an assignment, unanswered |" in table
        assert "| 4 business days after an assignment, unanswered |" in table
