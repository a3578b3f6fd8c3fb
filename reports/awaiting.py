"""The requests that wait for the end of a timed stretch: the other half of `reports.measuring`.

Need Action and never assigned; Assigned; Accepted with no notes ever entered. Who waits, waits at
the clock of the report: that is not tied to a period. How it stands now is read from the tables,
how it stood then from the timelines.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from intake.enums import Stage, Status
from intake.models import Assignment, MentoringRequest, Session
from reports.measuring import Metric
from reports.question import Question
from reports.standing import Standing, standing
from reports.waiting_now import held

Place = tuple[int, int | None]
"""A chapter, and the mentor whose step it is: nobody's before the first assignment, or if mentors
are not told apart."""
Waits = dict[Metric, Counter[Place]]
"""How many wait where, and for what."""


class Wait(NamedTuple):
    """A request that waits for the end of a stretch."""

    request: int
    chapter: int
    mentor: int | None
    began: datetime


def counts(question: Question, *, by_mentor: bool = False) -> Waits:
    """How many wait where, and for what. Three queries, or those of `standing`.

    Mentors are told apart only if it is wished: there are thousands.
    """
    if not question.is_past:
        return {metric: _counted(question, metric, by_mentor=by_mentor) for metric in Metric}
    found: Waits = {metric: Counter() for metric in Metric}
    for one in _stood(question):
        metric = _awaited(one)
        if metric:
            found[metric][one.chapter, one.mentor if by_mentor else None] += 1
    return found


def number(question: Question, metric: Metric) -> int:
    """How many wait for the end of one kind of stretch."""
    return counts(question)[metric].total() if question.is_past else _now(question, metric).count()


def listed(
    question: Question, metric: Metric, first: int = 0, last: int | None = None
) -> list[Wait]:
    """Those that wait, what began first comes first: all, or some of them by their place."""
    if question.is_past:
        return _then(question, metric)[first:last]
    # The sum is in no index: whoever waits is found first, and put in order then. Who waits longest
    # is recent all the same, and the index of all requests would be read from its very beginning.
    rows = _now(question, metric).order_by(F(_BEGAN[metric]) + timedelta(0), "pk")
    return [Wait(*row) for row in rows[first:last]]


# --- Now ------------------------------------------------------------------------------------------


def _now(question: Question, metric: Metric) -> QuerySet[MentoringRequest, tuple[Any, ...]]:
    found = question.reach.requests().alias(held=held()).filter(_WAITS[metric])
    if question.mentor is not None:
        found = found.filter(held__mentor=question.mentor)
    return found.values_list("pk", "chapter", "held__mentor", _BEGAN[metric])


def _counted(question: Question, metric: Metric, *, by_mentor: bool) -> Counter[Place]:
    rows: QuerySet[Any, Any] = _now(question, metric).order_by()
    counted = rows.values_list("chapter").annotate(many=Count("pk"))
    if not by_mentor:
        return Counter({(chapter, None): many for chapter, many in counted})
    of_mentors = counted.values_list("chapter", "held__mentor", "many")
    return Counter({(chapter, mentor): many for chapter, mentor, many in of_mentors})


_WAITS = {
    Metric.SUBMISSION_TO_ASSIGNMENT: Q(
        ~Exists(Assignment.objects.filter(request=OuterRef("pk"))), status=Status.NEED_ACTION
    ),
    Metric.ASSIGNMENT_TO_ACCEPTANCE: Q(status=Status.ASSIGNED),
    Metric.SUBMISSION_TO_NOTES: Q(
        ~Exists(Session.objects.filter(request=OuterRef("pk"), notes_entered_at__isnull=False)),
        status=Status.ACCEPTED,
    ),
}
_BEGAN = {
    Metric.SUBMISSION_TO_ASSIGNMENT: "submitted_at",
    Metric.ASSIGNMENT_TO_ACCEPTANCE: "held__assigned_at",
    Metric.SUBMISSION_TO_NOTES: "submitted_at",
}


# --- Then -----------------------------------------------------------------------------------------


def _then(question: Question, metric: Metric) -> list[Wait]:
    stood = [one for one in _stood(question) if _awaited(one) == metric]
    began = _began(stood, metric)
    waits = [Wait(one.request, one.chapter, one.mentor, began[one.request]) for one in stood]
    return sorted(waits, key=lambda wait: (wait.began, wait.request))


def _stood(question: Question) -> Iterable[Standing]:
    found = standing(question.reach, question.at)
    if question.mentor is None:
        return found
    return [one for one in found if one.mentor == question.mentor]


def _awaited(one: Standing) -> Metric | None:
    """What a request waits for; None if it was assigned before, or its notes are there."""
    match one.stage:
        case Stage.NOT_ASSIGNED:
            return None if one.was_assigned else Metric.SUBMISSION_TO_ASSIGNMENT
        case Stage.NOT_ACCEPTED:
            return Metric.ASSIGNMENT_TO_ACCEPTANCE
    return None if one.has_notes else Metric.SUBMISSION_TO_NOTES


def _began(stood: list[Standing], metric: Metric) -> dict[int, datetime]:
    if metric == Metric.ASSIGNMENT_TO_ACCEPTANCE:
        return {one.request: one.since for one in stood}
    requests = MentoringRequest.objects.filter(pk__in=[one.request for one in stood])
    return dict(requests.values_list("pk", "submitted_at"))
