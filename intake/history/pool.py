"""Processes that replay and write side by side: as many as there are processors.

They are forked: each has what its parent knew, and opens a connection of its own.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Generic, TypeVar

from django.db import connection

Job = TypeVar("Job")
Done = TypeVar("Done")
ORPHANED = 0.5
"""Seconds after which a process notices that its parent was killed."""


def processors() -> int:
    """How many of them we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Pool(Generic[Job, Done]):
    """Carries out jobs in processes of its own. A context manager.

    Inside of a transaction of the caller, whose rows no other connection sees, and with no more
    than one process the caller does it.
    """

    def __init__(self, work: Callable[[Job], Done], processes: int) -> None:
        self._work = work
        self._executor: ProcessPoolExecutor | None = None
        if processes > 1 and not connection.in_atomic_block:
            self._executor = ProcessPoolExecutor(
                processes, get_context("fork"), _begin, (work, os.getpid())
            )

    def __enter__(self) -> "Pool[Job, Done]":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._executor:
            self._executor.shutdown(cancel_futures=True)

    def map(self, jobs: Iterable[Job], *, ahead: int) -> Iterator[Done]:
        """What comes of each, in their order. With processes it begins at once, else when asked.

        No more than `ahead` of them are begun or done before somebody asks: what comes of them
        takes memory. Raises what a job has raised, and BrokenProcessPool if a process was killed.
        """
        executor = self._executor
        if executor is None:
            return map(self._work, jobs)

        def begun(job: Job) -> Future[Done]:
            return executor.submit(_do, job)

        connection.close()  # of two that hold the same one, the first to end would end it
        rest = iter(jobs)
        return _in_order(deque(map(begun, islice(rest, ahead))), map(begun, rest))


def _in_order(going: "deque[Future[Done]]", further: "Iterator[Future[Done]]") -> Iterator[Done]:
    while going:
        done = going.popleft().result()
        going.extend(islice(further, 1))
        yield done


_mine: Callable[[Any], Any]
"""What this process was started for."""


def _begin(work: Callable[[Any], Any], parent: int) -> None:
    global _mine  # noqa: PLW0603 - a process is started for one kind of work
    _mine = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who waits for us
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """Nobody is left behind by a parent that was killed; what is not committed never was."""
    while os.getppid() == parent:
        time.sleep(ORPHANED)
    os._exit(1)


def _do(job: Any) -> Any:
    return _mine(job)
