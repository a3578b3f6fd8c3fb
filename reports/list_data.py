"""The rows of a list for its page: sorted and cut into pages before anything is read of them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import F
from django.db.models.functions import Lower
from django_tables2.data import TableData

from intake.enums import Stage
from intake.models import MentoringRequest
from mentors.models import Volunteer
from reports import waiting, waiting_now, waiting_then
from reports.list_form import BANDS, BY_KEY
from reports.question import Question
from reports.waiting import Waiting
from reports.waiting_then import Stood

SORTS: dict[str, tuple[str, ...]] = {
    "since": ("since",),
    "client": ("client__last_name", "client__first_name"),
    "area": ("area__name",),
    "chapter": ("chapter__name",),
    "mentor": ("held__mentor__last_name", "held__mentor__first_name"),
    "submitted": ("submitted_at",),
}
"""By what the database sorts for each column; what is equal keeps one order."""
BY_NAME = {"client", "area", "chapter", "mentor"}
"""Sorted whatever the capitals."""
EDGES = tuple(band.least for band in BANDS if band.least)
"""Business days that part the bands of age."""


class NowData(TableData):
    """As it stands now."""

    data: Any

    def __init__(self, question: Question, stage: Stage) -> None:
        super().__init__(waiting_now.listed(question, stage))
        self.question, self.stage = question, stage

    def __len__(self) -> int:
        return self.count

    @cached_property
    def count(self) -> int:
        """All rows. One query."""
        number: int = self.data.count()
        return number

    def __iter__(self) -> Iterator[Waiting]:
        return iter(self[:])

    def __getitem__(self, part: slice) -> Sequence[Waiting]:
        """First which rows, then all that they show: the database would join it to all rows."""
        ids = list(self.data.values_list("pk", flat=True)[part])
        found = self.data.order_by().in_bulk(ids)
        there = [found[pk] for pk in ids if pk in found]  # one may have gone on since
        return list(waiting.as_stands(there, self.question))

    @cached_property
    def counted(self) -> tuple[Counter[Stage], list[int]]:
        """How many each list has, and this one in each band of age. Three queries."""
        return waiting_now.count_spans(_any_age(self.question), self.stage, EDGES)

    def count_stages(self) -> dict[Stage, int]:
        """How many requests each list has, of any age."""
        tally, _ = self.counted
        return {stage: tally[stage] for stage in Stage}

    def count_bands(self) -> list[int]:
        """How many of this list are in each band of age."""
        return self.counted[1]

    def order_by(self, aliases: Sequence[str]) -> None:
        """What is put aside stays last."""
        wanted = [_ordered(alias) for alias in aliases]
        fields = [field for each in wanted for field in each]
        self.data = self.data.order_by("is_snoozed", *fields, "since", "pk")


def _ordered(alias: str) -> list[Any]:
    name = alias.lstrip("-")
    fields = [Lower(F(field)) if name in BY_NAME else F(field) for field in SORTS[name]]
    if alias.startswith("-"):
        return [field.desc(nulls_last=True) for field in fields]
    return [field.asc(nulls_last=True) for field in fields]


class ThenData(TableData):
    """As it stood at an instant that is over; sorted here, for only the timelines know it."""

    data: list[Stood]

    def __init__(self, question: Question, stage: Stage) -> None:
        self.everything = waiting_then.read(question)
        super().__init__(waiting_then.at_stage(self.everything, question, stage))
        self.question, self.stage = question, stage

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Waiting]:
        return iter(self[:])

    def __getitem__(self, part: slice) -> Sequence[Waiting]:
        return list(waiting.as_stood(self.data[part]))

    def count_stages(self) -> dict[Stage, int]:
        """How many requests each list had, of any age."""
        tally = Counter(it.standing.stage for it in self.everything)
        return {stage: tally[stage] for stage in Stage}

    def count_bands(self) -> list[int]:
        """How many of this list were in each band of age."""
        there = (it for it in self.everything if it.standing.stage == self.stage)
        found = Counter(bisect_right(EDGES, it.days) for it in there)
        return [found[place] for place in range(len(BANDS))]

    def order_by(self, aliases: Sequence[str]) -> None:
        """What was put aside stays last."""
        for alias in reversed(aliases):
            key, backwards = self._key(alias.lstrip("-")), alias.startswith("-")
            self.data.sort(key=key, reverse=backwards)
        self.data.sort(key=lambda it: it.snooze is not None)

    def _key(self, name: str) -> Callable[[Stood], Any]:
        """One query at most, of all rows."""
        if name == "since":
            return lambda it: it.standing.since
        if name == "chapter":
            return lambda it: it.chapter.name.lower()
        known = _mentors(self.data) if name == "mentor" else _of_requests(self.data, SORTS[name])
        of = _mentor_of if name == "mentor" else _request_of
        return lambda it: known.get(of(it), ())


def _request_of(it: Stood) -> int | None:
    return it.standing.request


def _mentor_of(it: Stood) -> int | None:
    return it.standing.mentor


def _of_requests(found: Sequence[Stood], fields: Sequence[str]) -> dict[int | None, Any]:
    rows = MentoringRequest.objects.filter(pk__in=[it.standing.request for it in found])
    return {pk: _folded(values) for pk, *values in rows.values_list("pk", *fields)}


def _mentors(found: Sequence[Stood]) -> dict[int | None, Any]:
    rows = Volunteer.objects.filter(pk__in={it.standing.mentor for it in found})
    named = rows.values_list("pk", "last_name", "first_name")
    return {pk: _folded(names) for pk, *names in named}


def _folded(values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(value.lower() if isinstance(value, str) else value for value in values)


def data(question: Question, stage: Stage) -> NowData | ThenData:
    """The rows of one list."""
    return ThenData(question, stage) if question.is_past else NowData(question, stage)


def count_bands(rows: NowData | ThenData) -> dict[str, int]:
    """How many requests of a list are in each band of age, whatever band is asked for."""
    return dict(zip(BY_KEY, rows.count_bands(), strict=True))


def _any_age(question: Question) -> Question:
    return replace(question, least_days=None, below_days=None)
