"""The open requests as they stood at an instant that is over, by stage: from the timelines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from intake.calendar import BusinessCalendar, local_date
from intake.enums import Stage
from intake.inforce import calendar
from intake.models import MentoringRequest, Snooze
from mentors.models import Chapter
from reports.periods import ALWAYS, Period
from reports.question import Question
from reports.standing import Standing, standing


@dataclass(frozen=True)
class Stood:
    """A request as it stood then: how long at its stage, and whether it was put aside."""

    standing: Standing
    days: float
    snooze: Snooze | None


def asked_for(question: Question) -> list[Standing]:
    """The requests open then that a question is about, whatever their stage."""
    found = standing(question.reach, question.at)
    if question.mentor is not None:
        found = [one for one in found if one.mentor == question.mentor]
    chapters = chapters_of(question)
    return list(_aged(_narrowed(found, question, chapters), question, chapters))


def chapters_of(question: Question) -> dict[int, Chapter]:
    """The chapters it is about, by id: where a request was then, on whose clock it waited."""
    return {chapter.pk: chapter for chapter in question.reach.chapters()}


def _narrowed(
    found: Sequence[Standing], question: Question, chapters: dict[int, Chapter]
) -> Sequence[Standing]:
    """Those of one area, submitted in the period on the clock of the chapter they were in."""
    if question.area is None and question.period == ALWAYS:
        return found
    rows = MentoringRequest.objects.filter(pk__in=[one.request for one in found])
    rows = rows if question.area is None else rows.filter(area=question.area)
    submitted = dict(rows.values_list("pk", "submitted_at"))
    return [
        one
        for one in found
        if one.request in submitted
        and _is_in(question.period, submitted[one.request], chapters[one.chapter])
    ]


def _is_in(period: Period, at: datetime, chapter: Chapter) -> bool:
    day = local_date(at, chapter.zone)
    return (period.first is None or period.first <= day) and (
        period.last is None or day <= period.last
    )


def _aged(
    found: Sequence[Standing], question: Question, chapters: dict[int, Chapter]
) -> Iterable[Standing]:
    least, below = question.least_days, question.below_days
    if least is None and below is None:
        return found
    counted = calendar()
    return (
        one
        for one in found
        for days in [_days(one, question.at, chapters, counted)]
        if (least is None or days >= least) and (below is None or days < below)
    )


def _days(
    one: Standing, at: datetime, chapters: dict[int, Chapter], counted: BusinessCalendar
) -> float:
    return counted.business_days(one.since, at, chapters[one.chapter].zone)


def listed(question: Question, stage: Stage) -> list[Stood]:
    """The requests at one stage, what had lasted longest first, what was put aside last."""
    chapters, counted = chapters_of(question), calendar()
    aside = _snoozes(stage, question.at)
    found = [
        Stood(one, _days(one, question.at, chapters, counted), _held(aside.get(one.request), one))
        for one in asked_for(question)
        if one.stage == stage
    ]
    if question.snoozed is not None:
        found = [it for it in found if (it.snooze is not None) == question.snoozed]
    return sorted(
        found, key=lambda it: (it.snooze is not None, it.standing.since, it.standing.request)
    )


def _snoozes(stage: Stage, at: datetime) -> dict[int, Snooze]:
    """What was put aside at that stage then, by request."""
    ended = Q(ended_at__isnull=False, ended_at__lte=at)
    rows = Snooze.objects.filter(stage=stage, at__lte=at, ends_at__gt=at).exclude(ended)
    return {snooze.request_id: snooze for snooze in rows.select_related("by").order_by("at", "pk")}


def _held(snooze: Snooze | None, one: Standing) -> Snooze | None:
    """The snooze if it was of this time at the stage, and of the same mentor."""
    if snooze is None or snooze.at < one.since:
        return None
    same = one.stage == Stage.NOT_ASSIGNED or snooze.assignment_id == one.assignment
    return snooze if same else None


def counted(question: Question) -> Iterator[tuple[int, str, int]]:
    """Chapter, stage, and one, for each request."""
    for one in asked_for(question):
        yield one.chapter, one.stage, 1
