"""How mentors answered, group by group: the sums of what the activity report says of each mentor.

An assignment counts on the day it was made, at the mentor's chapter, and whatever has become of the
mentor since: the activity report lists those who are active.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Value
from django.db.models.expressions import Combinable

from intake.enums import Outcome
from intake.models import Assignment
from reports.given import MEASURED, ZONE, answered_in_time, had, made_in
from reports.question import By, Question
from reports.spans import local_month


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The assignments of one group."""

    received: int
    measured: int
    """Of these it can be said whether an answer came in time."""
    in_time: int
    declined: int
    timed_out: int

    @property
    def share_in_time(self) -> float | None:
        """The part of the answers that came in time."""
        return self.in_time / self.measured if self.measured else None

    @property
    def share_declined(self) -> float | None:
        """The part of what was received that was declined."""
        return self.declined / self.received if self.received else None

    @property
    def share_timed_out(self) -> float | None:
        """The part of what was received that was taken away without an answer."""
        return self.timed_out / self.received if self.received else None


def answers(question: Question) -> dict[str, Answers]:
    """The groups that received something, by code of the unit, month, or id of the mentor.

    One query.
    """
    rows = assignments(question).annotate(group=_group(question.by)).order_by().values("group")
    outcomes = {
        outcome.value: Count("pk", filter=had(outcome, question.at)) for outcome in MEASURED
    }
    counted = rows.annotate(
        **outcomes, received=Count("pk"), in_time=Count("pk", filter=answered_in_time(question.at))
    )
    return {str(row["group"]): _answers(dict(row)) for row in counted}


def assignments(question: Question) -> QuerySet[Assignment]:
    """The assignments that were made in the period to mentors of these chapters."""
    rows = made_in(question).filter(question.reach.within("mentor__chapter"))
    return rows if question.mentor is None else rows.filter(mentor=question.mentor)


def _answers(row: dict[str, Any]) -> Answers:
    return Answers(
        received=row["received"],
        measured=sum(row[outcome] for outcome in MEASURED),
        in_time=row["in_time"],
        declined=row[Outcome.DECLINED],
        timed_out=row[Outcome.TIMED_OUT],
    )


def _group(by: By) -> Combinable:
    match by:
        case By.MONTH:
            return local_month("assigned_at", ZONE)
        case By.REGION:
            return F("mentor__chapter__district__region__code")
        case By.DISTRICT:
            return F("mentor__chapter__district__code")
        case By.CHAPTER:
            return F("mentor__chapter__code")
        case By.MENTOR:
            return F("mentor_id")
    return Value("")
