"""Write docs/performance.md from what was measured. Every word of that page comes from here.

    .venv/bin/python -m tests.bench.document

Each part has a section: a title, and a function that turns what was measured into lines of
Markdown. A part that was not measured says so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.results import ROOT, Measured, Row, Run, measured, runs

CHARTS = ROOT / "docs"
PAGE = CHARTS / "performance.md"
INTRODUCTION = """\
# How quick it is, measured

This page is written by the benchmark itself: `make bench` measures, and then writes every number
and every sentence below anew. Nothing here was typed in. It makes databases of 15,000, 150,000 and
1,500,000 requests once (below `.bench/`, or where `BENCH_DATA` points) and uses them again.
`make bench SIZES="15000 150000"` leaves out the large one, `make bench PARTS=pages` measures one
part.

Milliseconds are those of the machine named below; on another one look at the ratios.
"""


@dataclass(frozen=True)
class Section:
    """What the page says about one part. `write` gets its rows by size, never nothing."""

    part: str
    title: str
    write: Callable[[Measured], Iterable[str]]

    def lines(self, every: Sequence[Run]) -> Iterable[str]:
        """What stands below the title."""
        found = measured(self.part, every)
        return self.write(found) if found else ["Not measured yet.\n"]


@dataclass(frozen=True)
class Whole:
    """What the page says about all parts together."""

    title: str
    lines: Callable[[Sequence[Run]], Iterable[str]]


@dataclass(frozen=True)
class Column:
    """One column of a table: the key in the row, the words above it, and how a value is shown."""

    key: str
    heading: str
    shown: Callable[[Any], str] = str


def milliseconds(seconds: float | None) -> str:
    """12.3 or 1,234: three digits are as much as a measurement is worth."""
    if seconds is None:
        return "–"
    value = seconds * 1000
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def number(value: float | None) -> str:
    """1,234, and 12.3 where that is much."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def times(ratio: float | None) -> str:
    """1.25 ×."""
    return "–" if ratio is None else f"{ratio:.2f} ×"


def requests(size: int) -> str:
    """15,000, 150,000 or 1.5 million: the size of a database in words."""
    return f"{size:,}" if size < 10**6 else f"{size / 10**6:g} million"


def table(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """A table in Markdown, with an empty line behind it. Numbers stand to the right."""
    rows = list(rows)
    yield "| " + " | ".join(column.heading for column in columns) + " |"
    yield "|" + "|".join(_ruler(column, rows) for column in columns) + "|"
    for row in rows:
        yield "| " + " | ".join(_cell(column, row) for column in columns) + " |"
    yield ""


def by_size(columns: Sequence[Column], found: Measured) -> Iterator[str]:
    """One table for all sizes: the rows of each, with the number of requests before them."""
    sized = ({"requests": size} | row for size, rows in found.items() for row in rows)
    yield from table([Column("requests", "Requests", requests), *columns], sized)


def _cell(column: Column, row: Row) -> str:
    return column.shown(row.get(column.key)).replace("|", "\\|")


def _ruler(column: Column, rows: Sequence[Row]) -> str:
    values = [row.get(column.key) for row in rows]
    is_number = all(value is None or isinstance(value, int | float) for value in values)
    return "---:" if is_number else "---"


def write(every: Sequence[Run], sections: Iterable[Section | Whole], page: Path = PAGE) -> None:
    """Write the page anew."""
    page.write_text("\n".join(_lines(every, sections)).rstrip("\n") + "\n")


def _lines(every: Sequence[Run], sections: Iterable[Section | Whole]) -> Iterator[str]:
    yield INTRODUCTION
    yield from _machines(every)
    for section in sections:
        yield f"## {section.title}\n"
        yield from section.lines(every)


def _machines(every: Sequence[Run]) -> Iterator[str]:
    """The machine of the newest run, and a warning if there were several."""
    if not every:
        return
    newest = max(every, key=lambda run: run.measured_at)
    yield "## On what\n"
    rows = [{"what": name, "is": words} for name, words in newest.machine.items()]
    yield from table([Column("what", "What"), Column("is", "Here")], rows)
    days = sorted({run.measured_at.date().isoformat() for run in every})
    yield f"Measured on {' to '.join(dict.fromkeys([days[0], days[-1]]))}.\n"
    if any(run.machine != newest.machine for run in every):
        yield "Some parts were measured on another machine or with other versions than these.\n"


def main() -> None:
    """Write the page from all results."""
    from tests.bench.parts import sections

    write(runs(), sections())
    print(f"Written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
