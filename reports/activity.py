"""My Active Mentors Activity: what became of requests given to each mentor; nothing of clients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from intake.calendar import week_start
from intake.enums import ACCEPTED, ANSWERED, UNANSWERED, Outcome, SessionState, Status
from intake.inforce import policy
from intake.mentor_facts import Median
from intake.models import Assignment, RequestEvent, Session
from mentors.models import FollowUp, MentorProfile, Pause, Volunteer
from mentors.querysets import VolunteerQuerySet
from mentors.spreadsheets import Column
from reports.question import Question
from reports.spans import during

MEASURED = (*ANSWERED, Outcome.TIMED_OUT, Outcome.OVERDUE)
"""Outcomes that say whether an answer came in time; the others did not depend on the mentor."""
ZONE = "mentor__chapter__time_zone"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One mentor: the assignments of the period, and how things stand at the report's clock."""

    mentor: Volunteer
    outcomes: Mapping[str, int]
    in_time: int
    """Answers, yes or no, before the deadline."""
    median_days: float | None
    """Business days from assignment to answer, on the clock of the mentor's chapter."""
    open_clients: int
    sessions: int
    """Sessions of the period that he led."""
    used: int
    """Places taken since Sunday."""
    pause: Pause | None
    last_follow_up: FollowUp | None

    @property
    def received(self) -> int:
        """Assignments of the period: the sum of all outcomes."""
        return sum(self.outcomes.values())

    @property
    def share_in_time(self) -> float | None:
        """The part of the answers that came in time; None where nothing was to be answered."""
        measured = sum(self.outcomes[outcome] for outcome in MEASURED)
        return self.in_time / measured if measured else None

    @property
    def weekly_limit(self) -> int | None:
        """Requests a week; None is no limit."""
        profile: MentorProfile | None = getattr(self.mentor, "profile", None)
        return profile.weekly_limit if profile else None

    @property
    def paused_from(self) -> date | None:
        """The first day of the pause that is in force."""
        return self.pause.starts_on if self.pause else None

    @property
    def paused_until(self) -> date | None:
        """Its last day."""
        return self.pause.ends_on if self.pause else None

    @property
    def paused_days(self) -> int | None:
        """How many days it lasts, by its dates."""
        return self.pause.days if self.pause else None

    @property
    def followed_up_on(self) -> date | None:
        """The day of the last follow-up."""
        return self.last_follow_up.on if self.last_follow_up else None

    @property
    def paused_long(self) -> bool:
        """Whether the pause is one to ask about."""
        return self.pause is not None and self.pause.days > policy().pause_check_days


def activity(question: Question) -> list[Row]:
    """One row for each active mentor of the chapters, by name. Seven queries for any number.

    A day of the period is one of the mentor's chapter. Who is an active mentor, of which chapter
    and with which limit, is as of today: nobody keeps what it was.
    """
    mentors = mentors_of(question)
    by_name = mentors.order_by("last_name", "first_name", "pk")
    people = list(by_name.select_related("chapter", "profile"))
    answers = {row["mentor"]: row for row in _answers(question, mentors)}
    sessions = dict(_counted(sessions_of(question, mentors), "assignment__mentor"))
    clients = dict(_counted(clients_of(question, mentors), "mentor"))
    used = dict(_counted(taken_by(question, mentors, people), "mentor"))
    pauses = _pauses(question, mentors)
    follow_ups = _follow_ups(question, mentors)
    return [
        Row(
            mentor=person,
            outcomes={
                outcome.value: answers.get(person.pk, NOTHING)[outcome.value] for outcome in Outcome
            },
            in_time=answers.get(person.pk, NOTHING)["in_time"],
            median_days=answers.get(person.pk, NOTHING)["median_days"],
            open_clients=clients.get(person.pk, 0),
            sessions=sessions.get(person.pk, 0),
            used=used.get(person.pk, 0),
            pause=pauses.get(person.pk),
            last_follow_up=follow_ups.get(person.pk),
        )
        for person in people
    ]


def mentors_of(question: Question) -> VolunteerQuerySet:
    """Whom the report is about."""
    found = Volunteer.objects.mentors().filter(question.reach.within(), chapter__isnull=False)
    return found if question.mentor is None else found.filter(pk=question.mentor)


# --- What was given to them -----------------------------------------------------------------------


def assignments_of(question: Question, mentors: VolunteerQuerySet) -> QuerySet[Assignment]:
    """The assignments of the period, each with `settled_at`: when its outcome became final."""
    given = Assignment.objects.filter(
        during(question.period, "assigned_at", ZONE),
        mentor__in=mentors.values("pk"),
        assigned_at__lte=question.at,
    )
    return settled(given)


def settled(given: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """With `settled_at`: when the outcome of each became final, if it did."""
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


NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(Outcome.values, 0),
    "in_time": 0,
    "median_days": None,
}


def _answers(question: Question, mentors: VolunteerQuerySet) -> QuerySet[Any, Any]:
    at = question.at
    counted = {outcome.value: Count("pk", filter=had(outcome, at)) for outcome in Outcome}
    rows = assignments_of(question, mentors).order_by().values("mentor")
    return rows.annotate(
        **counted,
        in_time=Count("pk", filter=answered_in_time(at)),
        median_days=Median("answer_days", filter=Q(answered_at__lte=at)),
    )


