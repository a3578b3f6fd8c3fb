"""The open requests as they stand now, by stage: from the tables, sorted and paged by the database.

Each stage begins at an instant that some column keeps, so nothing is worked out for more rows than
are shown.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    Field,
    FilteredRelation,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from intake.enums import Stage, Status
from intake.inforce import calendar
from intake.querysets import RequestQuerySet
from mentors.zones import zone_called
from reports.question import Question
from reports.spans import during

AT: dict[Stage, Q] = {
    Stage.NOT_ASSIGNED: Q(status=Status.NEED_ACTION),
    Stage.NOT_ACCEPTED: Q(status=Status.ASSIGNED),
    Stage.NOT_CONTACTED: Q(status=Status.ACCEPTED, held__contacted_at__isnull=True),
    Stage.NOT_COUNSELED: Q(
        status=Status.ACCEPTED,
        held__contacted_at__isnull=False,
        held__counseled_at__isnull=True,
    ),
    Stage.IN_MENTORING: Q(status=Status.ACCEPTED, held__counseled_at__isnull=False),
}
"""Which requests are at each stage: every open one is at exactly one. See `held`."""

SINCE = {
    Stage.NOT_ASSIGNED: "status_since",
    Stage.NOT_ACCEPTED: "held__assigned_at",
    Stage.NOT_CONTACTED: "held__answered_at",
    Stage.NOT_COUNSELED: "held__contacted_at",
    Stage.IN_MENTORING: "held__counseled_at",
}
"""What keeps the instant at which each stage began: submission or return to the queue, assignment,
acceptance, first contact, first session."""


def held() -> FilteredRelation:
    """The assignment of an open request that is with a mentor.

    That it has not ended goes without saying; said, it lets the database read an index of those
    alone, and never their rows.
    """
    return FilteredRelation("current", condition=Q(current__ended_at__isnull=True))


def stage() -> Case:
    """The stage of an open request, for the database to work out."""
    cases = [When(condition, then=Value(stage.value)) for stage, condition in AT.items()]
    return Case(*cases, output_field=CharField())


def since() -> Case:
    """When it came to that stage."""
    cases = [When(condition, then=F(SINCE[stage])) for stage, condition in AT.items()]
    return Case(*cases, output_field=DateTimeField())


def asked_for(question: Question) -> RequestQuerySet:
    """The open requests that a question is about, whatever their stage."""
    return _asked_for(question, question.reach.requests().open())


def _asked_for(question: Question, requests: RequestQuerySet) -> RequestQuerySet:
    found = requests.alias(held=held())
    found = found.filter(during(question.period, "submitted_at", "chapter__time_zone"))
    if question.mentor is not None:
        found = found.filter(held__mentor=question.mentor)
    if question.area is not None:
        found = found.filter(area=question.area)
    return _aged(found, question)


def _aged(found: RequestQuerySet, question: Question) -> RequestQuerySet:
    """Those that have been at their stage for as many business days as is asked for."""
    least, below = question.least_days, question.below_days
    if not least and below is None:
        return found
    ago = lasting(question)
    found = found.alias(since=since())
    if least:
        found = found.filter(since__lte=ago(least))
    return found if below is None else found.filter(since__gt=ago(below))


def lasting(question: Question) -> Callable[[float], Case]:
    """Since when something lasts that has lasted so many business days, in its chapter.

    Two queries.
    """
    ago = _ago(question)
    return lambda days: _of_zone(ago(days), DateTimeField())


def _ago(question: Question) -> Callable[[float], dict[str, datetime]]:
    """The same by time zone. Two queries."""
    zones = sorted({chapter.time_zone for chapter in question.reach.chapters()})
    counted = calendar()
    return lambda days: {
        zone: counted.waited_since(question.at, days, zone_called(zone)) for zone in zones
    }


def _of_zone(known: Mapping[str, Any], kind: "Field[Any, Any]") -> Case:
    """What is known of the time zone that the chapter of a request is in."""
    cases = [
        When(chapter__time_zone=zone, then=Value(value, kind)) for zone, value in known.items()
    ]
    return Case(*cases, output_field=kind)


def listed(question: Question, stage: Stage) -> RequestQuerySet:
    """The requests at one stage with all that a row shows, what has lasted longest first.

    `at_stage` is the stage and `since` when each came to it. What is put aside comes last:
    `is_snoozed`; then `put_aside` is the snooze.
    """
    # That they are open goes without saying: said, PostgreSQL expects a handful, one by one.
    found = _asked_for(question, question.reach.requests()).filter(AT[stage])
    found = found.annotate(at_stage=Value(stage.value), since=F(SINCE[stage]))
    rows = _in_order(found, question.at)
    if question.snoozed is not None:
        rows = rows.filter(is_snoozed=question.snoozed)  # type: ignore[misc]  # an annotation
    shown = SHOWN[stage]
    return rows.select_related(*shown, "put_aside__by")  # type: ignore[misc]  # an annotation


def longest(question: Question, number: int) -> RequestQuerySet:
    """The first so many of each list of those who wait, all together, as `listed` has them.

    One query at once, which finds out who they are; then what is shown is read of these few.
    """
    found = asked_for(question).annotate(at_stage=stage(), since=since())
    waiting = found.filter(held__counseled_at__isnull=True)
    rows = _in_order(waiting, question.at)
    place = Window(RowNumber(), partition_by="at_stage", order_by=LONGEST_FIRST)
    first = rows.annotate(place=place).filter(place__lte=number).order_by()
    few = rows.filter(pk__in=list(first.values_list("pk", flat=True)))
    shown = ("client", "chapter__district", "area", "current__mentor__chapter")
    return few.select_related(*shown, "put_aside__by")  # type: ignore[misc]  # an annotation


_WITH_MENTOR = ("client", "chapter", "area", "current__mentor")
SHOWN = {
    Stage.NOT_ASSIGNED: ("client", "chapter__district", "area"),
    Stage.NOT_ACCEPTED: (*_WITH_MENTOR, "current__mentor__chapter"),
    Stage.NOT_CONTACTED: _WITH_MENTOR,
    Stage.NOT_COUNSELED: _WITH_MENTOR,
    Stage.IN_MENTORING: _WITH_MENTOR,
}
"""What a row of each list shows, and no more: PostgreSQL thinks longer about the order of the joins
than it reads. Only who has no mentor is told the coordinators, who may be those of the district;
only a deadline stands on the clock of the mentor."""

LONGEST_FIRST = ("is_snoozed", "since", "pk")


def _in_order(rows: RequestQuerySet, at: datetime) -> RequestQuerySet:
    """With the snooze that holds, of requests whose stage is told."""
    aside = FilteredRelation("snoozes", condition=Q(snoozes__ended_at__isnull=True))
    rows = rows.annotate(put_aside=aside).annotate(is_snoozed=_snoozed(at))
    return rows.order_by(*LONGEST_FIRST)


def _snoozed(at: datetime) -> Case:
    """Whether a snooze holds: of this stage, since the request is at it, for the same mentor."""
    holds = Q(
        Q(status=Status.NEED_ACTION) | Q(put_aside__assignment=F("current")),
        put_aside__stage=F("at_stage"),
        put_aside__ends_at__gt=at,
        put_aside__at__gte=F("since"),
    )
    return Case(When(holds, then=True), default=False, output_field=BooleanField())


def count_spans(
    question: Question, of: Stage, edges: Sequence[float]
) -> tuple[Counter[Stage], list[int]]:
    """How many requests each stage has; and how many of one are in each of the spans that these
    business days part.

    The shortest come first, and a span begins with its edge. Three queries.
    """
    place = Case(When(AT[of], then=_place(question, SINCE[of], edges)))
    found = asked_for(question).annotate(at_stage=stage(), place=place)
    stages, spans = Counter[Stage](), [0] * (len(edges) + 1)
    rows = found.order_by().values_list("at_stage", "place").annotate(requests=Count("pk"))
    for at_stage, there, requests in rows:
        stages[Stage(at_stage)] += requests
        if there is not None:
            spans[-1 - there] = requests
    return stages, spans


def _place(question: Question, began: str, edges: Sequence[float]) -> Func:
    """The span in which something is that began then, from the longest; found by halving, once for
    all edges.
    """
    ago = _ago(question)
    marks: dict[str, list[datetime]] = {}
    for days in reversed(edges):
        for zone, at in ago(days).items():
            marks.setdefault(zone, []).append(at + timedelta.resolution)  # at that instant it is in
    of_zone = _of_zone(marks, ArrayField(DateTimeField()))
    return Func(F(began), of_zone, function="width_bucket", output_field=IntegerField())


def counted(question: Question) -> Iterator[tuple[int, str, int]]:
    """Chapter, stage, and how many requests the chapter has at that stage. One query."""
    yield from grouped(question).annotate(requests=Count("pk"))


def grouped(question: Question) -> QuerySet[Any, Any]:
    """Chapter and stage of what is open, for something to be counted of each."""
    found = asked_for(question).annotate(at_stage=stage())
    return found.order_by().values_list("chapter", "at_stage")
