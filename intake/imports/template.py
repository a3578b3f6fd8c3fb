"""An empty file to fill: the columns of an import, and nothing below them."""

from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from intake.imports.sheet import Sheet
from mentors.spreadsheets import BYTE_ORDER_MARK, Format

WIDTH = 20
AS_TEXT = "@"
"""Keeps the zeros with which codes and zip codes begin."""


def empty_file(sheet: type[Sheet], name: str, kind: Format) -> HttpResponseBase:
    """The file as an answer to a browser, named after what is imported."""
    filename = f"{name}-import.{kind.value}"
    if kind == Format.CSV:
        return HttpResponse(
            BYTE_ORDER_MARK + ",".join(sheet.HELP) + "\r\n",
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": content_disposition_header(True, filename) or ""},
        )
    return FileResponse(_workbook(list(sheet.HELP)), as_attachment=True, filename=filename)


def _workbook(columns: list[str]) -> IO[bytes]:
    """A sheet whose columns hold text, whatever is typed into them."""
    book = Workbook()
    sheet: Any = book.active
    sheet.freeze_panes = "A2"
    for number, name in enumerate(columns, 1):
        sheet.cell(1, number, name).font = Font(bold=True)
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.number_format = WIDTH, AS_TEXT
    file = TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file
