"""What the benchmarks have measured: JSON, one file for each part and size.

They lie in `.bench/results/` (or in the folder that BENCH_DATA names) and are no part of the
project: `python -m tests.bench.document` turns them into docs/performance.md.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.machine import machine

ROOT = Path(__file__).resolve().parents[2]
BENCH_DATA = Path(os.environ.get("BENCH_DATA") or ROOT / ".bench").expanduser().resolve()
SIZES = (15_000, 150_000, 1_500_000)
"""Requests in the databases that are measured."""

Row = Mapping[str, Any]
Measured = dict[int, list[dict[str, Any]]]
"""The rows of a part by the number of requests in the database, the smallest first."""


@dataclass(frozen=True)
class Run:
    """One part, measured on one size of database."""

    part: str
    size: int
    measured_at: datetime
    machine: dict[str, str]
    rows: list[dict[str, Any]]


def save(part: str, size: int, rows: Sequence[Row], folder: Path = BENCH_DATA) -> Path:
    """Keep what was measured, in place of what was measured before; where it is kept now.

    `rows` hold what JSON can hold. Times are seconds, rates are per second.
    """
    path = folder / "results" / f"{part}-{size}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "part": part,
        "size": size,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251
        "machine": machine(),
        "rows": [dict(row) for row in rows],
    }
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    fresh.rename(path)
    return path


def runs(folder: Path = BENCH_DATA) -> list[Run]:
    """Everything that is kept, by part and size."""
    found = [json.loads(path.read_text()) for path in (folder / "results").glob("*.json")]
    read = [
        Run(**{**one, "measured_at": datetime.fromisoformat(one["measured_at"])}) for one in found
    ]
    return sorted(read, key=lambda run: (run.part, run.size))


def measured(part: str, every: Sequence[Run]) -> Measured:
    """The rows of one part, by size."""
    return {run.size: run.rows for run in every if run.part == part}
