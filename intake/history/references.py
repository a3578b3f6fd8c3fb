"""What new rows refer to, checked for a batch at once.

The database checks foreign keys row by row, and of a history that is more work than to write it.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, connection
from django.db.models import Model

Named = Mapping[type[Model], Collection[int]]
"""Numbers of rows, by what they are."""

MAY_SET = "SELECT has_parameter_privilege('session_replication_role', 'SET')"
OTHER_TRIGGERS = """
    SELECT EXISTS (
        SELECT FROM pg_trigger
        WHERE tgrelid = ANY (%s::regclass[]) AND tgtype & 4 <> 0 AND tgenabled <> 'A'
        AND tgfoid <> 'pg_catalog."RI_FKey_check_ins"'::regproc
    )
"""
"""Whether anything but foreign keys looks at new rows (4: on insert; A: always)."""


@contextmanager
def checked_at_once(named: Named, into: Collection[type[Model]]) -> Iterator[None]:
    """Write new rows that refer to each other and to what is `named`, and to nothing else.

    What is named is locked until the end of the transaction, as foreign keys lock it, and the
    database is told not to look again. That takes a superuser, or whom one has granted it, and
    tables on which nothing else waits for new rows; elsewhere the database checks as always.
    Raises IntegrityError. Whoever it raises to rolls back.
    """
    if not any(named.values()) or not _may_check(into):
        yield
        return
    for model, pks in named.items():
        _hold(model, pks)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role TO DEFAULT")


def _may_check(into: Collection[type[Model]]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(MAY_SET)
        if cursor.fetchone() != (True,):
            return False
        cursor.execute(OTHER_TRIGGERS, [[model._meta.db_table for model in into]])
        return cursor.fetchone() == (False,)


def _hold(model: type[Model], pks: Collection[int]) -> None:
    """Keep rows from being deleted. In their order, so that two who do so never wait in a ring."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        locked = f"SELECT id FROM {table} WHERE id = ANY (%s) ORDER BY id FOR KEY SHARE"  # noqa: S608
        cursor.execute(locked, [list(pks)])
        found = {pk for (pk,) in cursor.fetchall()}
    if gone := sorted(set(pks) - found):
        raise IntegrityError(f"There is no {model._meta.verbose_name} {gone[0]} any more.")
