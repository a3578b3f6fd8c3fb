"""What the database knows of mentors, as the ranking is given it: a few queries for any number.

Thousands are looked at to find those who are eligible, and only these are ranked. So the facts
come in two steps: a *sketch* has all that eligibility asks for; open clients and past answers,
which only the ranking weighs, are added to those who need them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    Count,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    When,
)
from django.db.models import Value as Constant

from intake.calendar import local_date, week_start
from intake.enums import ACCEPTED, ANSWERED, UNANSWERED, Outcome
from intake.inforce import policy
from intake.models import Assignment
from intake.querysets import AssignmentQuerySet
from mentors.enums import Classification, VolunteerStatus
from mentors.matching import Candidate, Key, Need
from mentors.models import MentorProfile, Pause, Volunteer
from mentors.words import day_in_words


def candidates(mentors: QuerySet[Volunteer], now: datetime) -> list[Candidate]:
    """These volunteers with all that the ranking weighs, for any request. Five queries."""
    return with_workload(sketches(mentors, now), now)


# --- Who they are -------------------------------------------------------------------------------


COLUMNS = (
    "pk",
    "first_name",
    "last_name",
    "status",
    "classification",
    "is_active",
    "languages",
    "chapter",
    "chapter__name",
    "chapter__time_zone",
    "chapter__district",
    "chapter__district__region",
    "profile",
    "profile__keywords",
    "profile__weekly_limit",
    "profile__serves_outside",
    "area_ids",
    "type_ids",
)


def sketches(
    mentors: QuerySet[Volunteer], now: datetime, need: Need | None = None
) -> list[Candidate]:
    """These volunteers with what eligibility asks for. Three queries.

    With a need, only the area and the type of business that it names are read.
    """
    areas = (MentorProfile.areas.through, "mentoringarea")
    types = (MentorProfile.business_types.through, "businesstype")
    found = mentors.order_by().annotate(
        area_ids=_pick(*areas, need.area_id) if need else _picks(*areas),
        type_ids=_pick(*types, need.business_type_id) if need else _picks(*types),
    )
    rows = list(found.values_list(*COLUMNS, named=True))
    known = _Known(
        pauses=_pauses([row.pk for row in rows], now),
        used=_used({row.pk: _zone(row.chapter__time_zone) for row in rows}, now),
        free_again=cache(lambda name: _next_sunday(now, _zone(name))),
    )
    return [_sketch(row, known) for row in rows]


@dataclass(frozen=True)
class _Known:
    """Pauses in words and this week's places, by mentor; the next Sunday by time zone."""

    pauses: Mapping[int, str]
    used: Mapping[int, int]
    free_again: Callable[[str], str]


def _picks(through: Any, field: str) -> ArraySubquery:
    """What a mentor offers of a picklist."""
    return ArraySubquery(through.objects.filter(mentorprofile=OuterRef("pk")).values(field))


def _pick(through: Any, field: str, only: Key | None) -> Case:
    """This one of a picklist, if a mentor offers it: who does is looked up once for everybody."""
    offering = through.objects.filter(**{field: only}).values("mentorprofile")
    return Case(When(pk__in=offering, then=_array([only])), default=_array([]))


def _array(ids: Sequence[Key | None]) -> Constant:
    return Constant(list(ids), output_field=ArrayField(BigIntegerField()))


def _sketch(row: Any, known: _Known) -> Candidate:
    why_not = _not_assignable(row) or known.pauses.get(row.pk, "")
    return Candidate(
        id=row.pk,
        name=f"{row.first_name} {row.last_name}".strip(),
        chapter_id=row.chapter or 0,
        chapter_name=row.chapter__name or "",
        time_zone=row.chapter__time_zone or "",
        district_id=row.chapter__district,
        region_id=row.chapter__district__region,
        area_ids=frozenset(row.area_ids),
        business_type_ids=frozenset(row.type_ids),
        keywords=_keywords(row.profile__keywords),
        languages=tuple(row.languages),
        weekly_limit=row.profile__weekly_limit,
        used_this_week=known.used.get(row.pk, 0),
        free_again=known.free_again(row.chapter__time_zone),
        assignable=not why_not,
        not_assignable_reason=why_not,
        serves_outside=bool(row.profile__serves_outside),
    )


def _not_assignable(row: Any) -> str:
    if row.status != VolunteerStatus.ACTIVE or not row.is_active:
        return f"is {VolunteerStatus(row.status).label.lower()}, not active"
    if row.classification != Classification.MENTOR:
        return f"is a {Classification(row.classification).label}, not a Mentor"
    return "" if row.profile and row.chapter else "has no mentor profile yet"


def _keywords(written: str | None) -> tuple[str, ...]:
    return tuple(word for word in map(str.strip, (written or "").split(",")) if word)


def _pauses(ids: Sequence[int], now: datetime) -> dict[int, str]:
    pauses = Pause.objects.filter(mentor__in=_any(ids)).in_force(now).order_by("ends_on")
    return {
        mentor: f"paused until {day_in_words(ends_on)}"
        for mentor, ends_on in pauses.values_list("mentor", "ends_on")
    }


