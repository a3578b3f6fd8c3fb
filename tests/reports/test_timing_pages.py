"""The pages of the timing: who reads them, that every figure opens to its requests, their cost."""

import re
from copy import deepcopy
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from reports.measuring import Metric
from reports.question import Question
from reports.scope import EVERYWHERE
from reports.stretches import behind, distribution, still_waiting
from tests.factories import MONDAY, Organisation, Story, organisation, request_in, submit
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

PAGE = "/reports/timing/"
ASSIGNED, ACCEPTED, NOTES = (f"{PAGE}{metric}/" for metric in Metric)
LATER = MONDAY + timedelta(days=20)
THEN = "&at=2026-03-18T12:00"
LINK = re.compile(r'<a href="([^"]+)"[^>]*aria-label="(\d+) (measured|still waiting), ([^"]+)"')


@pytest.fixture(scope="class")
def kept_stories(kept: None) -> list[Story]:
    """Some that came far, some that wait, in two chapters of a district and in another region."""
    org = organisation()
    told = [request_in(name, org) for name in ("counseled", "accepted", "assigned", "new")]
    told.append(submit(org, chapter=org.newark).wait(days=3).assign(org.nora).wait(days=2).accept())
    told.append(submit(org, chapter=org.phoenix).wait(days=1).assign(org.dan))
    return told


@pytest.fixture
def stories(kept_stories: list[Story], db: None, at: SetClock) -> list[Story]:
    """The stories that the tests of a class begin with, seen when all is over."""
    at(LATER)
    return deepcopy(kept_stories)


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["manager", "chair", "joan"])
def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    for page in (PAGE, ASSIGNED):
        assertContains(client.get(page), "Reports are for leaders", status_code=403)


# --- What six stories come to, who reads it, and that every figure opens to its requests ----------

NONSENSE = [
    "by=chapter&group=4711",
    "by=month&group=soon",
    "by=mentor&group=x",
    "by=moon",
    "mentor=joan",
    "mentor=99999999999999999999",
    "least=much&below=-1",
    "least=nan",
    "first=soon",
    "at=9999-01-01T00:00",
    "page=0&unit=district:nowhere",
    "page=last",
    "group=x",
]


