"""Several requests at once: each is an act of its own, with a result of its own.

What a row cannot have is said beside it and holds up no other. A mentor who is given several gets
one mail, written in the transaction of those assignments.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import DatabaseError, transaction

from intake import notifications
from intake.actions import assigning, closing
from intake.actions.base import lock_requests
from intake.enums import WithdrawReason
from intake.models import Assignment
from mentors.errors import Refused
from mentors.models import Volunteer
from mentors.words import last_day_in_words

log = logging.getLogger(__name__)

TRY_AGAIN = "Not done: the database could not do it just now. Nothing was changed; try again."


@dataclass(frozen=True)
class Order:
    """Give this request to this mentor."""

    mre_id: int
    mentor_id: int
    note: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one request, in a sentence."""

    mre_id: int
    done: bool
    said: str


def assign_all(*, orders: Sequence[Order], by: Volunteer, now: datetime) -> list[Result]:
    """Carry out each order as `assigning.assign` does; a result for each, in their order.

    The orders for one mentor share a transaction and a mail; those for others go on without it.
    """
    results: dict[int, Result] = {}
    for mentor_id in dict.fromkeys(order.mentor_id for order in orders):
        mine = [order for order in orders if order.mentor_id == mentor_id]
        for result in _to_one_mentor(mine, by, now):
            results[result.mre_id] = result
    return [results[order.mre_id] for order in orders]


def _to_one_mentor(orders: Sequence[Order], by: Volunteer, now: datetime) -> list[Result]:
    try:
        with transaction.atomic():
            # All requests before the mentor, whom the first assignment locks: see the order of
            # locks. Who wants one of them meanwhile waits, and then reads how it stands.
            lock_requests(order.mre_id for order in orders)
            made: list[Assignment] = []
            results = [_try(one.mre_id, partial(_give, one, by, now, made)) for one in orders]
            notifications.tell_together(made, now)
    except DatabaseError:
        log.exception("Assigning to %s failed", orders[0].mentor_id)
        return [Result(order.mre_id, done=False, said=TRY_AGAIN) for order in orders]
    return results


def _give(order: Order, by: Volunteer, now: datetime, made: list[Assignment]) -> str:
    assignment = assigning.assign(
        mre_id=order.mre_id,
        mentor_id=order.mentor_id,
        note=order.note,
        by=by,
        now=now,
        tell=False,
    )
    made.append(assignment)
    mentor = assignment.mentor
    day = last_day_in_words(assignment.respond_by, mentor.zone)
    return f"Assigned to {mentor}, who is asked to answer by {day}."


def move_all(
    *, mre_ids: Iterable[int], chapter_id: int, by: Volunteer, now: datetime, note: str
) -> list[Result]:
    """Move each request as `assigning.move` does; a result for each."""

    def move(mre_id: int) -> str:
        moved = assigning.move(mre_id=mre_id, chapter_id=chapter_id, by=by, now=now, note=note)
        return f"In the queue of {moved.chapter} now."

    return _each(mre_ids, move)


def withdraw_all(
    *,
    mre_ids: Iterable[int],
    by: Volunteer,
    now: datetime,
    reason: WithdrawReason,
    note: str,
    duplicate_of_id: int | None = None,
) -> list[Result]:
    """Withdraw each request as `closing.withdraw` does; a result for each."""

    def withdraw(mre_id: int) -> str:
        closing.withdraw(
            mre_id=mre_id,
            by=by,
            now=now,
            reason=reason,
            note=note,
            duplicate_of_id=duplicate_of_id,
        )
        return "Withdrawn."

    return _each(mre_ids, withdraw)


def _each(mre_ids: Iterable[int], act: Callable[[int], str]) -> list[Result]:
    """Each in a transaction of its own."""
    results = []
    for mre_id in mre_ids:
        try:
            results.append(_try(mre_id, partial(act, mre_id)))
        except DatabaseError:
            log.exception("Acting on request %s failed", mre_id)
            results.append(Result(mre_id, done=False, said=TRY_AGAIN))
    return results


def _try(mre_id: int, act: Callable[..., str]) -> Result:
    """The result of one act; a refusal is its sentence."""
    try:
        return Result(mre_id, done=True, said=act())
    except Refused as refused:
        return Result(mre_id, done=False, said=refused.reason)
