"""Fairness: which mentors received how many requests.

The mentors are those who are assignable at the instant of the question. Received: what was given to
them in the period, whatever became of it, less what was replaced before they answered: the same as
counts against a weekly limit. The days of the period are those of the mentor's chapter.
"""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from math import ceil
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Count, QuerySet

from intake.enums import Outcome
from intake.models import Assignment
from mentors.models import Chapter, Volunteer
from mentors.querysets import VolunteerQuerySet
from mentors.spreadsheets import Column
from reports.given import Mentor, assignments_of, had, made_in, named
from reports.question import Question

TENTH = 10
FROM = (0, 1, 2, 3, 6, 11, 21, 51)
"""How many requests each band of the distribution begins with."""


class Row(NamedTuple):
    """One mentor. A tuple, because it is made quickly: there are thousands."""

    mentor: Mentor
    received: int

    @property
    def chapter(self) -> Chapter:
        """The mentor's."""
        return self.mentor.chapter

    @property
    def weekly_limit(self) -> int | None:
        """Requests a week; None is no limit."""
        return self.mentor.weekly_limit


RECEIVED = attrgetter("received")


@dataclass(frozen=True, kw_only=True)
class Band:
    """Mentors who received about as many."""

    first: int
    last: int | None
    """None has no end."""
    mentors: int

    @property
    def label(self) -> str:
        """“None”, “2”, “3–5”, “51 and more”."""
        if self.last is None:
            return f"{self.first} and more"
        if self.first == self.last:
            return str(self.first or "None")
        return f"{self.first}–{self.last}"

    def has(self, row: Row) -> bool:
        """Whether a mentor belongs to it."""
        return self.first <= row.received and (self.last is None or row.received <= self.last)


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """All mentors, who received most first, and how evenly it is shared."""

    rows: list[Row]

    @cached_property
    def numbers(self) -> Counter[int]:
        """How many mentors received how many."""
        return Counter(map(RECEIVED, self.rows))

    @cached_property
    def received(self) -> int:
        """All that was given to them."""
        return sum(number * mentors for number, mentors in self.numbers.items())

    @cached_property
    def busiest(self) -> list[Row]:
        """The tenth of the mentors who received most, rounded up."""
        return self.rows[: ceil(len(self.rows) / TENTH)]

    @property
    def share_of_busiest(self) -> float | None:
        """The part of all requests that the busiest tenth received; None if there were none."""
        if not self.received:
            return None
        return sum(map(RECEIVED, self.busiest)) / self.received

    @property
    def even_share(self) -> float | None:
        """What that part would be had everybody received the same."""
        return len(self.busiest) / len(self.rows) if self.rows else None

    @cached_property
    def without(self) -> list[Row]:
        """Who received nothing, by name."""
        return [row for row in self.rows if not row.received]

    @property
    def bands(self) -> list[Band]:
        """How many mentors received about as many, up to the band of who received most."""
        most = max(self.numbers, default=0)
        ends: list[int | None] = [later - 1 for _, later in pairwise(FROM)]
        spans = zip(FROM, [*ends, None], strict=True)
        inside: Counter[int] = Counter()
        for number, mentors in self.numbers.items():
            inside[bisect_right(FROM, number) - 1] += mentors
        return [
            Band(first=first, last=last, mentors=inside[place])
            for place, (first, last) in enumerate(spans)
            if first <= most
        ]

    def band(self, first: int) -> Band | None:
        """The band that begins with so many, if anybody is in it or in a later one."""
        return next((band for band in self.bands if band.first == first), None)


def fairness(question: Question) -> Fairness:
    """How the requests of the period were shared. Three queries for any number of mentors."""
    return Fairness(rows=rows(question))


def rows(question: Question) -> list[Row]:
    """Every assignable mentor, who received most first, then by name. Three queries."""
    mentors = mentors_of(question)
    given = _kept(made_in(question).filter(question.reach.within("mentor__chapter")), question.at)
    numbers: dict[int, int] = dict(given.order_by().values_list("mentor").annotate(n=Count("pk")))
    by_name = sorted(
        named(mentors, question.reach), key=attrgetter("last_name", "first_name", "pk")
    )
    found = [Row(person, numbers.get(person.pk, 0)) for person in by_name]
    return sorted(found, key=RECEIVED, reverse=True)


def mentors_of(question: Question) -> VolunteerQuerySet:
    """Who could be given a request, of the chapters of the question."""
    return _assignable(question.at).filter(question.reach.within())


def _assignable(at: datetime) -> VolunteerQuerySet:
    return Volunteer.objects.assignable(at).filter(profile__isnull=False, chapter__isnull=False)


def received(question: Question, mentors: VolunteerQuerySet) -> QuerySet[Assignment]:
    """What counts as received by these mentors."""
    return _kept(assignments_of(question, mentors), question.at)


def _kept(given: QuerySet[Assignment], at: datetime) -> QuerySet[Assignment]:
    """What was not given to somebody else before it had to be answered."""
    return given.exclude(had(Outcome.REPLACED, at))


COLUMNS: tuple[Column[Row], ...] = (
    Column("Mentor number", lambda row: row.mentor.external_id, 16, name="mentor_external_id"),
    Column("Mentor", lambda row: str(row.mentor), 28, name="mentor"),
    Column(
        "Chapter",
        lambda row: row.chapter.name,
        26,
        name="chapter_code",
        code=lambda row: row.chapter.code,
    ),
    Column("Received", lambda row: row.received, 10, name="received"),
    Column("Weekly limit", lambda row: row.weekly_limit, 12, name="weekly_limit"),
)
