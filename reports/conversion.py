"""Conversion: how far the requests of a period have come.

The requests are those submitted in the period; what is told is what had become of each by the
instant of the question. A request is counted at every step that it ever reached, so with a mentor
who gave it back later it still was accepted. The two last figures say what became of those that
are not complete.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    When,
)
from django.db.models.expressions import Combinable

from intake.enums import ACCEPTED, CLOSED, OPEN, ContactResult, EventKind, SessionState, Status
from intake.models import ContactAttempt, MentoringRequest, RequestEvent, Session
from intake.querysets import RequestQuerySet
from mentors.models import Chapter
from mentors.spreadsheets import Column
from reports.question import UNITS, By, Question, unit_of
from reports.spans import local_month
from reports.whereabouts import submitted


class Step(TextChoices):
    """What is counted of the requests."""

    REQUESTS = "requests", "Requests"
    ASSIGNED = "assigned", "Assigned"
    ACCEPTED = "accepted", "Accepted"
    CONTACTED = "contacted", "Contacted"
    COUNSELED = "counseled", "Counseled"
    COMPLETE = "complete", "Complete"
    OPEN = "open", "Still open"
    ENDED = "ended", "Closed otherwise"


WAY = (Step.REQUESTS, Step.ASSIGNED, Step.ACCEPTED, Step.CONTACTED, Step.COUNSELED, Step.COMPLETE)
"""The steps in order. Complete, still open and closed otherwise together are all requests."""
GROUPED = (By.CHAPTER, By.DISTRICT, By.REGION, By.MONTH)
"""What the figures can be grouped by; a month is that of the submission."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """The figures of one group of requests."""

    key: str
    """The code of the unit, the month as YYYY-MM, or “all”."""
    name: str
    counts: Counter[str]

    @property
    def cells(self) -> list[tuple[Step, int, float | None]]:
        """Every figure with its share of all requests of the group."""
        return [(step, self.counts[step], self.share(step)) for step in Step]

    def share(self, step: Step) -> float | None:
        """The part of the requests that a figure is; None where there are none."""
        requests = self.counts[Step.REQUESTS]
        return self.counts[step] / requests if requests else None


def rows(question: Question) -> list[Row]:
    """One row for each group that has requests, units in their order, months one after the other.

    Two queries for units, one for months. Everything else is grouped as one, if there is anything.
    """
    if question.by == By.MONTH:
        by_month = dict(_counted(question, local_month("submitted_at", "home_zone")))
        return [Row(key=month, name=month, counts=by_month[month]) for month in sorted(by_month)]
    by_chapter = dict(_counted(question, F("home")))
    return list(_by_unit(question, by_chapter)) if by_chapter else []


def total(found: Iterable[Row]) -> Row:
    """The sum of groups: no request is in two of them."""
    counts: Counter[str] = Counter()
    for row in found:
        counts.update(row.counts)
    return Row(key=By.ALL.value, name="All", counts=counts)


def _by_unit(question: Question, by_chapter: dict[int, Counter[str]]) -> Iterator[Row]:
    names: dict[str, str] = {}
    sums: dict[str, Counter[str]] = {}
    for chapter in question.reach.chapters():
        if chapter.pk not in by_chapter:
            continue
        key, name = _unit(question.by, chapter)
        names[key] = name
        sums.setdefault(key, Counter()).update(by_chapter[chapter.pk])
    yield from (Row(key=key, name=names[key], counts=counts) for key, counts in sums.items())


def _unit(by: By, chapter: Chapter) -> tuple[str, str]:
    """The key and the name of the group that a chapter belongs to."""
    if by not in UNITS:
        return By.ALL.value, "All"
    unit = unit_of(chapter, by)
    return unit.code, unit.name


def _counted(question: Question, group: Combinable) -> Iterator[tuple[Any, Counter[str]]]:
    """The figures of each group. A request has several assignments and counts once."""
    counted = {
        step.value: Count("pk", distinct=True, filter=mark)
        for step, mark in _marks(question).items()
    }
    grouped: QuerySet[Any, Any] = _requests(question).order_by().annotate(group=group)
    for row in grouped.values("group").annotate(**counted):
        yield row.pop("group"), Counter(row)


# --- Which requests -------------------------------------------------------------------------------


def _requests(question: Question) -> RequestQuerySet:
    """The requests submitted in the period; `ended_as` is how each stood closed at the instant."""
    ended_as = _status_then(question.at) if question.is_past else F("status")
    return submitted(question).annotate(ended_as=ended_as)


def reached(question: Question, step: Step, group: str = "") -> RequestQuerySet:
    """The requests behind a figure; `group` is the key of a row, everything without one."""
    came = _requests(question).filter(_of_group(question, group), _marks(question)[step])
    return MentoringRequest.objects.filter(pk__in=came.values("pk"))


def missed(question: Question, step: Step, group: str = "") -> RequestQuerySet:
    """Those of the group that are not behind the figure."""
    everything = _requests(question).filter(_of_group(question, group))
    came = everything.filter(_marks(question)[step]).values("pk")
    return MentoringRequest.objects.filter(pk__in=everything.exclude(pk__in=came).values("pk"))


def _of_group(question: Question, group: str) -> Q:
    if not group or question.by == By.ALL:
        return Q()
    if question.by == By.MONTH:
        month = local_month("submitted_at", "home_zone")
        return Q(pk__in=submitted(question).annotate(month=month).filter(month=group).values("pk"))
    way = {By.CHAPTER: "code", By.DISTRICT: "district__code", By.REGION: "district__region__code"}
    return Q(home__in=Chapter.objects.filter(**{way[question.by]: group}).values("pk"))


def _marks(question: Question) -> dict[Step, Q]:
    """By which a request counts at each step; those of its assignments are about one of them."""
    at = question.at
    closed_otherwise = [status for status in CLOSED if status != Status.COMPLETE]
    return {
        Step.REQUESTS: Q(pk__isnull=False),
        Step.ASSIGNED: Q(assignments__assigned_at__lte=at),
        Step.ACCEPTED: Q(assignments__outcome__in=ACCEPTED, assignments__answered_at__lte=at),
        Step.CONTACTED: Q(assignments__contacted_at__lte=at) & _was_contacted(question),
        Step.COUNSELED: Q(assignments__counseled_at__lte=at) & _was_counseled(question),
        Step.COMPLETE: Q(ended_as=Status.COMPLETE),
        Step.OPEN: Q(ended_as__isnull=True) | Q(ended_as__in=OPEN),
        Step.ENDED: Q(ended_as__in=closed_otherwise),
    }


# --- What was known then --------------------------------------------------------------------------


def _was_contacted(question: Question) -> Q:
    """Of the past: that it had been written down by then, as a session is after it was held."""
    if not question.is_past:
        return Q()
    ours, at = OuterRef("assignments__pk"), question.at
    tried = ContactAttempt.objects.filter(assignment=ours, result=ContactResult.REACHED, at__lte=at)
    return Q(Exists(tried)) | Q(Exists(Session.objects.filter(assignment=ours, created_at__lte=at)))


def _was_counseled(question: Question) -> Q:
    if not question.is_past:
        return Q()
    held = Session.objects.filter(state=SessionState.HELD, entered_at__lte=question.at)
    return Q(Exists(held.filter(assignment=OuterRef("assignments__pk"))))


def _status_then(at: datetime) -> Case:
    """The status in which it was closed, or opened again, last; nothing if it never was.

    What had been closed by then for good has the status it has now. Only the others are looked up.
    """
    told = RequestEvent.objects.filter(
        request=OuterRef("pk"), kind__in=[EventKind.CLOSED, EventKind.REOPENED], at__lte=at
    )
    last = Subquery(told.order_by("-at", "-pk").values("to_status")[:1])
    return Case(When(closed_at__lte=at, then=F("status")), default=last, output_field=CharField())


# --- As a file ------------------------------------------------------------------------------------


def _of(step: Step) -> Column[Row]:
    return Column(step.label, lambda row: row.counts[step], 12, name=step.value)


COLUMNS: tuple[Column[Row], ...] = (
    Column("Group", lambda row: row.name, 28, name="group", code=lambda row: row.key),
    *map(_of, Step),
)
