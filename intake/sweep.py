"""The sweep: find what is due by the stored instants and do each step once.

A queue is nothing but a wake-up call here: whatever is due is in the database, so that losing a
message loses nothing and two of them do no harm. A row that fails is logged and pushed ahead, so
that it cannot block the others.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError
from django.db.models import Model, Q, QuerySet

from intake.actions import clocks
from intake.calendar import local_date
from intake.closed_days import SATURDAY
from intake.enums import UNANSWERED, Outcome
from intake.models import Assignment, Session
from mentors.models import Chapter

log = logging.getLogger(__name__)

BATCH = 200
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)


@dataclass(frozen=True)
class Clock:
    """One clock: its name, which rows are due, and the act that is done for one of them."""

    name: str
    due: Callable[[datetime], QuerySet]
    act: Callable[[int, datetime], bool]


def _of_assignments(step: Callable[..., bool]) -> Callable[[int, datetime], bool]:
    return lambda pk, now: step(assignment_id=pk, now=now)


# In the order in which a request meets them, so that catching up does the steps in order.
CLOCKS = (
    Clock(
        "reminder",
        lambda now: Assignment.objects.filter(
            outcome=Outcome.PENDING, reminded_at__isnull=True, remind_at__lte=now
        ),
        _of_assignments(clocks.remind),
    ),
    Clock(
        "accept time-out",
        lambda now: Assignment.objects.filter(outcome=Outcome.PENDING, respond_by__lte=now),
        _of_assignments(clocks.mark_overdue),
    ),
    Clock(
        "auto-requeue",
        lambda now: Assignment.objects.filter(outcome__in=UNANSWERED, requeue_at__lte=now),
        _of_assignments(clocks.requeue),
    ),
    Clock(
        "next attempt",
        lambda now: Assignment.objects.filter(
            ended_at__isnull=True, attempts_nudged_at__isnull=True, attempts_due_at__lte=now
        ),
        _of_assignments(clocks.ask_for_attempt),
    ),
    Clock(
        "close-out",
        lambda now: Assignment.objects.filter(
            ended_at__isnull=True, close_out_asked_at__isnull=True, close_out_due_at__lte=now
        ),
        _of_assignments(clocks.ask_to_close),
    ),
    Clock(
        "session notes",
        lambda now: Session.objects.without_notes().filter(
            notes_asked_at__isnull=True, notes_due_at__lte=now
        ),
        lambda pk, now: clocks.ask_for_notes(session_id=pk, now=now),
    ),
)


@dataclass
class Swept:
    """What one sweep did, by clock."""

    done: dict[str, int]
    failed: dict[str, int]


def sweep(now: datetime) -> Swept:
    """Do everything that is due at `now`; each step in a transaction of its own."""
    swept = Swept({}, {})
    for clock in CLOCKS:
        swept.done[clock.name], swept.failed[clock.name] = _run(clock, now)
    return swept


def _run(clock: Clock, now: datetime) -> tuple[int, int]:
    done = failed = 0
    for pk in _due_ids(clock, now):
        try:
            done += clock.act(pk, now)
        except OperationalError:
            raise  # the database is going away: the next sweep finds everything as it was
        except Exception:
            log.exception("Clock “%s” failed on row %s", clock.name, pk)
            failed += 1
            _push_ahead(clock, pk, now)
    return done, failed


def _due_ids(clock: Clock, now: datetime) -> Iterator[int]:
    """The ids of what is due, in bounded batches; each id comes once, done or not."""
    last = 0
    while True:
        due = clock.due(now).filter(Q(sweep_after__isnull=True) | Q(sweep_after__lte=now))
        ids = list(due.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        yield from ids
        if len(ids) < BATCH:
            return
        last = ids[-1]


def _push_ahead(clock: Clock, pk: int, now: datetime) -> None:
    """A row that failed waits: 5 minutes, 10, 20 … 6 hours."""
    row: Model = clock.due(now).get(pk=pk)
    failures: int = row.sweep_failures  # type: ignore[attr-defined]
    wait = min(FIRST_WAIT * 2 ** min(failures, 10), LONGEST_WAIT)
    type(row)._default_manager.filter(pk=pk).update(
        sweep_after=now + wait, sweep_failures=failures + 1
    )


def send_digests(now: datetime) -> int:
    """The weekly digest of every chapter, from Monday on; chapters are asked one by one."""
    sent = 0
    for chapter in Chapter.objects.order_by("pk"):
        if local_date(now, chapter.zone).weekday() < SATURDAY:
            sent += clocks.send_chair_digest(chapter_id=chapter.pk, now=now)
    return sent
