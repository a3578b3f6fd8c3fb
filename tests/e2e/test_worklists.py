"""The lists of clients who wait, in a browser: each row is dealt with where it stands."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from intake.models import Assignment, MentoringRequest
from tests.e2e.conftest import Look, seen, sign_in
from tests.factories import Organisation, Story, request_in, submit

OpenWindow = Callable[..., Page]


def open_list(page: Page, org: Organisation, name: str) -> Page:
    sign_in(page, org.rcic)
    page.goto(f"/reports/{name}/")
    return page


def row(page: Page, story: Story) -> Locator:
    return page.locator(f"#row-{story.mre_id}")


def panel(page: Page) -> Locator:
    return page.locator(".panel-row")


def test_a_request_is_assigned_below_its_row_and_leaves_the_list(
    org: Organisation, open_window: OpenWindow
) -> None:
    first, second = submit(org), submit(org)
    page = open_list(open_window(), org, "not-yet-assigned")
    row(page, first).get_by_role("link", name="Assign").click()
    expect(panel(page).get_by_role("heading", level=2).first).to_contain_text("Assign")
    panel(page).locator("input[name=mentor]").nth(1).check()
    chosen = panel(page).locator("input[name=mentor]").nth(1).get_attribute("value")
    panel(page).get_by_role("button", name="Assign to").click()
    expect(page.locator("#said")).to_contain_text(f"MR-{first.mre_id} is assigned to")
    expect(row(page, first)).to_have_count(0)
    expect(panel(page)).to_have_count(0)
    expect(row(page, second).get_by_role("link").first).to_be_focused()
    expect(page.locator("#list-summary")).to_contain_text("1 request")
    assert page.url.endswith("/reports/not-yet-assigned/")
    assert Assignment.objects.get().mentor_id == int(chosen or 0)


def test_nothing_typed_is_lost_and_a_refusal_stays_open(
    org: Organisation, open_window: OpenWindow, looks_fine: Look
) -> None:
    story, other = request_in("accepted", org), request_in("accepted", org)
    page = open_list(open_window(dark=True), org, "not-yet-contacted")
    nudge = row(page, story).get_by_role("link", name="Nudge")
    nudge.click()
    note = panel(page).get_by_label("Your line")
    expect(note).to_be_focused()
    looks_fine(page)
    note.fill("Have you called her yet?")
    page.keyboard.press("Escape")
    expect(nudge).to_be_focused()
    row(page, other).get_by_role("link", name="Nudge").click()
    expect(note).not_to_have_value("Have you called her yet?")
    note.fill("")
    panel(page).get_by_role("button", name="Send the mail").click()
    expect(panel(page)).to_contain_text("Write a line to the mentor")
    nudge.click()
    expect(note).to_have_value("Have you called her yet?")
    panel(page).get_by_role("button", name="Send the mail").click()
    expect(page.locator("#said")).to_contain_text("gets a mail with your line")
    expect(row(page, story)).to_contain_text("once a day is enough")


def test_closing_leads_through_the_ways_to_close(
    org: Organisation, open_window: OpenWindow
) -> None:
    story = request_in("tried_three_times", org)
    page = open_list(open_window(width=390), org, "not-yet-contacted")
    row(page, story).get_by_role("link", name="Close").click()
    panel(page).get_by_role("link", name="No Response from Client…").click()
    panel(page).get_by_role("button", name="Close as No Response from Client").click()
    expect(page.locator("#said")).to_contain_text("is closed: No Response from Client")
    expect(page.get_by_text("Nobody waits here")).to_be_visible()
    assert MentoringRequest.objects.get().status == "no_response"


def test_who_was_faster_is_told_and_the_row_is_gone(
    org: Organisation, open_window: OpenWindow
) -> None:
    story = submit(org)
    page = open_list(open_window(), org, "not-yet-assigned")
    row(page, story).get_by_role("link", name="Withdraw").click()
    panel(page).get_by_label("Reason").select_option("other")
    panel(page).get_by_label("Note").fill("She called: a friend helps her.")
    story.withdraw()
    panel(page).get_by_role("button", name="Withdraw").click()
    expect(page.locator("#said")).to_contain_text("This request was closed on")
    expect(row(page, story)).to_have_count(0)


def test_the_list_looks_fine(org: Organisation, open_window: OpenWindow, looks_fine: Look) -> None:
    story = submit(org)
    submit(org)
    page = open_list(open_window(width=390), org, "not-yet-assigned")
    row(page, story).get_by_role("link", name="Snooze").click()
    panel(page).get_by_label("Why").fill("Back next week.")
    panel(page).get_by_role("button", name="Snooze").click()
    expect(row(page, story)).to_contain_text("Snoozed until")
    looks_fine(page)
    looks_fine(seen(page, width=1440, dark=True))


def test_without_scripts_each_step_is_a_page_that_leads_back(
    org: Organisation, open_window: OpenWindow
) -> None:
    story = submit(org)
    page = open_list(open_window(scripts=False), org, "not-yet-assigned")
    row(page, story).get_by_role("link", name="Snooze").click()
    page.get_by_label("Why").fill("Back next week.")
    page.get_by_role("button", name="Snooze").click()
    assert page.url.endswith("/reports/not-yet-assigned/")
    expect(page.get_by_text("is snoozed until")).to_be_visible()
