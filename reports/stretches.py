"""The requests behind the timing figures, what took longest first, and how they are distributed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, F, Func, IntegerField, Value

from intake.calendar import ONE_DAY
from intake.inforce import calendar
from intake.models import MentoringRequest
from mentors.models import Chapter, Volunteer
from mentors.spreadsheets import Column
from reports import awaiting
from reports.measuring import Metric, Rows, measured, mentor_of
from reports.question import Question
from reports.spans import DAY

AT_A_TIME = 500
"""Rows of which the requests, chapters and mentors are read together."""
EDGES = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30)
"""Business days at which the distribution is divided."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One request, from when to when; without an end it still waits."""

    mre: MentoringRequest
    chapter: Chapter
    mentor: Volunteer | None
    began: datetime
    ended: datetime | None
    days: float
    business_days: float


class _Row(NamedTuple):
    """The same, with the ids of what it is about."""

    request: int
    chapter: int
    mentor: int | None
    began: datetime
    ended: datetime | None = None


@dataclass(frozen=True)
class Listing:
    """The stretches of one list, of which a page reads its own only."""

    number: int
    read: Callable[[int, int], Sequence[_Row]]
    at: datetime

    def page(self, first: int, last: int) -> list[Stretch]:
        """Those from one place up to another, the longest first. At most five queries."""
        return self._shown(self.read(first, last))

    def all(self) -> Iterator[Stretch]:
        """All of them. They are put in order once, and what they show is read bit by bit."""
        rows = self.read(0, self.number)
        for first in range(0, len(rows), AT_A_TIME):
            yield from self._shown(rows[first : first + AT_A_TIME])

    def _shown(self, rows: Sequence[_Row]) -> list[Stretch]:
        requests = MentoringRequest.objects.for_list().in_bulk([row.request for row in rows])
        chapters = Chapter.objects.in_bulk({row.chapter for row in rows})
        mentors = Volunteer.objects.in_bulk({row.mentor for row in rows if row.mentor})
        days_off = calendar()
        return [
            Stretch(
                mre=requests[row.request],
                chapter=(chapter := chapters[row.chapter]),
                mentor=mentors[row.mentor] if row.mentor else None,
                began=row.began,
                ended=row.ended,
                days=((until := row.ended or self.at) - row.began) / ONE_DAY,
                business_days=days_off.business_days(row.began, until, chapter.zone),
            )
            for row in rows
        ]


def behind(question: Question, metric: Metric) -> Listing:
    """What was measured, within the bounds of business days if the question has some."""
    rows = _bounded(question, metric).order_by("-took_business", "-took", "pk")
    found = rows.values_list("request", "home", mentor_of(metric), "began", "ended")
    return Listing(
        rows.count(), lambda first, last: [_Row(*row) for row in found[first:last]], question.at
    )


def still_waiting(question: Question, metric: Metric) -> Listing:
    """What still waits for its end."""

    def read(first: int, last: int) -> list[_Row]:
        return [_Row(*wait) for wait in awaiting.listed(question, metric, first, last)]

    return Listing(awaiting.number(question, metric), read, question.at)


def _bounded(question: Question, metric: Metric) -> Rows:
    rows = measured(question, metric, calendar())
    if question.least_days is not None:
        rows = rows.filter(took_business__gte=round(question.least_days * DAY))
    if question.below_days is not None:
        rows = rows.filter(took_business__lt=round(question.below_days * DAY))
    return rows


@dataclass(frozen=True)
class Band:
    """How many took from so many business days to below so many; None is open."""

    least: int
    below: int | None
    number: int

    @property
    def label(self) -> str:
        """“under 1”, “1 to 2”, “30 or more”."""
        if self.below is None:
            return f"{self.least} or more"
        return f"{self.least} to {self.below}" if self.least else f"under {self.below}"


def distribution(question: Question, metric: Metric) -> list[Band]:
    """How many took how long, in bands up to the last in which there are any. Two queries."""
    edges = Value([edge * DAY for edge in EDGES], ArrayField(BigIntegerField()))
    place = Func(F("took_business"), edges, function="width_bucket", output_field=IntegerField())
    rows = measured(question, metric, calendar()).order_by().annotate(band=place)
    found = dict(rows.values_list("band").annotate(number=Count("pk")))
    bounds = zip((0, *EDGES), (*EDGES, None), strict=True)
    bands = [Band(least, below, found.get(n, 0)) for n, (least, below) in enumerate(bounds)]
    return bands[: max(found, default=-1) + 1]


# --- As a file ------------------------------------------------------------------------------------

COLUMNS: tuple[Column[Stretch], ...] = (
    Column("Request", lambda row: row.mre.number, 12),
    Column("Client", lambda row: row.mre.client.full_name, 26),
    Column("Chapter", lambda row: row.chapter.name, 26),
    Column("Mentor", lambda row: str(row.mentor) if row.mentor else None, 26),
    Column("From", lambda row: row.began, 18),
    Column("To", lambda row: row.ended, 18),
    Column("Business days", lambda row: row.business_days, 14, places=4),
    Column("Calendar days", lambda row: row.days, 14, places=4),
)
