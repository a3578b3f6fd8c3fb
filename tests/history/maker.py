"""A folder of history by chance: an organisation in seven zones, and what happened in it.

The same seed gives the same folder. It begins before the clocks go back in 2024 and ends after
they have gone forward in 2025; the closed days of 2025 are the organisation's own.
"""

import csv
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.history.chance import Chance
from tests.history.days import Days
from tests.history.spoiling import spoil
from tests.history.stories import Company, Event, Mentor, happenings

FIRST, LAST = datetime(2024, 10, 14, tzinfo=UTC), datetime(2025, 4, 12, tzinfo=UTC)
OWN_CLOSED = [
    (date(2025, 1, 1), "New Year's Day"),
    (date(2025, 1, 20), "King"),
    (date(2025, 2, 14), "Founders' day, ours alone"),
    (date(2025, 3, 8), "A Saturday"),
    (date(2025, 3, 10), "The Monday after the clocks went forward"),
    (date(2025, 3, 31), "End of the quarter"),
    (date(2025, 4, 1), "Beginning of the quarter"),
]
ZONES = [
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
    "America/Los_Angeles", "Pacific/Honolulu", "America/Anchorage",
]  # fmt: skip
AREAS = ["Websites", "Sales", "Pricing", "Funding/Loans", "Cash Flow", "Business Plan", "Legal"]
TYPES = ["Retail", "Food & Beverage", "Construction", "Wholesale"]
NAMES = ["O'Neil, Jr.", "Lästname", "=SUM(A1)", "Nguyễn", 'Quote "Q" Quist', "Smith", "-Dash"]
FIRST_NAMES = ["Ann", "Zoë", "=Eve", "-Max", "@Bo"]
MENTORS_EACH = 6

Row = dict[str, str]


