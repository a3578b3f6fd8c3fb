"""Deadlines that move when the calendar or the policy changes: a preview, then the change.

Only clocks that have not struck yet move: what has been recorded as late stays late.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import transaction

from intake import inforce
from intake.actions.base import lock_held_by, lock_session, record
from intake.calendar import BusinessCalendar
from intake.enums import UNANSWERED, EventKind, Outcome
from intake.models import Assignment, MentoringRequest, Session
from intake.policy import Clocks, Policy, assignment_clocks, notes_due


@dataclass(frozen=True)
class Change:
    """One deadline that would move."""

    row: Assignment | Session
    field: str
    was: datetime
    becomes: datetime
    whose: str
    zone: ZoneInfo

    @property
    def number(self) -> str:
        """The number of the request."""
        return self.row.request.number


def preview(*, with_policy: bool = False, calendar: BusinessCalendar | None = None) -> list[Change]:
    """What would move under the calendar in force (or the one given), and the policy if wished."""
    days = calendar or inforce.calendar()
    rules = inforce.policy()
    changes = list(_of_assignments(rules, days, with_policy=with_policy))
    return changes + list(_of_sessions(rules, days))


def _of_assignments(
    rules: Policy, days: BusinessCalendar, *, with_policy: bool
) -> Iterator[Change]:
    rows = Assignment.objects.filter(outcome__in=UNANSWERED).order_by("respond_by", "pk")
    for row in rows.select_related("request", "mentor__chapter"):
        yield from _moves(row, _clocks(row, rules, days, with_policy=with_policy))


def _clocks(row: Assignment, rules: Policy, days: BusinessCalendar, *, with_policy: bool) -> Clocks:
    if not with_policy:
        rules = replace(rules, respond_days=row.respond_days, requeue_days=row.requeue_days)
    return assignment_clocks(rules, days, row.assigned_at, row.mentor.zone)


def _moves(row: Assignment, clocks: Clocks) -> Iterator[Change]:
    overdue = row.outcome == Outcome.OVERDUE
    struck = {
        "remind_at": row.reminded_at is not None,
        "respond_by": overdue,
        "requeue_at": overdue and clocks.requeue_at <= row.respond_by,
    }
    for field, done in struck.items():
        was, becomes = getattr(row, field), getattr(clocks, field)
        if not done and was != becomes:
            yield Change(row, field, was, becomes, str(row.mentor), row.mentor.zone)


def _of_sessions(rules: Policy, days: BusinessCalendar) -> Iterator[Change]:
    rows = Session.objects.without_notes().filter(notes_asked_at__isnull=True).order_by("pk")
    for row in rows.select_related("request", "assignment__mentor__chapter"):
        mentor = row.assignment.mentor
        becomes = notes_due(rules, days, row.starts_at, mentor.zone)
        assert row.notes_due_at is not None  # held by session_held_owes_notes
        if row.notes_due_at != becomes:
            yield Change(row, "notes_due_at", row.notes_due_at, becomes, str(mentor), mentor.zone)


def apply(changes: list[Change], *, now: datetime, with_policy: bool = False) -> int:
    """Move these deadlines, each row in a transaction of its own; how many moved.

    Rows that were answered or struck meanwhile are left alone.
    """
    rows = groupby(changes, key=lambda change: change.row)
    return sum(_apply(row, list(own), now, with_policy=with_policy) for row, own in rows)


@transaction.atomic
def _apply(
    row: Assignment | Session, changes: list[Change], now: datetime, *, with_policy: bool
) -> int:
    """All deadlines of one row at once: one alone could overtake another."""
    mre, locked, assignment = _lock(row)
    moved = any(getattr(locked, change.field) != change.was for change in changes)
    if moved or not _waits(locked, row):
        return 0
    for change in changes:
        setattr(locked, change.field, change.becomes)
    locked.save(update_fields=[change.field for change in changes])
    if with_policy and isinstance(locked, Assignment):
        _freeze(locked)
    record(
        mre,
        EventKind.RECOMPUTED,
        now=now,
        assignment=assignment,
        due={change.field: change.becomes.isoformat() for change in changes},
    )
    return len(changes)


def _lock(
    row: Assignment | Session,
) -> tuple[MentoringRequest, Assignment | Session, Assignment]:
    if isinstance(row, Session):
        mre, session = lock_session(row.pk)
        return mre, session, session.assignment
    mre, assignment = lock_held_by(row.pk)
    return mre, assignment, assignment


def _waits(locked: Assignment | Session, seen: Assignment | Session) -> bool:
    """Whether nobody has acted on the row since it was looked at."""
    if isinstance(locked, Session):
        return locked.notes_entered_at is None
    return isinstance(seen, Assignment) and locked.outcome == seen.outcome


def _freeze(assignment: Assignment) -> None:
    """The numbers in force become those of the assignment."""
    rules = inforce.policy()
    assignment.respond_days, assignment.requeue_days = rules.respond_days, rules.requeue_days
    assignment.save(update_fields=["respond_days", "requeue_days"])
