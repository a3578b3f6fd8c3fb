"""One step of a clock, for one row or for many in one transaction.

For many, the rows are locked and read ahead, in the order in which all acts take their locks; what
the step writes is kept, and written at the end in a few statements. The step itself is the same.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Model

from intake import notifications
from intake.actions.base import (
    AT_ONCE,
    AtOnce,
    event_of,
    lock_assignments,
    lock_free_requests,
    lock_held_by,
    lock_session,
    lock_sessions,
)
from intake.actions.rewriting import rewrite
from intake.asking import asking_once
from intake.enums import EventKind
from intake.models import Assignment, MentoringRequest, RequestEvent, Session
from intake.outbox import drop_all_reminders

R = TypeVar("R", Assignment, Session)
Do = Callable[[MentoringRequest, R, datetime, AtOnce], bool]


@dataclass(frozen=True)
class Taken:
    """What became of many rows: those in hand, and how many of them had the step done."""

    ids: frozenset[int]
    done: int


@dataclass(frozen=True)
class Step(Generic[R]):
    """One step of a clock."""

    do: Do[R]
    model: type[R]
    lock: Callable[[int], tuple[MentoringRequest, R]]

    @transaction.atomic
    def one(self, pk: int, now: datetime) -> bool:
        """Do it for one row, after whoever has it in hand; whether there was something to do."""
        with asking_once():
            return self.do(*self.lock(pk), now, AT_ONCE)

    @transaction.atomic
    def several(self, pks: Collection[int], now: datetime) -> Taken:
        """Do it for all of these that nobody else has in hand.

        All or nothing: raises what a single one raises, and then nothing was done.
        """
        rows, write = _lock_free(self.model, pks), Behind()
        done = sum(self.do(mre, row, now, write) for mre, row in rows)
        write.finish(now)
        return Taken(frozenset(row.pk for _, row in rows), done)


class StepOfAssignment(Step[Assignment]):
    def __call__(self, *, assignment_id: int, now: datetime) -> bool:
        """Do it for one assignment."""
        return self.one(assignment_id, now)


class StepOfSession(Step[Session]):
    def __call__(self, *, session_id: int, now: datetime) -> bool:
        """Do it for one session."""
        return self.one(session_id, now)


def of_assignment(do: Do[Assignment]) -> StepOfAssignment:
    """Mark a function as a step that assignments take."""
    return StepOfAssignment(do, Assignment, lock_held_by)


def of_session(do: Do[Session]) -> StepOfSession:
    """Mark a function as a step that sessions take."""
    return StepOfSession(do, Session, lock_session)


# --- Read ahead -----------------------------------------------------------------------------------


def _lock_free(model: type[R], pks: Collection[int]) -> list[tuple[MentoringRequest, R]]:
    """The rows with their requests, locked in the order of all acts; those in use are left out."""
    owners = dict(model._default_manager.filter(pk__in=pks).values_list("pk", "request_id"))
    requests = lock_free_requests(owners.values())
    free = [pk for pk in sorted(owners) if owners[pk] in requests]
    rows: Any
    if model is Assignment:
        rows = _lock_assignments(requests, free)
    else:
        _lock_assignments(requests, [mre.current_id for mre in requests.values()])
        rows = lock_sessions(free)
    return [(requests[owners[pk]], rows[pk]) for pk in free]


def _lock_assignments(
    requests: Mapping[int, MentoringRequest], pks: Iterable[int | None]
) -> dict[int, Assignment]:
    locked = lock_assignments(pk for pk in pks if pk is not None)
    for mre in requests.values():
        if mre.current_id in locked:
            mre.current = locked[mre.current_id]
    return locked


# --- Write behind ---------------------------------------------------------------------------------


class Behind(AtOnce):
    """Keeps what is to be written until `finish`. Mails then tell of the rows as they have become.

    Only for what no later step of the same transaction reads from the database.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[type[Model], tuple[str, ...]], dict[int, Model]] = defaultdict(dict)
        self._events: list[tuple[RequestEvent, bool]] = []
        self._moot: dict[tuple[str, ...], list[Assignment]] = defaultdict(list)

    def save(self, row: Model, fields: Sequence[str]) -> None:
        """Keep it: a row that is saved twice is written once, as it is at the end."""
        self._rows[type(row), tuple(fields)][row.pk] = row

    def record(
        self, mre: MentoringRequest, kind: EventKind, *, tell: bool = True, **more: Any
    ) -> None:
        """Keep the event and whether it is told of."""
        self._events.append((event_of(mre, kind, **more), tell))

    def drop(self, assignment: Assignment, kinds: Sequence[str]) -> None:
        """Keep whose reminders are moot."""
        self._moot[tuple(kinds)].append(assignment)

    def finish(self, now: datetime) -> None:
        """Write everything: rows, events and their mails; then drop reminders."""
        for (_, fields), rows in self._rows.items():
            rewrite(rows.values(), fields)
        RequestEvent.objects.bulk_create(event for event, _ in self._events)
        notifications.tell_all((event for event, tell in self._events if tell), now)
        for kinds, assignments in self._moot.items():
            drop_all_reminders(assignments, kinds)
