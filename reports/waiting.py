"""Clients who wait: the four lists, which together with “in mentoring” are the open requests.

Need Action; Assigned; Accepted and the current mentor has not reached the client; reached, or a
session is planned, but none was held by him; a session was held. How they stand now is read from
the tables, how they stood then from the timelines; both say the same of the same instant.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.calendar import BusinessCalendar
from intake.enums import QueueReason, Stage
from intake.inforce import calendar
from intake.models import MentoringRequest, Snooze
from mentors.models import Chapter, Volunteer
from mentors.spreadsheets import Cell, Column
from reports import waiting_now, waiting_then
from reports.question import Question
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
        yield from as_stands(found, question)


def as_stands(found: Iterable[Any], question: Question) -> Iterator[Waiting]:
    """Requests of `waiting_now.listed` or `longest` as rows. One query, for the calendar."""
    days = calendar()
    return (_stands(mre, question.at, days) for mre in found)


def _stands(mre: Any, at: datetime, days: BusinessCalendar) -> Waiting:
    stage, held = Stage(mre.at_stage), mre.current
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
