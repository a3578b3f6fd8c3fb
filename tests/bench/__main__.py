"""Measure everything, and write docs/performance.md: `make bench`.

    .venv/bin/python -m tests.bench --sizes 15000 150000 --parts pages sweep

Databases that are not there yet are made first, which takes longest. A part that fails is named at
the end, and the page says of it what was measured before.
"""

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from time import perf_counter

from tests.bench import document
from tests.bench.databases import data_of
from tests.bench.parts import ALL_SIZES_AT_ONCE, NAMES
from tests.bench.results import ROOT, SIZES


def main() -> None:
    """Measure, and write."""
    parser = ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--parts", nargs="+", choices=NAMES, default=NAMES)
    asked = parser.parse_args()
    failed = [part for part in asked.parts if not _all_done(part, asked.sizes)]
    document.main()
    if failed:
        raise SystemExit(f"Not measured to the end: {', '.join(failed)}.")


def _all_done(part: str, sizes: Sequence[int]) -> bool:
    """Run one part; whether it came to its end on every size."""
    started = perf_counter()
    codes = list(_runs(part, sizes))
    print(f"--- {part}: {perf_counter() - started:.0f} s", flush=True)
    return not any(codes)


def _runs(part: str, sizes: Sequence[int]) -> Iterator[int]:
    """The exit codes of one part's processes."""
    print(f"\n--- {part}", flush=True)
    every = [data_of(size) for size in sizes]
    command = [sys.executable, "-m", f"tests.bench.{part}"]
    if part in ALL_SIZES_AT_ONCE:
        words = [*command, "--sizes", *map(str, sizes)]
        yield subprocess.run(words, check=False, cwd=ROOT).returncode
        return
    for data in every:
        words = [*command, "--size", str(data.size)]
        yield subprocess.run(words, check=False, cwd=ROOT, env=data.environment()).returncode


if __name__ == "__main__":
    main()
