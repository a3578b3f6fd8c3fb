"""Threads that write while the next requests are replayed: the database does its part meanwhile."""

from collections.abc import Callable
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Generic, TypeVar

from django.db import connection

Job = TypeVar("Job")
Done = TypeVar("Done")
THREADS = 2
"""More only wait for each other: one request costs the database as much as it costs us."""


class Writers(Generic[Job, Done]):
    """Carries out jobs on connections of their own; a context manager.

    `hand_over` waits while all are busy, and gives back what was done meanwhile. Inside of a
    transaction of the caller, whose rows no other connection sees, it is done by the caller.
    """

    def __init__(self, work: Callable[[Job], Done]) -> None:
        self._work = work
        self._jobs: Queue[Job | None] = Queue(THREADS)
        self._done: Queue[Done | BaseException] = Queue()
        alone = connection.in_atomic_block
        self._threads = [] if alone else [Thread(target=self._run) for _ in range(THREADS)]

    def __enter__(self) -> "Writers[Job, Done]":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def hand_over(self, job: Job) -> list[Done]:
        """One more job; what has been done since. Raises what a job has raised."""
        if not self._threads:
            return [self._work(job)]
        self._jobs.put(job)
        return self._collect()

    def finish(self) -> list[Done]:
        """Wait for all of them; what has been done since the last one was handed over."""
        if self._threads:
            self._jobs.join()
        return self._collect()

    def _collect(self) -> list[Done]:
        done = []
        while not self._done.empty():
            one = self._done.get()
            if isinstance(one, BaseException):
                raise one
            done.append(one)
        return done

    def _run(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                try:
                    self._done.put(self._work(job))
                except Exception as why:  # noqa: BLE001 - it is raised where it was asked for
                    self._done.put(why)
                finally:
                    self._jobs.task_done()
            self._jobs.task_done()
        finally:
            connection.close()