def _any(ids: Sequence[int]) -> Func:
    """One of these: as the text of one array, which costs less than thousands of parameters."""
    template = "(SELECT unnest(%(expressions)s::bigint[]))"
    array = Constant(f"{{{','.join(map(str, ids))}}}", output_field=TextField())
    return Func(array, template=template, output_field=BigIntegerField())


@cache
def _zone(name: str | None) -> ZoneInfo:
    return ZoneInfo(name or "UTC")


# --- This week's places -------------------------------------------------------------------------


def used_this_week(mentors: Iterable[Volunteer], now: datetime) -> dict[int, int]:
    """Places taken since Sunday 00:00 in each mentor's chapter; a replaced one does not count."""
    return _used({person.pk: person.zone for person in mentors}, now)


def _used(zones: Mapping[int, ZoneInfo], now: datetime) -> dict[int, int]:
    starts = {zone: week_start(now, zone) for zone in set(zones.values())}
    if not starts:
        return {}
    taken = places_taken(list(zones), min(starts.values()), now)
    used: dict[int, int] = {}
    for mentor, at in taken.values_list("mentor", "assigned_at"):
        if at >= starts[zones[mentor]]:
            used[mentor] = used.get(mentor, 0) + 1
    return used


def places_taken(ids: Sequence[int], since: datetime, now: datetime) -> AssignmentQuerySet:
    """What counts against the weekly limits: all that was assigned since, except *replaced*.

    Of an instant that is over: except what had been replaced by then.
    """
    assigned = Assignment.objects.filter(
        mentor__in=_any(ids), assigned_at__gte=since, assigned_at__lte=now
    )
    return assigned.exclude(outcome=Outcome.REPLACED, ended_at__lte=now)


def _next_sunday(now: datetime, zone: ZoneInfo) -> str:
    return day_in_words(local_date(week_start(now, zone), zone) + timedelta(days=7))


# --- Open clients and answers -------------------------------------------------------------------


class Median(Aggregate):
    """The middle of the values, as PostgreSQL reckons it."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class _Answers:
    """How one mentor answered in the last 180 days."""

    in_time: int = 0
    all: int = 0
    timeouts: int = 0
    median_days: float | None = None


def with_workload(found: Iterable[Candidate], now: datetime) -> list[Candidate]:
    """The same mentors with open clients and past answers. Two queries."""
    rows = list(found)
    ids = [row.id for row in rows]
    held, answers = _held(ids), _answers(ids, now)
    return [_loaded(row, held.get(row.id, (0, 0)), answers.get(row.id, _Answers())) for row in rows]


def _loaded(row: Candidate, held: tuple[int, int], answers: _Answers) -> Candidate:
    open_clients, unanswered = held
    return replace(
        row,
        open_clients=open_clients,
        unanswered=unanswered,
        answered_in_time=answers.in_time,
        answers=answers.all,
        median_answer_days=answers.median_days,
        recent_timeouts=answers.timeouts,
    )


def _held(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By mentor: the clients he leads, and the requests that wait for his answer."""
    rows = in_hand(ids).order_by().values("mentor")
    counted = rows.annotate(led=Count("pk", filter=LED), asked=Count("pk", filter=ASKED))
    return {
        mentor: (led, asked) for mentor, led, asked in counted.values_list("mentor", "led", "asked")
    }


def in_hand(ids: Sequence[int]) -> AssignmentQuerySet:
    """What these mentors lead, and what waits for their answer."""
    return Assignment.objects.filter(mentor__in=_any(ids)).open()


LED, ASKED = Q(outcome__in=ACCEPTED), Q(outcome__in=UNANSWERED)
IN_TIME, TIMED_OUT = Q(answered_at__lt=F("respond_by")), Q(outcome=Outcome.TIMED_OUT)


def lately_asked(ids: Sequence[int], now: datetime) -> AssignmentQuerySet:
    """What was answered, is overdue or timed out, of the days of which answers are remembered."""
    since = now - timedelta(days=policy().answer_history_days)
    counted = [*ANSWERED, Outcome.TIMED_OUT, Outcome.OVERDUE]
    asked = Assignment.objects.filter(mentor__in=_any(ids), assigned_at__gte=since)
    return asked.filter(outcome__in=counted)


def _answers(ids: Sequence[int], now: datetime) -> dict[int, _Answers]:
    rows = (
        lately_asked(ids, now)
        .order_by()
        .values("mentor")
        .annotate(
            in_time=Count("pk", filter=IN_TIME),
            number=Count("pk"),
            timeouts=Count("pk", filter=TIMED_OUT),
            median=Median("answer_days"),
        )
        .values_list("mentor", "in_time", "number", "timeouts", "median")
    )
    return {
        mentor: _Answers(in_time, number, timeouts, median)
        for mentor, in_time, number, timeouts, median in rows
    }
