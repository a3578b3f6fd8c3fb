"""The seven files of a history, as plain records. Written from the description of the format."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.history.days import Days

Row = dict[str, str]


class Bad(Exception):
    """A request that cannot be taken over, and why."""


@dataclass
class Unit:
    level: str
    code: str
    parent: str
    zone: ZoneInfo | None


@dataclass
class Person:
    key: str
    name: str
    status: str
    classification: str
    chapter: str
    weekly_limit: str


@dataclass
class Happening:
    """One row of events.csv. `order`: its place in the file, which decides between ties."""

    at: datetime
    order: int
    kind: str
    actor: str
    mentor: str
    value: str
    text: str


@dataclass
class Asked:
    """One row of requests.csv with its events in the order in which they happened."""

    key: str
    client: str
    chapter: str
    submitted_at: datetime
    area: str
    requested_mentor: str
    events: list[Happening] = field(default_factory=list)


@dataclass
class World:
    """Everything that a folder holds. `bad`: request → why it was left out while reading."""

    units: dict[str, Unit]
    people: dict[str, Person]
    pauses: dict[str, list[tuple[date, date]]]
    days: Days
    requests: dict[str, Asked]
    bad: dict[str, str]

    def zone(self, chapter: str) -> ZoneInfo:
        zone = self.units[chapter].zone
        assert zone is not None, chapter
        return zone

    def above(self, code: str) -> Iterator[str]:
        """The unit itself and those above it."""
        while code:
            yield code
            code = self.units[code].parent

    def of_level(self, chapter: str, level: str) -> str:
        return next(code for code in self.above(chapter) if self.units[code].level == level)


def read(folder: Path) -> World:
    rows = {name: list(_rows(folder / f"{name}.csv")) for name in NAMES}
    units = {row["code"]: _unit(row) for row in rows["units"]}
    people = {row["volunteer_id"]: _person(row) for row in rows["volunteers"]}
    pauses: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in rows["pauses"]:
        span = (date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"]))
        pauses[row["volunteer_id"]].append(span)
    days = Days({date.fromisoformat(row["date"]) for row in rows["closed_days"]})
    world = World(units, people, pauses, days, {}, {})
    clients = {row["client_id"]: _name(row) for row in rows["clients"]}
    _take_requests(world, rows["requests"], clients)
    _take_events(world, rows["events"])
    return world


NAMES = ["units", "volunteers", "pauses", "closed_days", "clients", "requests", "events"]


def _rows(path: Path) -> Iterator[Row]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _unit(row: Row) -> Unit:
    zone = ZoneInfo(row["time_zone"]) if row["time_zone"] else None
    return Unit(row["level"], row["code"], row["parent_code"], zone)


def _person(row: Row) -> Person:
    return Person(
        row["volunteer_id"],
        _name(row),
        row["status"],
        row["classification"],
        row["chapter_code"],
        row["weekly_limit"],
    )


def _name(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}"


def _take_requests(world: World, rows: list[Row], clients: dict[str, str]) -> None:
    for row in rows:
        key = row["request_id"]
        try:
            if row["client_id"] not in clients:
                raise Bad("unknown client")
            if row["chapter_code"] not in world.units:
                raise Bad("unknown chapter")
            if row["requested_mentor_id"] and row["requested_mentor_id"] not in world.people:
                raise Bad("unknown volunteer")
            world.requests[key] = Asked(
                key,
                clients[row["client_id"]],
                row["chapter_code"],
                instant(row["submitted_at"]),
                row["area"],
                row["requested_mentor_id"],
            )
        except Bad as reason:
            world.bad[key] = str(reason)


def _take_events(world: World, rows: list[Row]) -> None:
    for order, row in enumerate(rows):
        key = row["request_id"]
        if key not in world.requests:
            continue
        try:
            world.requests[key].events.append(_happening(row, order))
        except Bad as reason:
            world.bad[key] = str(reason)
            del world.requests[key]
    for request in world.requests.values():
        request.events.sort(key=lambda event: (event.at, event.order))


def _happening(row: Row, order: int) -> Happening:
    said = [row[name] for name in ("kind", "actor_id", "mentor_id", "value", "text")]
    return Happening(instant(row["at"]), order, *said)


def instant(text: str) -> datetime:
    """Raises Bad for what is no instant with an offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Bad("not an instant") from None
    if moment.tzinfo is None:
        raise Bad("an instant without offset")
    return moment.astimezone(UTC)
