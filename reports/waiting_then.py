"""The open requests as they stood at an instant that is over, by stage: from the timelines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from intake.calendar import local_date
from intake.enums import Stage
from intake.inforce import calendar
from intake.models import MentoringRequest, Snooze
from mentors.models import Chapter
from reports.periods import ALWAYS, Period
from reports.question import Question
from reports.standing import Standing, standing


@dataclass(frozen=True)
class Stood:
    """A request as it stood then: where, how long at its stage, and whether it was snoozed."""

    standing: Standing
    chapter: Chapter
    """Where it was then; it may have been moved since."""
    days: float
    snooze: Snooze | None


def read(question: Question) -> list[Stood]:
    """The requests open then that a question is about, whatever their stage, age and snooze.

    Four queries more than `standing`, with a fifth for areas and days of submission.
    """
    chapters = {chapter.pk: chapter for chapter in question.reach.chapters()}
    found = standing(question.reach, question.at)
    if question.mentor is not None:
        found = [one for one in found if one.mentor == question.mentor]
    counted, aside = calendar(), _snoozes(question.at)
    return [
        Stood(
            one,
            chapters[one.chapter],
            counted.business_days(one.since, question.at, chapters[one.chapter].zone),
            _held(aside.get(one.request), one),
        )
        for one in _narrowed(found, question, chapters)
    ]


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


def _snoozes(at: datetime) -> dict[int, Snooze]:
    """What was snoozed then, by request."""
    ended = Q(ended_at__isnull=False, ended_at__lte=at)
    rows = Snooze.objects.filter(at__lte=at, ends_at__gt=at).exclude(ended)
    return {snooze.request_id: snooze for snooze in rows.select_related("by").order_by("at", "pk")}


def _held(snooze: Snooze | None, one: Standing) -> Snooze | None:
    """The snooze if it was of this time at the stage, and of the same mentor."""
    if snooze is None or snooze.stage != one.stage or snooze.at < one.since:
        return None
    same = one.stage == Stage.NOT_ASSIGNED or snooze.assignment_id == one.assignment
    return snooze if same else None


def aged(found: Iterable[Stood], question: Question) -> Iterator[Stood]:
    """Those that had been at their stage for as many business days as is asked for."""
    least, below = question.least_days, question.below_days
    for it in found:
        if (least is None or it.days >= least) and (below is None or it.days < below):
            yield it


def at_stage(found: Iterable[Stood], question: Question, stage: Stage) -> list[Stood]:
    """The list of one stage, what had lasted longest first, what was snoozed last."""
    there = [it for it in aged(found, question) if it.standing.stage == stage]
    if question.snoozed is not None:
        there = [it for it in there if (it.snooze is not None) == question.snoozed]
    return sorted(there, key=_longest_first)


def _longest_first(it: Stood) -> tuple[bool, datetime, int]:
    return it.snooze is not None, it.standing.since, it.standing.request


def listed(question: Question, stage: Stage) -> list[Stood]:
    """The requests that were at one stage."""
    return at_stage(read(question), question, stage)


def counted(question: Question) -> Iterator[tuple[int, str, int]]:
    """Chapter, stage, and one, for each request."""
    for it in aged(read(question), question):
        yield it.standing.chapter, it.standing.stage, 1