class TestOfSixStories:
    @pytest.mark.parametrize("role", ["admin", "leader", "leader_region", "rcic", "rcic_region"])
    def test_who_leads_or_coordinates_reads_it(
        self, client: Client, stories: list[Story], role: str
    ) -> None:
        client.force_login(getattr(stories[0].org, role))
        assertContains(client.get(PAGE), "Submission to first session notes")
        assertContains(client.get(NOTES), stories[0].mre.number)

    @pytest.mark.parametrize(
        "query", ["", "by=chapter&group=0850", "waiting=on", "at=2026-03-18T12:00"]
    )
    def test_requests_of_other_chapters_are_not_shown(
        self, client: Client, stories: list[Story], query: str
    ) -> None:
        org, elsewhere = stories[0].org, stories[-1].mre
        client.force_login(org.rcic)
        for page in (ASSIGNED, ACCEPTED, f"{ACCEPTED}?mentor={org.dan.pk}&{query}"):
            response = client.get(f"{page}?{query}" if "?" not in page else page)
            for secret in (elsewhere.number, elsewhere.client.last_name):
                assertNotContains(response, secret)

    @pytest.mark.parametrize(
        ("role", "by", "when"),
        [
            ("admin", "month", ""),
            ("admin", "region", THEN),
            ("admin", "chapter", ""),
            ("admin", "mentor", THEN),
            ("leader_region", "district", THEN),
            ("leader_region", "mentor", ""),
            ("rcic", "chapter", THEN),
        ],
    )
    def test_every_number_opens_as_many_requests(
        self, client: Client, stories: list[Story], role: str, by: str, when: str
    ) -> None:
        client.force_login(getattr(stories[0].org, role))
        page = client.get(f"{PAGE}?by={by}{when}").content.decode()
        links = LINK.findall(page)
        assert links
        for address, number, _, _ in links:
            opened = client.get(unescape(address))
            assert len(opened.context["rows"]) == int(number), address

    def test_the_figures_of_all_open_to_all(self, client: Client, stories: list[Story]) -> None:
        client.force_login(stories[0].org.admin)
        page = client.get(PAGE)
        for card in page.context["metrics"]:
            measured = client.get(f"{PAGE}{card.figure.metric}/")
            waits = client.get(f"{PAGE}{card.figure.metric}/?waiting=on")
            assert len(measured.context["rows"]) == card.figure.measured
            assert len(waits.context["rows"]) == card.figure.waiting

    def test_each_band_opens_to_its_requests(self, client: Client, stories: list[Story]) -> None:
        client.force_login(stories[0].org.admin)
        chart = client.get(ASSIGNED).context["chart"]
        for line in chart.lines:
            for cell in line.cells:
                opened = client.get(ASSIGNED + cell.address) if cell.address else None
                assert len(opened.context["rows"] if opened else []) == cell.value

    def test_the_longest_comes_first_and_says_who_and_how_long(
        self, client: Client, stories: list[Story]
    ) -> None:
        client.force_login(stories[0].org.admin)
        rows = client.get(ASSIGNED).context["rows"]
        lengths = [row.business_days for row in rows]
        assert lengths == sorted(lengths, reverse=True)
        assert (rows[0].mre, rows[0].mentor) == (stories[4].mre, stories[4].org.nora)
        assert (rows[0].business_days, rows[0].days) == (3, 3)
        waits = client.get(f"{ACCEPTED}?waiting=on").context["rows"]
        assert [row.ended for row in waits] == [None, None]
        assert waits[0].business_days > 10

    def test_as_of_an_instant_what_came_later_still_waits(
        self, client: Client, stories: list[Story]
    ) -> None:
        client.force_login(stories[0].org.admin)
        newark = stories[4].mre
        then = f"{ASSIGNED}?{THEN}"
        assertNotContains(client.get(then), newark.number)
        waits = client.get(f"{then}&waiting=on").context["rows"]
        assert newark in [row.mre for row in waits]
        assert all(row.business_days < 3 for row in waits)

    def test_the_trend_says_what_the_table_by_month_says(
        self, client: Client, stories: list[Story]
    ) -> None:
        client.force_login(stories[0].org.admin)
        response = client.get(f"{ASSIGNED}trend/", headers={"HX-Request": "true"})
        by_month = client.get(PAGE, {"by": "month", "span": "12-months"}).context["groups"]
        measured = [line.cells[-1].value for line in response.context["chart"].lines]
        assert measured == [group.figures[0].measured for group in by_month]
        assert sum(number or 0 for number in measured) > 0

    def test_what_makes_no_sense_is_no_error(
        self, client: Client, stories: list[Story], subtests: pytest.Subtests
    ) -> None:
        client.force_login(stories[0].org.admin)
        for query in NONSENSE:
            with subtests.test(query=query):
                for page in (f"{PAGE}?", f"{ASSIGNED}?", f"{ACCEPTED}?waiting=on&"):
                    assert client.get(page + query).status_code == 200

    def test_a_group_that_is_not_there_is_said(self, client: Client, stories: list[Story]) -> None:
        client.force_login(stories[0].org.rcic)
        assertContains(client.get(f"{ASSIGNED}?by=chapter&group=0850"), "There is no such group")


# --- The distribution -----------------------------------------------------------------------------


def asked(**more: object) -> Question:
    return Question(**{"reach": EVERYWHERE, "now": LATER, "at": LATER} | more)  # type: ignore[arg-type]