def taken_by(
    question: Question, mentors: VolunteerQuerySet, people: Sequence[Volunteer]
) -> QuerySet[Assignment]:
    """Places taken since Sunday 00:00 on the clock of the chapter; a replaced one is free again.

    `people` are the mentors themselves, whose zones say when that was.
    """
    starts = {person.zone: week_start(question.at, person.zone) for person in people}
    since = Q(pk__in=[])
    for zone, start in starts.items():
        since |= Q(**{ZONE: str(zone), "assigned_at__gte": start})
    return Assignment.objects.filter(
        since,
        mentor__in=mentors.values("pk"),
        assigned_at__gte=min(starts.values(), default=question.at),
        assigned_at__lte=question.at,
    ).exclude(outcome=Outcome.REPLACED, ended_at__lte=question.at)


def _counted(rows: QuerySet[Any], field: str) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(field).annotate(number=Count("pk"))


# --- What they do -------------------------------------------------------------------------------


def sessions_of(question: Question, mentors: VolunteerQuerySet) -> QuerySet[Session]:
    """The sessions of the period that these mentors led, as far as they had been written down."""
    return Session.objects.filter(
        during(question.period, "starts_at", f"assignment__{ZONE}"),
        state=SessionState.HELD,
        starts_at__lte=question.at,
        entered_at__lte=question.at,
        assignment__mentor__in=mentors.values("pk"),
    )


def clients_of(question: Question, mentors: VolunteerQuerySet) -> QuerySet[Assignment]:
    """The assignments by which these mentors led an open request.

    The tables know only who leads one now. Of the past, who had accepted and not yet lost it by
    now is asked of the timeline: one that was closed and opened again was closed in between.
    """
    accepted = Assignment.objects.filter(mentor__in=mentors.values("pk"), outcome__in=ACCEPTED)
    if not question.is_past:
        return accepted.filter(ended_at__isnull=True)
    at = question.at
    led = accepted.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), answered_at__lte=at)
    return led.annotate(
        stood=_latest_change(at, "to_status"), held_by=_latest_change(at, "assignment")
    ).filter(stood=Status.ACCEPTED, held_by=F("pk"))


def _latest_change(at: datetime, field: str) -> Combinable:
    """What the last event until then says that changed where the request stands."""
    changes = RequestEvent.objects.filter(request=OuterRef("request"), at__lte=at)
    changes = changes.exclude(from_status=F("to_status")).order_by("-at", "-pk")
    kind = CharField() if field == "to_status" else None
    return Subquery(changes.values(field)[:1], output_field=kind)


def _pauses(question: Question, mentors: VolunteerQuerySet) -> dict[int, Pause]:
    """The pause in force then; of several the one that lasts longest."""
    pauses = Pause.objects.filter(mentor__in=mentors.values("pk")).in_force(question.at)
    return {pause.mentor_id: pause for pause in pauses.order_by("ends_on", "pk")}


def _follow_ups(question: Question, mentors: VolunteerQuerySet) -> dict[int, FollowUp]:
    """The latest that had been logged by then."""
    logged = FollowUp.objects.filter(
        mentor__in=mentors.values("pk"), logged_at__lte=question.at
    ).order_by("mentor", "-on", "-pk")
    return {one.mentor_id: one for one in logged.distinct("mentor")}


# --- As a file ------------------------------------------------------------------------------------


def _of(outcome: Outcome, title: str) -> Column[Row]:
    return Column(title, lambda row: row.outcomes[outcome], 10, name=outcome.value)


COLUMNS: tuple[Column[Row], ...] = (
    Column("Mentor number", lambda row: row.mentor.external_id, 16, name="mentor_external_id"),
    Column("Mentor", lambda row: str(row.mentor), 28, name="mentor"),
    Column("Received", lambda row: row.received, 10, name="received"),
    _of(Outcome.ACCEPTED_IN_TIME, "Accepted in time"),
    _of(Outcome.ACCEPTED_LATE, "Accepted late"),
    _of(Outcome.DECLINED, "Declined"),
    _of(Outcome.TIMED_OUT, "Timed out"),
    _of(Outcome.REPLACED, "Replaced"),
    _of(Outcome.HANDED_BACK, "Handed back"),
    _of(Outcome.WITHDRAWN, "Withdrawn"),
    _of(Outcome.PENDING, "Waiting"),
    _of(Outcome.OVERDUE, "Overdue"),
    Column(
        "Answered in time",
        lambda row: row.share_in_time,
        10,
        name="in_time_share",
        places=4,
        number_format="0%",
    ),
    Column(
        "Median business days to answer",
        lambda row: row.median_days,
        14,
        name="median_business_days_to_answer",
        places=4,
        number_format="0.0",
    ),
    Column("Open clients", lambda row: row.open_clients, 10, name="open_clients"),
    Column("Sessions held", lambda row: row.sessions, 10, name="sessions_held"),
    Column("Weekly limit", lambda row: row.weekly_limit, 10, name="weekly_limit"),
    Column("Used this week", lambda row: row.used, 10, name="used_this_week"),
    Column("Paused from", lambda row: row.paused_from, 12, name="paused_from"),
    Column("Paused until", lambda row: row.paused_until, 12, name="paused_until"),
    Column("Days paused", lambda row: row.paused_days, 10, name="paused_days"),
    Column("Paused over 30 days", lambda row: row.paused_long, 10, name="paused_over_30"),
    Column("Last follow-up", lambda row: row.followed_up_on, 12),
)
