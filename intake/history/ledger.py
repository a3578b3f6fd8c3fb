"""What has become of the rows, for the summary and for whoever watches."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from intake.history.reader import Advance, HistoryError, Layout, Row, Source
from intake.history.records import Rejection
from intake.history.rejected import Rejected


class Watch(Protocol):
    """Shows how far a file is: called with its name, how much there is, and of what."""

    def __call__(self, name: str, total: int, unit: str) -> AbstractContextManager[Advance]:
        """Whoever is told of each further part until the file is done."""
        ...


def unwatched(name: str, total: int, unit: str) -> AbstractContextManager[Advance]:
    """Nobody looks."""
    return nullcontext(lambda _: None)


@dataclass(kw_only=True)
class Tally:
    """How many rows of each file were loaded, were there already, were rejected; and those."""

    loaded: Counter[str] = field(default_factory=Counter)
    longer: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)

    def reject(self, layout: Layout, row: Row, reason: str, of: str = "") -> None:
        """A row is not loaded; `of` is whose it is, if that is not in its own key."""
        name = of or _name(layout, row)
        self.refused[layout.name] += 1
        self.keep(Rejection(layout.filename, row.line, name, reason, row.cells))

    def keep(self, rejection: Rejection) -> None:
        """Until whoever asked for this part of the work writes it down."""
        self.rejections.append(rejection)

    def add(self, part: "Tally") -> None:
        """What came of a part of the work."""
        for whole, more in (
            (self.loaded, part.loaded),
            (self.longer, part.longer),
            (self.there, part.there),
            (self.refused, part.refused),
        ):
            whole.update(more)
        for rejection in part.rejections:
            self.keep(rejection)


@dataclass
class Ledger(Tally):
    """That of the whole; what is rejected is written down at once."""

    rejected: Rejected
    watch: Watch = unwatched
    read: list[str] = field(default_factory=list)
    unknown: dict[str, list[str]] = field(default_factory=dict)

    def keep(self, rejection: Rejection) -> None:
        """In the file."""
        self.rejected.add(rejection)

    def rows(self, source: Source) -> Iterator[Row]:
        """The rows of a file that can be read; the others are rejected. Watched."""
        for row in self.named_rows(source):
            if row.wrong:
                self.reject(source.layout, row, row.wrong)
            else:
                yield row

    def named_rows(self, source: Source) -> Iterator[Row]:
        """Also those that cannot be read, if only it is known whose they are. Watched."""
        with self.watch(source.layout.filename, source.path.stat().st_size, "B") as told:
            yield from self._rows(source, told)

    def _rows(self, source: Source, advance: Advance) -> Iterator[Row]:
        try:
            for row in source.rows(advance):
                if row.wrong and not _name(source.layout, row).strip():
                    self.reject(source.layout, row, row.wrong)
                else:
                    yield row
        except HistoryError as why:
            self.reject(source.layout, Row(1, ()), str(why))
            return
        self.read.append(source.layout.name)
        if source.unknown:
            self.unknown[source.layout.filename] = source.unknown


def _name(layout: Layout, row: Row) -> str:
    """What people call a row; empty if its cells could not be told apart."""
    return row.cells[layout.columns.index(layout.key)] if row.cells else ""
