"""The open requests as they stand now, by stage: from the tables, sorted and paged by the database.

Each stage begins at an instant that some column keeps, so nothing is worked out for more rows than
are shown.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    FilteredRelation,
    Q,
    Value,
    When,
)

from intake.enums import Stage, Status
from intake.inforce import calendar
from intake.querysets import RequestQuerySet
from mentors.models import Chapter
from reports.question import Question
from reports.spans import during

AT: dict[Stage, Q] = {
    Stage.NOT_ASSIGNED: Q(status=Status.NEED_ACTION),
    Stage.NOT_ACCEPTED: Q(status=Status.ASSIGNED),
    Stage.NOT_CONTACTED: Q(status=Status.ACCEPTED, current__contacted_at__isnull=True),
    Stage.NOT_COUNSELED: Q(
        status=Status.ACCEPTED,
        current__contacted_at__isnull=False,
        current__counseled_at__isnull=True,
    ),
    Stage.IN_MENTORING: Q(status=Status.ACCEPTED, current__counseled_at__isnull=False),
}
"""Which requests are at each stage: every open one is at exactly one."""

SINCE = {
    Stage.NOT_ASSIGNED: "status_since",
    Stage.NOT_ACCEPTED: "current__assigned_at",
    Stage.NOT_CONTACTED: "current__answered_at",
    Stage.NOT_COUNSELED: "current__contacted_at",
    Stage.IN_MENTORING: "current__counseled_at",
}
"""What keeps the instant at which each stage began: submission or return to the queue, assignment,
acceptance, first contact, first session."""


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
    found = question.reach.requests().open()
    found = found.filter(during(question.period, "submitted_at", "chapter__time_zone"))
    if question.mentor is not None:
        found = found.filter(current__mentor=question.mentor)
    if question.area is not None:
        found = found.filter(area=question.area)
    return _aged(found, question)


def _aged(found: RequestQuerySet, question: Question) -> RequestQuerySet:
    """Those that have been at their stage for as many business days as is asked for."""
    least, below = question.least_days, question.below_days
    if not least and below is None:
        return found
    ago = _ago(question)
    found = found.alias(since=since())
    if least:
        found = found.filter(since__lte=ago(least))
    return found if below is None else found.filter(since__gt=ago(below))


def _ago(question: Question) -> Callable[[float], Case]:
    """Since when something lasts that has lasted so many business days, in its chapter.

    Two queries.
    """
    chapters = Chapter.objects.filter(question.reach.within("pk")).order_by("time_zone")
    zones = list(chapters.values_list("time_zone", flat=True).distinct())
    counted = calendar()

    def ago(days: float) -> Case:
        began = {zone: counted.waited_since(question.at, days, ZoneInfo(zone)) for zone in zones}
        cases = [When(chapter__time_zone=zone, then=Value(at)) for zone, at in began.items()]
        return Case(*cases, output_field=DateTimeField())

    return ago


def listed(question: Question, stage: Stage) -> RequestQuerySet:
    """The requests at one stage with all that a row shows, what has lasted longest first.

    `since` is when each came to it. What is put aside comes last: `is_snoozed`; then `put_aside`
    is the snooze.
    """
    rows = asked_for(question).filter(AT[stage]).for_list()
    rows = rows.annotate(
        since=F(SINCE[stage]),
        put_aside=FilteredRelation("snoozes", condition=Q(snoozes__ended_at__isnull=True)),
    )
    rows = rows.annotate(is_snoozed=_snoozed(stage, question.at))
    if question.snoozed is not None:
        rows = rows.filter(is_snoozed=question.snoozed)
    rows = rows.select_related("put_aside__by")  # type: ignore[misc]  # it is an annotation
    return rows.order_by("is_snoozed", "since", "pk")


def _snoozed(stage: Stage, at: datetime) -> Case:
    """Whether a snooze holds: of this stage, since the request is at it, for the same mentor."""
    holds = Q(put_aside__stage=stage, put_aside__ends_at__gt=at, put_aside__at__gte=F("since"))
    if stage != Stage.NOT_ASSIGNED:
        holds &= Q(put_aside__assignment=F("current"))
    return Case(When(holds, then=True), default=False, output_field=BooleanField())


def count_ages(question: Question, stage: Stage, days: Sequence[float]) -> dict[float, int]:
    """How many requests have been at a stage for at least so many business days, for each number.

    Three queries, however many numbers.
    """
    ago = _ago(question)
    tallies = {
        f"from_{number}": Count("pk", filter=Q(since__lte=ago(least)) if least else None)
        for number, least in enumerate(days)
    }
    found = asked_for(question).filter(AT[stage]).alias(since=F(SINCE[stage])).aggregate(**tallies)
    return {least: found[f"from_{number}"] for number, least in enumerate(days)}


def counted(question: Question) -> Iterator[tuple[int, str, int]]:
    """Chapter, stage, and how many requests the chapter has at that stage. One query."""
    rows = asked_for(question).annotate(stage=stage()).order_by().values_list("chapter", "stage")
    yield from rows.annotate(requests=Count("pk"))
