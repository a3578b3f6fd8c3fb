"""Keeping account of what leaves the program."""

from datetime import datetime

from intake.models import Export
from mentors.models import Volunteer
from mentors.spreadsheets import Format


def note_export(
    *, by: Volunteer, now: datetime, what: str, query: str, rows: int, kind: Format
) -> Export:
    """Write down that somebody saves a list or report as a file: which one, and how many rows."""
    longest = Export._meta.get_field("query").max_length
    return Export.objects.create(
        by=by, at=now, what=what, query=query[:longest], rows=rows, kind=kind
    )
