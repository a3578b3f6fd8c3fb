"""The page of the self-check."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertRedirects

from intake.models import FigureCheck, MentoringRequest
from intake.selfcheck import night
from tests.factories import MONDAY, Organisation, request_in, submit

pytestmark = pytest.mark.usefixtures("at")

PAGE = "/reports/checks/"


@pytest.fixture
def browser(client: Client, org: Organisation) -> Client:
    client.force_login(org.admin)
    return client


def finished() -> FigureCheck:
    check = night.begin(now=MONDAY)
    for _ in night.run(check, clock=lambda: MONDAY):
        pass
    return check


@pytest.mark.parametrize("who", ["rcic", "leader", "chair", "manager", "joan"])
def test_it_is_for_administrators(client: Client, org: Organisation, who: str) -> None:
    check = finished()
    client.force_login(getattr(org, who))
    for page in (PAGE, f"{PAGE}{check.pk}/"):
        assertContains(client.get(page), "Only an administrator", status_code=403)
    assert client.post(PAGE).status_code == 403


def test_before_the_first_night_it_says_when_that_is(browser: Client) -> None:
    assertContains(browser.get(PAGE), "The first one runs in the coming night.")


def test_a_check_that_found_nothing(browser: Client, org: Organisation) -> None:
    submit(org)
    check = finished()
    assertContains(browser.get(PAGE), "all agree")
    assertContains(browser.get(f"{PAGE}{check.pk}/"), "all agree")


def test_differences_stand_in_words_with_the_way_to_the_request(
    browser: Client, org: Organisation
) -> None:
    story = request_in("assigned", org)
    MentoringRequest.objects.filter(pk=story.mre_id).update(waiting_since=story.now)
    check = finished()
    assertContains(browser.get(PAGE), "1 differs")
    page = browser.get(f"{PAGE}{check.pk}/")
    assertContains(page, f'<a href="/requests/{story.mre_id}/">MR-{story.mre_id}</a>', html=True)
    assertContains(page, "the request: waiting since")
    assertContains(page, "2026-03-16 14:00:00 UTC")


def test_one_is_begun_here_and_done_by_the_workers(browser: Client, org: Organisation) -> None:
    submit(org)
    assertRedirects(browser.post(PAGE), PAGE)
    assertContains(browser.get(PAGE), "One is under way")
    assertContains(browser.post(PAGE, follow=True), "under way already")
    assert night.run_due(clock=lambda: MONDAY) == 1
    check = FigureCheck.objects.get()
    assert (check.by, check.everything, check.finished_at) == (org.admin, False, MONDAY)


def test_all_requests_can_be_asked_for(browser: Client, org: Organisation) -> None:
    browser.post(PAGE, {"everything": "1"})
    assert FigureCheck.objects.get().everything


@pytest.mark.parametrize("checks", [1, 25])
def test_the_page_costs_the_same_for_one_and_for_many(
    browser: Client,
    org: Organisation,
    checks: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    FigureCheck.objects.bulk_create(
        FigureCheck(started_at=MONDAY, finished_at=MONDAY, by=org.admin) for _ in range(checks)
    )
    with django_assert_num_queries(6):
        browser.get(PAGE)
