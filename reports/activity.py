"""My Active Mentors Activity: what became of requests given to each mentor; nothing of clients."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    Q,
    QuerySet,
)

from intake.enums import Outcome
from intake.inforce import policy
from intake.mentor_facts import Median
from mentors.models import FollowUp, Pause
from mentors.spreadsheets import Column
from reports.given import (
    MEASURED,
    Mentor,
    Whom,
    answered_in_time,
    assignments_of,
    clients_of,
    had,
    mentors_of,
    named,
    sessions,
    sessions_of,
    taken_by,
)
from reports.question import Question

MANY = 500
"""More mentors are looked for by the database each time, and their sessions counted among those of
everybody in the period."""


class Row(NamedTuple):
    """One mentor: the assignments of the period, and how things stand at the report's clock.

    A tuple, because it is made quickly: there are thousands.
    """

    mentor: Mentor
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
    def weekly_limit(self) -> int | None:
        """Requests a week; None is no limit."""
        return self.mentor.weekly_limit

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
    """One row for each active mentor of the chapters, by name. Eight queries for any number.

    A day of the period is one of the mentor's chapter. Who is an active mentor, of which chapter
    and with which limit, is as of today: nobody keeps what it was.
    """
    mentors = mentors_of(question)
    people = named(mentors.order_by("last_name", "first_name", "pk"), question.reach)
    chapters = {person.chapter.pk: person.chapter for person in people}
    zones = {chapter.zone for chapter in chapters.values()}
    are_many = len(people) > MANY
    whom: Whom = mentors if are_many else [person.pk for person in people]
    answers = _answers(question, whom)
    # Of many mentors the database would read all that they ever had, to find what is of the period.
    of_period = are_many and question.period.first is not None
    led = sessions(question) if of_period else sessions_of(question, whom)
    held = dict(_counted(led, "assignment__mentor"))
    clients = dict(_counted(clients_of(question, whom), "mentor"))
    used = dict(_counted(taken_by(question, whom, zones), "mentor"))
    pauses = _pauses(question, whom)
    follow_ups = _follow_ups(question, whom)
    return [
        Row(
            mentor=person,
            outcomes=(answered := answers.get(person.pk, NOTHING)).outcomes,
            in_time=answered.in_time,
            median_days=answered.median_days,
            open_clients=clients.get(person.pk, 0),
            sessions=held.get(person.pk, 0),
            used=used.get(person.pk, 0),
            pause=pauses.get(person.pk),
            last_follow_up=follow_ups.get(person.pk),
        )
        for person in people
    ]


class _Answers(NamedTuple):
    """What became of all that one mentor was given, and how he answered."""

    outcomes: Mapping[str, int]
    in_time: int
    median_days: float | None


OUTCOMES = tuple(Outcome.values)
NOTHING = _Answers(dict.fromkeys(OUTCOMES, 0), 0, None)


def _answers(question: Question, mentors: Whom) -> dict[int, _Answers]:
    at = question.at
    counted = {outcome.value: Count("pk", filter=had(outcome, at)) for outcome in Outcome}
    rows = assignments_of(question, mentors).order_by().values("mentor")
    found = rows.annotate(
        **counted,
        in_time=Count("pk", filter=answered_in_time(at)),
        median_days=Median("answer_days", filter=Q(answered_at__lte=at)),
    )
    return {
        mentor: _Answers(dict(zip(OUTCOMES, numbers, strict=True)), in_time, median_days)
        for mentor, *numbers, in_time, median_days in found.values_list(
            "mentor", *OUTCOMES, "in_time", "median_days"
        )
    }


def _counted(rows: QuerySet[Any], field: str) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(field).annotate(number=Count("pk"))


def _pauses(question: Question, mentors: Whom) -> dict[int, Pause]:
    """The pause in force then; of several the one that lasts longest."""
    pauses = Pause.objects.filter(mentor__in=mentors).in_force(question.at)
    return {pause.mentor_id: pause for pause in pauses.order_by("ends_on", "pk")}


def _follow_ups(question: Question, mentors: Whom) -> dict[int, FollowUp]:
    """The latest that had been logged by then."""
    logged = FollowUp.objects.filter(mentor__in=mentors, logged_at__lte=question.at).order_by(
        "mentor", "-on", "-pk"
    )
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
