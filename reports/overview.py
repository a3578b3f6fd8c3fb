"""The overview: who waits where, the worst cases by name, and what stands out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from intake.enums import WAITING, SessionState, Stage
from intake.inforce import policy
from intake.models import Session
from reports import waiting, waiting_now, waiting_then
from reports.question import By, Question, unit_of
from reports.scope import Unit, key_of
from reports.waiting import Counts, Waiting
from reports.waiting_then import Stood

WORST = 3
"""Cases of each list that the overview names."""
TOO_LONG = 2.0
"""Business days in the queue from which a client waits too long."""


def page_of(stage: Stage) -> str:
    """The name of the address of a list."""
    return f"reports:{waiting.NAMES[stage]}"


@dataclass(frozen=True, kw_only=True)
class Card:
    """One of the four lists: how many, what stands out among them, and who waits longest."""

    stage: Stage
    number: int
    standing_out: int
    """How many of them the words are about."""
    words: str
    tone: str
    worst: list[Waiting]

    @property
    def page(self) -> str:
        """The name of the address of the list."""
        return page_of(self.stage)

    @property
    def said(self) -> str:
        """“6 over 2 business days”; nothing if none of them stands out."""
        return f"{self.standing_out:,} {self.words}" if self.standing_out else ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One unit with the open requests of its chapters, at every stage."""

    unit: Unit | None
    """None is all of them together."""
    counts: Counts

    @property
    def key(self) -> str:
        """What chooses the unit in an address."""
        return key_of(self.unit) if self.unit else ""

    @property
    def cells(self) -> list[tuple[Stage, str, int]]:
        """Every stage with the page of its list and its number, in order."""
        return [(stage, page_of(stage), self.counts[stage]) for stage in Stage]

    @property
    def total(self) -> int:
        """All open requests."""
        return self.counts.total()


# --- The four lists -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waits:
    """The open requests: how many wait where, what stands out, and who waits longest."""

    counts: Mapping[int, Counts]
    """Of each chapter at every stage."""
    standing_out: Mapping[Stage, int]
    worst: Mapping[Stage, list[Waiting]]


def waits(question: Question) -> Waits:
    """All that is open, whenever it was submitted. Six queries now, of the past eleven."""
    return _then(question) if question.is_past else _now(question)


def cards(found: Waits) -> list[Card]:
    """The four lists."""
    together = whole(found.counts).counts
    return [
        Card(
            stage=stage,
            number=together[stage],
            standing_out=found.standing_out[stage],
            words=words,
            tone=tone,
            worst=found.worst[stage],
        )
        for stage, (words, tone) in _words().items()
    ]


def _words() -> dict[Stage, tuple[str, str]]:
    """What stands out in each list, and whether that is bad."""
    return {
        Stage.NOT_ASSIGNED: (f"over {TOO_LONG:.0f} business days", "late"),
        Stage.NOT_ACCEPTED: ("overdue with the mentor", "late"),
        Stage.NOT_CONTACTED: (f"with {policy().attempts_needed} attempts", "warn"),
        Stage.NOT_COUNSELED: ("with a session planned", "ok"),
    }


def _now(question: Question) -> Waits:
    counts: dict[int, Counts] = {}
    standing_out: Counts = Counter()
    for chapter, stage, requests, outstanding in _counted_now(question):
        counts.setdefault(chapter, Counter())[stage] = requests
        standing_out[stage] += outstanding
    return Waits(
        counts=counts,
        standing_out={stage: standing_out[stage] for stage in WAITING},
        worst=_worst_now(question),
    )


def _worst_now(question: Question) -> dict[Stage, list[Waiting]]:
    """Three queries, one of them for the calendar."""
    found: dict[Stage, list[Waiting]] = {stage: [] for stage in WAITING}
    for row in waiting.as_stands(waiting_now.longest(question, WORST), question):
        found[row.stage].append(row)
    return found


def _counted_now(question: Question) -> Iterable[tuple[int, str, int, int]]:
    """Chapter, stage, how many are there, and how many of them stand out. Three queries."""
    found = waiting_now.grouped(question).annotate(requests=Count("pk"))
    return found.annotate(outstanding=Count("pk", filter=_stands_out(question)))


def _stands_out(question: Question) -> Q:
    """Too long in the queue; overdue with the mentor; tried often enough in vain; with a session to
    come. Two queries.
    """
    at = question.at
    to_come = Session.objects.filter(state=SessionState.SCHEDULED, starts_at__gte=at)
    facts = {
        Stage.NOT_ASSIGNED: Q(status_since__lte=waiting_now.lasting(question)(TOO_LONG)),
        Stage.NOT_ACCEPTED: Q(held__respond_by__lte=at),
        Stage.NOT_CONTACTED: Q(held__attempts_made__gte=policy().attempts_needed),
        Stage.NOT_COUNSELED: Q(current__in=to_come.values("assignment")),
    }
    return reduce(or_, (waiting_now.AT[stage] & fact for stage, fact in facts.items()))


def _then(question: Question) -> Waits:
    """From the timelines. What was planned then is not told: it may have been moved since."""
    found = waiting_then.read(question)
    counts: dict[int, Counts] = {}
    for it in found:
        counts.setdefault(it.chapter.pk, Counter())[it.standing.stage] += 1
    return Waits(
        counts=counts,
        standing_out={
            stage: sum(stands_out(it) for it in found if it.standing.stage == stage)
            for stage, stands_out in _stood_out().items()
        },
        worst={
            stage: list(waiting.as_stood(waiting_then.at_stage(found, question, stage)[:WORST]))
            for stage in WAITING
        },
    )


def _stood_out() -> dict[Stage, Callable[[Stood], bool]]:
    needed = policy().attempts_needed
    return {
        Stage.NOT_ASSIGNED: lambda it: it.days >= TOO_LONG,
        Stage.NOT_ACCEPTED: lambda it: it.standing.overdue,
        Stage.NOT_CONTACTED: lambda it: it.standing.attempts >= needed,
        Stage.NOT_COUNSELED: lambda it: False,
    }


# --- Unit by unit ---------------------------------------------------------------------------------


def lines(question: Question, level: By, counts: Mapping[int, Counts]) -> list[Line]:
    """The regions, districts or chapters with what waits in those chapters that are asked about."""
    found: dict[Unit, Counts] = {}
    for chapter in question.reach.chapters():
        unit = unit_of(chapter, level)
        found.setdefault(unit, Counter()).update(counts.get(chapter.pk, {}))
    return [Line(unit=unit, counts=inside) for unit, inside in found.items()]


def whole(counts: Mapping[int, Counts]) -> Line:
    """All of them together."""
    return Line(unit=None, counts=sum(counts.values(), Counter()))