@dataclass
class Folder:
    """The rows of the seven files while they grow."""

    chance: Chance
    units: list[Row] = field(default_factory=list)
    volunteers: list[Row] = field(default_factory=list)
    pauses: list[Row] = field(default_factory=list)
    closed_days: list[Row] = field(default_factory=list)
    clients: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Columns in any order; those of requests.csv with one that nobody knows."""
        folder.mkdir(parents=True, exist_ok=True)
        for request in self.requests:
            request["legacy_flag"] = "x"
        for name in FILES:
            rows = getattr(self, name)
            columns = self.chance.shuffled(list(rows[0]))
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(rows)


FILES = ["units", "volunteers", "pauses", "closed_days", "clients", "requests", "events"]


def make(folder: Path, *, seed: int, requests: int, spoiled: float = 0.06) -> None:
    """Write a history of so many requests. `spoiled`: the share that cannot have been."""
    chance = Chance(random.Random(seed))
    made = Folder(chance)
    company = _company(made)
    _clients(made, max(1, requests * 4 // 5))
    for number in range(requests):
        _request(made, company, f"Q{number}", spoiled)
    made.events = list(_in_any_order(made.events, chance))
    made.write(folder)


def _company(made: Folder) -> Company:
    made.closed_days = [{"date": f"{day}", "name": name} for day, name in OWN_CLOSED]
    chapters = dict(_units(made))
    company = Company(Days({day for day, _ in OWN_CLOSED}), chapters, [], [], FIRST, LAST)
    for chapter, zone in chapters.items():
        company.coordinators.append(_coordinator(made, chapter))
        for _ in range(MENTORS_EACH):
            company.mentors.append(_mentor(made, chapter, zone))
    return company


def _units(made: Folder) -> Iterator[tuple[str, ZoneInfo]]:
    """Two regions of two districts of three or four chapters; one serves the whole nation."""
    number = 0
    for region in ("R1", "R2"):
        made.units.append(_unit("region", region, ""))
        for district in (f"{region}A", f"{region}B"):
            made.units.append(_unit("district", district, region))
            for _ in range(4 if number == 0 else 3):
                zone = ZONES[number % len(ZONES)]
                code = f"{number + 1:04}"
                chapter = _unit("chapter", code, district, zone, f"{number:03}|9{number:02}")
                made.units.append(chapter)
                yield code, ZoneInfo(zone)
                number += 1
    made.units.append(_unit("chapter", "0000", "R1A", ZONES[0], "", "1"))
    yield "0000", ZoneInfo(ZONES[0])


def _unit(level: str, code: str, parent: str, zone: str = "", zips: str = "", nat: str = "") -> Row:
    return {
        "level": level,
        "code": code,
        "name": f'SCORE "{code}", {level}',
        "parent_code": parent,
        "time_zone": zone,
        "zip_prefixes": zips,
        "national": nat,
    }


def _volunteer(made: Folder, chapter: str, **more: str) -> str:
    number = len(made.volunteers)
    key = f"V{number:04}"
    row = {
        "volunteer_id": key,
        "first_name": f"{FIRST_NAMES[number % 5]}{number}",
        "last_name": f"{NAMES[number % len(NAMES)]} {number}",
        "email": f"v{number}@example.org",
        "status": "active",
        "classification": "volunteer",
        "chapter_code": chapter,
        "areas": "",
        "business_types": "",
        "languages": "English",
        "keywords": "",
        "weekly_limit": "",
        "accepts_direct": "0",
        "serves_outside": "0",
        "positions": "",
    }
    made.volunteers.append(row | more)
    return key


def _coordinator(made: Folder, chapter: str) -> str:
    return _volunteer(made, chapter, positions=f"rcic:{chapter}|membership_chair:{chapter}")


def _mentor(made: Folder, chapter: str, zone: ZoneInfo) -> Mentor:
    chance = made.chance
    areas, types = chance.some(AREAS, 2), chance.some(TYPES, 2)
    key = _volunteer(
        made,
        chapter,
        status=chance.weighed({"active": 85, "inactive": 8, "provisional": 4, "resigned": 3}),
        classification=chance.weighed({"mentor": 88, "sme": 12}),
        areas="|".join(areas),
        business_types="|".join(types),
        languages=chance.pick(["English", "English|Spanish"]),
        keywords="wholesale, permits",
        weekly_limit=chance.pick(["", "", "1", "2", "3"]),
        accepts_direct=chance.pick(["0", "1"]),
        serves_outside=chance.pick(["0", "1"]),
    )
    _pauses(made, key)
    return Mentor(key, chapter, zone)


def _pauses(made: Folder, mentor: str) -> None:
    """None, one, two apart, or one within another. Some last 30 days, some 31."""
    chance = made.chance
    for first in chance.some([date(2024, 10, 20), date(2025, 1, 20)], chance.pick([0, 0, 1, 2])):
        start = first + timedelta(days=chance.number(0, 25))
        length = chance.pick([1, 9, 30, 31, 60])
        _pause(made, mentor, start, length)
        if length > 1 and chance.of(0.2):
            _pause(made, mentor, start + timedelta(days=1), length - 2)


def _pause(made: Folder, mentor: str, start: date, days: int) -> None:
    end = start + timedelta(days=days - 1)
    spans = {"volunteer_id": mentor, "starts_on": f"{start}", "ends_on": f"{end}"}
    made.pauses.append(spans | {"reason": "travel"})


def _clients(made: Folder, number: int) -> None:
    for place in range(number):
        row = {
            "client_id": f"K{place}",
            "first_name": f"{FIRST_NAMES[place % 5]}{place}",
            "last_name": NAMES[place % len(NAMES)],
            "email": f"client{place}@mail.example",
            "phone": f"555-{place:04}",
            "zip": f"{place % 13:03}12",
            "aliases": f"old{place}@mail.example" if place % 5 == 0 else "",
        }
        made.clients.append(row)


def _request(made: Folder, company: Company, key: str, spoiled: float) -> None:
    chance = made.chance
    chapter = chance.pick(list(company.chapters))
    submitted_at = company.submission(chance, company.chapters[chapter])
    told = list(happenings(chance, company, chapter, submitted_at))
    row = {
        "request_id": key,
        "client_id": chance.pick(made.clients)["client_id"],
        "chapter_code": chapter,
        "submitted_at": chance.written(submitted_at, company.chapters[chapter]),
        "area": chance.pick(AREAS),
        "existing": chance.pick(["0", "1"]),
        "business_type": chance.pick(["", *TYPES]),
        "business_name": chance.pick(["", "=cmd()", "Biz"]),
        "question": 'How do I\nprice, "well"?',
        "origination_url": "https://score.example/p",
        "meet_by": chance.pick(["Video", "Phone", "No Preference"]),
        "requested_mentor_id": _wish(chance, told),
    }
    rows = [_event(chance, company, key, chapter, event) for event in told]
    if chance.of(spoiled):
        spoil(chance, row, rows, told, submitted_at)
    made.requests.append(row)
    made.events += rows


def _wish(chance: Chance, told: list[Event]) -> str:
    """Named by the client: mostly there when he was chosen directly, and now and then in vain."""
    if told and not told[0].actor and chance.of(0.8):
        return told[0].mentor
    return "V0001" if chance.of(0.05) else ""


def _event(chance: Chance, company: Company, key: str, chapter: str, event: Event) -> Row:
    zone = company.chapters[chapter]
    value = event.value
    return {
        "request_id": key,
        "at": chance.written(event.at, zone),
        "kind": event.kind,
        "actor_id": event.actor,
        "mentor_id": event.mentor,
        "value": chance.written(value, zone) if isinstance(value, datetime) else value,
        "minutes": event.minutes,
        "text": event.text,
    }


def _in_any_order(rows: list[Row], chance: Chance) -> Iterator[Row]:
    """Shuffled, but what happened to a request at the same instant stays in order."""
    places = {_tie(row): chance.fraction() for row in rows}
    yield from sorted(rows, key=lambda row: places[_tie(row)])


def _tie(row: Row) -> tuple[str, str]:
    try:
        return row["request_id"], f"{datetime.fromisoformat(row['at']).timestamp()}"
    except ValueError:
        return row["request_id"], row["at"]


if __name__ == "__main__":
    make(Path(sys.argv[1]), requests=int(sys.argv[2]), seed=int(sys.argv[3]))
