"""Reports for programs: machine names, exact types, and the same values in every format."""

import csv
import json
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from mentors.spreadsheets import Column
from reports.output import WRITERS, write_csv, write_json, write_sheet, write_table


@dataclass(frozen=True)
class Line:
    name: str
    at: datetime | None
    day: date | None
    days: float | None
    number: int
    late: bool


COLUMNS: list[Column[Line]] = [
    Column("Who", lambda line: line.name, name="who"),
    Column("At", lambda line: line.at, name="at"),
    Column("Day", lambda line: line.day, name="day"),
    Column("Business days", lambda line: line.days, name="days"),
    Column("Number", lambda line: line.number, name="number"),
    Column("Late", lambda line: "in words", name="late", code=lambda line: line.late),
    Column("For people only", lambda line: "nothing for programs"),
]
AT = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
AGAIN = AT.replace(fold=1)
FULL = Line("José, “Joe”", AT, date(2026, 3, 2), 0.625, 7, late=True)
EMPTY = Line("=1+1", None, None, None, 0, late=False)


def csv_of(*lines: Line) -> list[list[str]]:
    out = BytesIO()
    write_csv(COLUMNS, lines, out)
    return list(csv.reader(StringIO(out.getvalue().decode())))


def test_csv_has_machine_names_and_exact_values() -> None:
    assert csv_of(FULL, EMPTY) == [
        ["who", "at", "day", "days", "number", "late"],
        ["José, “Joe”", "2026-11-01T01:30:00-04:00", "2026-03-02", "0.6250", "7", "1"],
        ["'=1+1", "", "", "", "0", "0"],
    ]


def test_csv_has_no_byte_order_mark_and_one_line_for_each_row() -> None:
    out = BytesIO()
    write_csv(COLUMNS, [FULL], out)
    assert out.getvalue().startswith(b"who,at,day")
    assert out.getvalue().count(b"\n") == 2
    assert b"\r" not in out.getvalue()


def test_the_hour_that_comes_twice_is_told_apart_by_its_offset() -> None:
    line = Line("", AGAIN, None, None, 0, late=False)
    assert csv_of(line)[1][1] == "2026-11-01T01:30:00-05:00"


def test_json_has_real_types_and_what_was_typed() -> None:
    out = BytesIO()
    write_json(COLUMNS, [FULL, EMPTY], out)
    first, second = json.loads(out.getvalue())
    assert first == {
        "who": "José, “Joe”",
        "at": "2026-11-01T01:30:00-04:00",
        "day": "2026-03-02",
        "days": 0.625,
        "number": 7,
        "late": True,
    }
    assert second["who"] == "=1+1"
    assert second["at"] is None
    assert second["late"] is False


def test_a_table_is_aligned() -> None:
    out = BytesIO()
    write_table(COLUMNS, [FULL, EMPTY], out)
    heading, rule, first, second = out.getvalue().decode().splitlines()
    assert heading.split() == ["who", "at", "day", "days", "number", "late"]
    assert set(rule) == {"-", " "}
    assert first.index("0.6250") == heading.index("days") - 2  # numbers stand to the right
    assert first.endswith("     7     1")
    assert second.startswith("=1+1 ")


def test_a_table_stays_on_its_lines_and_gives_a_terminal_no_orders() -> None:
    out = BytesIO()
    write_table(COLUMNS, [Line("a\nb\x1b[2J", None, None, None, 1, late=False)], out)
    assert len(out.getvalue().splitlines()) == 3
    assert b"\x1b" not in out.getvalue()


def test_a_workbook_has_real_dates_and_numbers() -> None:
    out = BytesIO()
    write_sheet(COLUMNS, [FULL, EMPTY], out)
    heading, first, second = load_workbook(out).worksheets[0].iter_rows(values_only=True)
    assert heading == ("who", "at", "day", "days", "number", "late")
    local, day = datetime(2026, 11, 1, 1, 30), datetime(2026, 3, 2)  # noqa: DTZ001
    assert first == ("José, “Joe”", local, day, 0.625, 7, 1)
    assert second == ("'=1+1", None, None, None, 0, 0)


@pytest.mark.parametrize("kind", WRITERS)
def test_nothing_to_list_is_an_answer_too(kind: str) -> None:
    out = BytesIO()
    WRITERS[kind](COLUMNS, [], out)
    assert out.getvalue()
    if kind == "json":
        assert json.loads(out.getvalue()) == []
