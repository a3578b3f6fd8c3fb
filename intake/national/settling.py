"""What the clocks would have done until now, without a mail to anybody.

A replay applies no clock past the last event: the sweep goes on from there, and writes to people.
Here nobody is to be written to, so what is due already counts as done.
"""

from datetime import datetime

from django.db.models import F

from intake.enums import UNANSWERED, EventKind, Outcome, Status
from intake.history.records import AssignmentRow, EventRow, Replayed
from intake.models import Assignment


def settle(told: Replayed, until: datetime) -> None:
    """Bring a replayed request to where it stands at an instant, before it is written."""
    current = told.current
    if told.status == Status.ASSIGNED and current is not None:
        _become_overdue(told, current, until)
    for row in told.assignments:
        if row.attempts_due_at is not None and row.attempts_due_at <= until:
            row.attempts_nudged_at = row.attempts_due_at
        if row.close_out_due_at is not None and row.close_out_due_at <= until:
            row.close_out_asked_at = row.close_out_due_at
    for session in told.sessions:
        if session.notes_due_at is not None and session.notes_due_at <= until:
            session.notes_asked_at = session.notes_due_at


def _become_overdue(told: Replayed, current: AssignmentRow, until: datetime) -> None:
    at = current.clocks.respond_by
    if current.outcome != Outcome.PENDING or at > until:
        return
    current.outcome, current.overdue_at = Outcome.OVERDUE.value, at
    status = Status.ASSIGNED.value
    event = EventRow(EventKind.OVERDUE.value, at, status, status, assignment=current)
    told.events = [*told.events, event]


def count_as_reminded(until: datetime) -> None:
    """Whoever should have been reminded by then, was."""
    waiting = Assignment.objects.filter(outcome__in=UNANSWERED, reminded_at=None)
    waiting.filter(remind_at__lte=until).update(reminded_at=F("remind_at"))
