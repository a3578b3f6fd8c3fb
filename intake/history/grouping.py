"""The requests of an export with their events, in the memory of a part of them.

Events stand in any order, and there may be more of them than memory. Both files are therefore dealt
out into as many parts on disk as it takes, by the id of the request; then one part after the other
is read.
"""

import marshal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zlib import crc32

from intake.history.reader import Row

PART = 16 * 2**20
"""Bytes of the files that make a part."""
MOST_PARTS = 200
"""Each is two open files; of what is larger than so many parts, the parts are larger."""
HELD = 200
"""Rows that are put down at a time."""


@dataclass(slots=True)
class Unit:
    """A row of requests.csv and the rows of events.csv that belong to it."""

    request: Row
    events: list[Row] = field(default_factory=list)


class Dealt:
    """Rows of two files, dealt out by request. A context manager: the parts go at the end."""

    def __init__(self, size: int) -> None:
        """`size`: bytes of both files."""
        self._count = min(MOST_PARTS, 1 + size // PART)
        self._open = ExitStack()

    def __enter__(self) -> "Dealt":
        folder = Path(self._open.enter_context(TemporaryDirectory(prefix="history-")))
        self._requests = self._piles(folder, "requests")
        self._events = self._piles(folder, "events")
        return self

    def __exit__(self, *why: object) -> None:
        self._open.close()

    def _piles(self, folder: Path, name: str) -> list["_Pile"]:
        paths = (folder / f"{name}.{number}" for number in range(self._count))
        return [_Pile(self._open.enter_context(path.open("w+b"))) for path in paths]

    def add_request(self, row: Row) -> None:
        """A row of requests.csv; its first cell is the id."""
        self._requests[self._part(row)].add(row)

    def add_event(self, row: Row) -> None:
        """A row of events.csv; its first cell is the id of its request."""
        self._events[self._part(row)].add(row)

    def _part(self, row: Row) -> int:
        return crc32(row.cells[0].encode()) % self._count

    def parts(self) -> Iterator[tuple[list[Unit], list[Row], list[Row]]]:
        """Part by part: the units; requests that stand there twice; events of no request."""
        for requests, events in zip(self._requests, self._events, strict=True):
            yield _united(requests, events)


class _Pile:
    """Rows on disk, in the order in which they were added."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._held: list[tuple[int, tuple[str, ...]]] = []

    def add(self, row: Row) -> None:
        self._held.append((row.line, row.cells))
        if len(self._held) == HELD:
            self._put_down()

    def _put_down(self) -> None:
        marshal.dump(self._held, self._file)
        self._held.clear()

    def rows(self) -> Iterator[Row]:
        """All of them; nothing is added afterwards."""
        self._put_down()
        self._file.seek(0)
        while True:
            try:
                held = marshal.load(self._file)  # noqa: S302 - our own, of a moment ago
            except EOFError:
                return
            for line, cells in held:
                yield Row(line, cells)


def _united(requests: _Pile, events: _Pile) -> tuple[list[Unit], list[Row], list[Row]]:
    units: dict[str, Unit] = {}
    twice: list[Row] = []
    lost: list[Row] = []
    for row in requests.rows():
        if row.cells[0] in units:
            twice.append(row)
        else:
            units[row.cells[0]] = Unit(row)
    for row in events.rows():
        unit = units.get(row.cells[0])
        (unit.events if unit else lost).append(row)
    return list(units.values()), twice, lost
