"""Time pages in a scratch database made by `tests.bench.crowd`. No test: it asserts nothing.

    .venv/bin/python -m tests.bench.pages --data /tmp/crowd --small /tmp/few

Each page is asked for in this process by Django's test client, as each person, once to warm up and
then `--times` times; the table shows the median. With `--small`, a second database, also how many
times as long the page takes in the large one: what grows with history shows there.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from tests.bench.crowd import PASSWORD, SIGN_INS

PAGES = (
    "/queue/",
    "/requests/{new}/",
    "/requests/{new}/?tier=region",
    "/requests/{new}/?tier=outside",
    "/requests/{new}/?q=bakery",
    "/requests/{led}/",
    "/watch/",
    "/requests/",
)
ROLES = ("rcic.chapter", "rcic.region", "admin")


@dataclass(frozen=True)
class Timing:
    """One page for one person; seconds."""

    page: str
    role: str
    status: int
    queries: int
    database: float
    total: float


def main() -> None:
    """Print the table."""
    asked = _parser().parse_args()
    if asked.raw:
        for timing in _measure(asked):
            print(*vars(timing).values(), sep="\t", flush=True)
        return
    large = _measured_in(asked.data, asked)
    small = _measured_in(asked.small, asked) if asked.small else {}
    print(
        f"{'page':<36}{'role':<14}{'status':>6}{'queries':>8}{'db ms':>8}{'all ms':>8}{'ratio':>7}"
    )
    for key, one in large.items():
        other = small.get(key)
        is_same_page = other is not None and other.status == one.status
        ratio = f"{one.total / other.total:6.1f}×" if other and is_same_page else ""
        print(
            f"{one.page:<36}{one.role:<14}{one.status:>6}{one.queries:>8}"
            f"{one.database * 1000:>8.0f}{one.total * 1000:>8.0f}{ratio:>7}"
        )


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="tests.bench.pages", description=__doc__)
    parser.add_argument("--data", default=os.environ.get("HANDOFF_DATA"), help="its HANDOFF_DATA")
    parser.add_argument("--small", help="the HANDOFF_DATA of a smaller crowd to compare with")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--as", dest="roles", nargs="+", default=ROLES, metavar="ROLE")
    parser.add_argument("--raw", action="store_true", help="one database, values between tabs")
    parser.add_argument("pages", nargs="*", default=PAGES, help="{new}, {led}: a request like that")
    return parser


def _measured_in(data: str | None, asked: Namespace) -> dict[tuple[str, str], Timing]:
    """Measure in a process of its own: one process knows one database."""
    if not data:
        raise SystemExit("Name the scratch folder: --data /tmp/crowd")
    command = [sys.executable, "-m", "tests.bench.pages", "--raw", "--times", str(asked.times)]
    command += ["--as", *asked.roles, "--", *asked.pages]
    done = subprocess.run(
        command,
        env=os.environ | {"HANDOFF_DATA": data},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    timings = [
        Timing(page, role, int(status), int(queries), float(database), float(total))
        for page, role, status, queries, database, total in rows
    ]
    return {(timing.page, timing.role): timing for timing in timings}


def _measure(asked: Namespace) -> Iterator[Timing]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    wanted = _requests()
    for role in asked.roles:
        client = Client()
        email = f"{role}@example.org"
        if email not in SIGN_INS.values() or not _sign_in(client, email):
            raise SystemExit(f"{email} cannot sign in: was this made by tests.bench.crowd?")
        for page in asked.pages:
            yield _time(client, page, page.format(**wanted), role, asked.times)


def _sign_in(client: Any, email: str) -> bool:
    return bool(client.login(email=email, password=PASSWORD))


def _requests() -> dict[str, int]:
    """A request for each kind that a page may be about, in the biggest chapter that has one."""
    from intake.models import MentoringRequest

    every = MentoringRequest.objects.order_by("chapter", "pk")
    kinds = {
        "new": every.need_action().filter(queue_reason="new"),
        "again": every.need_action().exclude(queue_reason="new"),
        "asked": every.filter(status="assigned"),
        "led": every.filter(status="accepted"),
        "closed": every.filter(status="complete"),
    }
    return {name: found.values_list("pk", flat=True)[0] for name, found in kinds.items()}


def _time(client: Any, name: str, address: str, role: str, times: int) -> Timing:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    spent, in_database = [], []
    for turn in range(times + 1):
        clock = _Clock()
        with connection.execute_wrapper(clock):
            started = perf_counter()
            response = client.get(address)
            total = perf_counter() - started
        if turn:
            spent.append(total)
            in_database.append(clock.seconds)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return Timing(
        name, role, response.status_code, len(queries), median(in_database), median(spent)
    )


class _Clock:
    """Adds up the time that statements take, the fetching of their first rows included."""

    seconds = 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += perf_counter() - started


if __name__ == "__main__":
    main()
