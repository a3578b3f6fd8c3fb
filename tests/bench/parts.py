"""The parts of the benchmark, in the order of docs/performance.md.

A part is a module of this package with a `SECTION`. It can be run alone, on one database:

    HANDOFF_DATA=FOLDER .venv/bin/python -m tests.bench.PART --size REQUESTS

and keeps what it measured with `results.save(PART, REQUESTS, rows)`.
"""

from importlib import import_module

from tests.bench.document import Section, Whole

NAMES = (
    "contents",
    "pages",
    "shortlist",
    "sweep",
    "submissions",
    "acceptances",
    "outbox",
    "history",
)
ALL_SIZES_AT_ONCE = {"contents", "pages"}
"""Parts that are run once, with `--sizes`: the pages take turns between them."""


def sections() -> list[Section | Whole]:
    """What docs/performance.md consists of: the parts, and what they mean for a machine."""
    return [import_module(f"tests.bench.{name}").SECTION for name in (*NAMES, "sizing")]
