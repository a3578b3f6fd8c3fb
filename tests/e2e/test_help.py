"""Help opens beside the work, and nothing half-written is lost."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Look, sign_in
from tests.factories import Organisation, submit

OpenWindow = Callable[..., Page]


def test_help_beside_the_work(open_window: OpenWindow, org: Organisation, looks_fine: Look) -> None:
    submit(org, at=timezone.now() - timedelta(hours=2)).wait(hours=1).assign()
    page = open_window(width=390)
    sign_in(page, org.joan)
    page.goto("/desk/")
    note = page.get_by_label("Your first note")
    note.fill("Half a note")
    link = page.get_by_role("link", name="Help with this page")
    link.click()
    dialog = page.get_by_role("dialog", name="My Client Requests")
    expect(dialog).to_contain_text("What waits for you comes first")
    looks_fine(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    expect(note).to_have_value("Half a note")


def test_without_scripts_it_is_the_guide(
    open_window: OpenWindow, org: Organisation, looks_fine: Look
) -> None:
    page = open_window(scripts=False)
    sign_in(page, org.joan)
    page.goto("/desk/")
    page.get_by_role("link", name="Help with this page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The mentor’s guide")
    assert page.url.endswith("#my-client-requests")


def test_a_guide_for_readers(open_window: OpenWindow, looks_fine: Look) -> None:
    page = open_window(dark=True)
    page.goto("/help/mentor/")
    looks_fine(page)
