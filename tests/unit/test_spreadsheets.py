"""Files for spreadsheets: right types, and nothing in them that runs."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from mentors.spreadsheets import Column, Format, download, harmless, write_xlsx

COLUMNS: list[Column[Any]] = [
    Column("Text", lambda row: row["text"], 30),
    Column("At", lambda row: row["at"]),
    Column("Day", lambda row: row["day"]),
    Column("Days", lambda row: row["days"]),
    Column("Count", lambda row: row["count"]),
]
ROW = {
    "text": "=1+1",
    "at": datetime(2026, 3, 16, 3, 30, tzinfo=UTC),
    "day": date(2026, 3, 16),
    "days": 1.26,
    "count": 7,
}
NEW_YORK = ZoneInfo("America/New_York")


def file(kind: Format, *rows: dict[str, Any]) -> bytes:
    answer = download(COLUMNS, rows, name="List", kind=kind, zone=NEW_YORK)
    return b"".join(answer)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0"]
)
def test_what_would_run_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ortiz Bakery", "a=b", "1-2", "José", "'quoted"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_what_no_sheet_can_hold_is_taken_out() -> None:
    assert harmless("a\x00b\x08c") == "abc"
    assert harmless("\x00=1") == "'=1"
    assert len(harmless("x" * 40_000)) == 32_767


def test_csv_is_read_by_spreadsheets() -> None:
    content = file(Format.CSV, ROW, {**ROW, "text": "línea 1\nlínea 2, “x”"})
    assert content.startswith(b"\xef\xbb\xbf")
    first, second, third = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert first == ["Text", "At", "Day", "Days", "Count"]
    assert second == ["'=1+1", "2026-03-15 23:30", "2026-03-16", "1.3", "7"]
    assert third[0] == "línea 1\nlínea 2, “x”"


def test_xlsx_has_types_widths_and_no_formula() -> None:
    sheet = load_workbook(io.BytesIO(file(Format.XLSX, ROW))).active
    assert sheet is not None
    heading, cells = sheet.iter_rows()
    assert [cell.value for cell in heading] == ["Text", "At", "Day", "Days", "Count"]
    assert heading[0].font.bold
    assert [cell.value for cell in cells] == [
        "'=1+1", datetime(2026, 3, 15, 23, 30), datetime(2026, 3, 16), 1.26, 7  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.data_type for cell in cells] == ["s", "d", "d", "n", "n"]
    assert cells[1].number_format == "yyyy-mm-dd hh:mm"
    assert sheet.column_dimensions["A"].width == 30
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("kind", Format)
def test_an_empty_list_has_its_headings(kind: Format) -> None:
    assert file(kind)


def test_yes_and_no_are_words() -> None:
    columns: list[Column[bool]] = [Column("Late", lambda row: row), Column("No.", lambda row: 1)]
    answer = download(columns, [True, False], name="List", kind=Format.CSV, zone=NEW_YORK)
    assert b"".join(answer).decode("utf-8-sig") == "Late,No.\r\nyes,1\r\n,1\r\n"


def test_a_column_says_how_many_decimals_are_written_and_how_a_sheet_shows_them() -> None:
    share: list[Column[float]] = [
        Column("Share", lambda row: row, places=4, number_format="0 %"),
    ]
    text = download(share, [2 / 3], name="List", kind=Format.CSV, zone=NEW_YORK)
    assert b"".join(text).decode("utf-8-sig") == "Share\r\n0.6667\r\n"
    sheet = write_xlsx(share, [2 / 3], title="List", zone=NEW_YORK)
    cell = load_workbook(sheet).worksheets[0]["A2"]
    assert (cell.value, cell.number_format) == (pytest.approx(2 / 3), "0 %")
