"""Questions for the `report` command: which report, as of when, of what unit and period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO

from django.core.management import call_command

from tests.history.answers import LISTS, Answers, History
from tests.history.chance import Chance
from tests.history.comparing import differences
from tests.history.days import midnight
from tests.history.oracle import Choice

LATER = datetime(2030, 6, 3, 17, 4, 5, tzinfo=UTC)
"""Not over yet: what is asked as of then is read as it stands."""
GROUPS = ["", "month", "region", "district", "chapter", "mentor"]


@dataclass(frozen=True)
class Asked:
    """One call of the command. Nothing said is the empty string or None."""

    report: str
    at: datetime
    unit: str = ""
    first: date | None = None
    last: date | None = None
    by: str = ""

    def words(self) -> list[str]:
        said = {
            "--as-of": self.at.isoformat(),
            "--unit": self.unit,
            "--from": f"{self.first or ''}",
            "--to": f"{self.last or ''}",
            "--by": self.by,
            "--format": "csv",
        }
        options = [word for option, words in said.items() if words for word in (option, words)]
        return [self.report, *options]

    def __str__(self) -> str:
        return "report " + " ".join(self.words())


def ask(asked: Asked) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("report", *asked.words(), stdout=out)
    return out.getvalue()


def wrong(asked: Asked, history: History) -> list[str]:
    """Each cell that is not as the files have it, with the question it answers."""
    answers = Answers(history, asked.at, asked.unit, asked.first, asked.last)
    found = differences(asked.report, ask(asked), answers, asked.by)
    return [f"{asked}: {difference}" for difference in found]


def questions(history: History, chance: Chance, instants: int) -> Iterator[Asked]:
    """Every report at so many instants of the past, and later; grouped in every way."""
    for at in [LATER, *some_instants(history, chance, instants)]:
        units = ["", *(some_unit(history, chance, level) for level in LEVELS)]
        for unit in units:
            for name in LISTS:
                period = some_period(history, chance) if chance.of(0.3) else (None, None)
                yield Asked(name, at, unit, *period)
            first, last = some_period(history, chance)
            yield Asked("mentors-activity", at, unit, first, last)
            yield Asked("timing", at, unit, first, last, chance.pick(GROUPS))
        for by in GROUPS:
            yield Asked("timing", at, "", *some_period(history, chance), by)
        yield Asked("mentors-activity", at)


LEVELS = ["region", "district", "chapter"]


def some_unit(history: History, chance: Chance, level: str) -> str:
    return chance.pick([u.code for u in history.world.units.values() if u.level == level])


def some_instants(history: History, chance: Chance, number: int) -> Iterator[datetime]:
    """The end; the very instant at which an answer became late; those around it and any others."""
    stories = Answers(history, LATER).stories
    struck = [c.respond_by for story in stories for c in story.choices if _missed(c)]
    told = [event.at for story in stories for event in story.asked.events]
    zones = [unit.zone for unit in history.world.units.values() if unit.zone]
    yield max(told)
    yield chance.pick(struck)
    for place in range(number - 2):
        at = chance.pick([told, struck][place % 2])
        if place % 5 == 4:
            at = midnight(at.date(), chance.pick(zones))
        yield at + timedelta(microseconds=chance.pick([0, 0, 0, -1, 1]))


def _missed(choice: Choice) -> bool:
    settled = choice.answered_at or choice.ended_at
    return settled is None or settled > choice.respond_by


def some_period(history: History, chance: Chance) -> tuple[date | None, date | None]:
    """None; a month; a day; a few weeks; open at one end."""
    submitted = [asked.submitted_at.date() for asked in history.world.requests.values()]
    start = min(submitted) + timedelta(
        days=chance.number(-3, (max(submitted) - min(submitted)).days)
    )
    month = start.replace(day=1)
    end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    few = start + timedelta(days=chance.number(3, 60))
    return chance.pick(
        [(None, None), (month, end), (start, start), (start, few), (start, None), (None, start)]
    )