def test_the_distribution_counts_each_once_and_ends_with_the_last(org: Organisation) -> None:
    for days in (0, 0, 1, 3, 45):
        submit(org).wait(days=days).assign()
    far = MONDAY + timedelta(days=60)
    bands = distribution(asked(at=far, now=far), Metric.SUBMISSION_TO_ASSIGNMENT)
    assert {band.label: band.number for band in bands if band.number} == {
        "under 1": 2,
        "1 to 2": 1,
        "3 to 4": 1,
        "30 or more": 1,
    }
    assert distribution(asked(), Metric.SUBMISSION_TO_NOTES) == []


def test_a_band_begins_with_its_first_day_and_ends_before_its_last(org: Organisation) -> None:
    submit(org).wait(days=1).assign()
    submit(org).wait(days=1).wait(seconds=-1).assign()
    bands = distribution(asked(), Metric.SUBMISSION_TO_ASSIGNMENT)
    assert [(band.label, band.number) for band in bands] == [("under 1", 1), ("1 to 2", 1)]
    for band in bands:
        within = asked(least_days=band.least, below_days=band.below)
        assert behind(within, Metric.SUBMISSION_TO_ASSIGNMENT).number == band.number


# --- What is not there ----------------------------------------------------------------------------


def test_there_is_no_fourth_metric(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    assert client.get(f"{PAGE}submission_to_closing/").status_code == 404


def test_without_anything_it_says_so(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    assertContains(client.get(PAGE), "Nothing ended in these days")
    assertContains(client.get(NOTES), "Nothing was measured")


# --- The trend ------------------------------------------------------------------------------------

TREND = f"{NOTES}trend/"


def test_the_trend_is_that_of_twelve_months_whatever_the_period_is(
    client: Client, org: Organisation
) -> None:
    client.force_login(org.admin)
    for query in ({}, {"span": "quarter"}, {"by": "region"}):
        response = client.get(TREND, query, headers={"HX-Request": "true"})
        months = [line.label for line in response.context["chart"].lines]
        assert (len(months), months[0], months[-1]) == (12, "Apr 2025", "Mar 2026")


def test_both_pages_ask_for_the_trend_of_what_they_show(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    unit = f"chapter:{org.newark.code}"
    for page in ("/reports/", PAGE):
        assertContains(client.get(page, {"unit": unit}), f'hx-get="{TREND}?unit=chapter%3A0071')


def test_without_scripts_the_trend_is_the_table_by_month(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    response = client.get(TREND, {"unit": f"chapter:{org.newark.code}", "span": "quarter"})
    assertRedirects(response, f"{PAGE}?unit=chapter%3A{org.newark.code}&span=12-months&by=month")


def test_there_is_no_trend_of_a_fourth_metric_and_none_for_chairs(
    client: Client, org: Organisation
) -> None:
    client.force_login(org.chair)
    assert client.get(TREND, headers={"HX-Request": "true"}).status_code == 403
    client.force_login(org.admin)
    assert client.get(f"{PAGE}submission_to_closing/trend/").status_code == 404


# --- What it costs --------------------------------------------------------------------------------


def test_the_pages_cost_the_same_for_one_and_for_five(
    client: Client,
    org: Organisation,
    at: SetClock,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    at(LATER)
    client.force_login(org.leader_region)
    for more, number in ((1, 1), (4, 5)):
        for _ in range(more):
            submit(org).wait(hours=1).assign().wait(hours=1).accept()
        for page, queries in ((PAGE, 16), (ACCEPTED, 18), (f"{NOTES}?waiting=on", 17)):
            with django_assert_num_queries(queries):
                response = client.get(page)
        assert len(response.context["rows"]) == number


def test_a_page_reads_its_own_rows_only(org: Organisation) -> None:
    for days in range(4):
        submit(org).wait(days=days).assign()
    measured = behind(asked(), Metric.SUBMISSION_TO_ASSIGNMENT)
    waits = still_waiting(asked(), Metric.ASSIGNMENT_TO_ACCEPTANCE)
    assert measured.number == waits.number == 4
    assert [row.days for row in measured.page(1, 3)] == [2, 1]
    assert len(waits.page(3, 4)) == 1
