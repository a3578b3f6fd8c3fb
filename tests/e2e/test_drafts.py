"""What is typed on one device stands there on the other; what is sent is gone from both."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from intake.models import Session, Unfinished
from tests.e2e.conftest import Look, sign_in
from tests.factories import Organisation, Story, submit
from tests.machines import until

OpenWindow = Callable[..., Page]
WORDS = "She wants to sell online; we looked at her prices and agreed on three steps."


@pytest.fixture
def story(org: Organisation) -> Story:
    """A session of Joan’s that began an hour ago."""
    today = datetime.now(UTC)  # the browser's clock is the real one
    told = submit(org, at=today - timedelta(days=1)).assign().wait(hours=1).accept()
    return told.wait(hours=1).hold()


def test_a_text_goes_on_on_another_device_and_is_gone_once_sent(
    story: Story, open_window: OpenWindow, looks_fine: Look
) -> None:
    laptop, phone = open_window(), open_window(width=390)
    address = f"/sessions/{story.session.pk}/notes/"
    for page in (laptop, phone):
        sign_in(page, story.org.joan)
    laptop.goto(address)
    laptop.get_by_label("Session notes").press_sequentially(WORDS)
    expect(laptop.get_by_text("Kept as a draft at")).to_be_visible()

    phone.goto(address)
    expect(phone.get_by_text("You began this on")).to_be_visible()
    expect(phone.get_by_label("Session notes")).to_have_value(WORDS)
    looks_fine(phone)
    phone.get_by_role("button", name="Save notes").click()
    expect(phone.get_by_text("The notes are saved.")).to_be_visible()
    assert Session.objects.get().notes == WORDS

    laptop.get_by_label("Session notes").press_sequentially(" More.")
    expect(laptop.get_by_text("load the page again")).to_be_visible()
    assert list(Unfinished.objects.values_list("fields", flat=True)) == [{}, {}]


def test_leaving_the_page_keeps_what_was_just_typed(story: Story, open_window: OpenWindow) -> None:
    page = open_window()
    sign_in(page, story.org.joan)
    page.goto(f"/requests/{story.mre_id}/mail/")
    page.get_by_label("Your words").fill("Dear Maria")
    page.goto("/desk/")
    until(Unfinished.objects.exists, "what the browser sends when it has left is kept")
    page.goto(f"/requests/{story.mre_id}/mail/")
    expect(page.get_by_label("Your words")).to_have_value("Dear Maria")
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Your words")).to_have_value("")


def test_without_scripts_everything_works_but_the_keeping(
    story: Story, open_window: OpenWindow
) -> None:
    page = open_window(scripts=False)
    sign_in(page, story.org.joan)
    page.goto(f"/sessions/{story.session.pk}/notes/")
    page.get_by_label("Session notes").fill(WORDS)
    page.get_by_role("button", name="Save notes").click()
    expect(page.get_by_text("The notes are saved.")).to_be_visible()
    assert Session.objects.get().notes == WORDS
