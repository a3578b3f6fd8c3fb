"""Indexes and foreign keys off while millions of rows come in, and back at the end.

What there is says the catalog of the database, so nothing has to be listed here. Primary keys and
checks stay. Everything that is taken off is put down in the same transaction, and each step of
putting it back is a transaction, too: stopped at any point, the next run goes on with the rest.
"""

from django.db import transaction

from intake.models import (
    Assignment,
    Client,
    ContactAttempt,
    MentoringRequest,
    RequestEvent,
    Session,
)
from intake.national import progress
from intake.national.progress import TakenOff, do, rows

TABLES = tuple(
    model._meta.db_table
    for model in (RequestEvent, Session, ContactAttempt, Assignment, MentoringRequest, Client)
)
"""Where the many rows go; the largest first."""
INDEX, KEY, CHECKED = 1, 2, 3
"""The steps: an index or unique constraint; a foreign key for new rows; the same for all rows."""
CONSTRAINTS = """
    SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype, conname
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass AND NOT indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype = 'u')
    ORDER BY 1
"""


@transaction.atomic
def take_off() -> None:
    """All of them, from empty tables."""
    for table in TABLES:
        for name, kind, definition in rows(CONSTRAINTS, table):
            _take_off_constraint(table, name, kind, definition)
        for name, definition in rows(INDEXES, table):
            do(f"DROP INDEX {name}")
            progress.keep(INDEX, definition)


def _take_off_constraint(table: str, name: str, kind: str, definition: str) -> None:
    do(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    add = f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}'
    if kind == "f":
        progress.keep(KEY, f"{add} NOT VALID")
        progress.keep(CHECKED, f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')
    else:
        progress.keep(INDEX, add)


@transaction.atomic
def put_back(one: TakenOff) -> None:
    """One of them."""
    do("SET LOCAL maintenance_work_mem = '256MB'")
    do("SET LOCAL max_parallel_maintenance_workers = 0")  # several are put back at a time
    do(one.statement)
    progress.forget(one.pk)
