"""Rows and columns as files for a spreadsheet, CSV or XLSX: for every list and report.

A cell of text that a spreadsheet would run as a formula is made harmless: what strangers type into
a form must do nothing on the computer of whoever opens the file.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

from django.db.models import TextChoices
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Row = TypeVar("Row")
Cell = str | int | float | bool | date | datetime | None

BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""
RUN_AS_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
LONGEST_CELL = 32_767
"""Characters: what a cell of a spreadsheet can hold."""
DATE_FORMATS: dict[type, str] = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd"}


class Format(TextChoices):
    """The kinds of files."""

    XLSX = "xlsx", "Excel (XLSX)"
    CSV = "csv", "CSV"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """What stands above a column, what in it, and how wide it is in characters.

    Instants are aware; files for people show them on the reader's clock. Yes and no are shown as
    “yes” and nothing.
    """

    title: str
    value: Callable[[Row], Cell]
    width: int = 16
    name: str = ""
    """What programs call it; a column without a name is for people only."""
    code: Callable[[Row], Cell] | None = None
    """What programs are given, where people read words."""
    places: int = 1
    """Decimals of a number with decimals, in a text file; a sheet keeps them all."""
    number_format: str = "0.0"
    """How a sheet shows a number with decimals."""


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, and that fits into a cell."""
    shown = ILLEGAL_CHARACTERS_RE.sub("", text)
    safe = f"'{shown}" if RUN_AS_FORMULA.match(shown) else shown
    return safe[:LONGEST_CELL]


def as_typed(text: str) -> str:
    """What somebody typed, of a cell that was made `harmless`."""
    return text[1:] if text.startswith("'") and RUN_AS_FORMULA.match(text[1:]) else text


def download(
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    *,
    name: str,
    kind: Format,
    zone: tzinfo,
) -> HttpResponseBase:
    """The answer to a browser that asks for the file; instants are shown in `zone`.

    `name` is that of the file without its ending, and of the sheet.
    """
    if kind == Format.XLSX:
        file = write_xlsx(columns, rows, title=name, zone=zone)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
    lines = csv_lines(columns, rows, zone=zone)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    return answer


def csv_lines(
    columns: Sequence[Column[Row]], rows: Iterable[Row], *, zone: tzinfo
) -> Iterator[str]:
    """The lines of the file, one after the other as the rows come."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow([column.title for column in columns])
    for row in rows:
        yield writer.writerow([_in_words(column, row, zone) for column in columns])


def write_xlsx(
    columns: Sequence[Column[Row]], rows: Iterable[Row], *, title: str, zone: tzinfo | None
) -> IO[bytes]:
    """A temporary file with the sheet, to be read from its beginning; it is gone once closed.

    Without a zone each instant keeps the clock that it comes with.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_heading(sheet, column.title) for column in columns])
    for row in rows:
        sheet.append([_in_sheet(sheet, column, row, zone) for column in columns])
    file = TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _settled(value: Cell, zone: tzinfo | None) -> Cell:
    """Harmless, and on one clock: a spreadsheet knows no zones."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, datetime):
        return (value.astimezone(zone) if zone else value).replace(tzinfo=None, microsecond=0)
    return value


def _in_words(column: Column[Row], row: Row, zone: tzinfo) -> Cell:
    cell = _settled(column.value(row), zone)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return round(cell, column.places) if isinstance(cell, float) else cell


def _heading(sheet: Any, title: str) -> Any:
    written = WriteOnlyCell(sheet, title)
    written.font = Font(bold=True)
    return written


def _in_sheet(sheet: Any, column: Column[Row], row: Row, zone: tzinfo | None) -> Any:
    cell = _settled(column.value(row), zone)
    shown = column.number_format if isinstance(cell, float) else DATE_FORMATS.get(type(cell))
    if shown is None:
        return cell
    written = WriteOnlyCell(sheet, cell)  # type: ignore[arg-type]  # it takes dates, too
    written.number_format = shown
    return written


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, line: str) -> str:
        return line
