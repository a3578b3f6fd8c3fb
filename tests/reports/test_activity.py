"""My Active Mentors Activity: the outcomes add up, and nothing is said about clients."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Self

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

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
    mentor,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

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


def test_the_outcomes_add_up_to_what_was_received(org: Organisation) -> None:
    for situation in SITUATIONS:
        request_in(situation, org)
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


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_past_is_told_as_it_was_told_then(org: Organisation, situation: str) -> None:
    started = submit(org)
    story = WatchedStory(org, started.mre_id, started.now)
    story.seen.clear()
    SITUATIONS[situation](story).wait(hours=1)
    for at, row in story.seen.items():
        assert rows(at=at) == row, at


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["manager", "joan"])
def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    refusal = "is for Membership Chairs, leaders and RCICs."
    assertContains(client.get(PAGE), refusal, status_code=403)


@pytest.mark.parametrize("role", ["chair", "rcic", "leader", "admin"])
def test_chairs_coordinators_and_leaders_read_it(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    assert "Joan Whitfield" in shown(client)


def shown(client: Client, **query: Any) -> list[str]:
    response = client.get(PAGE, query)
    assert response.status_code == 200
    table = response.context["table"]
    return [str(row.record.mentor) for row in table.rows] if table else []


def test_the_chair_sees_the_mentors_of_the_own_chapter(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    assert shown(client) == ["Grace Lindqvist", "Ben Okafor", "Joan Whitfield"]
    assert shown(client, sort="-mentor")[0] == "Joan Whitfield"
    assert len(shown(client, sort="pause")) == 3


def test_another_chapter_cannot_be_chosen(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    response = client.get(PAGE, {"unit": f"chapter:{org.phoenix.code}"})
    assertContains(response, "None of your units")
    assertNotContains(response, "Yazzie")


def test_an_administrator_chooses_any_chapter(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    assert shown(client, unit=f"chapter:{org.phoenix.code}") == ["Dan Yazzie"]


def test_the_period_is_the_last_thirty_days_until_told_otherwise(
    client: Client, org: Organisation, at: SetClock
) -> None:
    request_in("declined", org)
    at(MONDAY + timedelta(days=29))
    client.force_login(org.chair)
    assertContains(client.get(PAGE), "100%")
    at(MONDAY + timedelta(days=30))
    assertNotContains(client.get(PAGE), "100%")
    assertContains(client.get(PAGE, {"first": "2026-03-01", "last": "2026-03-31"}), "100%")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"first": "2026-03-02", "last": "2026-03-01"}, "The last day is before the first."),
        ({"first": "soon"}, "Enter a day, e.g. 2026-11-24."),
        ({"last": "9999-12-31"}, "Look at the year again."),
        ({"span": "own"}, "Say from which day, or until which day."),
        ({"at": "2026-03-17T10:00"}, "That is still to come; leave it empty for now."),
    ],
)
def test_a_period_that_will_not_do_is_refused_in_words(
    client: Client, org: Organisation, query: dict[str, str], sentence: str
) -> None:
    client.force_login(org.chair)
    response = client.get(PAGE, query)
    assertContains(response, sentence)
    assert response.context["table"] is None


def test_the_limit_and_the_pause_are_in_words(
    client: Client, org: Organisation, at: SetClock
) -> None:
    set_profile(org.joan, weekly_limit=3)
    at(request_in("assigned", org).now)
    Pause.objects.create(
        mentor=org.ben,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 4, 15),
        created_at=MONDAY,
    )
    client.force_login(org.chair)
    response = client.get(PAGE)
    assertContains(response, "1 of 3")
    assertContains(response, "over 30 days")


def test_nothing_is_said_about_clients(client: Client, org: Organisation) -> None:
    stories = [request_in(situation, org) for situation in SITUATIONS]
    client.force_login(org.chair)
    for address in (PAGE, f"{PAGE}?first=2026-01-01&last=2026-12-31&sort=-received"):
        page = client.get(address).content.decode()
        for story in stories:
            about = story.mre
            for secret in (about.client.last_name, about.client.email, about.number):
                assert secret not in page


def test_names_are_shown_as_they_are_and_never_run(client: Client, org: Organisation) -> None:
    mentor(org.new_york, "<script>alert(1)</script>", "=cmd|' /C calc'!A0")
    client.force_login(org.chair)
    assertNotContains(client.get(PAGE), "<script>alert")


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_for_one_and_for_thirty(
    client: Client,
    org: Organisation,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number):
        person = mentor(org.chicago, "Ann", "Tester")
        submit(org).assign(person, note="Only she.")
    client.force_login(org.admin)
    with django_assert_num_queries(12):
        response = client.get(PAGE, {"unit": f"chapter:{org.chicago.code}"})
    assert len(response.context["table"].rows) == number + 1
