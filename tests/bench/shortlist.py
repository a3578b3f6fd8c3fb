"""The shortlist: whom to ask, out of all mentors of the organisation.

    HANDOFF_DATA=FOLDER .venv/bin/python -m tests.bench.shortlist --size 15000

Measured in any database, on the newest requests of the queue in its biggest chapter: how far a
coordinator looks, and a search among everybody. The page around it is measured with the pages.
"""

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from tests.bench.document import Column, Section, by_size, milliseconds, number
from tests.bench.own_rows import run
from tests.bench.results import Measured, Row

PART = "shortlist"
REQUESTS = 10
LOOKS = {
    "as far as needed": {},
    "the region": {"tier": "region"},
    "the whole country": {"tier": "outside"},
    "a search everywhere": {"tier": "outside", "words": "bakery"},
}


def main() -> None:
    """Measure, print, and keep it if the size of the database was named."""
    run(PART, __doc__, lambda _: measure())


def measure() -> list[Row]:
    """How long each look takes for one request."""
    from django.utils import timezone

    import tests.bench.site.wsgi  # noqa: F401 - before anything is asked of the database
    from intake.models import MentoringRequest
    from intake.shortlist import Looked, offer
    from mentors.models import Volunteer

    now = timezone.now()  # noqa: TID251
    everybody = Volunteer.objects.mentors().count()
    waiting = list(_waiting(MentoringRequest.objects.need_action().for_list()))
    rows: list[Row] = []
    for words, look in LOOKS.items():
        timed = [_timed(partial(offer, mre, now, Looked(**look))) for mre in waiting]
        rows.append({"what": words, "mentors": everybody, **_middle(timed)})
    return rows


def _waiting(requests: Any) -> Any:
    from django.db.models import Count

    biggest = requests.order_by().values("chapter").annotate(n=Count("pk")).order_by("-n")[0]
    return requests.filter(chapter=biggest["chapter"]).order_by("-submitted_at")[:REQUESTS]


def _timed(work: Callable[[], Any]) -> dict[str, Any]:
    from tests.bench.site.wsgi import clock  # it watches every connection that is opened from now

    clock.reset()
    began = perf_counter()
    found = work()
    seconds = perf_counter() - began
    listed = len(found.shortlist.ranked) + len(found.shortlist.missing)
    return {
        "listed": listed,
        "queries": clock.queries,
        "database": clock.seconds,
        "seconds": seconds,
    }


def _middle(timed: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: median(one[name] for one in timed) for name in timed[0]}


def _lines(found: Measured) -> Iterator[str]:
    yield "Without the page around it; the middle of several requests of the biggest chapter.\n"
    yield from by_size(COLUMNS, found)


COLUMNS = (
    Column("what", "How far"),
    Column("mentors", "Mentors there", number),
    Column("listed", "Listed", number),
    Column("queries", "Queries", number),
    Column("database", "Database, ms", milliseconds),
    Column("seconds", "In all, ms", milliseconds),
)
SECTION = Section(PART, "The shortlist", _lines)

if __name__ == "__main__":
    main()
