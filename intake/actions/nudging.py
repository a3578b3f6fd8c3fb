"""A coordinator reminds a mentor with a line of his own."""

from datetime import datetime

from django.db import transaction

from intake.actions.base import lock_session, lock_with_current, record, settle_overdue
from intake.enums import EventKind
from intake.models import Assignment
from intake.permissions import check_can_nudge, check_can_nudge_for_notes
from mentors.errors import Invalid
from mentors.models import Volunteer


@transaction.atomic
def nudge(*, mre_id: int, by: Volunteer, now: datetime, note: str) -> Assignment:
    """Send the mentor who holds a request a short mail with a personal line.

    At most once on a day of the request's chapter, whoever does it: raises AlreadyDone with the
    name and the time otherwise.
    """
    mre, assignment = lock_with_current(mre_id)
    check_can_nudge(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    settle_overdue(mre, assignment, now)
    line = _line(note)
    record(mre, EventKind.NUDGED, now=now, by=by, assignment=assignment, note=line)
    return assignment


@transaction.atomic
def nudge_for_notes(*, session_id: int, by: Volunteer, now: datetime, note: str) -> Assignment:
    """The same to the mentor who owes the notes of a session, whatever became of the request."""
    mre, session = lock_session(session_id)
    check_can_nudge_for_notes(by, mre, now, session)
    line = _line(note)
    record(mre, EventKind.NUDGED, now=now, by=by, assignment=session.assignment, note=line)
    return session.assignment


def _line(note: str) -> str:
    if not note.strip():
        raise Invalid("note", "Write a line to the mentor: that is what makes it personal.")
    return note.strip()
