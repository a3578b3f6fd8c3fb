"""What comes after an export: a longer one, and the clocks of the product."""

import csv
from datetime import datetime
from pathlib import Path

from tests.history.answers import History
from tests.history.oracle import REQUEUE_IN, until
from tests.history.reading import Happening

LAST_OF_ALL = 10**9
CLOCKED = {"requests": "submitted_at", "events": "at"}


def shorten(folder: Path, into: Path, at: datetime) -> None:
    """The export of the same system at an earlier instant. Every instant in it must be one."""
    into.mkdir()
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows, column = list(reader), CLOCKED.get(path.stem)
        if column:
            rows = [row for row in rows if datetime.fromisoformat(row[column]) <= at]
        with (into / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames or [])
            writer.writeheader()
            writer.writerows(rows)


def strike(history: History, now: datetime) -> int:
    """Requeue what is unanswered, at its deadline: all that the clocks change in the reports.

    How many requests it takes back.
    """
    struck = 0
    for story in until(history.world, history.rejected, now):
        if story.status != "assigned" or story.current is None:
            continue
        zone = history.world.zone(history.world.people[story.current.mentor].chapter)
        due = history.world.days.deadline(story.current.at, REQUEUE_IN, zone)
        if due <= now:
            event = Happening(due, LAST_OF_ALL, "requeued", "", "", "", "")
            story.asked.events.append(event)
            struck += 1
    return struck
