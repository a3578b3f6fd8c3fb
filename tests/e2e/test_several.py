"""Many requests at once in a browser: the proposal for the queue, with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from intake.enums import Status
from intake.models import MentoringRequest
from tests.e2e.conftest import Look, sign_in
from tests.factories import Organisation, submit

OpenWindow = Callable[..., Page]


@pytest.fixture(autouse=True)
def _who_else_is_here(settings: Settings, valkey_url: str) -> None:
    settings.PRESENCE_URL = valkey_url


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made for hundreds, with six."""
    monkeypatch.setattr("intake.views.proposal.AT_ONCE", 1)
    monkeypatch.setattr("intake.views.several.PORTION", 1)


def test_a_proposal_shows_itself_and_goes_on_by_itself(
    org: Organisation, open_window: OpenWindow, looks_fine: Look
) -> None:
    for _ in range(6):
        submit(org)
    page = open_window()
    sign_in(page, org.rcic)
    page.goto("/queue/")
    page.get_by_role("link", name="Propose mentors for all").click()
    expect(page.get_by_text("6 of 6 get a mentor")).to_be_visible()
    looks_fine(page)
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Assign the ticked").click()
    expect(page.get_by_role("heading", name="5 done")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    looks_fine(page)
    assert MentoringRequest.objects.filter(status=Status.ASSIGNED).count() == 5


def test_without_scripts_each_step_is_a_button(
    org: Organisation, open_window: OpenWindow, looks_fine: Look
) -> None:
    for _ in range(3):
        submit(org)
    page = open_window(width=390, scripts=False)
    sign_in(page, org.rcic)
    page.goto("/queue/proposal/")
    page.get_by_role("link", name="Show the proposal").click()
    page.get_by_role("button", name="Assign the ticked").click()
    for done in (1, 2):
        expect(page.get_by_role("heading", name=f"{done} done")).to_be_visible()
        page.get_by_role("button", name="Go on with the next").click()
    expect(page.get_by_role("heading", name="3 done")).to_be_visible()


def test_several_requests_are_assigned_from_the_list(
    org: Organisation, open_window: OpenWindow, looks_fine: Look
) -> None:
    for _ in range(3):
        submit(org)
    page = open_window()
    sign_in(page, org.rcic)
    page.goto("/queue/?lane=new")
    for number in (0, 1):
        page.locator("tr[data-mre] input[name=mre]").nth(number).check()
    page.get_by_role("button", name="Assign to one mentor").click()
    looks_fine(page)
    page.get_by_role("button", name="Choose Joan Whitfield").click()
    expect(page.get_by_text("these 2 would make 2")).to_be_visible()
    looks_fine(page)
    page.get_by_role("button", name="Assign the ticked to Joan Whitfield").click()
    expect(page.get_by_role("heading", name="2 done")).to_be_visible()
    page.get_by_role("link", name="Back to the queue").click()
    expect(page).to_have_url(re.compile(r"/queue/\?lane=new"))
