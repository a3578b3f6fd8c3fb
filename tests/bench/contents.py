"""What is in the databases that are measured, and how much room it takes.

.venv/bin/python -m tests.bench.contents --sizes 15000 150000
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from tests.bench.databases import Data, data_of
from tests.bench.document import Column, Section, by_size, number
from tests.bench.results import SIZES, Measured, save

COUNTED = {
    "open": "intake_mentoringrequest WHERE status IN ('need_action', 'assigned', 'accepted')",
    "clients": "intake_client",
    "assignments": "intake_assignment",
    "sessions": "intake_session",
    "events": "intake_requestevent",
    "volunteers": "mentors_volunteer",
}
MEBIBYTE = 1024**2


def contents(data: Data) -> dict[str, Any]:
    """How many rows there are of what matters, and the bytes of it all on disk."""
    with data.connected() as connection, connection.cursor() as cursor:
        found = {}
        for name, rows in COUNTED.items():
            cursor.execute(f"SELECT count(*) FROM {rows}")
            (found[name],) = cursor.fetchone()
        cursor.execute("SELECT pg_database_size(current_database())")
        return found | {"bytes": cursor.fetchone()[0]}


def _write(found: Measured) -> Iterator[str]:
    yield (
        "The same organisation with more or less past behind the same present: made by "
        "`manage.py seed_national`, one tenth of a year, one year and ten years of it.\n"
    )
    columns = [Column(name, name.capitalize(), number) for name in COUNTED]
    size = Column("bytes", "On disk, MiB", lambda held: number(round(held / MEBIBYTE)))
    yield from by_size([*columns, size], found)


SECTION = Section("contents", "The databases", _write)


def main() -> None:
    """Count, and keep it."""
    parser = ArgumentParser(prog="tests.bench.contents", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    for size in parser.parse_args().sizes:
        found = contents(data_of(size))
        print(size, found)
        save(SECTION.part, size, [found])


if __name__ == "__main__":
    main()
