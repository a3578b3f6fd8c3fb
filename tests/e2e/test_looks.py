"""Pages deeper in the work than the first ones: nothing faint, nothing cut off, no row too many."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from intake.models import MentoringRequest
from mentors.enums import Role
from mentors.models import BusinessType
from tests.e2e.conftest import Look, seen, sign_in
from tests.factories import Organisation, position, request_in

OpenWindow = Callable[..., Page]

RING = """() => {
  const { outlineColor, outlineWidth } = getComputedStyle(document.activeElement);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const two = [outlineColor, getComputedStyle(document.body).backgroundColor].map(light).sort();
  return { width: parseFloat(outlineWidth), contrast: (two[1] + 0.05) / (two[0] + 0.05) };
}"""
"""How thick the ring around what has the focus is, and how it stands out from the page."""


def of_mentor(org: Organisation, mre: MentoringRequest) -> dict[str, list[str]]:
    """Whose page it is, and its address: what begins, what is empty, what holds long words."""
    return {
        "joan": [f"/requests/{mre.pk}/", f"/requests/{mre.pk}/attempt/", "/availability/seen/"],
        "rcic": [f"/roster/{org.joan.pk}/", "/find/?q=nobody", f"/clients/{mre.client_id}/"],
        "leader": ["/reports/", "/reports/not-yet-contacted/", "/reports/activity/"],
    }


@pytest.mark.parametrize("who", ["joan", "rcic", "leader"])
def test_pages_with_something_on_them_look_fine(
    org: Organisation, open_window: OpenWindow, looks_fine: Look, who: str
) -> None:
    mre = request_in("accepted", org).mre
    longest = max(BusinessType.objects.all(), key=lambda kind: len(kind.name))
    org.joan.profile.business_types.set([longest])
    page = open_window()
    sign_in(page, getattr(org, who))
    for path in of_mentor(org, mre)[who]:
        page.goto(path)
        looks_fine(seen(page, width=1440, dark=False))
        looks_fine(seen(page, width=390, dark=True))


def test_who_has_two_roles_has_one_row_of_them_on_a_laptop(
    org: Organisation, open_window: OpenWindow
) -> None:
    request_in("accepted", org)
    position(org.joan, Role.RCIC, org.new_york)
    page = open_window(width=1280)
    sign_in(page, org.joan)
    page.goto("/watch/")
    tops = page.locator(".main-nav li").evaluate_all(
        "entries => entries.map((entry) => entry.getBoundingClientRect().top)"
    )
    assert len(tops) > 7
    assert len(set(tops)) == 1


@pytest.mark.parametrize("dark", [False, True])
def test_where_the_focus_is_can_be_seen(
    org: Organisation, open_window: OpenWindow, dark: bool
) -> None:
    request_in("accepted", org)
    page = open_window(dark=dark)
    sign_in(page, org.rcic)
    page.goto("/requests/")
    seen(page, width=1440, dark=dark)
    for link in (".main-nav a", "main summary", "main input", "main td a"):
        page.locator(link).first.focus()
        ring = page.evaluate(RING)
        assert ring["width"] >= 2, link
        assert ring["contrast"] >= 3, link


def test_on_a_phone_the_report_that_is_open_is_in_sight_among_the_tabs(
    org: Organisation, open_window: OpenWindow
) -> None:
    page = open_window(width=390)
    sign_in(page, org.leader)
    page.goto("/reports/fairness/")
    expect(page.locator(".report-tabs .active")).to_be_in_viewport(ratio=0.9)
