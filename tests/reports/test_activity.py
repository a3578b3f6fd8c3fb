"""My Active Mentors Activity: the outcomes add up, and nothing is said about clients."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self

import pytest

from intake.enums import UNANSWERED, Outcome
from intake.models import Assignment
from mentors.models import FollowUp, Pause, Volunteer
from reports.activity import COLUMNS, Row, activity
from reports.periods import ALWAYS, Period
from reports.question import Question
from reports.scope import EVERYWHERE
from tests.factories import (
    MONDAY,
    SITUATIONS,
    Organisation,
    Story,
    request_in,
    submit,
)
from tests.reports.conftest import Everything

pytestmark = pytest.mark.usefixtures("at")

PAGE = "/reports/activity/"
LATER = MONDAY + timedelta(days=40)
"""When all stories of these tests are over."""


def asked(
    period: Period = ALWAYS, *, now: datetime = LATER, at: datetime | None = None
) -> Question:
    return Question(reach=EVERYWHERE, period=period, now=now, at=at or now)


def rows(period: Period = ALWAYS, **when: datetime) -> dict[str, Row]:
    return {str(row.mentor): row for row in activity(asked(period, **when))}


# --- What is counted ------------------------------------------------------------------------------


def test_the_outcomes_add_up_to_what_was_received(everything: Everything) -> None:
    org = everything.org
    found = rows()
    for person in (org.joan, org.ben, org.grace):
        row = found[str(person)]
        given = list(Assignment.objects.filter(mentor=person))
        settled = Counter(one.outcome for one in given if one.outcome not in UNANSWERED)
        assert row.received == len(given)
        assert row.outcomes == dict.fromkeys(Outcome.values, 0) | settled | {
            "overdue": sum(one.outcome in UNANSWERED for one in given)
        }
    assert found["Joan Whitfield"].received > len(SITUATIONS) - 5


def test_a_request_is_overdue_from_the_very_second_whether_or_not_a_clock_has_noticed(
    org: Organisation,
) -> None:
    deadline = request_in("assigned", org).assignment.respond_by
    before = rows(now=deadline - timedelta(seconds=1))["Joan Whitfield"].outcomes
    assert (before["pending"], before["overdue"]) == (1, 0)
    at = rows(now=deadline)["Joan Whitfield"].outcomes
    assert (at["pending"], at["overdue"]) == (0, 1)


def test_an_answer_on_the_second_of_the_deadline_is_late(org: Organisation) -> None:
    for seconds in (-1, 0):
        story = submit(org).assign()
        story.until(story.assignment.respond_by + timedelta(seconds=seconds)).accept()
    row = rows()["Joan Whitfield"]
    assert (row.outcomes["accepted_in_time"], row.outcomes["accepted_late"]) == (1, 1)
    assert (row.in_time, row.share_in_time) == (1, 0.5)


def test_the_share_of_answers_in_time(org: Organisation) -> None:
    assert rows()["Joan Whitfield"].share_in_time is None
    for situation in ("accepted", "declined", "accepted_late", "timed_out"):
        request_in(situation, org)
    assert rows()["Joan Whitfield"].share_in_time == 0.5
    for situation in ("mentor_unavailable", "withdrawn_before_answer"):
        request_in(situation, org)
    assert rows()["Joan Whitfield"].share_in_time == 0.5


def test_a_late_decline_is_an_answer_but_not_in_time(org: Organisation) -> None:
    submit(org).assign().become_overdue().wait(hours=1).decline()
    row = rows()["Joan Whitfield"]
    assert (row.outcomes["declined"], row.share_in_time) == (1, 0.0)


def test_the_median_of_business_days_to_answer(org: Organisation) -> None:
    """Over a weekend: Friday 10:00 to Monday 10:00 is one day."""
    friday = MONDAY + timedelta(days=4)
    submit(org, at=friday).assign().wait(days=3).accept()
    submit(org, at=friday).assign().wait(hours=6).decline()
    assert rows()["Joan Whitfield"].median_days == pytest.approx((1 + 0.25) / 2)
    assert rows()["Ben Okafor"].median_days is None


def test_open_clients_are_those_he_leads(org: Organisation) -> None:
    for situation in ("accepted", "counseled", "complete", "transferred", "assigned"):
        request_in(situation, org)
    assert rows()["Joan Whitfield"].open_clients == 2


def test_sessions_count_on_the_day_they_were_held(org: Organisation) -> None:
    """At 23:30 in New York, where it is the next day by the clock of the world already."""
    late = datetime(2026, 3, 18, 2, 30, tzinfo=UTC)
    submit(org).assign().accept().until(late).hold().until(late + timedelta(days=1)).complete()
    request_in("session_missed", org)
    seventeenth = Period(date(2026, 3, 17), date(2026, 3, 17))
    assert rows(seventeenth)["Joan Whitfield"].sessions == 1
    assert rows()["Joan Whitfield"].sessions == 1
    assert rows(Period(date(2026, 3, 18), None))["Joan Whitfield"].sessions == 0


def test_this_week_begins_on_sunday_on_the_clock_of_the_chapter(org: Organisation) -> None:
    """Sunday 22 March begins at 04:00 UTC in New York and at 10:00 UTC in Honolulu."""
    sunday = datetime(2026, 3, 22, 4, 0, tzinfo=UTC)
    submit(org).until(sunday - timedelta(seconds=1)).assign()
    for person in (org.joan, org.leilani):
        submit(org).until(sunday).assign(person, note="Only she.")
    submit(org).until(sunday).assign(org.ben).wait(hours=1).replace(org.joan)
    monday = rows(now=sunday + timedelta(days=1))
    assert monday["Joan Whitfield"].used == 2
    assert monday["Ben Okafor"].used == 0
    assert monday["Leilani Kahale"].used == 0


def test_a_day_is_one_of_the_mentors_chapter(org: Organisation) -> None:
    late = datetime(2026, 3, 17, 3, 30, tzinfo=UTC)  # Monday 23:30 in New York, 17:30 in Honolulu
    submit(org, at=late).assign()
    submit(org, at=late + timedelta(hours=4)).assign(org.leilani, note="Only she.")
    sixteenth = Period(date(2026, 3, 16), date(2026, 3, 16))
    assert rows(sixteenth)["Joan Whitfield"].received == 1
    assert rows(sixteenth)["Leilani Kahale"].received == 1
    assert rows(Period(date(2026, 3, 17), date(2026, 3, 17)))["Leilani Kahale"].received == 0


def test_only_active_mentors_of_these_chapters_have_a_row(org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.ben.pk).update(status="inactive")
    assert {"Ben Okafor", "Sam Expert", "Ada Admin"}.isdisjoint(rows())
    here = replace(EVERYWHERE, ids=frozenset([org.new_york.pk]))
    found = [str(row.mentor) for row in activity(asked().about(here))]
    assert found == ["Grace Lindqvist", "Joan Whitfield"]


@pytest.mark.parametrize(("days", "long"), [(30, False), (31, True)])
def test_a_pause_of_more_than_thirty_days_is_flagged(
    org: Organisation, days: int, long: bool
) -> None:
    today = MONDAY.date()
    last = today + timedelta(days=days - 1)
    Pause.objects.create(mentor=org.joan, starts_on=today, ends_on=last, created_at=MONDAY)
    row = rows(now=MONDAY)["Joan Whitfield"]
    shown = (row.paused_from, row.paused_until, row.paused_days, row.paused_long)
    assert shown == (today, last, days, long)
    assert rows(now=MONDAY)["Ben Okafor"].pause is None
    assert rows(now=LATER)["Joan Whitfield"].pause is None
    assert rows(now=LATER, at=MONDAY)["Joan Whitfield"] == row


def test_the_last_follow_up_is_the_one_of_the_latest_day(org: Organisation) -> None:
    for day in (3, 9, 6):
        FollowUp.objects.create(
            mentor=org.joan,
            by=org.chair,
            on=date(2026, 3, day),
            how="phone",
            text="She is well.",
            logged_at=MONDAY + timedelta(days=day),
        )
    latest = rows()["Joan Whitfield"].last_follow_up
    assert latest is not None
    assert latest.on == date(2026, 3, 9)
    then = rows(at=MONDAY + timedelta(days=4))["Joan Whitfield"].last_follow_up
    assert then is not None
    assert then.on == date(2026, 3, 3)


def test_the_columns_have_the_names_of_the_format() -> None:
    names = " ".join(column.name for column in COLUMNS if column.name)
    assert names == (
        "mentor_external_id mentor received accepted_in_time accepted_late declined timed_out"
        " replaced handed_back withdrawn pending overdue in_time_share"
        " median_business_days_to_answer open_clients sessions_held weekly_limit used_this_week"
        " paused_from paused_until paused_days paused_over_30"
    )


# --- The past -------------------------------------------------------------------------------------


class WatchedStory(Story):
    """Keeps what the report says at each moment before time goes on."""

    seen: ClassVar[dict[datetime, dict[str, Row]]] = {}

    def wait(self, **span: float) -> Self:
        """Look, then let time pass."""
        self.seen[self.now] = rows(now=self.now)
        return super().wait(**span)

    def until(self, at: datetime) -> Self:
        """Look, then let time pass."""
        self.seen[self.now] = rows(now=self.now)
        return super().until(at)


BEGINNINGS = {
    "new", "assigned", "overdue", "accepted", "session_planned", "session_missed", "counseled",
    "complete", "tried_three_times",
}  # fmt: skip
"""Situations that are looked at on the way of another one."""


@pytest.mark.parametrize("situation", [name for name in SITUATIONS if name not in BEGINNINGS])
def test_the_past_is_told_as_it_was_told_then(org: Organisation, situation: str) -> None:
    started = submit(org)
    story = WatchedStory(org, started.mre_id, started.now)
    story.seen.clear()
    SITUATIONS[situation](story).wait(hours=1)
    for at, row in story.seen.items():
        assert rows(at=at) == row, at
