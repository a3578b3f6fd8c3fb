"""Clients who wait: the four lists, which together with “in mentoring” are the open requests.

Need Action; Assigned; Accepted and the current mentor has not reached the client; reached, or a
session is planned, but none was held by him; a session was held. How they stand now is read from
the tables, how they stood then from the timelines; both say the same of the same instant.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from intake.calendar import BusinessCalendar
from intake.enums import Outcome, QueueReason, SessionState, Stage
from intake.inforce import calendar, policy
from intake.models import MentoringRequest, Session, Snooze
from intake.querysets import RequestQuerySet
from mentors.models import Chapter, District, Region, Volunteer
from mentors.spreadsheets import Cell, Column
from reports import waiting_now, waiting_then
from reports.question import Question
from reports.scope import Reach
from reports.waiting_now import stage
from reports.waiting_then import Stood

NAMES = {
    Stage.NOT_ASSIGNED: "not-yet-assigned",
    Stage.NOT_ACCEPTED: "not-yet-accepted",
    Stage.NOT_CONTACTED: "not-yet-contacted",
    Stage.NOT_COUNSELED: "not-yet-counseled",
    Stage.IN_MENTORING: "in-mentoring",
}
"""What the lists are called in addresses and on the command line."""

AT_A_TIME = 500
"""Rows of a long list that are read together."""

Counts = Counter[str]
"""How many requests are at which stage."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One row of a list: an open request at its stage, as of the instant that was asked for."""

    mre: Any
    """The request with all that a row shows; of a past instant, as it is called today."""
    stage: Stage
    chapter: Chapter
    mentor: Volunteer | None
    since: datetime
    business_days: float
    """At this stage, on the clock of the chapter."""
    reason: str
    """Why it is in the queue, if it is."""
    is_overdue: bool
    attempts: int
    snooze: Snooze | None = None

    @property
    def detail(self) -> str:
        """The queue reason, that its mentor is overdue, or how often he has tried, in words."""
        if self.stage == Stage.NOT_ASSIGNED:
            return str(QueueReason(self.reason).label)
        if self.stage == Stage.NOT_ACCEPTED:
            return "Overdue" if self.is_overdue else ""
        return f"{self.attempts} attempt{'' if self.attempts == 1 else 's'}"

    @property
    def code(self) -> Cell:
        """The same for programs."""
        if self.stage == Stage.NOT_ASSIGNED:
            return self.reason
        if self.stage == Stage.NOT_ACCEPTED:
            return "overdue" if self.is_overdue else None
        return self.attempts


def rows(question: Question, stage: Stage) -> Iterator[Waiting]:
    """All requests at one stage, what has lasted longest first, what is put aside last.

    Read a few hundred at a time.
    """
    if question.is_past:
        listed = waiting_then.listed(question, stage)
        for first in range(0, len(listed), AT_A_TIME):
            yield from as_stood(listed[first : first + AT_A_TIME])
    else:
        found = waiting_now.listed(question, stage).iterator(AT_A_TIME)
        yield from as_stands(found, question, stage)


def as_stands(found: Iterable[Any], question: Question, stage: Stage) -> Iterator[Waiting]:
    """Requests of `waiting_now.listed` as rows. One query, for the calendar."""
    days = calendar()
    return (_stands(mre, question.at, stage, days) for mre in found)


def _stands(mre: Any, at: datetime, stage: Stage, days: BusinessCalendar) -> Waiting:
    held = mre.current
    return Waiting(
        mre=mre,
        stage=stage,
        chapter=mre.chapter,
        mentor=held.mentor if held else None,
        since=mre.since,
        business_days=days.business_days(mre.since, at, mre.chapter.zone),
        reason=mre.queue_reason,
        is_overdue=stage == Stage.NOT_ACCEPTED and held.is_late(at),
        attempts=held.attempts_made if held else 0,
        snooze=mre.put_aside if mre.is_snoozed else None,
    )


def as_stood(found: Sequence[Stood]) -> Iterator[Waiting]:
    """Requests of `waiting_then.listed` as rows. Two queries."""
    stood = [it.standing for it in found]
    mres = MentoringRequest.objects.for_list().in_bulk([one.request for one in stood])
    mentors = Volunteer.objects.in_bulk([one.mentor for one in stood if one.mentor])
    for it in found:
        yield Waiting(
            mre=mres[it.standing.request],
            stage=it.standing.stage,
            chapter=it.chapter,
            mentor=mentors[it.standing.mentor] if it.standing.mentor else None,
            since=it.standing.since,
            business_days=it.days,
            reason=it.standing.reason or "",
            is_overdue=it.standing.overdue,
            attempts=it.standing.attempts,
            snooze=it.snooze,
        )


def counts(question: Question) -> dict[int, Counts]:
    """How many requests each chapter has at each stage, put aside or not.

    Of every stage as many as `rows` gives. A chapter without any is left out.
    """
    found: dict[int, Counts] = {}
    read = waiting_then if question.is_past else waiting_now
    for chapter, at, number in read.counted(question):
        found.setdefault(chapter, Counter())[at] += number
    return found


COLUMNS: tuple[Column[Waiting], ...] = (
    Column("Request", lambda row: row.mre.number, 12, name="request"),
    Column("Old number", lambda row: row.mre.external_id, 16, name="external_id"),
    Column("Client", lambda row: row.mre.client.full_name, 26, name="client"),
    Column(
        "Chapter",
        lambda row: row.chapter.name,
        26,
        name="chapter_code",
        code=lambda row: row.chapter.code,
    ),
    Column(
        "Mentor",
        lambda row: str(row.mentor) if row.mentor else None,
        26,
        name="mentor_external_id",
        code=lambda row: row.mentor.external_id if row.mentor else None,
    ),
    Column(
        "Submitted",
        lambda row: row.mre.submitted_at.astimezone(row.chapter.zone),
        18,
        name="submitted_at",
    ),
    Column("Since", lambda row: row.since.astimezone(row.chapter.zone), 18, name="since"),
    Column("Business days", lambda row: row.business_days, 14, name="business_days", places=4),
    Column("Area", lambda row: row.mre.area.name, 26, name="area"),
    Column("Detail", lambda row: row.detail, 18, name="detail", code=lambda row: row.code),
    Column("Snoozed until", lambda row: row.snooze.until if row.snooze else None, 14),
)
"""What a file of a list has. The last is for people only: why is the coordinators’ own matter."""


# --- The overview ---------------------------------------------------------------------------------


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
