"""What was given to mentors, and what they do: the rows that the figures on them count.

Each as of the instant of the question, with days on the clock of the mentor's chapter.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from intake.calendar import week_start
from intake.enums import ACCEPTED, ANSWERED, UNANSWERED, EventKind, Outcome, SessionState, Status
from intake.models import Assignment, RequestEvent, Session
from mentors.models import Chapter, Volunteer
from mentors.querysets import VolunteerQuerySet
from reports.question import Question
from reports.scope import Reach
from reports.spans import during

MEASURED = (*ANSWERED, Outcome.TIMED_OUT, Outcome.OVERDUE)
"""Outcomes that say whether an answer came in time; the others did not depend on the mentor."""
ZONE = "mentor__chapter__time_zone"
Whom = VolunteerQuerySet | Sequence[int]
"""Mentors: as a query, or a few that are known, by their ids, which spares looking for them."""


def mentors_of(question: Question) -> VolunteerQuerySet:
    """Whom the report is about."""
    found = Volunteer.objects.mentors().filter(question.reach.within(), chapter__isnull=False)
    return found if question.mentor is None else found.filter(pk=question.mentor)


def assignments_of(question: Question, mentors: Whom) -> QuerySet[Assignment]:
    """What these mentors were given in the period: see `made_in`."""
    return made_in(question).filter(mentor__in=mentors)


def made_in(question: Question) -> QuerySet[Assignment]:
    """The assignments of the period, each with `settled_at`: when its outcome became final."""
    given = Assignment.objects.filter(
        during(question.period, "assigned_at", ZONE), assigned_at__lte=question.at
    )
    return given.annotate(
        settled_at=Coalesce("answered_at", "ended_at", output_field=DateTimeField())
    )


def had(outcome: Outcome, at: datetime) -> Q:
    """The assignments with this outcome at an instant, of those that have `settled_at`.

    An answer that came later had not come, and what was late then was overdue, whether or not a
    clock had noticed.
    """
    if outcome not in UNANSWERED:
        return Q(outcome=outcome, settled_at__lte=at)
    open_then = Q(settled_at__isnull=True) | Q(settled_at__gt=at)
    late = Q(respond_by__lte=at)
    return open_then & (late if outcome == Outcome.OVERDUE else ~late)


def outcome_at(assignment: Assignment, at: datetime) -> Outcome:
    """The same of one assignment."""
    settled_at = assignment.answered_at or assignment.ended_at
    if settled_at is not None and settled_at <= at:
        return Outcome(assignment.outcome)
    return Outcome.OVERDUE if assignment.is_late(at) else Outcome.PENDING


def answered_in_time(at: datetime) -> Q:
    """The assignments that were answered, yes or no, by an instant and before the deadline."""
    return Q(answered_at__lte=at, answered_at__lt=F("respond_by"))


class Mentor(NamedTuple):
    """A mentor, as far as a list names him: of a whole country there are thousands."""

    pk: int
    external_id: str
    first_name: str
    last_name: str
    chapter: Chapter
    weekly_limit: int | None
    """Requests a week; None is no limit."""

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


TOLD = ("pk", "external_id", "first_name", "last_name", "chapter", "profile__weekly_limit")


def named(mentors: VolunteerQuerySet, reach: Reach) -> list[Mentor]:
    """What a list tells of each of the mentors, who are of these chapters. Two queries."""
    rows = mentors.values_list(*TOLD)
    chapters = {chapter.pk: chapter for chapter in reach.chapters()}
    return [
        Mentor(pk, number, first, last, chapters[chapter], limit)
        for pk, number, first, last, chapter, limit in rows
    ]


def taken(question: Question, zones: Iterable[ZoneInfo]) -> QuerySet[Assignment]:
    """Places taken since Sunday 00:00 on the clock of the chapter; a replaced one is free again.

    `zones` are those of the mentors' chapters, which say when that was.
    """
    starts = {zone: week_start(question.at, zone) for zone in zones}
    since = Q(pk__in=[])
    for zone, start in starts.items():
        since |= Q(**{ZONE: str(zone), "assigned_at__gte": start})
    return Assignment.objects.filter(
        since,
        assigned_at__gte=min(starts.values(), default=question.at),
        assigned_at__lte=question.at,
    ).exclude(outcome=Outcome.REPLACED, ended_at__lte=question.at)


def taken_by(question: Question, mentors: Whom, zones: Iterable[ZoneInfo]) -> QuerySet[Assignment]:
    """Those of them that these mentors took."""
    return taken(question, zones).filter(mentor__in=mentors)


def sessions(question: Question) -> QuerySet[Session]:
    """The sessions of the period, whoever led them, as far as they had been written down."""
    return Session.objects.filter(
        during(question.period, "starts_at", f"assignment__{ZONE}"),
        state=SessionState.HELD,
        starts_at__lte=question.at,
        entered_at__lte=question.at,
    )


def sessions_of(question: Question, mentors: Whom) -> QuerySet[Session]:
    """Those of them that these mentors led."""
    return sessions(question).filter(assignment__mentor__in=mentors)


def clients_of(question: Question, mentors: Whom) -> QuerySet[Assignment]:
    """The assignments by which these mentors led an open request.

    The tables know only who leads one now, and when an assignment ended at last. One that was
    opened again since may have been closed at the instant: of these few the timeline tells.
    """
    accepted = Assignment.objects.filter(mentor__in=mentors, outcome__in=ACCEPTED)
    if not question.is_past:
        return accepted.filter(ended_at__isnull=True)
    at = question.at
    led = accepted.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), answered_at__lte=at)
    reopened = RequestEvent.objects.filter(
        request=OuterRef("request"), at__gt=at, kind=EventKind.REOPENED
    )
    told = led.alias(
        stood=_latest_change(at, "to_status"), held_by=_latest_change(at, "assignment")
    )
    return told.filter(~Exists(reopened) | Q(stood=Status.ACCEPTED, held_by=F("pk")))


def _latest_change(at: datetime, field: str) -> Combinable:
    """What the last event until then says that changed where the request stands."""
    changes = RequestEvent.objects.filter(request=OuterRef("request"), at__lte=at)
    changes = changes.exclude(from_status=F("to_status")).order_by("-at", "-pk")
    kind = CharField() if field == "to_status" else None
    return Subquery(changes.values(field)[:1], output_field=kind)
