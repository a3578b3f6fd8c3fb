"""Time `load_history` on an export of any size in a scratch database. No test: it asserts nothing.

    HANDOFF_DATA=/tmp/bench .venv/bin/python -m tests.bench.history --requests 20000

The export is made up first: requests with nine rows each in events.csv (assigned, accepted, three
attempts, a session planned and held, its notes, closed), spread over ten years and over the whole
file, so that the rows of a request do not stand together. Made, loaded and loaded once more: the
second time tells what going on after a stop costs.
"""

import csv
import os
import resource
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

BEGIN = datetime(2016, 1, 4, 15, tzinfo=UTC)
TEN_YEARS = timedelta(days=3650)
CHAPTERS, MENTORS = 50, 1_500
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
AREAS = ("Pricing", "Sales", "Cash Flow", "Business Plan", "Websites")
QUESTION = (
    "I would like to open a bakery and do not know how to find out what people would pay for bread "
    "in my part of the town. Who can look at my numbers with me before I talk to the bank?"
)
STEPS = (
    (timedelta(hours=20), "assigned", "C{chapter:04}", "V{mentor}", "chapter", "", ""),
    (timedelta(hours=44), "accepted", "V{mentor}", "", "", "", ""),
    (timedelta(days=3), "contact", "V{mentor}", "", "no_answer", "", "phone"),
    (timedelta(days=5), "contact", "V{mentor}", "", "left_message", "", "phone"),
    (timedelta(days=6), "contact", "V{mentor}", "", "reached", "", "phone"),
    (timedelta(days=7), "session_scheduled", "V{mentor}", "", "{met}", "", ""),
    (timedelta(days=9), "session_held", "V{mentor}", "", "{met}", "60", ""),
    (timedelta(days=9, hours=8), "notes_entered", "V{mentor}", "", "{met}", "", "Went through it."),
    (timedelta(days=30), "closed", "V{mentor}", "", "complete", "", ""),
)
MET = timedelta(days=8, hours=22)


def main() -> None:
    """Make an export, load it, load it again; say how long each took."""
    parser = ArgumentParser(prog="tests.bench.history", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="Where the export goes, to be kept.")
    asked = parser.parse_args()
    if not (os.environ.get("HANDOFF_DATA") or os.environ.get("DATABASE_URL")):
        raise SystemExit("Name a scratch folder: HANDOFF_DATA=/tmp/bench (never the demo's).")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    with TemporaryDirectory(prefix="history-bench-") as scratch:
        _measure(asked.keep or Path(scratch), asked.requests)


def _measure(folder: Path, requests: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    started = perf_counter()
    make(folder, requests)
    print(f"made    {requests:>9,} requests in {perf_counter() - started:7.1f} s")
    for word in ("loaded", "again"):
        started = perf_counter()
        call_command("load_history", str(folder))
        took = perf_counter() - started
        print(f"{word:<8}{requests:>9,} requests in {took:7.1f} s: {requests / took:,.0f} a second")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of the program at most {most:,.0f} MiB")


def make(folder: Path, requests: int) -> None:
    """Write an export with so many requests."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, "units", UNITS, _units())
    _write(folder, "volunteers", VOLUNTEERS, _volunteers())
    _write(folder, "clients", CLIENTS, _clients(requests))
    _write(folder, "requests", REQUESTS, (_request(number, requests) for number in range(requests)))
    _write(folder, "events", EVENTS, _events(requests))


UNITS = "level,code,name,parent_code,time_zone,zip_prefixes,national"
VOLUNTEERS = "volunteer_id,first_name,last_name,email,status,classification,chapter_code,areas"
CLIENTS = "client_id,first_name,last_name,email,phone,zip"
REQUESTS = "request_id,client_id,chapter_code,submitted_at,area,existing,question,meet_by"
EVENTS = "request_id,at,kind,actor_id,mentor_id,value,minutes,text"
Rows = Iterator[tuple[str, ...]]


def _write(folder: Path, name: str, header: str, rows: Rows) -> None:
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)


def _units() -> Rows:
    yield "region", "RX", "Bench", "", "", "", ""
    yield "district", "DX", "Bench", "RX", "", "", ""
    for number in range(CHAPTERS):
        zone = ZONES[number % len(ZONES)]
        yield "chapter", f"{9000 + number}", f"Bench {number}", "DX", zone, "", ""


def _volunteers() -> Rows:
    for number in range(MENTORS):
        chapter = f"{9000 + number % CHAPTERS}"
        email = f"bench{number}@example.org"
        yield f"V{number}", "Ann", f"Bench{number}", email, "active", "mentor", chapter, "Pricing"
    for number in range(CHAPTERS):
        email = f"coordinator{number}@example.org"
        code = f"{9000 + number}"
        yield f"C{code}", "Dana", f"Reyes{number}", email, "active", "volunteer", code, ""


def _clients(requests: int) -> Rows:
    for number in range(requests * 2 // 3 + 1):
        yield (
            f"K{number}",
            "Maria",
            f"Client{number}",
            f"k{number}@mail.example",
            "555-0100",
            "07102",
        )


def _request(number: int, requests: int) -> tuple[str, ...]:
    at = _submitted(number, requests).isoformat()
    client, chapter = f"K{number * 2 // 3}", f"{9000 + number % CHAPTERS}"
    area = AREAS[number % len(AREAS)]
    return f"Q{number}", client, chapter, at, area, "0", f"{QUESTION} {number}", "video"


def _submitted(number: int, requests: int) -> datetime:
    return BEGIN + TEN_YEARS * number / requests


def _events(requests: int) -> Rows:
    """Kind after kind for a thousand requests at a time, as no system would write them."""
    for first in range(0, requests, 1_000):
        numbers = range(first, min(first + 1_000, requests))
        for after, kind, actor, mentor, value, minutes, text in STEPS:
            for number in numbers:
                at = _submitted(number, requests)
                names = {
                    "chapter": 9000 + number % CHAPTERS,
                    "mentor": number % MENTORS,
                    "met": (at + MET).isoformat(),
                }
                cells = (actor, mentor, value)
                yield (
                    f"Q{number}", (at + after).isoformat(), kind,
                    *(cell.format(**names) for cell in cells), minutes, text,
                )  # fmt: skip


if __name__ == "__main__":
    main()
