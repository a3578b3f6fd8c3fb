"""The assignments and sessions behind the figures of the mentors' activity; nothing of clients."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from intake.enums import Outcome
from intake.models import Assignment, MentoringRequest, Session
from mentors.models import Chapter, Volunteer
from mentors.querysets import VolunteerQuerySet
from mentors.roles import Duties
from mentors.spreadsheets import Cell, Column
from mentors.zones import zone_called
from reports.given import (
    MEASURED,
    assignments_of,
    clients_of,
    had,
    mentors_of,
    outcome_at,
    sessions_of,
    taken_by,
)
from reports.question import Question
from reports.standouts import FIGURES, MentorsQuestion, listed

SESSIONS = "sessions_held"
NEVER_OPEN = ("weekly_limit", "paused_days")
TITLES = {name: column.title for name, column in FIGURES.items() if name not in NEVER_OPEN}
"""The figures that open, and what they are called."""


@dataclass(frozen=True)
class Behind:
    """One assignment or session, as far as it concerns the mentor; nothing of the client."""

    mentor: Volunteer
    assignment: Assignment | None = None
    session: Session | None = None
    outcome: Outcome | None = None
    """Of the assignment, as of the instant that was asked about."""
    answered: bool = False
    """Whether it had been answered by then."""
    request: MentoringRequest | None = None
    """The request, for who may see it."""


def whom(question: Question) -> VolunteerQuerySet:
    """The mentors that are listed, as a queryset; seven queries if the list is narrowed."""
    if isinstance(question, MentorsQuestion) and question.is_narrowed:
        return Volunteer.objects.filter(pk__in=[row.mentor.pk for row in listed(question)])
    return mentors_of(question)


def rows(question: Question, figure: str) -> QuerySet[Any]:
    """The assignments or sessions that a figure counts, the latest first."""
    return _sessions(question) if figure == SESSIONS else _assignments(question, figure)


def _assignments(question: Question, figure: str) -> QuerySet[Assignment]:
    mentors = whom(question)
    if figure == "open_clients":
        found = clients_of(question, mentors)
    elif figure == "used_this_week":
        found = taken_by(question, mentors, _zones(mentors))
    else:
        found = assignments_of(question, mentors).filter(_counted(figure, question.at))
    return found.select_related("mentor__chapter", "request").order_by("-assigned_at", "-pk")


def _zones(mentors: VolunteerQuerySet) -> list[ZoneInfo]:
    chapters = Chapter.objects.filter(pk__in=mentors.values("chapter"))
    return [zone_called(name) for name in set(chapters.values_list("time_zone", flat=True))]


def _counted(figure: str, at: datetime) -> Q:
    match figure:
        case "received":
            return Q()
        case "in_time_share":
            return reduce(or_, (had(outcome, at) for outcome in MEASURED))
        case "median_business_days_to_answer":
            return Q(answered_at__lte=at)
    return had(Outcome(figure), at)


def _sessions(question: Question) -> QuerySet[Session]:
    held = sessions_of(question, whom(question))
    return held.select_related("assignment__mentor__chapter", "request").order_by(
        "-starts_at", "-pk"
    )


def shown(row: Assignment | Session, question: Question, mine: Duties) -> Behind:
    """A row for somebody with these duties."""
    request = row.request if _may_see(row.request, mine) else None
    if isinstance(row, Session):
        return Behind(row.assignment.mentor, session=row, request=request)
    return Behind(
        row.mentor,
        assignment=row,
        outcome=outcome_at(row, question.at),
        answered=row.answered_at is not None and row.answered_at <= question.at,
        request=request,
    )


def _may_see(mre: MentoringRequest, mine: Duties) -> bool:
    return mine.is_admin or (mre.chapter_id in mine.sees_requests_of and not mre.parked)


# --- As a file ------------------------------------------------------------------------------------


def all_shown(question: Question, *, figure: str, mine: Duties) -> Iterator[Behind]:
    """All rows behind a figure, a few hundred at a time."""
    for row in rows(question, figure).iterator(chunk_size=500):
        yield shown(row, question, mine)


def columns(figure: str) -> Sequence[Column[Behind]]:
    """The columns of a file of the rows behind a figure."""
    return (MENTOR, *(OF_SESSIONS if figure == SESSIONS else OF_ASSIGNMENTS), REQUEST)


def _of_assignment(get: Callable[[Assignment], Cell]) -> Callable[[Behind], Cell]:
    return lambda row: get(row.assignment) if row.assignment else None


def _of_answer(get: Callable[[Assignment], Cell]) -> Callable[[Behind], Cell]:
    """Nothing as long as there was no answer."""
    return lambda row: get(row.assignment) if row.assignment and row.answered else None


def _of_session(get: Callable[[Session], Cell]) -> Callable[[Behind], Cell]:
    return lambda row: get(row.session) if row.session else None


MENTOR: Column[Behind] = Column("Mentor", lambda row: str(row.mentor), 28)
REQUEST: Column[Behind] = Column(
    "Request", lambda row: row.request.number if row.request else None, 12
)
OF_ASSIGNMENTS: tuple[Column[Behind], ...] = (
    Column("Given", _of_assignment(lambda one: one.assigned_at), 18),
    Column("Outcome", lambda row: row.outcome and row.outcome.label, 22),
    Column("Reason", _of_answer(Assignment.get_decline_reason_display), 26),
    Column("Late from", _of_assignment(lambda one: one.respond_by), 18),
    Column("Answered", _of_answer(lambda one: one.answered_at), 18),
    Column("Business days to answer", _of_answer(lambda one: one.answer_days), 12, places=4),
)
OF_SESSIONS: tuple[Column[Behind], ...] = (
    Column("Held", _of_session(lambda one: one.starts_at), 18),
    Column("How", _of_session(Session.get_mode_display), 12),
    Column("Minutes", _of_session(lambda one: one.minutes), 10),
    Column("Notes entered", _of_session(lambda one: one.notes_entered_at), 18),
)
