"""Acts that happen at the same time, with real threads on the real database.

`Gate` holds the lock of a row. Acts that start meanwhile run until they need that row; once all of
them wait, the gate opens and they go on in the order in which they came. So they overlap every
time, not just when the machine feels like it. Without the locks of the acts they also wait, but
only at the end, where they write the row or point to it: then each has already read what is about
to change.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model

from mentors.errors import Refused

LONGEST = 20.0  # seconds

Act = Callable[[], object]


@dataclass
class Turn:
    """How one act turned out."""

    result: object = None
    refused: Refused | None = None
    error: BaseException | None = None

    @property
    def won(self) -> bool:
        """Whether it was carried out; a clock step that finds nothing to do answers False."""
        return self.refused is None and self.error is None and self.result is not False


class Runner(threading.Thread):
    """One act in a thread of its own, with a connection of its own."""

    def __init__(self, act: Act, start_together: threading.Barrier | None = None) -> None:
        super().__init__(daemon=True)
        self.act = act
        self.start_together = start_together
        self.turn = Turn()

    def run(self) -> None:
        """Carry the act out and remember how it went."""
        try:
            connection.ensure_connection()
            if self.start_together:
                self.start_together.wait(LONGEST)
            self.turn.result = self.act()
        except Refused as refused:
            self.turn.refused = refused
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.turn.error = error
        finally:
            connection.close()


def race(*acts: Act) -> list[Turn]:
    """Start them at the same moment and let chance decide."""
    barrier = threading.Barrier(len(acts))
    return _finish([_started(Runner(act, barrier)) for act in acts])


def race_through(row: Model, *acts: Act) -> list[Turn]:
    """Let them all run into the lock of `row`, then go on in this order."""
    runners = []
    with _gate(row):
        for act in acts:
            runners.append(_started(Runner(act)))
            _wait_until_stuck(runners)
    return _finish(runners)


def _started(runner: Runner) -> Runner:
    runner.start()
    return runner


def _finish(runners: list[Runner]) -> list[Turn]:
    for runner in runners:
        runner.join(LONGEST)
        assert not runner.is_alive(), "an act never came to an end"
    return [runner.turn for runner in runners]


@contextmanager
def _gate(row: Model) -> Iterator[None]:
    """Hold a row for ourselves alone, on a connection of its own."""
    gate = connection.copy()
    table, key = row._meta.db_table, row._meta.pk
    assert key is not None
    try:
        gate.set_autocommit(False)
        with gate.cursor() as cursor:
            select = f'SELECT 1 FROM "{table}" WHERE {key.column} = %s FOR UPDATE'
            cursor.execute(select, [row.pk])
        yield
        gate.commit()
    finally:
        gate.close()


def _wait_until_stuck(runners: list[Runner]) -> None:
    """Until every act that has begun waits for a lock, or has ended without needing one."""
    deadline = time.monotonic() + LONGEST
    while _waiting() + sum(not runner.is_alive() for runner in runners) < len(runners):
        assert time.monotonic() < deadline, "an act neither waits nor ends"
        time.sleep(0.005)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])
