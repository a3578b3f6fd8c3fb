"""Submissions: by the function that all ways in call, and through the public form over HTTP.

    HANDOFF_DATA=FOLDER .venv/bin/python -m tests.bench.submissions --size 15000

Measured in any database; what is added goes again. Two of three clients are new, with names and
zip codes of clients who are there, so that looking for duplicates has something to look through;
every third comes a second time. Each request is in a transaction of its own, with its event and
its mails to the client and the coordinators.
"""

import os
import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from tests.bench.at_work import durability, rate, row
from tests.bench.databases import Data
from tests.bench.document import Column, Section, by_size, number
from tests.bench.own_rows import quiet_instant, run, taken_away
from tests.bench.results import Measured, Row
from tests.bench.web import Browser, serving

PART = "submissions"
PROCESSES = (1, 2, 4)
BROWSERS = (1, 4)
WARM_UP = 5
PAGE = "/request/"


@dataclass(frozen=True)
class Someone:
    """Who asks, as on the form."""

    first_name: str
    last_name: str
    email: str
    phone: str
    zip: str


def main() -> None:
    """Measure, print, and keep it if the size of the database was named."""
    run(PART, __doc__, lambda asked: measure(asked.number, asked.size or 0), number=500)


def measure(wanted: int, size: int) -> list[Row]:
    """How quick so many submissions are, by the function and by the form."""
    turns = len(PROCESSES) + len(BROWSERS)
    with taken_away():
        people = someones(WARM_UP + wanted * turns)
        submit = Submit(quiet_instant())
        submit(people[:WARM_UP])
        shares = [people[WARM_UP + turn * wanted :][:wanted] for turn in range(turns)]
        rows = [
            rate("function", submit, share, processes)
            for share, processes in zip(shares, PROCESSES, strict=False)
        ]
        with serving(_here(size)) as port:
            for share, browsers in zip(shares[len(PROCESSES) :], BROWSERS, strict=True):
                rows.append(through_form(port, share, browsers))
        return [one | durability() for one in rows]


def _here(size: int) -> Data:
    if "HANDOFF_DATA" not in os.environ:
        raise SystemExit("The public form is measured on an embedded database: HANDOFF_DATA=…")
    here = Data(size, Path(os.environ["HANDOFF_DATA"]).resolve())
    here.start()
    return here


def someones(wanted: int) -> list[Someone]:
    """Clients to come: two of three are new, the third is the first of the three again."""
    from intake.models import Client

    known = Client.objects.order_by("pk").values_list("first_name", "last_name", "zip")
    rng, there = random.Random(7), list(known[:20_000])
    made: list[Someone] = []
    for one in range(wanted):
        if one % 3 == 2:
            made.append(made[-2])
            continue
        first, _, zip_code = rng.choice(there)
        _, last, _ = rng.choice(there)
        made.append(
            Someone(first, last, f"new{one}@bench.example", f"(900) 555-{one:04}", zip_code)
        )
    return made


class Submit:
    """Submits by the function; a class, so that it can be handed over to another process."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self, people: Sequence[Someone]) -> None:
        """Submit a request for each, one after another."""
        from intake.actions.submission import Ask, Person, submit
        from intake.enums import Source
        from mentors.models import MentoringArea

        area = MentoringArea.objects.filter(is_offered=True).order_by("pk")[0]
        for one in people:
            submit(
                person=Person(**asdict(one)),
                ask=Ask(question="How do I price bread?", area=area),
                source=Source.API,
                by=None,
                now=self.at,
                key=uuid4(),
            )


# --- Over HTTP ------------------------------------------------------------------------------------


def through_form(port: int, people: Sequence[Someone], browsers: int) -> dict[str, Any]:
    """So many browsers send forms at the same time, each one after another."""
    shares = [people[one::browsers] for one in range(browsers)]
    opened = [Browser(port) for _ in shares]
    for browser in opened:
        browser.get(PAGE)  # the token against forged forms
    threads = [
        threading.Thread(target=_send_all, args=(browser, share, _area()))
        for browser, share in zip(opened, shares, strict=True)
    ]
    before, began = _received(), perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - began
    if _received() - before != len(people):
        raise SystemExit(f"Of {len(people)} forms only {_received() - before} were taken in.")
    return row("form", len(people), seconds, browsers)


def _area() -> int:
    from mentors.models import MentoringArea

    found: int = MentoringArea.objects.filter(is_offered=True).order_by("pk")[0].pk
    return found


def _received() -> int:
    from intake.models import MentoringRequest

    return MentoringRequest.objects.filter(client__email__endswith="@bench.example").count()


def _send_all(browser: Browser, people: Sequence[Someone], area: int) -> None:
    for one in people:
        browser.post(
            PAGE,
            asdict(one)
            | {
                "key": str(uuid4()),
                "area": str(area),
                "question": "How do I price bread?",
                "stage": "new",
                "notify_by": "email",
                "consent_contact": "on",
            },
        )


def _lines(found: Measured) -> Iterator[str]:
    last = list(found.values())[-1][0]
    yield (
        "By the function that all ways in call, and through the public form (two web processes "
        "of four threads). Each request in a transaction of its own that is on the disk when it "
        f"ends (fsync {last['fsync']}, synchronous_commit {last['synchronous_commit']}).\n"
    )
    yield from by_size(COLUMNS, found)


COLUMNS = (
    Column("what", "By"),
    Column("at_once", "Processes or browsers", number),
    Column("number", "Submitted", number),
    Column("per_second", "A second", number),
)
SECTION = Section(PART, "Submissions", _lines)

if __name__ == "__main__":
    main()
