"""Charts are drawn from the table beside them; without scripts there is the table."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Look, seen, sign_in
from tests.factories import Organisation, submit

OpenWindow = Callable[..., Page]
DRAWN = """canvas => canvas.getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height).data.some(part => part !== 0)"""


@pytest.fixture
def told(org: Organisation) -> None:
    """Two requests of this week, one of which was accepted."""
    begun = timezone.now() - timedelta(days=2)
    submit(org, at=begun).wait(hours=1).assign().wait(hours=3).accept()
    submit(org, at=begun).wait(hours=5).assign()


@pytest.mark.usefixtures("told")
def test_every_metric_has_its_chart_and_its_table(
    open_window: OpenWindow, org: Organisation, looks_fine: Look
) -> None:
    page = open_window()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    sign_in(page, org.leader)
    for width, dark in ((1440, False), (1440, True), (390, False)):
        seen(page, width=width, dark=dark)  # charts are drawn anew, in the colours of the page
        page.goto("/reports/timing/")
        charts = page.get_by_role("img", name="business days by month")
        expect(charts).to_have_count(3)
        assert charts.first.evaluate(DRAWN)
        page.get_by_text("As a table").first.click()
        expect(page.get_by_role("table", name="business days by month").first).to_be_visible()
        looks_fine(page)
        page.goto("/reports/timing/submission_to_assignment/")
        distribution = page.get_by_role("img", name="how many took how many business days")
        expect(distribution).to_have_count(1)
        looks_fine(page)
    assert errors == []


@pytest.mark.usefixtures("told")
def test_without_scripts_the_table_by_month_is_a_link_away(
    open_window: OpenWindow, org: Organisation
) -> None:
    page = open_window(scripts=False)
    sign_in(page, org.leader)
    page.goto("/reports/timing/")
    page.get_by_role("link", name="Month by month").first.click()
    expect(page.get_by_role("table", name="The three metrics by month")).to_be_visible()
