"""What the database knows of mentors, as the ranking is given it: a few queries for any number.

Thousands are looked at to find those who are eligible, and only these are ranked. So the facts
come in two steps: a *sketch* has all that eligibility asks for; open clients and past answers,
which only the ranking weighs, are added to those who need them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    BigIntegerField,
    BooleanField,
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
from mentors.models.availability import is_paused
from mentors.words import day_in_words
from mentors.zones import zone_called


def candidates(mentors: QuerySet[Volunteer], now: datetime) -> list[Candidate]:
    """These volunteers with all that the ranking weighs, for any request. Five queries."""
    return with_workload(sketches(mentors, now), now)


# --- Who they are -------------------------------------------------------------------------------


COLUMNS = (
    "pk",
    "chapter__time_zone",
    "first_name",
    "last_name",
    "status",
    "classification",
    "is_active",
    "languages",
    "chapter",
    "chapter__name",
    "chapter__district",
    "chapter__district__region",
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
    rows = list(found.values_list(*COLUMNS))
    zones = {row[0]: row[1] for row in rows}
    known = _Known(
        pauses=_pauses(zones, now),
        used=_used(zones, now),
        free_again={name: _next_sunday(now, zone_called(name)) for name in set(zones.values())},
    )
    return [_sketch(row, known) for row in rows]


@dataclass(frozen=True, slots=True)
class _Known:
    """Pauses in words and this week's places, by mentor; the next Sunday by time zone."""

    pauses: Mapping[int, str]
    used: Mapping[int, int]
    free_again: Mapping[str | None, str]


def _picks(through: Any, field: str) -> ArraySubquery:
    """What a mentor offers of a picklist."""
    return ArraySubquery(through.objects.filter(mentorprofile=OuterRef("pk")).values(field))


def _pick(through: Any, field: str, only: Key | None) -> Case:
    """This one of a picklist, if a mentor offers it: who does is looked up once for everybody."""
    offering = through.objects.filter(**{field: only}).values("mentorprofile")
    this = Constant([only], output_field=ArrayField(BigIntegerField()))
    return Case(When(pk__in=offering, then=this))


def _sketch(row: tuple[Any, ...], known: _Known) -> Candidate:
    (
        pk,
        time_zone,
        first_name,
        last_name,
        status,
        classification,
        is_active,
        languages,
        chapter,
        chapter_name,
        district,
        region,
        keywords,
        weekly_limit,
        serves_outside,
        areas,
        types,
    ) = row
    has_profile = serves_outside is not None and chapter is not None
    why_not = _not_assignable(status, classification, is_active, has_profile)
    why_not = why_not or known.pauses.get(pk, "")
    # By place, in the order of the fields: with their names it takes five times as long.
    return Candidate(
        pk,
        f"{first_name} {last_name}".strip(),
        chapter or 0,
        chapter_name or "",
        time_zone or "",
        district,
        region,
        areas or (),
        types or (),
        keywords.split(",") if keywords else (),
        languages,
        weekly_limit,
        known.used.get(pk, 0),
        known.free_again[time_zone],
        not why_not,
        why_not,
        bool(serves_outside),
    )


@cache
def _not_assignable(status: str, classification: str, is_active: bool, has_profile: bool) -> str:  # noqa: FBT001
    if status != VolunteerStatus.ACTIVE or not is_active:
        return f"is {VolunteerStatus(status).label.lower()}, not active"
    if classification != Classification.MENTOR:
        return f"is a {Classification(classification).label}, not a Mentor"
    return "" if has_profile else "has no mentor profile yet"


def _pauses(zones: Mapping[int, str | None], now: datetime) -> dict[int, str]:
    """Of several pauses the one that lasts longest."""
    today = {name: local_date(now, zone_called(name)) for name in set(zones.values())}
    found = Pause.objects.filter(_of_or_all(list(zones), MANY_PAUSED)).in_force_anywhere(now)
    rows = found.order_by("ends_on").values_list("mentor", "starts_on", "ends_on", "resumed_on")
    in_words = cache(lambda day: f"paused until {day_in_words(day)}")
    return {
        mentor: in_words(ends_on)
        for mentor, starts_on, ends_on, resumed_on in rows
        if mentor in zones and is_paused(today[zones[mentor]], starts_on, ends_on, resumed_on)
    }


MANY_ASKED, MANY_PAUSED = 1000, 100
"""To compare with more mentors than these takes longer than to read the few rows of all.

Of pauses in force there are fewer than of places taken in a week.
"""


def _of_or_all(ids: Sequence[int], many: int) -> Q:
    """Of these mentors, where few rows are read; of so many mentors, the others' rows too."""
    return Q(_among(ids)) if len(ids) <= many else Q()


def _among(ids: Sequence[int]) -> Func:
    template = "%(expressions)s::bigint[])"
    return Func(
        F("mentor"),
        _array_of(ids),
        template=template,
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _each_of(ids: Sequence[int]) -> Func:
    """Each of these, where they are to be looked up in an index of many rows."""
    template = "(SELECT unnest(%(expressions)s::bigint[]))"
    return Func(_array_of(ids), template=template, output_field=BigIntegerField())


def _array_of(ids: Sequence[int]) -> Constant:
    """As a text, which costs less than thousands of parameters."""
    return Constant(f"{{{','.join(map(str, ids))}}}", output_field=TextField())


# --- This week's places -------------------------------------------------------------------------


def used_this_week(mentors: Iterable[Volunteer], now: datetime) -> dict[int, int]:
    """Places taken since Sunday 00:00 in each mentor's chapter; a replaced one does not count."""
    return _used({person.pk: person.zone.key for person in mentors}, now)


def _used(zones: Mapping[int, str | None], now: datetime) -> dict[int, int]:
    starts = {name: week_start(now, zone_called(name)) for name in set(zones.values())}
    if not starts:
        return {}
    taken = places_taken(min(starts.values()), now).filter(_of_or_all(list(zones), MANY_ASKED))
    used: dict[int, int] = {}
    for mentor, at in taken.values_list("mentor", "assigned_at"):
        if mentor in zones and at >= starts[zones[mentor]]:
            used[mentor] = used.get(mentor, 0) + 1
    return used


def places_taken(since: datetime, now: datetime) -> AssignmentQuerySet:
    """What counts against the weekly limits: all that was assigned since, except *replaced*.

    Of an instant that is over: except what had been replaced by then.
    """
    assigned = Assignment.objects.filter(assigned_at__gte=since, assigned_at__lte=now)
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
    return row._replace(
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
    return Assignment.objects.filter(mentor__in=_each_of(ids)).open()


LED, ASKED = Q(outcome__in=ACCEPTED), Q(outcome__in=UNANSWERED)
IN_TIME, TIMED_OUT = Q(answered_at__lt=F("respond_by")), Q(outcome=Outcome.TIMED_OUT)


def lately_asked(ids: Sequence[int], now: datetime) -> AssignmentQuerySet:
    """What was answered, is overdue or timed out, of the days of which answers are remembered."""
    since = now - timedelta(days=policy().answer_history_days)
    counted = [*ANSWERED, Outcome.TIMED_OUT, Outcome.OVERDUE]
    asked = Assignment.objects.filter(mentor__in=_each_of(ids), assigned_at__gte=since)
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
