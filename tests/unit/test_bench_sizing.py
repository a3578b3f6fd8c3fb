"""How large a machine has to be follows from what was measured, whatever that was."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.bench.page_list import PAGES
from tests.bench.results import Row, Run
from tests.bench.sizing import WAY, Step, a_year, lines, seconds_of

QUEUE = Step("pages", "Queue", 10, "mentor")


def run(part: str, size: int, *rows: Row) -> Run:
    return Run(part, size, datetime(2026, 11, 22, tzinfo=UTC), {}, [dict(row) for row in rows])


def page(what: str, by: str, p50: float) -> Row:
    return {"page": what, "role": by, "p50": p50}


def rate(what: str, per_second: float, at_once: int = 1) -> Row:
    return {"what": what, "at_once": at_once, "per_second": per_second}


def words(every: Sequence[Run]) -> str:
    return "\n".join(lines(every))


def test_every_page_on_the_way_is_one_that_is_measured() -> None:
    known = {(one.title, one.role) for one in PAGES}
    assert {(step.what, step.by) for step in WAY if step.part == "pages"} <= known


def test_half_a_core_in_the_busy_hours_of_a_year() -> None:
    """Two thousand hours, a third of them reckoned with, half of each: 1.2 million seconds."""
    assert a_year(12) == pytest.approx(100_000)


def test_the_largest_database_counts_and_one_process() -> None:
    every = [
        run("pages", 15_000, page("Queue", "mentor", 0.1), page("Queue", "leader", 9)),
        run("pages", 150_000, page("Queue", "mentor", 0.3)),
        run("sweep", 15_000, {"what": "nothing due", "seconds": 1}, rate("the sweep", 50)),
        run("outbox", 15_000, rate("workers", 20), rate("workers", 80, at_once=4)),
    ]
    assert seconds_of(QUEUE, every) == 0.3
    assert seconds_of(Step("sweep", "the sweep", 1), every) == 0.02
    assert seconds_of(Step("outbox", "workers", 1), every) == 0.05


def test_what_was_not_measured_is_named_and_left_out() -> None:
    told = words([run("acceptances", 15_000, rate("accept", 0.5))])
    assert "busy for 2 seconds" in told
    assert "carries 600,000 requests a year" in told
    assert "150,000 a year need 0.2 cores" in told
    assert "not in it: Form for a request (visitor);" in told
    assert "| The mentor accepts | 1 | 2,000 | 2.00 |" in told


def test_nothing_is_reckoned_from_nothing() -> None:
    assert words([]) == "Not measured yet.\n"


def test_the_room_on_disk_is_that_of_the_largest_database() -> None:
    every = [
        run("contents", 1_000, {"bytes": 9 * 1024**2}),
        run("contents", 2_000, {"bytes": 8 * 1024**2}),
        run("acceptances", 1_000, rate("accept", 1)),
    ]
    assert "a request takes 4.1 KiB" in words(every)
    assert "2,000 are 8 MiB" in words(every)
