"""Acceptances: mentors accept, each with a first note that goes to the client.

    HANDOFF_DATA=FOLDER .venv/bin/python -m tests.bench.acceptances --size 15000

Measured in any database; what is added goes again. Each acceptance is the act behind the button
of the mentor's page, in a transaction of its own: clocks, outcome, first contact, event, mail.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tests.bench.at_work import durability, rate
from tests.bench.document import Column, Section, by_size, number
from tests.bench.own_rows import PENDING, quiet_instant, requests_of, run, taken_away
from tests.bench.results import Measured, Row

PART = "acceptances"
PROCESSES = (1, 2, 4)
WARM_UP = 5


def main() -> None:
    """Measure, print, and keep it if the size of the database was named."""
    run(PART, __doc__, lambda asked: measure(asked.number), number=500)


def measure(wanted: int) -> list[Row]:
    """How quick so many acceptances are, by one process and by several."""
    with taken_away():
        at = quiet_instant()
        made = requests_of(WARM_UP + wanted * len(PROCESSES), at, PENDING)
        pending = _assignments([mre.pk for mre in made])
        accept(at, pending[:WARM_UP])
        rows = []
        for turn, processes in enumerate(PROCESSES):
            begin = WARM_UP + turn * wanted
            share = pending[begin : begin + wanted]
            rows.append(rate("accept", _At(at), share, processes) | durability())
        return rows


class _At:
    """The work of a process; a class, so that it can be handed over to it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self, share: Sequence[tuple[int, Any]]) -> None:
        accept(self.at, share)


def _assignments(requests: list[int]) -> list[tuple[int, Any]]:
    """Their open assignments, with the mentors, as whom they are accepted."""
    from intake.models import Assignment

    rows = Assignment.objects.filter(request__in=requests).select_related("mentor__chapter")
    return [(row.pk, row.mentor) for row in rows.order_by("pk")]


def accept(at: datetime, assignments: Sequence[tuple[int, Any]]) -> None:
    """Accept these, one after another."""
    from intake.actions import answering

    for pk, mentor in assignments:
        answering.accept(assignment_id=pk, by=mentor, now=at, note="I call you tomorrow at nine.")


def _lines(found: Measured) -> Iterator[str]:
    last = list(found.values())[-1][0]
    yield (
        "Each in a transaction of its own that is on the disk when it ends "
        f"(fsync {last['fsync']}, synchronous_commit {last['synchronous_commit']}).\n"
    )
    yield from by_size(COLUMNS, found)


COLUMNS = (
    Column("at_once", "Processes", number),
    Column("number", "Accepted", number),
    Column("per_second", "A second", number),
)
SECTION = Section(PART, "Acceptances", _lines)

if __name__ == "__main__":
    main()
