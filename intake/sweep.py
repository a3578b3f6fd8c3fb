"""The sweep: find what is due by the stored instants and do each step once.

A queue is nothing but a wake-up call here: whatever is due is in the database, so that losing a
message loses nothing and two of them do no harm. A row that fails is logged and pushed ahead, so
that it cannot block the others.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError
from django.db.models import Model, Q, QuerySet

from intake.actions import clocks, digest
from intake.actions.together import Step, Taken
from intake.asking import asking_once
from intake.enums import UNANSWERED, Outcome
from intake.models import Assignment, Session

log = logging.getLogger(__name__)

BATCH = 200
"""Steps in one transaction. Whoever acts on one of their requests meanwhile waits for it."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)


@dataclass(frozen=True)
class Clock:
    """One clock: its name, which rows are due, and the step that is done for them."""

    name: str
    due: Callable[[datetime], QuerySet]
    step: Step


# In the order in which a request meets them, so that catching up does the steps in order.
CLOCKS = (
    Clock(
        "reminder",
        lambda now: Assignment.objects.filter(
            outcome=Outcome.PENDING, reminded_at__isnull=True, remind_at__lte=now
        ),
        clocks.remind,
    ),
    Clock(
        "accept time-out",
        lambda now: Assignment.objects.filter(outcome=Outcome.PENDING, respond_by__lte=now),
        clocks.mark_overdue,
    ),
    Clock(
        "auto-requeue",
        lambda now: Assignment.objects.filter(outcome__in=UNANSWERED, requeue_at__lte=now),
        clocks.requeue,
    ),
    Clock(
        "next attempt",
        lambda now: Assignment.objects.filter(
            ended_at__isnull=True, attempts_nudged_at__isnull=True, attempts_due_at__lte=now
        ),
        clocks.ask_for_attempt,
    ),
    Clock(
        "close-out",
        lambda now: Assignment.objects.filter(
            ended_at__isnull=True, close_out_asked_at__isnull=True, close_out_due_at__lte=now
        ),
        clocks.ask_to_close,
    ),
    Clock(
        "session notes",
        lambda now: Session.objects.without_notes().filter(
            notes_asked_at__isnull=True, notes_due_at__lte=now
        ),
        clocks.ask_for_notes,
    ),
)


@dataclass
class Swept:
    """What one sweep did, by clock."""

    done: dict[str, int]
    failed: dict[str, int]


Row = tuple[type[Model], int]


def sweep(now: datetime) -> Swept:
    """Do everything that is due at `now`, several of a kind in one transaction.

    Rows that failed are pushed ahead at the end: a reminder that cannot be written must not keep
    the same assignment from going back to the queue.
    """
    swept, all_failed = Swept({}, {}), set[Row]()
    for clock in CLOCKS:
        with asking_once():
            done, failed = _run(clock, now)
        swept.done[clock.name], swept.failed[clock.name] = done, len(failed)
        all_failed |= failed
    for model, pk in all_failed:
        _push_ahead(model, pk, now)
    return swept


def _run(clock: Clock, now: datetime) -> tuple[int, set[Row]]:
    """How many steps were done, and the rows on which they failed.

    What somebody has in hand at the moment comes at the end, one by one, when he is done: another
    sweep that runs meanwhile has then done the half of it.
    """
    done, left = 0, list[int]()
    for ids in _due(clock, now):
        taken = _together(clock, ids, now)
        done += taken.done
        left += [pk for pk in ids if pk not in taken.ids]
    failed = set[Row]()
    for pk in left:
        try:
            done += clock.step.one(pk, now)
        except OperationalError:
            raise  # the database is going away: the next sweep finds everything as it was
        except Exception:
            log.exception("Clock “%s” failed on row %s", clock.name, pk)
            failed.add((clock.due(now).model, pk))
    return done, failed


def _together(clock: Clock, ids: Sequence[int], now: datetime) -> Taken:
    """Do a step for several rows; if that fails, for none, and who fails will be seen one by one.

    Raises OperationalError if the database is going away.
    """
    try:
        return clock.step.several(ids, now)
    except OperationalError:
        raise
    except Exception as why:  # noqa: BLE001 - whose fault it is, is logged when it fails alone
        log.warning("Clock “%s” goes on row by row: %s", clock.name, why)
        return Taken(frozenset(), 0)


def _due(clock: Clock, now: datetime) -> Iterator[list[int]]:
    """The ids of what is due, in bounded batches; each id comes once, done or not.

    Asked for in one go, without an order or a limit: with them the database may go through the
    whole history by number, in the hope of an early match.
    """
    due = clock.due(now).filter(Q(sweep_after__isnull=True) | Q(sweep_after__lte=now))
    ids = sorted(due.values_list("pk", flat=True))
    for first in range(0, len(ids), BATCH):
        yield ids[first : first + BATCH]


def _push_ahead(model: type[Model], pk: int, now: datetime) -> None:
    """A row that failed waits: 5 minutes, 10, 20 … 6 hours."""
    rows = model._default_manager.filter(pk=pk)
    failures: int = rows.values_list("sweep_failures", flat=True).get()
    wait = min(FIRST_WAIT * 2 ** min(failures, 10), LONGEST_WAIT)
    rows.update(sweep_after=now + wait, sweep_failures=failures + 1)


def send_daily_digests(now: datetime) -> int:
    """The daily digest of everybody for whom something waits; one by one, each once a day."""
    sent = 0
    for volunteer_id in digest.waiting_people(now):
        try:
            sent += digest.send_daily_digest(volunteer_id=volunteer_id, now=now)
        except OperationalError:
            raise
        except Exception:
            # His lines wait for the next time; nobody else has to.
            log.exception("The daily digest of volunteer %s failed", volunteer_id)
    return sent
