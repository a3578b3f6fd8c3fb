"""The site, saying with each answer how many queries it took, and how long.

In the header `Server-Timing`: milliseconds in the database (until the first rows have come), all
milliseconds from the first to the last line of our code, and the number of queries.
"""

import threading
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from django.db.backends.signals import connection_created

from config.wsgi import application as site


class _Clock(threading.local):
    """The time that statements take in this thread; statements go through it."""

    queries = 0
    seconds = 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        """Execute a statement, and count it."""
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.seconds += perf_counter() - started

    def reset(self) -> None:
        """Begin with the next request."""
        self.queries, self.seconds = 0, 0.0


clock = _Clock()


def _watch(connection: Any, **_: Any) -> None:
    if clock not in connection.execute_wrappers:
        connection.execute_wrappers.append(clock)


connection_created.connect(_watch)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request of a browser."""
    clock.reset()
    started = perf_counter()

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        parts = {"db": clock.seconds, "app": perf_counter() - started}
        said = [f"{name};dur={seconds * 1000:.3f}" for name, seconds in parts.items()]
        timing = ", ".join([*said, f"queries;dur={clock.queries}"])
        return start_response(status, [*headers, ("Server-Timing", timing)], *more)

    return site(environ, start)
