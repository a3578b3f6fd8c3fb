"""Where the page of a request's clocks explains which due date: addresses, no words."""

from enum import StrEnum

from intake.models import Assignment, MentoringRequest, Session
from mentors.addresses import address


class ClockName(StrEnum):
    """The clocks that can be looked up, as they stand in an address."""

    WAIT = "wait"
    """Of a request: the client's wait."""
    REMIND = "reminder"
    RESPOND = "answer"
    REQUEUE = "requeue"
    ATTEMPT = "attempt"
    CLOSE_OUT = "close-out"
    """Of an assignment."""
    RECORD = "record"
    NOTES = "notes"
    EDIT = "edit"
    """Of a session."""


def anchor(name: ClockName, row: MentoringRequest | Assignment | Session) -> str:
    """The place on the page: “answer-17”, “wait-12”."""
    return f"{name}-{row.pk}"


def clock_address(name: ClockName, row: MentoringRequest | Assignment | Session) -> str:
    """The page that explains this clock of this row, at its place."""
    mre_id = row.pk if isinstance(row, MentoringRequest) else row.request_id
    return f"{address('intake:clocks', mre_id)}#{anchor(name, row)}"
