"""Keeping account of what leaves the program."""

from collections.abc import Generator, Iterable
from datetime import datetime
from typing import TypeVar

from intake.models import Export
from mentors.models import Volunteer
from mentors.spreadsheets import Format

Row = TypeVar("Row")


def note_export(
    *, by: Volunteer, now: datetime, what: str, query: str, kind: Format, rows: int = 0
) -> Export:
    """Write down that somebody saves a list or report as a file: which one, and how many rows."""
    return Export.objects.create(
        by=by, at=now, what=_cut("what", what), query=_cut("query", query), rows=rows, kind=kind
    )


def _cut(field: str, words: str) -> str:
    """As much as the account has room for."""
    return words[: Export._meta.get_field(field).max_length]


def counted(export: Export, rows: Iterable[Row]) -> Generator[Row, None, None]:
    """These rows; how many of them went out is written down when they have, or when it breaks off.

    For a file whose length nobody knows before it is made.
    """
    try:
        for row in rows:
            export.rows += 1
            yield row
    finally:
        export.save(update_fields=["rows"])
