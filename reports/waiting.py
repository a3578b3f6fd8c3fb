"""Clients who wait: the four lists, which together with “in mentoring” are the open requests."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When

from intake.enums import Outcome, SessionState, Stage, Status
from intake.inforce import calendar, policy
from intake.models import Session
from intake.querysets import RequestQuerySet
from mentors.models import Chapter, District, Region
from reports.scope import Reach


def stage() -> Case:
    """The stage of an open request, for the database to work out.

    Need Action; Assigned; Accepted and the current mentor has not reached the client; reached, or a
    session is planned, but none was held by him; a session was held.
    """
    return Case(
        When(status=Status.NEED_ACTION, then=Value(Stage.NOT_ASSIGNED)),
        When(status=Status.ASSIGNED, then=Value(Stage.NOT_ACCEPTED)),
        When(current__counseled_at__isnull=False, then=Value(Stage.IN_MENTORING)),
        When(current__contacted_at__isnull=False, then=Value(Stage.NOT_COUNSELED)),
        default=Value(Stage.NOT_CONTACTED),
        output_field=CharField(),
    )


Counts = Counter[str]
"""How many requests are at which stage."""


class Tally:
    """What a line and the whole have in common: a number for every stage."""

    counts: Counts

    @property
    def cells(self) -> list[tuple[Stage, int]]:
        """Every stage with its number, in order."""
        return [(stage, self.counts[stage]) for stage in Stage]

    @property
    def total(self) -> int:
        """All open requests."""
        return self.counts.total()


@dataclass(frozen=True)
class Line(Tally):
    """One unit with the open requests of its chapters in scope."""

    unit: Region | District | Chapter
    chapters: int
    counts: Counts

    @property
    def is_chapter(self) -> bool:
        """Whether this is a chapter, and no sum of several."""
        return isinstance(self.unit, Chapter)


@dataclass(frozen=True)
class Overview(Tally):
    """The open requests of a scope: all together, unit by unit, and what stands out."""

    counts: Counts
    lines: list[Line]
    overdue: int
    tried: int
    planned: int
    oldest_days: float | None


def overview(reach: Reach, now: datetime) -> Overview:
    """The open requests as they stand now. Five queries for any number of them."""
    chapters, requests = list(reach.chapters()), reach.requests()
    by_chapter = counts_by_chapter(requests)
    return Overview(
        counts=_sum(chapters, by_chapter),
        lines=list(_lines(chapters, by_chapter)),
        oldest_days=_oldest(requests, now),
        **_standing_out(requests, now),
    )


def counts_by_chapter(requests: RequestQuerySet) -> dict[int, Counts]:
    """How many open requests each chapter has at each stage. One query."""
    found: dict[int, Counts] = {}
    rows = requests.open().annotate(stage=stage()).order_by().values_list("chapter", "stage")
    for chapter, at, number in rows.annotate(requests=Count("pk")):
        found.setdefault(chapter, Counter())[at] = number
    return found


def _lines(chapters: Iterable[Chapter], by_chapter: dict[int, Counts]) -> Iterator[Line]:
    """The chapters below their districts and regions; a sum of one line is left out."""
    for region, in_region in groupby(chapters, lambda chapter: chapter.district.region):
        districts = [
            (district, list(inside))
            for district, inside in groupby(in_region, lambda chapter: chapter.district)
        ]
        if len(districts) > 1:
            yield _line(region, [c for _, inside in districts for c in inside], by_chapter)
        for district, inside in districts:
            if len(inside) > 1:
                yield _line(district, inside, by_chapter)
            yield from (_line(chapter, [chapter], by_chapter) for chapter in inside)


def _line(
    unit: Region | District | Chapter, chapters: list[Chapter], by_chapter: dict[int, Counts]
) -> Line:
    return Line(unit, len(chapters), _sum(chapters, by_chapter))


def _sum(chapters: Iterable[Chapter], by_chapter: dict[int, Counts]) -> Counts:
    total: Counts = Counter()
    for chapter in chapters:
        total.update(by_chapter.get(chapter.pk, {}))
    return total


def _standing_out(requests: RequestQuerySet, now: datetime) -> dict[str, int]:
    """Overdue with the mentor; tried often enough in vain; with a session to come."""
    to_come = Session.objects.filter(
        assignment=OuterRef("current"), state=SessionState.SCHEDULED, starts_at__gte=now
    )
    found: dict[str, int] = (
        requests.open()
        .annotate(stage=stage())
        .aggregate(
            overdue=Count("pk", filter=Q(current__outcome=Outcome.OVERDUE)),
            tried=Count(
                "pk",
                filter=Q(
                    stage=Stage.NOT_CONTACTED,
                    current__attempts_made__gte=policy().attempts_needed,
                ),
            ),
            planned=Count("pk", filter=Q(Exists(to_come), stage=Stage.NOT_COUNSELED)),
        )
    )
    return found


def _oldest(requests: RequestQuerySet, now: datetime) -> float | None:
    """Business days that the request at the head of the queue waits, in its chapter's zone."""
    oldest = (
        requests.need_action().select_related("chapter").order_by("waiting_since", "pk").first()
    )
    if oldest is None or oldest.waiting_since is None:
        return None
    return calendar().business_days(oldest.waiting_since, now, oldest.chapter.zone)
