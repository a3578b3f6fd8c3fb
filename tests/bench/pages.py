"""Time every page over HTTP, on all sizes in turn. No test: it asserts nothing.

    .venv/bin/python -m tests.bench.pages                     all pages, all sizes
    .venv/bin/python -m tests.bench.pages --sizes 15000 150000 --only Queue

For each size a server like that of `manage.py serve` runs with production settings. Page after page
is asked for on each size in turn, an empty page of the same server and the page's SQL floor between
them, so that whatever else the machine does befalls all alike and the ratios are fair.
"""

from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from intake.national import PASSWORD, SIGN_INS
from tests.bench import page_section
from tests.bench.databases import Data, data_of
from tests.bench.document import Section
from tests.bench.floors import floor_of
from tests.bench.own_rows import MARKS
from tests.bench.page_list import PAGES, Page, targets
from tests.bench.results import SIZES, save
from tests.bench.web import Answer, Browser, serving

SECTION = Section("pages", "Pages", page_section.write)
WARM_UP = 3
MOST, FEWEST = 20, 5
"""How often a page is asked for on each size."""
BUDGET = 4.0
"""Seconds after which a page on one size is not asked for again, if it was `FEWEST` times."""
EMPTY, EMPTY_FOR_VISITORS = "/bench/empty/", "/bench/empty/visitor/"
Rows = dict[int, list[dict[str, Any]]]
THREADS = 8
"""Of a server: each opens a connection to the database when it is first used."""


class NotThere(Exception):
    """A page answers with an error, or what it is about is not there; the sentence says which."""


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
        """The page, as its role gets it. Raises NotThere."""
        if missing := page.about.difference(self.targets):
            raise NotThere(f"{page.title} ({page.role}): no {', '.join(missing)} here.")
        browser, address = self.browser(page.role), page.address.format(**self.targets)
        if page.data:
            answer = browser.post(address, page.data)
        else:
            answer = browser.get(address, {"HX-Request": "true"} if page.is_part else {})
        if answer.status >= 400:
            raise NotThere(f"{page.title} ({address}, {page.role}) answers {answer.status}.")
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

    def is_enough(self, most: int) -> bool:
        """Whether it need not be asked for again."""
        spent = sum(answer.elapsed for answer in self.answers)
        many = len(self.answers)
        return many >= most or (many >= FEWEST and spent > BUDGET)

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


def measure(sizes: Sequence[int], pages: Sequence[Page], most: int = MOST) -> Rows:
    """Measure the pages on all sizes; what was measured, by size. What is not there is left out."""
    rows: Rows = {size: [] for size in sizes}
    with ExitStack() as running:
        sites = [_site(data_of(size), running) for size in sizes]
        for page in pages:
            try:
                found = _ask_in_turn(page, sites, most)
            except NotThere as fault:
                print(f"LEFT OUT: {fault}", flush=True)
                continue
            for site, asked in zip(sites, found, strict=True):
                rows[site.data.size].append(asked.row(page))
            _say([rows[size][-1] for size in sizes])
    return rows


def _site(data: Data, running: ExitStack) -> Site:
    port = running.enter_context(serving(data))
    connection = running.enter_context(data.connected())
    _refuse_leftovers(data, connection)
    site = Site(data, port, targets(connection), connection)
    site.warm_up()
    return site


def _refuse_leftovers(data: Data, connection: Any) -> None:
    """What a benchmark of work made and could not take away again would be on the pages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)::text", [MARKS])
        if cursor.fetchone() != (None,):
            raise SystemExit(
                f"In the database of {data.size:,} there are rows of a benchmark of work that was "
                "killed. Run one there again: it takes them away before it begins."
            )


def _ask_in_turn(page: Page, sites: Sequence[Site], most: int) -> list[Asked]:
    """The page on one size after the other, until each has been asked often enough."""
    found = [Asked() for _ in sites]
    for site in sites:
        for _ in range(WARM_UP):
            site.ask(page)
    floors = [floor_of(page, site.connection, site.targets) for site in sites]
    while not all(asked.is_enough(most) for asked in found):
        for site, asked, floor in zip(sites, found, floors, strict=True):
            if not asked.is_enough(most):
                asked.answers.append(site.ask(page))
                asked.empty.append(site.ask_empty(page.role).elapsed)
                asked.sql.append(floor.took(site.connection))
    return found


def _say(rows: Sequence[dict[str, Any]]) -> None:
    """A line for one page; of the largest size the queries and the floors."""
    last = page_section.with_floors(rows[-1])
    spent = "".join(f"{row['p50'] * 1000:9.1f}" for row in rows)
    growth = last["p50"] / rows[0]["p50"]
    words = f"{last['page']:<34}{last['role']:<26}{last['queries']:>4}{spent} ms {growth:6.2f} ×"
    print(words, f"{last['floors']:6.2f} floors" if last["floors"] else "", flush=True)


def main() -> None:
    """Measure, and keep what was measured if it was all pages."""
    parser = ArgumentParser(prog="tests.bench.pages", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--most", type=int, default=MOST, help="how often each page is asked for")
    parser.add_argument("--only", help="pages with these words in their titles; nothing is kept")
    asked = parser.parse_args()
    pages = [page for page in PAGES if not asked.only or asked.only in page.title]
    rows = measure(asked.sizes, pages, asked.most)
    if not asked.only:
        for size, of_size in rows.items():
            save(SECTION.part, size, of_size)
    if len(rows[asked.sizes[0]]) < len(pages):
        raise SystemExit("Some pages were left out.")


if __name__ == "__main__":
    main()
