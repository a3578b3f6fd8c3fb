"""The requests of an export with their events, in the memory of a few hundred of them.

Events stand in any order, and there may be more of them than memory. Both files are therefore dealt
out on disk into parts, by the id of the request; then one part after the other is read, by whatever
process. Requests that stand together stay together: what is near in time comes to be near in the
tables, too.
"""

import marshal
import os
from array import array
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO
from zlib import crc32

from intake.history.reader import Row

IN_PART = 500
"""Ids that make a part."""
REMEMBERED = 2_000_000
"""Ids of which it is remembered in which part they are. Any further ones are dealt out by what they
look like: that takes no memory, but the order is lost."""
FURTHER = 2**19
"""Bytes of the files for each part of further ids."""
HELD = 20_000
"""Rows that are put down at a time."""
PLAIN = 2
"""The version of `marshal` that does not look whether it has seen a text before."""


class Parts:
    """In which part each id is: a number, below zero for further ids."""

    def __init__(self, size: int) -> None:
        """`size`: bytes of the files."""
        self._known: dict[str, int] = {}
        self._further = 1 + size // FURTHER

    def add(self, name: str) -> int:
        """The part of an id that comes; the same one if it has come before."""
        part = self._known.get(name)
        if part is None and len(self._known) < REMEMBERED:
            part = self._known[name] = len(self._known) // IN_PART
        return self._by_looks(name) if part is None else part

    def of(self, name: str) -> int:
        """The part of an id that has come, or that never will."""
        part = self._known.get(name)
        return self._by_looks(name) if part is None else part

    def forget(self) -> None:
        """All have come."""
        self._known.clear()

    def _by_looks(self, name: str) -> int:
        return -1 - crc32(name.encode(errors="surrogateescape")) % self._further


@dataclass(frozen=True, slots=True)
class Blocks:
    """Where the rows of a part stand in a file: of each block where, how long, how many rows."""

    file: int
    places: "array[int]"

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(self.places[2::3])

    def rows(self) -> Iterator[Row]:
        """In the order in which they were added."""
        for begin, length in zip(self.places[::3], self.places[1::3], strict=True):
            for row in marshal.loads(os.pread(self.file, length, begin)):  # noqa: S302
                yield Row(*row)


class Piles:
    """Rows on disk, a pile for each part, in a file that is gone when it is closed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._held: dict[int, list[tuple[int, tuple[str, ...], str]]] = defaultdict(list)
        self._count = 0
        self._places: dict[int, array[int]] = defaultdict(lambda: array("Q"))

    def add(self, part: int, row: Row) -> None:
        """One more row."""
        self._held[part].append((row.line, row.cells, row.wrong))
        self._count += 1
        if self._count == HELD:
            self._put_down()

    def _put_down(self) -> None:
        for part, rows in self._held.items():
            block = marshal.dumps(rows, PLAIN)
            self._places[part].extend((self._file.tell(), len(block), len(rows)))
            self._file.write(block)
        self._held.clear()
        self._count = 0

    def blocks(self) -> dict[int, Blocks]:
        """By part; nothing is added afterwards."""
        self._put_down()
        self._file.flush()
        return {part: Blocks(self._file.fileno(), places) for part, places in self._places.items()}


@dataclass(slots=True)
class Unit:
    """A row of requests.csv and the rows of events.csv that belong to it."""

    request: Row
    events: list[Row] = field(default_factory=list)

    @property
    def is_read(self) -> bool:
        """Whether each of its rows could be read."""
        return not (self.request.wrong or any(row.wrong for row in self.events))


@dataclass(frozen=True, slots=True)
class Part:
    """Some requests with all of their events. Small: only places in files."""

    requests: Blocks | None
    events: Blocks | None

    @property
    def count(self) -> int:
        """How many rows of requests.csv there are."""
        return self.requests.count if self.requests else 0

    def read(self) -> tuple[list[Unit], list[Row], list[Row]]:
        """The units; requests that stand there twice; events of no request."""
        units: dict[str, Unit] = {}
        twice: list[Row] = []
        lost: list[Row] = []
        for row in self.requests.rows() if self.requests else ():
            name = row.cells[0].strip()
            if name in units:
                twice.append(row)
            else:
                units[name] = Unit(row)
        for row in self.events.rows() if self.events else ():
            unit = units.get(row.cells[0].strip())
            (unit.events if unit else lost).append(row)
        return list(units.values()), twice, lost


class Dealt:
    """Rows of files, dealt out by request. A context manager: what is on disk goes at the end."""

    def __init__(self, size: int) -> None:
        """`size`: bytes of the files of requests and events."""
        self._parts = Parts(size)
        self._open = ExitStack()

    def __enter__(self) -> "Dealt":
        self._requests = Piles(self._open.enter_context(TemporaryFile(prefix="history-")))
        self._events = Piles(self._open.enter_context(TemporaryFile(prefix="history-")))
        return self

    def __exit__(self, *why: object) -> None:
        self._open.close()

    def add_request(self, row: Row) -> None:
        """A row of requests.csv; its first cell is the id."""
        self._requests.add(self._parts.add(row.cells[0].strip()), row)

    def add_event(self, row: Row) -> None:
        """A row of events.csv, after all requests; its first cell is the id of its request."""
        self._events.add(self._parts.of(row.cells[0].strip()), row)

    def parts(self) -> list[Part]:
        """In the order of requests.csv."""
        self._parts.forget()
        requests, events = self._requests.blocks(), self._events.blocks()
        numbers = sorted(requests.keys() | events.keys(), key=lambda number: (number < 0, number))
        return [Part(requests.get(number), events.get(number)) for number in numbers]
