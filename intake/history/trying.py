"""Rows that are loaded together, or one by one if the database objects to them."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from psycopg2.extensions import TransactionRollbackError

from intake.history.ledger import Tally
from intake.history.reader import Layout, Row

Item = TypeVar("Item")


class Overtaken(OperationalError):
    """Somebody has acted on what was read, before it was locked."""


TRIES = 5
"""So often a transaction is begun anew that stood in the way of another one."""


def tried(
    items: Sequence[Item],
    load: Callable[[Sequence[Item]], Tally],
    layout: Layout,
    row_of: Callable[[Item], Row],
) -> Tally:
    """What comes of them, in one transaction. What the database refuses is rejected.

    One by one it also finds what somebody else has loaded in the meantime.
    """
    try:
        return _in_transaction(items, load)
    except (IntegrityError, DataError) as why:
        reason = str(why).splitlines()[0]
    tally = Tally()
    if len(items) == 1:
        reason = f"The database refuses it: “{reason}”."
        tally.reject(layout, row_of(items[0]), reason)
        return tally
    for item in items:
        tally.add(tried([item], load, layout, row_of))
    return tally


def _in_transaction(items: Sequence[Item], load: Callable[[Sequence[Item]], Tally]) -> Tally:
    for _ in range(TRIES - 1):
        try:
            return _once(items, load)
        except Overtaken:
            continue
        except OperationalError as why:
            if not isinstance(why.__cause__, TransactionRollbackError):  # such as a deadlock
                raise
    return _once(items, load)


def _once(items: Sequence[Item], load: Callable[[Sequence[Item]], Tally]) -> Tally:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")  # what is lost comes again
        return load(items)
