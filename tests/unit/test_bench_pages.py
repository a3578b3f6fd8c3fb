"""What docs/performance.md says about the pages, worked out from made-up figures."""

from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from tests.bench.chart import bars
from tests.bench.page_list import PAGES, REPORT, TARGETS, WORK
from tests.bench.page_section import with_floors, write

SMALL, LARGE = 15_000, 1_500_000


def row(page: str, p50: float, *, kind: str = WORK, sql: float | None = 0.01) -> dict[str, Any]:
    """A page that took so long."""
    return {
        "page": page,
        "role": "administrator",
        "kind": kind,
        "queries": 9,
        "database": p50 / 4,
        "python": p50 / 2,
        "p50": p50,
        "p95": p50 * 2,
        "empty": 0.03,
        "sql": sql,
    }


def said(tmp_path: Path, small: list[dict[str, Any]], large: list[dict[str, Any]]) -> str:
    return "\n".join(write({SMALL: small, LARGE: large}, tmp_path))


def test_pages_that_grow_are_named_with_their_growth(tmp_path: Path) -> None:
    small = [row("Queue", 0.05), row("Outbox", 0.05)]
    words = said(tmp_path, small, [row("Queue", 0.06), row("Outbox", 0.1)])
    assert (
        "Working pages: 1 of 2 grow by no more than 1.30 × from 15,000 to 1.5 million requests; "
        "beyond that: Outbox (administrator) 2.00 ×." in words
    )
    assert "| Queue | administrator | 50.0 | 60.0 | 1.20 × | – |" in words


def test_of_three_sizes_the_last_step_is_told(tmp_path: Path) -> None:
    sizes = {SMALL: 0.05, 150_000: 0.08, LARGE: 0.1}
    found = {size: [row("Queue", p50)] for size, p50 in sizes.items()}
    words = "\n".join(write(found, tmp_path))
    assert "| Queue | administrator | 50.0 | 80.0 | 100 | 2.00 × | 1.25 × |" in words


def test_what_a_working_page_costs_is_told_for_sizing(tmp_path: Path) -> None:
    words = said(tmp_path, [row("Queue", 0.05)], [row("Queue", 0.08), row("Outbox", 0.16)])
    assert "takes 60.0 ms of Python and 30.0 ms in the database" in words


def test_reports_are_not_held_against_history(tmp_path: Path) -> None:
    report = row("Timing", 0.05, kind=REPORT)
    words = said(tmp_path, [report], [report | {"p50": 5.0}])
    assert "Reports: 0 of 1 take at most twice their two floors" in words
    assert "Reports: 0 of 1 grow" not in words


def test_a_page_is_measured_by_both_floors_together() -> None:
    assert with_floors(row("Queue", 0.08))["floors"] == 2.0
    assert with_floors(row("Proposal", 0.08, sql=None))["floors"] is None


def test_a_page_that_one_size_lacks_has_no_growth(tmp_path: Path) -> None:
    words = said(tmp_path, [row("Queue", 0.05)], [row("Queue", 0.05), row("Outbox", 0.1)])
    assert "Working pages: 1 of 1 grow" in words
    assert "| Outbox | administrator | 9 |" in words


def test_the_chart_is_a_picture_with_every_bar() -> None:
    picture = bars("Growth", [("Queue & pane", 1.1), ("Outbox", 2.0)], limit=1.3)
    read = BeautifulSoup(picture, "html.parser")
    assert [box["class"] for box in read.find_all("rect")] == [["within"], ["beyond"]]
    assert "Queue & pane" in read.get_text()


def test_every_page_is_named_once_for_each_role_and_about_something_known() -> None:
    names = [(page.title, page.role) for page in PAGES]
    assert len(names) == len(set(names))
    known = {*TARGETS, "name", "first_name"}
    assert not [page for page in PAGES if page.about - known]
