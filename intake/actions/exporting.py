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
    room, space = Export._meta.get_field("what"), Export._meta.get_field("query")
    what, query = what[: room.max_length], query[: space.max_length]
    return Export.objects.create(by=by, at=now, what=what, query=query, rows=rows, kind=kind)


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
