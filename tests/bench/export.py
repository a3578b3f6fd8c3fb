"""An export of any size, for `load_history` to be timed with."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
