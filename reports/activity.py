"""My Active Mentors Activity: what became of requests given to each mentor; nothing of clients."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from intake.enums import ACCEPTED, ANSWERED, Outcome
from intake.inforce import policy
from intake.mentor_facts import used_this_week
from intake.models import Assignment
from mentors.models import MentorProfile, Pause, Volunteer
from mentors.querysets import VolunteerQuerySet
from reports.periods import Period
from reports.spans import during

MEASURED = (*ANSWERED, Outcome.TIMED_OUT, Outcome.OVERDUE)
"""Outcomes that say whether an answer came in time; the others did not depend on the mentor."""


@dataclass(frozen=True)
class Row:
    """One mentor: the assignments of the period, and how things stand today."""

    mentor: Volunteer
    outcomes: Mapping[str, int]
    in_time: int
    open_clients: int
    used: int
    pause: Pause | None
    paused_long: bool

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


def activity(mentors: VolunteerQuerySet, period: Period, now: datetime) -> list[Row]:
    """One row for each of these mentors, by name. Five queries for any number of them."""
    people = list(
        mentors.select_related("chapter", "profile").order_by("last_name", "first_name", "pk")
    )
    answers = _answers(people, period)
    clients = _open_clients(people)
    used = used_this_week(people, now)
    pauses = _pauses(people, now)
    return [
        Row(
            mentor=person,
            outcomes=answers[person.pk].outcomes,
            in_time=answers[person.pk].in_time,
            open_clients=clients.get(person.pk, 0),
            used=used.get(person.pk, 0),
            pause=(pause := pauses.get(person.pk)),
            paused_long=pause is not None and pause.days > policy().pause_check_days,
        )
        for person in people
    ]


class _Answers:
    """What is counted for one mentor."""

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = dict.fromkeys(Outcome.values, 0)
        self.in_time = 0


def _answers(people: list[Volunteer], period: Period) -> dict[int, _Answers]:
    """Assignments that began in the period, its days being those of the mentor's chapter."""
    found = {person.pk: _Answers() for person in people}
    rows = (
        Assignment.objects.filter(_within(people, period))
        .order_by()
        .values_list("mentor", "outcome")
        .annotate(
            number=Count("pk"), in_time=Count("pk", filter=Q(answered_at__lt=F("respond_by")))
        )
    )
    for mentor, outcome, number, in_time in rows:
        found[mentor].outcomes[outcome] = number
        found[mentor].in_time += in_time
    return found


def _within(people: list[Volunteer], period: Period) -> Q:
    given = Q(mentor__in=[person.pk for person in people])
    return given & during(period, "assigned_at", "mentor__chapter__time_zone")


def _open_clients(people: list[Volunteer]) -> dict[int, int]:
    led = Assignment.objects.filter(mentor__in=people, outcome__in=ACCEPTED).open()
    rows = led.order_by().values_list("mentor").annotate(number=Count("pk"))
    return dict(rows)


def _pauses(people: list[Volunteer], now: datetime) -> dict[int, Pause]:
    """The pause in force today; of several the one that lasts longest."""
    pauses = Pause.objects.filter(mentor__in=people).in_force(now).order_by("ends_on", "pk")
    return {pause.mentor_id: pause for pause in pauses}
