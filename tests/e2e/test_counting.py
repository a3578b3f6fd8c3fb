"""A due date opens how it was counted: in a dialog on the page, or on a page of its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Look, seen, sign_in
from tests.factories import Organisation, Story, submit

OpenWindow = Callable[..., Page]


@pytest.fixture
def story(org: Organisation) -> Story:
    """Asked this hour."""
    return submit(org, at=timezone.now() - timedelta(hours=2)).wait(hours=1).assign()


def test_a_dialog_opens_closes_and_gives_the_focus_back(
    open_window: OpenWindow,
    org: Organisation,
    story: Story,
    looks_fine: Look,
) -> None:
    page = open_window()
    sign_in(page, org.rcic)
    page.goto(f"/requests/{story.mre_id}/")
    link = page.locator("#asked").get_by_role("link", name="how it was counted").first
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("Answer by")
    expect(dialog).to_contain_text("assigned to Joan Whitfield")
    looks_fine(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    assert page.url.endswith(f"/requests/{story.mre_id}/")


def test_in_the_queue_the_keys_rest_while_the_dialog_is_open(
    open_window: OpenWindow,
    org: Organisation,
) -> None:
    for hours in (2, 3):
        submit(org, at=timezone.now() - timedelta(hours=hours))
    page = open_window()
    sign_in(page, org.rcic)
    page.goto("/queue/")
    link = page.locator("tr[data-mre]").last.get_by_role("link", name="how it was counted")
    link.click()
    dialog = page.get_by_role("dialog").filter(has_text="Waiting since")
    expect(dialog).to_be_visible()
    selected = page.locator("tr.is-selected")
    before = selected.get_attribute("id")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(dialog).to_be_visible()
    assert selected.get_attribute("id") == before
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()


def test_without_scripts_it_is_a_page(
    open_window: OpenWindow,
    org: Organisation,
    story: Story,
) -> None:
    page = open_window(scripts=False, width=390)
    sign_in(page, org.joan)
    page.goto("/desk/")
    page.get_by_role("link", name="how it was counted").first.click()
    assert page.url.endswith(f"/requests/{story.mre_id}/clocks/#answer-{story.assignment.pk}")
    expect(page.locator(f"#answer-{story.assignment.pk}")).to_be_in_viewport()


def test_the_pages_of_clocks_look_fine(
    open_window: OpenWindow,
    org: Organisation,
    story: Story,
    looks_fine: Look,
) -> None:
    page = open_window()
    sign_in(page, org.admin)
    for address in (
        f"/requests/{story.mre_id}/clocks/",
        "/clocks/?start=2026-11-13T18:00&until=2026-12-16T09:00&requeue_days=1",
        "/clocks/?start=2026-11-13T18:00&until=2026-12-16T09:00",
        "/clocks/closed-days/",
        f"/clocks/closed-days/change/?first={story.assignment.respond_by:%Y-%m-%d}&name=Snow",
    ):
        page.goto(address)
        looks_fine(seen(page, width=1440, dark=False))
        looks_fine(seen(page, width=390, dark=True))
