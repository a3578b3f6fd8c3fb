"""The sweep: 10,000 overdue assignments go back to the queue, beside SQL that does the same.

    HANDOFF_DATA=FOLDER .venv/bin/python -m tests.bench.sweep --size 15000

Measured in any database; what is added goes again. The SQL takes sets: four statements in one
transaction make the same changes, and insert the same events and the same mails, words included,
which it finds written already. And the sweep at an instant when nothing is due.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from tests.bench.document import Column, Section, by_size, milliseconds, number, times
from tests.bench.own_rows import OVERDUE, quiet_instant, requests_of, run, taken_away
from tests.bench.results import Measured, Row

PART = "sweep"
IDLE_TIMES = 20


def main() -> None:
    """Measure, print, and keep it if the size of the database was named."""
    run(PART, __doc__, lambda asked: measure(asked.number), number=10_000)


def measure(wanted: int) -> list[Row]:
    """What a sweep of so many overdue assignments takes; in the database that is set up."""
    with taken_away():
        at = quiet_instant()
        idle = _idle(at)
        requests_of(wanted, at, OVERDUE)
        by_us = _timed("the sweep", wanted, lambda: _swept(at))
        written = _written()
        _undo()
        by_sql = _timed("set-based SQL", wanted, lambda: _by_sql(at))
        if _written() != written:
            raise SystemExit("The SQL did not write what the sweep wrote.")
    return [row | written for row in (by_us, by_sql)] + [idle]


def _timed(what: str, wanted: int, work: Callable[[], None]) -> dict[str, Any]:
    began, cpu = time.perf_counter(), time.process_time()
    work()
    seconds = time.perf_counter() - began
    return {
        "what": what,
        "number": wanted,
        "seconds": seconds,
        "python_seconds": time.process_time() - cpu,
        "per_second": wanted / seconds,
    }


def _swept(at: datetime) -> None:
    from intake.sweep import sweep

    swept = sweep(at)
    if any(swept.failed.values()):
        raise SystemExit(f"The sweep failed on rows: {swept.failed}")


def _idle(at: datetime) -> dict[str, Any]:
    took = []
    for _ in range(IDLE_TIMES):
        began = time.perf_counter()
        _swept(at)
        took.append(time.perf_counter() - began)
    return {"what": "nothing due", "number": 0, "seconds": sorted(took)[IDLE_TIMES // 2]}


def _written() -> dict[str, int]:
    """How many rows there are of what a requeue changes or adds."""
    counted = {
        "requeued": "intake_mentoringrequest WHERE status = 'need_action' "
        "AND queue_reason = 'timed_out' AND id > {}",
        "events": "intake_requestevent WHERE id > {}",
        "mails": "intake_outboxmail WHERE id > {}",
    }
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name, rows in counted.items():
            mark = f"(SELECT reach FROM bench_marks WHERE name = '{rows.split()[0]}')"
            cursor.execute(f"SELECT count(*) FROM {rows.format(mark)}")
            found[name] = cursor.fetchone()[0]
    return found


KEEP_AND_UNDO = """
CREATE TEMP TABLE event AS SELECT * FROM intake_requestevent WHERE id > {events};
CREATE TEMP TABLE mail AS SELECT * FROM intake_outboxmail WHERE id > {mails};
SET LOCAL session_replication_role = replica;
DELETE FROM intake_outboxmail WHERE id > {mails};
DELETE FROM intake_requestevent WHERE id > {events};
UPDATE intake_assignment SET outcome = 'overdue', ended_at = NULL WHERE id > {assignments};
UPDATE intake_mentoringrequest r
SET status = 'assigned', queue_reason = '', current_id = a.id, status_since = submitted_at
FROM intake_assignment a WHERE a.request_id = r.id AND r.id > {requests};
"""
BY_SQL = """
UPDATE intake_assignment SET outcome = 'timed_out', ended_at = requeue_at
WHERE outcome IN ('pending', 'overdue') AND requeue_at <= %(at)s;
UPDATE intake_mentoringrequest r
SET status = 'need_action', queue_reason = 'timed_out', current_id = NULL,
    status_since = a.requeue_at
FROM intake_assignment a
WHERE a.id = r.current_id AND a.outcome = 'timed_out' AND r.status = 'assigned';
INSERT INTO intake_requestevent SELECT * FROM event;
INSERT INTO intake_outboxmail SELECT * FROM mail;
"""
MARKED = {
    "events": "intake_requestevent",
    "mails": "intake_outboxmail",
    "assignments": "intake_assignment",
    "requests": "intake_mentoringrequest",
}


def _undo() -> None:
    """Keep the words of what was written, and take the requeue back."""
    from django.db import connection, transaction

    marks = {
        name: f"(SELECT reach FROM bench_marks WHERE name = '{table}')"
        for name, table in MARKED.items()
    }
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute(KEEP_AND_UNDO.format(**marks))
        cursor.execute("VACUUM ANALYZE " + ", ".join([*MARKED.values(), "event", "mail"]))


def _by_sql(at: datetime) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BY_SQL, {"at": at})


# --- The page -------------------------------------------------------------------------------------


def _lines(found: Measured) -> Iterator[str]:
    yield (
        "So many overdue assignments go back to the queue, each with its event and its mails to "
        "the mentor, the coordinators and the client. Beside it the same by set-based SQL in one "
        "transaction, which gets the words of the mails for nothing.\n"
    )
    yield from by_size(WORK, {size: list(_compared(rows)) for size, rows in found.items()})
    yield "A sweep when nothing is due:\n"
    idle = {size: [row for row in rows if not row["number"]] for size, rows in found.items()}
    yield from by_size([Column("seconds", "Milliseconds", milliseconds)], idle)


def _compared(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    done = [row for row in rows if row["number"]]
    best = min(row["seconds"] for row in done)
    for row in done:
        yield {**row, "ratio": row["seconds"] / best}


WORK = (
    Column("what", "By"),
    Column("number", "Requeued", number),
    Column("mails", "Mails", number),
    Column("seconds", "Seconds", number),
    Column("per_second", "A second", number),
    Column("ratio", "Times the SQL", times),
)
SECTION = Section(PART, "The sweep", _lines)

if __name__ == "__main__":
    main()
