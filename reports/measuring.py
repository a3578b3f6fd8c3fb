"""The three stretches of a request's way that are timed: which rows, from when, to when.

Submission to first assignment, assignment to acceptance, submission to first session notes. A
stretch counts on the day on which it ended, on the clock of the request's chapter, and nothing
counts that came after the clock of the report. Which chapter that is, is told as of that clock too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import Combinable

from intake.calendar import BusinessCalendar
from intake.enums import ACCEPTED
from intake.models import Assignment, Session
from mentors.models import Chapter
from reports.question import Question
from reports.spans import business_time, calendar_time, during
from reports.whereabouts import chapter_then, moved_since

Rows = QuerySet[Any, Any]


class Metric(StrEnum):
    """What is timed."""

    SUBMISSION_TO_ASSIGNMENT = "submission_to_assignment"
    ASSIGNMENT_TO_ACCEPTANCE = "assignment_to_acceptance"
    SUBMISSION_TO_NOTES = "submission_to_notes"

    @property
    def words(self) -> str:
        """What people call it."""
        return {
            Metric.SUBMISSION_TO_ASSIGNMENT: "Submission to first assignment",
            Metric.ASSIGNMENT_TO_ACCEPTANCE: "Assignment to acceptance",
            Metric.SUBMISSION_TO_NOTES: "Submission to first session notes",
        }[self]


@dataclass(frozen=True)
class _Stretch:
    """Rows with a `request`, of which each is one stretch, and the fields that tell about it."""

    rows: Callable[[], Rows]
    began: str
    ended: str
    mentor: str


def measured(question: Question, metric: Metric, days_off: BusinessCalendar) -> Rows:
    """The same as `stretches`, each also with `took_business`, in microseconds."""
    return stretches(question, metric).annotate(
        took_business=business_time("began", "ended", F("zone"), days_off)
    )


def stretches(question: Question, metric: Metric) -> Rows:
    """The stretches of one kind that ended in the period: assignments, or sessions; in no order.

    Each has `home` and `zone`, the chapter of its request and the zone it is in; `began` and
    `ended`; and `took`, in microseconds. Its mentor is in the field that `mentor_of` names.
    """
    stretch = _STRETCHES[metric]
    rows = stretch.rows().filter(**{f"{stretch.ended}__lte": question.at})
    rows = rows.annotate(home=_home(question)).annotate(zone=of_home(question, "time_zone"))
    rows = rows.filter(
        question.reach.within("home"),
        during(question.period, stretch.ended, "zone"),
        *_narrowed(question, stretch),
    )
    return rows.order_by().annotate(
        began=F(stretch.began),
        ended=F(stretch.ended),
        took=calendar_time(stretch.began, stretch.ended),
    )


def mentor_of(metric: Metric) -> str:
    """The field of the stretches that says which mentor led them; it may take a join to read it."""
    return _STRETCHES[metric].mentor


def of_home(question: Question, field: str) -> Combinable:
    """A field of the chapter in which the request of a row was."""
    here = F(f"request__chapter__{field}")
    if not question.is_past:
        return here
    there = Subquery(Chapter.objects.filter(pk=OuterRef("home")).values(field)[:1])
    was_elsewhere = When(moved_since(question.at, "request"), then=there)
    kind = CharField() if field == "time_zone" else BigIntegerField()
    return Case(was_elsewhere, default=here, output_field=kind)


def _home(question: Question) -> Combinable:
    """The chapter in which the request of a row was."""
    if question.is_past:
        return chapter_then(question.at, "request", "request__chapter_id")
    return F("request__chapter_id")


def _narrowed(question: Question, stretch: _Stretch) -> list[Q]:
    found = [] if question.reach.parked else [Q(request__parked=False)]
    if question.mentor is not None:
        found.append(Q(**{stretch.mentor: question.mentor}))
    return found


def _first_assignments() -> Rows:
    """The first assignment of each request, unless it began with the mentor it asked for."""
    direct = Q(assigned_by__isnull=True, assigned_at=F("request__submitted_at"))
    return Assignment.objects.filter(_none_before(Assignment, "assigned_at")).exclude(direct)


def _acceptances() -> Rows:
    return Assignment.objects.filter(outcome__in=ACCEPTED)


def _first_notes() -> Rows:
    """The session of each request whose notes were entered first."""
    return Session.objects.filter(
        _none_before(Session, "notes_entered_at"), notes_entered_at__isnull=False
    )


def _none_before(model: type[Model], instant: str) -> Combinable:
    """The row of its request with the earliest instant; of several the one written first."""
    mine = model._default_manager.filter(request=OuterRef("request"))
    earlier = Q(**{f"{instant}__lt": OuterRef(instant)})
    written_first = Q(**{instant: OuterRef(instant), "pk__lt": OuterRef("pk")})
    return ~Exists(mine.filter(earlier | written_first))


_STRETCHES = {
    Metric.SUBMISSION_TO_ASSIGNMENT: _Stretch(
        _first_assignments, "request__submitted_at", "assigned_at", "mentor"
    ),
    Metric.ASSIGNMENT_TO_ACCEPTANCE: _Stretch(_acceptances, "assigned_at", "answered_at", "mentor"),
    Metric.SUBMISSION_TO_NOTES: _Stretch(
        _first_notes, "request__submitted_at", "notes_entered_at", "assignment__mentor"
    ),
}
