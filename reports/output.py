"""A report for programs, and for whoever works at a terminal: columns by their machine names.

Whatever the format, the values are the same: instants with their offset, on the clock of the
chapter that they belong to; yes and no as 1 and 0; figures with four decimals; nothing for None.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from shutil import copyfileobj
from typing import IO, Any, TypeVar

from mentors.spreadsheets import Cell, Column, harmless, write_xlsx

Row = TypeVar("Row")
Writer = Callable[[Sequence[Column[Any]], Iterable[Any], IO[bytes]], None]

PLACES = 4
"""Decimals of a figure."""
GAP = "  "


def write_csv(columns: Sequence[Column[Row]], rows: Iterable[Row], out: IO[bytes]) -> None:
    """One line for each row as it comes; without byte order mark, and harmless in a spreadsheet."""
    writer = csv.writer(_Encoded(out), lineterminator="\n")
    for line in _lines(columns, rows):
        writer.writerow([harmless(cell) for cell in line])


def write_json(columns: Sequence[Column[Row]], rows: Iterable[Row], out: IO[bytes]) -> None:
    """A list of objects: numbers are numbers, true and false are such, nothing is null."""
    named = _named(columns)
    before = "["
    for row in rows:
        one = {column.name: _typed(_coded(column, row)) for column in named}
        out.write(f"{before}\n{json.dumps(one, ensure_ascii=False)}".encode())
        before = ","
    out.write(b"[]\n" if before == "[" else b"\n]\n")


def write_table(columns: Sequence[Column[Row]], rows: Iterable[Row], out: IO[bytes]) -> None:
    """Aligned columns, numbers to the right. All rows are read before the first is written."""
    lines = [[_printable(cell) for cell in line] for line in _lines(columns, rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    right = [all(map(_is_number, cells[1:])) for cells in zip(*lines, strict=True)]
    rule = ["-" * width for width in widths]
    for line in (lines[0], rule, *lines[1:]):
        cells = zip(line, widths, right, strict=True)
        text = GAP.join(cell.rjust(w) if r else cell.ljust(w) for cell, w, r in cells)
        out.write(f"{text.rstrip()}\n".encode())


def write_sheet(columns: Sequence[Column[Row]], rows: Iterable[Row], out: IO[bytes]) -> None:
    """A workbook with real dates and numbers; instants stand on the clock of their chapter."""
    plain = [
        replace(column, title=column.name, value=_number(column), number_format="0.0000")
        for column in _named(columns)
    ]
    with write_xlsx(plain, rows, title="report", zone=None) as file:
        copyfileobj(file, out)


WRITERS: Mapping[str, Writer] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
    "xlsx": write_sheet,
}
"""What writes which format."""


def _named(columns: Sequence[Column[Row]]) -> list[Column[Row]]:
    """Those that mean something to programs."""
    return [column for column in columns if column.name]


def _coded(column: Column[Row], row: Row) -> Cell:
    return (column.code or column.value)(row)


def _number(column: Column[Row]) -> Callable[[Row], Cell]:
    """The value for a sheet, where yes and no are numbers, too."""

    def value(row: Row) -> Cell:
        cell = _coded(column, row)
        if isinstance(cell, bool):
            return int(cell)
        return round(cell, PLACES) if isinstance(cell, float) else cell

    return value


def _lines(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[list[str]]:
    """The names, then the values as text."""
    named = _named(columns)
    yield [column.name for column in named]
    for row in rows:
        yield [_text(_coded(column, row)) for column in named]


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(int(cell))
        case float():
            return f"{cell:.{PLACES}f}"
        case datetime():
            return cell.isoformat(timespec="seconds")
        case date():
            return cell.isoformat()
    return str(cell)


def _typed(cell: Cell) -> Cell:
    if isinstance(cell, float):
        return round(cell, PLACES)
    return _text(cell) if isinstance(cell, date) else cell


def _printable(text: str) -> str:
    """On one line, and nothing in it that a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)


def _is_number(text: str) -> bool:
    return not text or text.replace(".", "", 1).removeprefix("-").isdigit()


class _Encoded:
    """A text file that is written into one of bytes."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out

    def write(self, text: str) -> int:
        return self.out.write(text.encode())
