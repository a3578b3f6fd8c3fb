"""Deadlines that move when the calendar or the policy changes: a preview, then the change.

Only clocks that have not struck yet move: what has been recorded as late stays late. Which ones are
still to move follows from the stored instants alone, so a change that broke off halfway is finished
by doing it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model, QuerySet

from intake import inforce
from intake.calendar import BusinessCalendar
from intake.enums import UNANSWERED, EventKind, Outcome, SessionState
from intake.models import Assignment, MentoringRequest, RequestEvent, Session
from intake.policy import Clocks, Policy, assignment_clocks, notes_due
from mentors.models import Volunteer

Row = TypeVar("Row", bound=Model)

BATCH = 500
"""Rows that are moved in one transaction: few queries, and nobody waits long for a lock."""
OF_ASSIGNMENT = (
    "outcome",
    "assigned_at",
    "respond_days",
    "requeue_days",
    "remind_at",
    "respond_by",
    "requeue_at",
    "reminded_at",
)
OF_SESSION = ("state", "notes_due_at", "notes_entered_at", "notes_asked_at")
OF_MENTOR = ("mentor__first_name", "mentor__last_name", "mentor__chapter__time_zone")


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
    """What would move under the calendar in force (or the one given), and the policy if wished.

    Two queries, and one for the calendar unless it is given; their cost grows with the open
    requests. Raises NoBusinessDayError for a calendar without business days.
    """
    days = calendar or inforce.calendar()
    rules = inforce.policy()
    changes = list(_of_assignments(rules, days, with_policy=with_policy))
    return changes + list(_of_sessions(rules, days))


def _of_assignments(
    rules: Policy, days: BusinessCalendar, *, with_policy: bool
) -> Iterator[Change]:
    rows = Assignment.objects.filter(outcome__in=UNANSWERED).order_by("respond_by", "pk")
    rows = rows.select_related("request", "mentor__chapter")
    for row in rows.only("request__id", *OF_ASSIGNMENT, *OF_MENTOR):
        yield from _moves(row, _clocks(row, rules, days, with_policy=with_policy))


def _clocks(row: Assignment, rules: Policy, days: BusinessCalendar, *, with_policy: bool) -> Clocks:
    if not with_policy and (row.respond_days, row.requeue_days) != (
        rules.respond_days,
        rules.requeue_days,
    ):
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
    rows = rows.select_related("request", "assignment__mentor__chapter")
    of_mentor = (f"assignment__{name}" for name in OF_MENTOR)
    for row in rows.only("request__id", "starts_at", "notes_due_at", *of_mentor):
        mentor = row.assignment.mentor
        becomes = notes_due(rules, days, row.starts_at, mentor.zone)
        assert row.notes_due_at is not None  # held by session_held_owes_notes
        if row.notes_due_at != becomes:
            yield Change(row, "notes_due_at", row.notes_due_at, becomes, str(mentor), mentor.zone)


def apply(
    changes: list[Change],
    *,
    now: datetime,
    by: Volunteer | None = None,
    with_policy: bool = False,
) -> int:
    """Move these deadlines, all of a row at once, a batch of rows in a transaction; how many moved.

    Rows that were answered or struck meanwhile are left alone. `by` is who wanted it; empty for the
    command.
    """
    rows = [list(own) for _, own in groupby(changes, key=lambda change: change.row)]
    batches = [rows[first : first + BATCH] for first in range(0, len(rows), BATCH)]
    return sum(_apply(batch, now, by, with_policy=with_policy) for batch in batches)


@transaction.atomic
def _apply(
    rows: list[list[Change]], now: datetime, by: Volunteer | None, *, with_policy: bool
) -> int:
    locked = _Locked.lock([own[0].row for own in rows])
    moved = [(locked.row(own[0].row), own) for own in map(locked.still_to_move, rows) if own]
    _save(moved)
    if with_policy:
        rules = inforce.policy()
        Assignment.objects.filter(
            pk__in=[row.pk for row, _ in moved if isinstance(row, Assignment)]
        ).update(respond_days=rules.respond_days, requeue_days=rules.requeue_days)
    RequestEvent.objects.bulk_create(
        _event(locked.mres[row.request_id], row, own, now, by) for row, own in moved
    )
    return sum(len(own) for _, own in moved)


@dataclass(frozen=True)
class _Locked:
    """The rows of a batch as they are now, locked until the transaction ends.

    Requests first, then assignments, then sessions, each by number: like every act, so that nobody
    waits for somebody who waits for him.
    """

    mres: dict[int, MentoringRequest]
    assignments: dict[int, Assignment]
    sessions: dict[int, Session]

    @classmethod
    def lock(cls, rows: list[Assignment | Session]) -> "_Locked":
        mres = MentoringRequest.objects.filter(pk__in={row.request_id for row in rows})
        assignments = Assignment.objects.filter(
            pk__in=[row.pk for row in rows if isinstance(row, Assignment)]
        )
        sessions = Session.objects.filter(
            pk__in=[row.pk for row in rows if isinstance(row, Session)]
        )
        return cls(
            _lock(mres.only("status")),
            _lock(assignments.only("request", *OF_ASSIGNMENT)),
            _lock(sessions.only("request", "assignment", *OF_SESSION)),
        )

    def row(self, seen: Assignment | Session) -> Assignment | Session:
        if isinstance(seen, Session):
            return self.sessions[seen.pk]
        return self.assignments[seen.pk]

    def still_to_move(self, own: list[Change]) -> list[Change]:
        """The changes of one row, unless somebody has acted on it since it was looked at."""
        row, seen = self.row(own[0].row), own[0].row
        if any(getattr(row, change.field) != change.was for change in own):
            return []
        if isinstance(row, Session):
            owed = row.state == SessionState.HELD and row.notes_entered_at is None
            return own if owed and row.notes_asked_at is None else []
        if not isinstance(seen, Assignment) or row.outcome != seen.outcome:
            return []
        return [one for one in own if one.field != "remind_at" or row.reminded_at is None]


def _lock(rows: QuerySet[Row]) -> dict[int, Row]:
    return {row.pk: row for row in rows.select_for_update(no_key=True).order_by("pk")}


def _save(moved: list[tuple[Assignment | Session, list[Change]]]) -> None:
    """Write the new instants. Rows of a batch are due together, so few statements serve all."""
    alike: dict[tuple[type[Assignment | Session], frozenset[tuple[str, datetime]]], list[int]] = {}
    for row, own in moved:
        becomes = frozenset((change.field, change.becomes) for change in own)
        alike.setdefault((type(row), becomes), []).append(row.pk)
    for (model, becomes), ids in alike.items():
        model._default_manager.filter(pk__in=ids).update(**dict(becomes))


def _event(
    mre: MentoringRequest,
    row: Assignment | Session,
    own: list[Change],
    now: datetime,
    by: Volunteer | None,
) -> RequestEvent:
    """The entry of the timeline; no mail follows from it."""
    data: dict[str, object] = {
        "due": {change.field: change.becomes.isoformat() for change in own},
        "before": {change.field: change.was.isoformat() for change in own},
    }
    if isinstance(row, Session):
        data["session"] = row.pk
    return RequestEvent(
        request=mre,
        assignment_id=row.assignment_id if isinstance(row, Session) else row.pk,
        kind=EventKind.RECOMPUTED,
        at=now,
        processed_at=now,
        by=by,
        from_status=mre.status,
        to_status=mre.status,
        data=data,
    )
