"""My Active Mentors Activity: the outcomes add up, and nothing is said about clients."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from intake.enums import Outcome
from intake.models import Assignment
from mentors.models import Pause, Volunteer
from reports.activity import Row, activity
from reports.periods import Period, Span, spanned
from tests.factories import (
    MONDAY,
    SITUATIONS,
    Organisation,
    mentor,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

PAGE = "/reports/activity/"
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
LONG = Period(date(2026, 1, 1), date(2026, 12, 31))


def rows(period: Period = LONG, now: datetime = MONDAY) -> dict[str, Row]:
    return {str(row.mentor): row for row in activity(Volunteer.objects.mentors(), period, now)}


# --- Periods --------------------------------------------------------------------------------------


def test_a_period_is_whole_days_of_a_zone() -> None:
    start, end = Period(date(2026, 3, 8), date(2026, 3, 8)).instants(ZoneInfo("America/New_York"))
    assert (start, end) == (
        datetime(2026, 3, 8, 5, tzinfo=UTC),
        datetime(2026, 3, 9, 4, tzinfo=UTC),
    )


def test_the_last_days_end_today() -> None:
    assert spanned(Span.LAST_30_DAYS, date(2026, 3, 30)) == Period(
        date(2026, 3, 1), date(2026, 3, 30)
    )


# --- What is counted ------------------------------------------------------------------------------


def test_the_outcomes_add_up_to_what_was_received(org: Organisation) -> None:
    for situation in SITUATIONS:
        request_in(situation, org)
    found = rows()
    for person in (org.joan, org.ben, org.grace):
        row = found[str(person)]
        assert row.received == Assignment.objects.filter(mentor=person).count()
        for outcome in Outcome:
            same = Assignment.objects.filter(mentor=person, outcome=outcome)
            assert row.outcomes[outcome] == same.count()
    assert found["Joan Whitfield"].received > len(SITUATIONS) - 5


def test_the_share_of_answers_in_time(org: Organisation) -> None:
    assert rows()["Joan Whitfield"].share_in_time is None
    for situation in ("accepted", "declined", "accepted_late", "timed_out"):
        request_in(situation, org)
    assert rows()["Joan Whitfield"].share_in_time == 0.5
    for situation in ("assigned", "mentor_unavailable", "withdrawn_before_answer"):
        request_in(situation, org)
    assert rows()["Joan Whitfield"].share_in_time == 0.5


def test_open_clients_are_those_he_leads_today(org: Organisation) -> None:
    for situation in ("accepted", "counseled", "complete", "transferred", "assigned"):
        request_in(situation, org)
    assert rows()["Joan Whitfield"].open_clients == 2


def test_a_day_is_one_of_the_mentors_chapter(org: Organisation) -> None:
    late = datetime(2026, 3, 17, 3, 30, tzinfo=UTC)  # Monday 23:30 in New York, 17:30 in Honolulu
    submit(org, at=late).assign()
    submit(org, at=late + timedelta(hours=4)).assign(org.leilani, note="Only she.")
    sixteenth = Period(date(2026, 3, 16), date(2026, 3, 16))
    assert rows(sixteenth)["Joan Whitfield"].received == 1
    assert rows(sixteenth)["Leilani Kahale"].received == 1
    assert rows(Period(date(2026, 3, 17), date(2026, 3, 17)))["Leilani Kahale"].received == 0


def test_only_active_mentors_have_a_row(org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.ben.pk).update(status="inactive")
    assert {"Ben Okafor", "Sam Expert"}.isdisjoint(rows())


@pytest.mark.parametrize(("days", "long"), [(30, False), (31, True)])
def test_a_pause_of_more_than_thirty_days_is_flagged(
    org: Organisation, days: int, long: bool
) -> None:
    today = MONDAY.date()
    paused = Pause.objects.create(
        mentor=org.joan,
        starts_on=today,
        ends_on=today + timedelta(days=days - 1),
        created_at=MONDAY,
    )
    assert paused.days == days
    row = rows()["Joan Whitfield"]
    assert (row.pause, row.paused_long) == (paused, long)
    assert rows()["Ben Okafor"].pause is None


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["rcic", "manager", "leader", "joan"])
def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    assertContains(client.get(PAGE), "is for Membership Chairs.", status_code=403)


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
    response = client.get(PAGE, {"chapter": org.phoenix.pk})
    assertContains(response, "Select a valid choice")
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
        ({"first": ""}, "This field is required."),
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
    with django_assert_num_queries(13):
        response = client.get(PAGE, {"chapter": org.chicago.pk})
    assert len(response.context["table"].rows) == number + 1
