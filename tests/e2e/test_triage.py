"""The coordinator's morning in a browser: forty keys for twenty requests, and two at one queue."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from intake.enums import Status
from intake.models import Assignment, MentoringRequest
from tests.e2e.conftest import Look, sign_in
from tests.factories import Organisation, a_person, submit

OpenWindow = Callable[..., Page]
LATER = 20_000  # ms; a sign of life is given every five seconds


@pytest.fixture(autouse=True)
def _who_else_is_here(settings: Settings, valkey_url: str) -> None:
    settings.PRESENCE_URL = valkey_url


def come_in(page: Page, org: Organisation, who: str = "rcic") -> Page:
    sign_in(page, getattr(org, who))
    page.goto("/queue/")
    expect(page.locator("#preview [data-assign]")).to_be_visible()
    return page


def test_twenty_requests_by_keyboard_alone(org: Organisation, open_window: OpenWindow) -> None:
    mres = [submit(org).mre_id for _ in range(20)]
    page = come_in(open_window(), org)
    keystrokes = 0
    for mre_id in mres:
        expect(page.locator("tr.is-selected")).to_have_id(f"row-{mre_id}")
        expect(page.locator(f"#preview [data-mre='{mre_id}'] [data-assign]")).to_be_visible()
        for key in ("a", "Enter"):
            page.keyboard.press(key)
            keystrokes += 1
        expect(page.locator(f"#row-{mre_id}")).to_have_count(0)
    assert keystrokes == 40
    expect(page.get_by_text("Nothing waits in your chapters")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()  # not lost with the last row
    chosen = Assignment.objects.filter(request__in=mres, assigned_by=org.rcic)
    assert chosen.count() == 20
    # No mentor has a limit here: the open places and clients shared them out.
    assert set(chosen.values_list("mentor", flat=True)) == {org.joan.pk, org.ben.pk, org.grace.pk}


def test_the_keys_that_do_something_else(
    org: Organisation, open_window: OpenWindow, looks_fine: Look
) -> None:
    one, two, three = (submit(org).mre_id for _ in range(3))
    page = come_in(open_window(), org)
    looks_fine(page)

    page.keyboard.press("j")
    expect(page.locator("tr.is-selected")).to_have_id(f"row-{two}")
    assert page.url.endswith(f"open={two}")
    expect(page.locator(f"#preview [data-mre='{two}'] textarea")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("jk: no key does anything here")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("k")
    note = page.locator(f"#preview [data-mre='{two}'] textarea")
    expect(note).to_have_value("jk: no key does anything here")

    page.keyboard.press("2")
    second = page.locator("#preview input[name=mentor]").nth(1)
    expect(second).to_be_checked()
    expect(page.locator("[data-chosen]")).to_have_text(second.get_attribute("data-name") or "")
    page.keyboard.press("x")
    expect(page.locator(f"#pick-{two}")).to_be_checked()
    expect(page.locator("#several")).to_be_visible()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    looks_fine(page)
    page.get_by_label("Keys are on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("tr.is-selected")).to_have_id(f"row-{two}")
    page.locator("[data-keys]").click()
    page.get_by_label("Keys are on").check()
    page.keyboard.press("Escape")

    page.keyboard.press("/")
    page.keyboard.type(f"MR-{three}")
    expect(page.locator(f"#row-{one}")).to_have_count(0)
    expect(page.locator("#queue input[type=search]")).to_be_focused()
    expect(page.locator("#queue-summary")).to_contain_text("1 request in 1 chapter")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"MR-{three}")
    page.go_back()
    page.locator("tr.is-selected a.row-link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/requests/{three}/")


def test_two_at_one_queue(org: Organisation, open_window: OpenWindow) -> None:
    one, two, three = (submit(org).mre_id for _ in range(3))
    rosa = come_in(open_window(), org)
    dora = come_in(open_window(), org, "rcic_district")
    dora.keyboard.press("j")

    looking = f"{org.rcic_district} is looking"
    expect(rosa.locator(f"#row-{two} [data-looking]")).to_have_text(looking, timeout=LATER)
    dora.goto(f"/requests/{two}/")
    rosa.keyboard.press("j")
    expect(rosa.locator("#preview [data-looking-at]")).to_have_text(looking, timeout=LATER)
    expect(dora.locator("#others")).to_contain_text(f"{org.rcic} is looking too", timeout=LATER)
    dora.goto("/queue/")

    # What Rosa gives away leaves Dora's list, with a sentence, and moves nothing else.
    expect(dora.locator(f"#preview [data-mre='{one}']")).to_be_visible()
    dora.locator(f"#pick-{three}").check()
    dora.keyboard.press("n")
    dora.keyboard.type("She was here before.")
    rosa.keyboard.press("a")
    rosa.keyboard.press("Enter")
    expect(rosa.locator(f"#row-{two}")).to_have_count(0)
    expect(dora.locator("#said")).to_contain_text(
        f"MR-{two}: Assigned to {Assignment.objects.latest('pk').mentor} by {org.rcic}.",
        timeout=LATER,
    )
    expect(dora.locator(f"#row-{two}")).to_have_count(0)
    expect(dora.locator("#preview textarea")).to_be_focused()
    expect(dora.locator("#preview textarea")).to_have_value("She was here before.")
    expect(dora.locator(f"#pick-{three}")).to_be_checked()
    expect(dora.locator(".main-nav .badge").first).to_have_text("2")

    # A new one is announced where the other one looks.
    new = submit(org, person=a_person(first_name="Ximena")).mre_id
    expect(dora.locator(f"#row-{new}")).to_be_visible(timeout=LATER)
    expect(dora.locator("#said")).to_have_text("1 request came in.")


def test_losing_a_race_is_a_sentence_and_the_next_request(
    org: Organisation, open_window: OpenWindow
) -> None:
    one, two = submit(org), submit(org)
    page = come_in(open_window(), org)

    def drop(route: Route) -> None:
        route.abort()

    page.route("**/queue/pulse/**", drop)
    one.assign(org.grace)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text(str(org.grace))
    expect(page.locator("tr.is-selected")).to_have_id(f"row-{two.mre_id}")
    assert MentoringRequest.objects.get(pk=one.mre_id).status == Status.ASSIGNED
    assert one.mre.assignments.count() == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_on_a_phone_it_is_a_list(
    org: Organisation, open_window: OpenWindow, looks_fine: Look, scripts: bool
) -> None:
    mre_id = submit(org).mre_id
    page = open_window(width=390, scripts=scripts, dark=True)
    sign_in(page, org.rcic)
    page.goto("/queue/")
    expect(page.locator("#preview")).not_to_be_visible()
    if scripts:
        looks_fine(page)
    page.locator("a.row-link").click()
    page.wait_for_url(f"**/requests/{mre_id}/")
    page.get_by_role("button", name="Assign to").click()
    expect(page.get_by_role("status").first).to_contain_text(f"MR-{mre_id} is assigned to")
