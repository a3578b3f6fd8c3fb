"""The seven CSV files of an export, row by row.

UTF-8, RFC 4180, a header row; the order of the columns is free. Nothing is kept: a file of any
size is read in the memory of one row.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TextIO, TypeVar

LONGEST_CELL = 1_000_000
"""Characters. What is longer comes of a quote that is never closed."""

Advance = Callable[[int], object]
"""Is told of so many further bytes that were read."""


class HistoryError(Exception):
    """What keeps a row or a file from being read; a sentence."""


class Refusal(HistoryError):
    """A row that is not loaded, and why."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one of the files; without the needed ones it cannot be read."""

    name: str
    columns: tuple[str, ...]
    needed: frozenset[str]
    key: str
    """The column that names the row for people."""

    @property
    def filename(self) -> str:
        """What the file is called."""
        return f"{self.name}.csv"


def _layout(name: str, needed: str, others: str, key: str) -> Layout:
    wanted = needed.split()
    return Layout(name, (*wanted, *others.split()), frozenset(wanted), key)


UNITS = _layout("units", "level code name", "parent_code time_zone zip_prefixes national", "code")
VOLUNTEERS = _layout(
    "volunteers",
    "volunteer_id first_name last_name email status classification chapter_code",
    "areas business_types languages keywords weekly_limit accepts_direct serves_outside positions",
    "volunteer_id",
)
PAUSES = _layout("pauses", "volunteer_id starts_on ends_on", "reason", "volunteer_id")
CLOSED_DAYS = _layout("closed_days", "date", "name", "date")
CLIENTS = _layout(
    "clients", "client_id first_name last_name email", "phone zip aliases", "client_id"
)
REQUESTS = _layout(
    "requests",
    "request_id client_id chapter_code submitted_at area",
    "existing business_type business_name question origination_url meet_by requested_mentor_id",
    "request_id",
)
EVENTS = _layout(
    "events", "request_id at kind", "actor_id mentor_id value minutes text", "request_id"
)
LAYOUTS = (UNITS, VOLUNTEERS, PAUSES, CLOSED_DAYS, CLIENTS, REQUESTS, EVENTS)
"""In the order in which they are loaded."""


class Row(NamedTuple):
    """One row: where it begins in its file, and its cells in the order of the layout."""

    line: int
    cells: tuple[str, ...]
    wrong: str = ""
    """Why it cannot be read, a sentence: the cells cannot be told apart, or are no text."""


@dataclass
class Corrections:
    """What somebody has put right of a file: rows by their lines, and rows that were missing."""

    by_line: dict[int, tuple[str, ...] | None] = field(default_factory=dict)
    """None: the row is left out."""
    added: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class Source:
    """One file that is there. `unknown` columns are known once it has been opened."""

    layout: Layout
    path: Path
    corrections: Corrections = field(default_factory=Corrections)
    unknown: list[str] = field(default_factory=list)

    def rows(self, advance: Advance = lambda _: None) -> Iterator[Row]:
        """The rows in the order of the file; empty lines are left out.

        Raises HistoryError, a sentence, if the header will not do.
        """
        with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from self._read(file, advance)

    def _read(self, file: TextIO, advance: Advance) -> Iterator[Row]:
        csv.field_size_limit(LONGEST_CELL)
        lines = csv.reader(file, strict=True)
        header = self._header(lines)
        pick = _picker(self.layout, header)
        by_line = self.corrections.by_line
        for line, cells in _tracked(lines, file, advance):
            if line in by_line:
                if (corrected := by_line[line]) is not None:
                    yield Row(line, corrected, _bad_text(corrected))
            elif isinstance(cells, csv.Error):
                yield Row(line, (), f"The row cannot be read: {cells}.")
            elif len(cells) != len(header):
                why = f"The row has {len(cells)} cells, the header has {len(header)}."
                yield Row(line, pick(_as_many(cells, len(header))), why)
            else:
                yield Row(line, pick(cells), _bad_text(cells))
        yield from (Row(0, cells, _bad_text(cells)) for cells in self.corrections.added)

    def _header(self, lines: Iterator[list[str]]) -> list[str]:
        try:
            header = [name.strip() for name in next(lines, [])]
        except csv.Error as why:
            raise HistoryError(f"{self.layout.filename} cannot be read: {why}.") from None
        if missing := [name for name in self.layout.columns if self._lacks(name, header)]:
            names = ", ".join(missing)
            raise HistoryError(f"{self.layout.filename} has no column {names}.")
        if twice := {name for name in header if name and header.count(name) > 1}:
            names = ", ".join(sorted(twice))
            raise HistoryError(f"{self.layout.filename} has more than one column {names}.")
        self.unknown[:] = [name for name in header if name not in self.layout.columns]
        return header

    def _lacks(self, name: str, header: list[str]) -> bool:
        return name in self.layout.needed and name not in header


def _picker(layout: Layout, header: list[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes the cells of the layout out of a row, in its order; empty for columns not there."""
    places = [header.index(name) if name in header else -1 for name in layout.columns]
    if -1 not in places:
        return itemgetter(*places) if len(places) > 1 else lambda cells: (cells[places[0]],)
    return lambda cells: tuple("" if place < 0 else cells[place] for place in places)


def _as_many(cells: list[str], count: int) -> list[str]:
    """So many cells of a row that has fewer or more; nothing that stands in it is lost."""
    if len(cells) < count:
        return cells + [""] * (count - len(cells))
    return [*cells[: count - 1], ",".join(cells[count - 1 :])]


STEP = 500
"""Rows after which progress is told."""


def _tracked(
    lines: Any, file: TextIO, advance: Advance
) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Every row with the line on which it begins, or what is wrong with its quotes."""
    done = told = 0
    while True:
        begins = lines.line_num + 1
        try:
            cells: list[str] | csv.Error = next(lines)
        except StopIteration:
            break
        except csv.Error as why:  # the next row is read as if nothing had been
            cells = why
        if cells:
            yield begins, cells
        done += 1
        if done % STEP == 0:
            here = file.buffer.tell()
            advance(here - told)
            told = here
    advance(file.buffer.tell() - told)


def _bad_text(cells: Iterable[str]) -> str:
    """Why no text of these cells can be kept; empty if it can."""
    whole = "".join(cells)
    if "\0" in whole:
        return "The row holds a character that no text may hold (NUL)."
    if not whole.isascii():
        try:
            whole.encode()
        except UnicodeEncodeError:
            return "The row is not UTF-8."
    return ""


Item = TypeVar("Item")


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """So many at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def sources(folder: Path, corrections: Mapping[str, Corrections]) -> list[Source]:
    """The files that are there, in the order in which they are loaded, with what was corrected."""
    found = (
        Source(layout, folder / layout.filename, corrections.get(layout.filename, Corrections()))
        for layout in LAYOUTS
    )
    return [source for source in found if source.path.is_file()]
