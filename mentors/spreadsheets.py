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
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Row = TypeVar("Row")
Cell = str | int | float | date | datetime | None

BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""
RUN_AS_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
LONGEST_CELL = 32_767
"""Characters: what a cell of a spreadsheet can hold."""
NUMBER_FORMATS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", float: "0.0"}


class Format(TextChoices):
    """The kinds of files."""

    XLSX = "xlsx", "Excel (XLSX)"
    CSV = "csv", "CSV"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """What stands above a column, what in it, and how wide it is in characters."""

    title: str
    value: Callable[[Row], Cell]
    width: int = 16


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, and that fits into a cell."""
    shown = ILLEGAL_CHARACTERS_RE.sub("", text)
    safe = f"'{shown}" if RUN_AS_FORMULA.match(shown) else shown
    return safe[:LONGEST_CELL]


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
    cells = _cells(columns, rows, zone)
    if kind == Format.XLSX:
        file = write_xlsx(columns, cells, title=name)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
    answer = StreamingHttpResponse(csv_lines(cells), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def csv_lines(cells: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of the file, one after the other as the rows come."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    for row in cells:
        yield writer.writerow([_in_words(cell) for cell in row])


def write_xlsx(
    columns: Sequence[Column[Any]], cells: Iterable[Sequence[Cell]], *, title: str
) -> IO[bytes]:
    """A temporary file with the sheet, to be read from its beginning; it is gone once closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for number, row in enumerate(cells):
        sheet.append([_formatted(sheet, cell, is_heading=not number) for cell in row])
    file = TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _cells(
    columns: Sequence[Column[Row]], rows: Iterable[Row], zone: tzinfo
) -> Iterator[list[Cell]]:
    """The headings, then the values, harmless and on the reader's clock."""
    yield [column.title for column in columns]
    for row in rows:
        yield [_settled(column.value(row), zone) for column in columns]


def _settled(value: Cell, zone: tzinfo) -> Cell:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, datetime):
        # A spreadsheet knows no zones.
        return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return value


def _in_words(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return round(cell, 1) if isinstance(cell, float) else cell


def _formatted(sheet: Any, cell: Cell, *, is_heading: bool) -> Any:
    number_format = NUMBER_FORMATS.get(type(cell))
    if not is_heading and number_format is None:
        return cell
    written = WriteOnlyCell(sheet, cell)  # type: ignore[arg-type]  # it takes dates, too
    if is_heading:
        written.font = Font(bold=True)
    if number_format is not None:
        written.number_format = number_format
    return written


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, line: str) -> str:
        return line
