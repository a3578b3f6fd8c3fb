"""A spreadsheet is looked at in the administration, in a browser that runs nothing foreign."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mentors.models import Region
from tests.e2e.conftest import Look, sign_in
from tests.factories import Organisation

OpenWindow = Callable[..., Page]
ROWS = "code,name,colour\r\nR1,Far East,red\r\nR9,North,blue\r\n"


def choose(page: Page, tmp_path: Path, rows: str) -> None:
    file = tmp_path / "regions.csv"
    file.write_text(rows)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it first").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_regions_come_from_a_spreadsheet(
    org: Organisation, open_window: OpenWindow, looks_fine: Look, tmp_path: Path, scripts: bool
) -> None:
    page = open_window(scripts=scripts)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))

    def look() -> None:
        assert [said for said in complaints if "Content Security" in said] == []
        if scripts:
            looks_fine(page)
            complaints.clear()  # axe itself sets styles

    sign_in(page, org.admin)
    page.goto("/admin/mentors/region/")
    page.get_by_role("link", name="Import").click()
    look()
    choose(page, tmp_path, ROWS.replace("North", ""))
    expect(page.get_by_role("table", name="What is wrong")).to_contain_text("name is empty.")
    look()
    choose(page, tmp_path, ROWS)
    expect(page.locator("#content")).to_contain_text("not known and left out: colour.")
    preview = page.get_by_role("table", name="What is imported")
    expect(preview.locator("del")).to_have_text("East")
    expect(preview.locator("ins")).to_have_text("Far East")
    look()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Imported from regions.csv: 1 new, 1 changed")).to_be_visible()
    assert Region.objects.get(code="R9").name == "North"
