"""Time every page over HTTP, on all sizes in turn. No test: it asserts nothing.

    .venv/bin/python -m tests.bench.pages                     all pages, all sizes
    .venv/bin/python -m tests.bench.pages --sizes 15000 150000 --only Queue

For each size a server like that of `manage.py serve` runs with production settings. Page after page
is asked for on each size in turn, an empty page of the same server and the page's SQL floor between
them, so that whatever else the machine does befalls all alike and the ratios are fair.
"""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any

from tests.bench import page_section
from tests.bench.databases import Data, data_of
from tests.bench.document import Section
from tests.bench.floors import floor_of
from tests.bench.page_list import PAGES, PASSWORD, SIGN_INS, Page, targets
from tests.bench.results import SIZES, save
from tests.bench.web import Answer, Browser, serving

SECTION = Section("pages", "Pages", page_section.write)
WARM_UP = 4
MOST, FEWEST = 25, 5
"""How often a page is asked for on each size."""
BUDGET = 5.0
"""Seconds after which a page on one size is not asked for again, if it was `FEWEST` times."""
EMPTY, EMPTY_FOR_VISITORS = "/bench/empty/", "/bench/empty/visitor/"
THREADS = 8
"""Of a server: each opens a connection to the database when it is first used."""


@dataclass
class Site:
    """A running server on one size of data, and who is signed in there."""

    data: Data
    port: int
    targets: dict[str, Any]
    connection: Any
    """For the floors."""
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, role: str) -> Browser:
        """That of somebody with this role, signed in when first needed."""
        if role not in self.browsers:
            self.browsers[role] = Browser(self.port)
            if role in SIGN_INS:
                self.browsers[role].sign_in(SIGN_INS[role], PASSWORD)
        return self.browsers[role]

    def ask(self, page: Page) -> Answer:
        """The page, as its role gets it. Raises SystemExit if it is not there."""
        browser, address = self.browser(page.role), page.address.format(**self.targets)
        if page.data:
            answer = browser.post(address, page.data)
        else:
            answer = browser.get(address, {"HX-Request": "true"} if page.is_part else {})
        if answer.status >= 400:
            raise SystemExit(f"{address} for the {page.role} answers {answer.status}.")
        return answer

    def ask_empty(self, role: str) -> Answer:
        """The page that shows nothing."""
        return self.browser(role).get(EMPTY if role in SIGN_INS else EMPTY_FOR_VISITORS)

    def warm_up(self) -> None:
        """Let each thread of each process of the server work once."""
        browser = self.browser(next(iter(SIGN_INS)))
        with ThreadPoolExecutor(THREADS) as people:
            list(people.map(lambda _: browser.get(EMPTY), range(THREADS * 4)))


@dataclass
class Asked:
    """How often a page has been asked for on one size, and what came."""

    answers: list[Answer] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        """Whether it need not be asked for again."""
        spent = sum(answer.elapsed for answer in self.answers)
        many = len(self.answers)
        return many >= MOST or (many >= FEWEST and spent > BUDGET)

    def row(self, page: Page) -> dict[str, Any]:
        """What is kept of it; seconds."""
        elapsed = sorted(answer.elapsed for answer in self.answers)
        return {
            "page": page.title,
            "role": page.role,
            "kind": page.kind,
            "queries": max(answer.queries for answer in self.answers),
            "database": median(answer.database for answer in self.answers),
            "python": median(answer.python for answer in self.answers),
            "p50": median(elapsed),
            "p95": elapsed[-(-95 * len(elapsed) // 100) - 1],
            "empty": median(self.empty),
            "sql": median(self.sql) if self.sql else None,
            "characters": len(self.answers[-1].text),
            "times": len(elapsed),
        }


def measure(sizes: Sequence[int], pages: Sequence[Page]) -> None:
    """Measure the pages on all sizes, and keep what was measured."""
    with ExitStack() as running:
        sites = [_site(data_of(size), running) for size in sizes]
        rows = defaultdict(list)
        for page in pages:
            for site, asked in _ask_in_turn(page, sites):
                rows[site.data.size].append(asked.row(page))
            _say(page, [rows[site.data.size][-1] for site in sites])
    for size in sizes:
        save("pages", size, rows[size])


def _site(data: Data, running: ExitStack) -> Site:
    port = running.enter_context(serving(data))
    connection = running.enter_context(data.connected())
    site = Site(data, port, targets(connection), connection)
    site.warm_up()
    return site


def _ask_in_turn(page: Page, sites: Sequence[Site]) -> Iterator[tuple[Site, Asked]]:
    """The page on one size after the other, until each has been asked often enough."""
    found = [Asked() for _ in sites]
    floors = [floor_of(page, site.connection, site.targets) for site in sites]
    for site in sites:
        for _ in range(WARM_UP):
            site.ask(page)
    while not all(asked.is_enough for asked in found):
        for site, asked, floor in zip(sites, found, floors, strict=True):
            if not asked.is_enough:
                asked.answers.append(site.ask(page))
                asked.empty.append(site.ask_empty(page.role).elapsed)
                asked.sql += [floor.took(site.connection)] if floor else []
    return zip(sites, found, strict=True)


def _say(page: Page, rows: Sequence[dict[str, Any]]) -> None:
    spent = "".join(f"{row['p50'] * 1000:9.1f}" for row in rows)
    growth = rows[-1]["p50"] / rows[0]["p50"]
    words = f"{page.title:<34}{page.role:<26}{rows[-1]['queries']:>4}{spent} ms {growth:6.2f} ×"
    floors = page_section.with_floors(rows[-1])["floors"]
    print(words, f"{floors:6.2f} floors" if floors else "", flush=True)


def main() -> None:
    """Measure."""
    parser = ArgumentParser(prog="tests.bench.pages", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", default="", help="pages with these words in their titles")
    asked = parser.parse_args()
    started = perf_counter()
    measure(asked.sizes, [page for page in PAGES if asked.only in page.title])
    print(f"{perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
