"""How many acts a second one process and two do, each act in a transaction of its own."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter
from typing import Any, TypeVar

T = TypeVar("T")


def rate(what: str, work: Callable[[Sequence[T]], None], items: Sequence[T], processes: int) -> Any:
    """A row about `items` done by so many processes; `work` does its share, one after another."""
    from django.db import connections

    shares = [items[number::processes] for number in range(processes)]
    connections.close_all()  # no process may use the connection of another
    forked = multiprocessing.get_context("fork")  # what is loaded already is loaded there, too
    with ProcessPoolExecutor(processes, mp_context=forked) as pool:
        began = perf_counter()
        list(pool.map(work, shares))
        seconds = perf_counter() - began
    return row(what, len(items), seconds, processes)


def row(what: str, number: int, seconds: float, at_once: int) -> dict[str, Any]:
    """What is kept of a measurement: `at_once` processes or browsers did `number` in all."""
    return {
        "what": what,
        "at_once": at_once,
        "number": number,
        "seconds": seconds,
        "per_second": number / seconds,
    }


def durability() -> dict[str, str]:
    """The settings of the database on which it depends whether a commit survives a power cut."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        fsync, commit = cursor.fetchone()
    return {"fsync": fsync, "synchronous_commit": commit}
