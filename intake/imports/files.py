"""A spreadsheet, CSV or XLSX, as rows of text: each cell as whoever made the file sees it."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from import_export.formats import base_formats
from tablib import Dataset

MOST_ROWS = 2_000
"""More is for `load_history`, which is quicker and can be interrupted."""
TOO_MANY = f"The file has more than {MOST_ROWS:,} rows. Divide it, or use load_history."


class Unreadable(Exception):
    """A file that cannot be read; a sentence."""


class CsvFile(base_formats.CSV):
    """Commas, UTF-8, with or without a byte order mark."""

    def create_dataset(self, in_stream: bytes, **_: Any) -> Dataset:
        """The rows below the header. Raises Unreadable."""
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreadable("The file is not UTF-8: save it as “CSV UTF-8”, or as XLSX.") from None
        if "\0" in text:
            raise Unreadable("The file holds a character that no text may hold (NUL).")
        try:
            return _dataset(csv.reader(StringIO(text, newline=""), strict=True))
        except csv.Error as why:
            raise Unreadable(f"The file cannot be read as CSV: {why}.") from None


class XlsxFile(base_formats.XLSX):
    """The sheet on top of an Excel workbook; of formulas, what they came to."""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """The rows below the header. Raises Unreadable."""
        try:
            book = openpyxl.load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
            sheet: Any = book.active
            return _dataset([_shown(cell) for cell in row] for row in sheet.rows)
        except Unreadable:
            raise
        except Exception:  # noqa: BLE001  # whatever is wrong inside: openpyxl has no class for it
            raise Unreadable("The file cannot be read as an Excel workbook (XLSX).") from None


FORMATS: dict[str, type[base_formats.Format]] = {".csv": CsvFile, ".xlsx": XlsxFile}
"""By the ending of the file's name."""


def _shown(cell: Any) -> str:
    """The text of a cell of a workbook: `0216` of a number 216 that is shown with four digits."""
    value = cell.value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and value == int(value):
        zeros = str(cell.number_format)
        return f"{int(value):0{len(zeros) if set(zeros) == {'0'} else 1}d}"
    return "" if value is None else str(value)


def _dataset(lines: Iterable[list[str]]) -> Dataset:
    """Rows of one width; the first is the header. Rows without a word are left out."""
    rows = _filled(lines)
    header = [name.strip() for name in next(rows, [])]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise Unreadable("The file is empty: its first row names the columns.")
    found = Dataset(headers=header)
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise Unreadable(TOO_MANY)
        found.append(_fitted(cells, len(header), number + 1))
    return found


def _filled(lines: Iterable[list[str]]) -> Iterator[list[str]]:
    return (line for line in lines if any(cell.strip() for cell in line))


def _fitted(cells: list[str], width: int, number: int) -> list[str]:
    """Spreadsheets drop empty cells at the end, or add some."""
    if any(cell.strip() for cell in cells[width:]):
        raise Unreadable(f"Row {number} has {len(cells)} cells, the header has {width}.")
    return (cells + [""] * width)[:width]
