"""What benchmarks keep, and the page that is made of it. Nothing is timed here."""

from pathlib import Path

import pytest

from tests.bench.document import (
    Column,
    Section,
    by_size,
    milliseconds,
    number,
    requests,
    table,
    times,
    write,
)
from tests.bench.results import Row, measured, runs, save


def test_what_was_saved_is_read_again_by_size(tmp_path: Path) -> None:
    save("pages", 150_000, [{"page": "Queue", "p50": 0.2}], tmp_path)
    save("pages", 15_000, [{"page": "Queue", "p50": 0.1}], tmp_path)
    save("sweep", 15_000, [{"per_second": 900}], tmp_path)
    found = measured("pages", runs(tmp_path))
    assert list(found) == [15_000, 150_000]
    assert found[150_000] == [{"page": "Queue", "p50": 0.2}]


def test_a_new_measurement_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    save("sweep", 15_000, [{"per_second": 900}], tmp_path)
    save("sweep", 15_000, [{"per_second": 950}], tmp_path)
    (run,) = runs(tmp_path)
    assert run.rows == [{"per_second": 950}]
    assert run.machine["Processor"]


def test_a_table_has_numbers_to_the_right_and_no_broken_cells() -> None:
    columns = [Column("what", "What"), Column("rate", "Per second", number)]
    rows: list[Row] = [{"what": "a|b", "rate": 1234.5}, {"what": "c", "rate": None}]
    assert list(table(columns, rows)) == [
        "| What | Per second |",
        "|---|---:|",
        "| a\\|b | 1,234 |",
        "| c | – |",
        "",
    ]


def test_the_page_has_every_section_and_says_what_was_not_measured(tmp_path: Path) -> None:
    save("sweep", 1_500_000, [{"rate": 900}], tmp_path)
    columns = [Column("rate", "Per second", number)]
    sections = [
        Section("sweep", "The sweep", lambda found: by_size(columns, found)),
        Section("outbox", "The outbox", lambda found: by_size(columns, found)),
    ]
    page = tmp_path / "performance.md"
    write(runs(tmp_path), sections, page)
    words = page.read_text()
    assert "| 1.5 million | 900 |" in words
    assert "## The outbox\n\nNot measured yet." in words
    assert "Processor" in words
    assert words == words.rstrip("\n") + "\n"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (milliseconds(0.01234), "12.3"),
        (milliseconds(1.2345), "1,234"),
        (milliseconds(None), "–"),
        (number(12), "12"),
        (number(12.34), "12.3"),
        (times(1.254), "1.25 ×"),
        (requests(15_000), "15,000"),
        (requests(1_500_000), "1.5 million"),
    ],
)
def test_numbers_are_shown_as_precisely_as_they_are_known(shown: str, words: str) -> None:
    assert shown == words
