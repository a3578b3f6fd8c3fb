"""What docs/performance.md says about the pages: tables, a chart, and sentences worked out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from tests.bench.chart import bars
from tests.bench.document import CHARTS, Column, milliseconds, requests, table, times
from tests.bench.page_list import REPORT, WORK
from tests.bench.results import Measured

SPENT = ("python", "database")
MOST_GROWTH = 1.3
MOST_COMPARED = 2
"""Of so many sizes the growth says all."""
MOST_FLOORS = 2.0
HOW = """\
Each page is asked for over HTTP from the server that `manage.py serve` starts, with production
settings, signed in as the role, up to 20 times on each size in turn. *Queries*, *database* (until
the first rows have come) and *Python* (the rest) are counted inside the server; *p50* and *p95* are
what a browser on the same machine waits for the whole page; *empty* is a page of the same server
that shows only header and footer for the same person; *SQL* is the best statement we could write by
hand for the same rows (`tests/bench/floors/`). *Floors* is p50 divided by empty and SQL together.
*Growth* is the p50 of the largest database divided by that of the smallest: whatever grows with
history shows there. A short past has fewer open requests, too, as the table of the databases says;
*last step* is the p50 of the largest divided by that of the second largest, where all is alike but
the history.
"""


def write(found: Measured, pictures: Path = CHARTS) -> Iterator[str]:
    """The section, and its picture in a folder. `found` has at least one size."""
    yield HOW
    yield _mean(found)
    yield from _said(found, WORK, "Working pages")
    yield from _said(found, REPORT, "Reports")
    yield from _chart(found, pictures)
    for kind, words in ((WORK, "Working pages"), (REPORT, "Reports")):
        yield f"### {words}\n"
        yield from table(list(_growing(found)), _grown(found, kind))
    yield f"### In full, {requests(max(found))} requests\n"
    yield from table(FULL, map(with_floors, found[max(found)]))


FULL = (
    Column("page", "Page"),
    Column("role", "As"),
    Column("queries", "Queries"),
    Column("database", "Database, ms", milliseconds),
    Column("python", "Python, ms", milliseconds),
    Column("p50", "p50, ms", milliseconds),
    Column("p95", "p95, ms", milliseconds),
    Column("empty", "Empty, ms", milliseconds),
    Column("sql", "SQL, ms", milliseconds),
    Column("floors", "Floors", times),
)


def with_floors(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row, and how many times as long the page takes as its two floors together."""
    sql = row.get("sql")
    return {**row, "floors": None if sql is None else row["p50"] / (sql + row["empty"])}


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["page"], row["role"]


def _growing(found: Measured) -> Iterator[Column]:
    yield from FULL[:2]
    for size in found:
        yield Column(f"p50_{size}", f"{requests(size)}, ms", milliseconds)
    yield Column("growth", "Growth", times)
    yield Column("last_step", "Last step", times)


def _grown(found: Measured, kind: str) -> list[dict[str, Any]]:
    """A line for each page that was measured on all sizes: its time on each, and the growth."""
    by_key = [{_key(row): row for row in rows} for rows in found.values()]
    small, before, large = by_key[0], by_key[-2:][0], by_key[-1]
    return [
        {
            **dict(zip(("page", "role"), key, strict=True)),
            **{f"p50_{size}": rows[key]["p50"] for size, rows in zip(found, by_key, strict=True)},
            "growth": row["p50"] / small[key]["p50"] if len(found) > 1 else None,
            "last_step": row["p50"] / before[key]["p50"] if len(found) > MOST_COMPARED else None,
        }
        for key, row in large.items()
        if row["kind"] == kind and all(key in rows for rows in by_key)
    ]


def _said(found: Measured, kind: str, words: str) -> Iterator[str]:
    """How many keep to the aims, and which do not."""
    grown = _grown(found, kind)
    if len(found) > 1 and kind == WORK:
        sizes = f"from {requests(min(found))} to {requests(max(found))} requests"
        limit = f"grow by no more than {times(MOST_GROWTH)} {sizes}"
        yield from _kept(grown, words, limit, lambda row: row["growth"], MOST_GROWTH)
    full = [with_floors(row) for row in found[max(found)] if row["kind"] == kind]
    compared = [row for row in full if row["floors"] is not None]
    if compared:
        limit = f"take at most twice their two floors together at {requests(max(found))} requests"
        yield from _kept(compared, words, limit, lambda row: row["floors"], MOST_FLOORS)


def _mean(found: Measured) -> str:
    """What a working page costs one core, for who wants to know how many cores he needs."""
    rows = [row for row in found[max(found)] if row["kind"] == WORK]
    if not rows:
        return ""
    python, database = (milliseconds(fmean(row[part] for row in rows)) for part in SPENT)
    return (
        f"At {requests(max(found))} requests a working page takes {python} ms of Python and "
        f"{database} ms in the database, on average over those below.\n"
    )


def _kept(
    rows: Sequence[dict[str, Any]],
    words: str,
    limit: str,
    value: Callable[[dict[str, Any]], float],
    most: float,
) -> Iterable[str]:
    beyond = sorted((row for row in rows if value(row) > most), key=value, reverse=True)
    said = f"{words}: {len(rows) - len(beyond)} of {len(rows)} {limit}"
    named = (f"{row['page']} ({row['role']}) {times(value(row))}" for row in beyond)
    return [f"{said}{'; beyond that: ' if beyond else ''}{', '.join(named)}.\n"]


def _chart(found: Measured, pictures: Path) -> Iterator[str]:
    """A picture of the growth, beside the page."""
    if len(found) < 2:
        return
    grown = _grown(found, WORK)
    picture = pictures / "performance-pages.svg"
    title = f"Time at {requests(max(found))} requests divided by time at {requests(min(found))}"
    values = [(f"{row['page']}, {row['role']}", row["growth"]) for row in grown]
    picture.write_text(bars(title, values, limit=MOST_GROWTH))
    yield f"![{title}, for each working page]({picture.name})\n"
