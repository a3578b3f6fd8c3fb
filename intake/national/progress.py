"""How far a national data set has come: kept in the database beside it, in a schema of its own.

What is done is marked in the transaction that does it; so it can be stopped at any point.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

SCHEMA = "seed_national"
TABLES = f"""
    CREATE SCHEMA {SCHEMA};
    CREATE TABLE {SCHEMA}.run (years float NOT NULL, until timestamptz NOT NULL,
        finished bool NOT NULL DEFAULT false);
    CREATE TABLE {SCHEMA}.portion (first bigint PRIMARY KEY);
    CREATE TABLE {SCHEMA}.taken_off (id serial PRIMARY KEY, step int NOT NULL,
        statement text NOT NULL);
"""


@dataclass(frozen=True)
class Run:
    """What was asked for."""

    years: float
    until: datetime
    finished: bool = False


class BusyError(Exception):
    """Somebody else is filling this database."""


@contextmanager
def alone() -> Iterator[None]:
    """Fill this database while nobody else does. Raises BusyError if somebody is at it.

    On a connection of its own: the other one is closed before processes are started, and a lock
    ends with its connection. They inherit this one, so it holds until the last of them has ended.
    """
    held = connection.copy()
    try:
        with held.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [SCHEMA])
            if cursor.fetchone() != (True,):
                raise BusyError
        yield
    finally:
        held.close()


def under_way() -> Run | None:
    """What was begun in this database; None if nothing was."""
    if rows("SELECT to_regclass(%s)", f"{SCHEMA}.run") == [(None,)]:
        return None
    found = rows(f"SELECT years, until, finished FROM {SCHEMA}.run")  # noqa: S608
    return Run(*found[0])


def begin(run: Run) -> None:
    """Put down what is to be made."""
    do(TABLES)
    do(f"INSERT INTO {SCHEMA}.run VALUES (%s, %s)", run.years, run.until)  # noqa: S608


def finish() -> None:
    """Everything is there."""
    do(f"UPDATE {SCHEMA}.run SET finished = true")  # noqa: S608


def done() -> set[int]:
    """The portions that are written, by their first numbers."""
    return {first for (first,) in rows(f"SELECT first FROM {SCHEMA}.portion")}  # noqa: S608


def claim(first: int) -> bool:
    """Mark a portion as written, with the transaction that writes it; False if it is already."""
    statement = f"INSERT INTO {SCHEMA}.portion VALUES (%s) ON CONFLICT DO NOTHING RETURNING 1"  # noqa: S608
    return bool(rows(statement, first))


@dataclass(frozen=True)
class TakenOff:
    """An index or a constraint that is not there for now, and what brings it back."""

    pk: int
    step: int
    statement: str


def keep(step: int, statement: str) -> None:
    """Remember how to bring something back; what belongs to a lower step comes first."""
    do(f"INSERT INTO {SCHEMA}.taken_off (step, statement) VALUES (%s, %s)", step, statement)  # noqa: S608


def taken_off() -> list[TakenOff]:
    """All that is still missing, in the order in which it comes back."""
    found = rows(f"SELECT id, step, statement FROM {SCHEMA}.taken_off ORDER BY step, id")  # noqa: S608
    return [TakenOff(*row) for row in found]


def forget(pk: int) -> None:
    """It is back."""
    do(f"DELETE FROM {SCHEMA}.taken_off WHERE id = %s", pk)  # noqa: S608


# --- Statements of our own ------------------------------------------------------------------------


def do(statement: str, *values: Any) -> None:
    """Execute a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def rows(statement: str, *values: Any) -> Sequence[tuple[Any, ...]]:
    """What a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()
