"""What a report is asked. Pages, files, subscriptions and the command line all ask like this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mentors.models import Chapter
from reports.periods import ALWAYS, Period
from reports.scope import Reach, Unit


class By(StrEnum):
    """What figures are grouped by."""

    ALL = "all"
    MONTH = "month"
    REGION = "region"
    DISTRICT = "district"
    CHAPTER = "chapter"
    MENTOR = "mentor"


UNITS = (By.REGION, By.DISTRICT, By.CHAPTER)
"""The levels of units."""


def unit_of(chapter: Chapter, level: By) -> Unit:
    """The unit of a level that a chapter is, or belongs to; the chapter comes with its district."""
    if level == By.CHAPTER:
        return chapter
    return chapter.district if level == By.DISTRICT else chapter.district.region


@dataclass(frozen=True, kw_only=True)
class Question:
    """About which chapters, of which days, as of which instant, narrowed to what."""

    reach: Reach
    now: datetime
    """When it is asked."""
    at: datetime
    """The clock of the report: nothing later counts, and ages are reckoned to it."""
    period: Period = ALWAYS
    """Of the lists: when the requests were submitted."""
    by: By = By.ALL
    mentor: int | None = None
    area: int | None = None
    least_days: float | None = None
    """Business days at its stage, from which a request is listed."""
    below_days: float | None = None
    """Business days below which it is listed."""
    snoozed: bool | None = None
    """Of the lists: only what is put aside, or only what is not. Counted is both."""

    @property
    def is_past(self) -> bool:
        """Whether it is about an instant that is over: then the timelines tell, not the tables."""
        return self.at < self.now

    def about(self, reach: Reach) -> Question:
        """The same for other chapters."""
        return replace(self, reach=reach)

    def during(self, period: Period) -> Question:
        """The same for other days."""
        return replace(self, period=period)

    def grouped(self, by: By) -> Question:
        """The same, grouped otherwise."""
        return replace(self, by=by)
