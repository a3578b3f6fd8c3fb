"""Time `load_history` on an export of any size, in a database of its own. No test.

    HANDOFF_DATA=/tmp/bench .venv/bin/python -m tests.bench.history --requests 20000

The export is made up first: requests with nine rows each in events.csv (assigned, accepted, three
attempts, a session planned and held, its notes, closed), spread over ten years and over the whole
file, so that the rows of a request do not stand together. It is loaded by the command itself: from
beginning to end; killed half way and begun again; and once more when everything is there.
"""

import os
import resource
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import psutil

from tests.bench.document import Column, Section, by_size, number
from tests.bench.export import make
from tests.bench.results import ROOT, Measured, Row, save

PART = "history"
LARGEST = 150_000
"""Requests: more are loaded only if somebody asks for them by `--requests`."""
DATABASE = "handoff_bench_history"
GLANCE = 0.25
"""Seconds between two looks at the memory."""


def main() -> None:
    """Measure, print, and keep it if a size was named."""
    asked = _asked()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    if not asked.requests and asked.size > LARGEST:
        print(f"No more than {LARGEST:,} are loaded, unless --requests says so.")
        return
    wanted = asked.requests or asked.size
    with TemporaryDirectory(prefix="history-bench-") as scratch:
        folder = asked.keep or Path(scratch)
        make(folder, wanted)
        rows = measure(folder, wanted)
    for row in rows:
        print(row)
    if asked.size:
        save(PART, asked.size, rows)


def _asked() -> Namespace:
    parser = ArgumentParser(prog="tests.bench.history", description=__doc__)
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--requests", type=int, help="How many, whatever becomes of the figures.")
    wanted.add_argument("--size", type=int, help="How many; the figures are kept.")
    parser.add_argument("--keep", type=Path, help="Where the export goes, to be kept.")
    return parser.parse_args()


def measure(folder: Path, requests: int) -> list[Row]:
    """How long loading takes, whole and in two, and how much memory."""
    with _empty_database() as address:
        work = partial(_load, folder, address)
        whole = _timed("from beginning to end", requests, work)
        again = _timed("once more: everything is there", requests, work)
    with _empty_database() as address:
        at = whole["seconds"] / 2
        in_two = _timed(
            "killed half way, begun again", requests, lambda: _in_two(folder, address, at)
        )
    return [whole, in_two, again]


def _in_two(folder: Path, address: str, after: float) -> float:
    with suppress(subprocess.TimeoutExpired):
        return _load(folder, address, stop_after=after)
    return _load(folder, address)


def _timed(what: str, requests: int, work: Callable[[], float]) -> dict[str, Any]:
    """`work` gives the largest memory in bytes."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = work()
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "what": what,
        "number": requests,
        "seconds": seconds,
        "python_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "per_second": requests / seconds,
        "memory": memory,
    }


@contextmanager
def _empty_database() -> Iterator[str]:
    """The address of a migrated database on the same server, which goes afterwards."""
    from django.db import connection

    from tests.blank import database_url

    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    address = database_url(DATABASE)
    _manage(address, "migrate", "--verbosity", "0").wait()
    yield address
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')


def _manage(address: str, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "manage.py", *words]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": address})


def _load(folder: Path, address: str, stop_after: float | None = None) -> float:
    """The largest memory of the command and its processes, in bytes.

    Raises TimeoutExpired if it was killed.
    """
    loading = _manage(address, "load_history", str(folder))
    over, seen = Event(), [0.0]
    looking = Thread(target=_look, args=(psutil.Process(loading.pid), seen, over))
    looking.start()
    try:
        if loading.wait(stop_after):
            raise SystemExit("Loading has failed.")
    finally:
        loading.kill()
        loading.wait()
        over.set()
        looking.join()
    return seen[0]


def _look(loading: psutil.Process, seen: list[float], over: Event) -> None:
    """What several processes share is counted once."""
    while not over.wait(GLANCE):
        with suppress(psutil.Error):
            every = [loading, *loading.children(recursive=True)]
            seen[0] = max(seen[0], sum(one.memory_full_info().pss for one in every))


def _write_section(found: Measured) -> Iterator[str]:
    yield "An export of so many requests, each with nine events, in the order of no system, into an"
    yield "empty database by the command `load_history`, with as many processes as there are"
    yield "processors. Memory is that of the program and its processes at its most."
    yield ""
    yield from by_size(COLUMNS, found)


COLUMNS = (
    Column("what", "Loaded"),
    Column("per_second", "Requests a second", number),
    Column("seconds", "Seconds", number),
    Column("python_seconds", "of Python", number),
    Column("memory", "MiB", lambda memory: number(memory / 2**20)),
)
SECTION = Section(PART, "Loading a history", _write_section)


if __name__ == "__main__":
    main()
