"""Rows that cannot be taken over: one thing wrong with a request, of every kind there is."""

from datetime import datetime, timedelta

from tests.history.chance import Chance
from tests.history.stories import Event

Row = dict[str, str]
NOBODY = "V9999"


def spoil(
    chance: Chance, row: Row, rows: list[Row], told: list[Event], submitted_at: datetime
) -> None:
    """Make a request impossible, in a way that `chance` picks."""
    last = max([submitted_at, *(event.at for event in told)])
    ways = [_of_the_request, _before, _after]
    if rows:
        ways += [_in_a_row, _unknown_person]
    chance.pick(ways)(chance, row, rows, last)
    if chance.of(0.2):
        rows.append(_extra(row, last, "contact", value="reached", actor_id=NOBODY))


def _of_the_request(chance: Chance, row: Row, rows: list[Row], last: datetime) -> None:
    column, value = chance.pick(
        [
            ("client_id", "K999999"),
            ("chapter_code", "9999"),
            ("submitted_at", "2025-01-06T09:00:00"),
            ("submitted_at", "last spring"),
            ("submitted_at", ""),
        ]
    )
    row[column] = value


def _before(chance: Chance, row: Row, rows: list[Row], last: datetime) -> None:
    early = datetime.fromisoformat(row["submitted_at"]) - timedelta(seconds=1)
    rows.append(_extra(row, early, "assigned", mentor_id="V0001", actor_id="V0000"))


def _after(chance: Chance, row: Row, rows: list[Row], last: datetime) -> None:
    """What no state allows at the end: two closings, two acceptances, a return from nowhere."""
    kind = chance.pick(["accepted", "closed", "reopened", "moved", "transferred"])
    value = {"closed": "withdrawn", "reopened": "need_action", "moved": "0002"}.get(kind, "")
    rows += [_extra(row, last, kind, value=value) for _ in range(2)]
    if kind == "moved":
        rows[-1]["value"] = "9999"


def _in_a_row(chance: Chance, row: Row, rows: list[Row], last: datetime) -> None:
    column, value = chance.pick([("at", "2025-01-06T09:00:00"), ("at", "?"), ("kind", "vanished")])
    chance.pick(rows)[column] = value


def _unknown_person(chance: Chance, row: Row, rows: list[Row], last: datetime) -> None:
    chance.pick(rows)["actor_id"] = NOBODY


def _extra(row: Row, at: datetime, kind: str, **more: str) -> Row:
    columns = ["actor_id", "mentor_id", "value", "minutes", "text"]
    event = {"request_id": row["request_id"], "at": at.isoformat(), "kind": kind}
    return event | dict.fromkeys(columns, "") | more
