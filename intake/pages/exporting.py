"""What stands in the files that the lists of requests are saved as: just what the pages show.

So no e-mail address and no phone number, and the rows that the reader sees, as filtered and sorted.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, prefetch_related_objects

from intake.calendar import BusinessCalendar
from intake.models import MentoringRequest
from intake.pages import watch_words, watching, why_here
from intake.pages.watching import Watched
from mentors.spreadsheets import Column

AT_ONCE = 500
"""Rows that are read together: what they cost besides is read once for all of them."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Line:
    """One request with what its list says of it besides."""

    mre: MentoringRequest
    days: float = 0.0
    why: str = ""


def of_mre(title: str, value: Callable[[MentoringRequest], Any], width: int = 16) -> Column[Line]:
    """A column that needs nothing but the request."""
    return Column(title, lambda line: value(line.mre), width)


def _duplicate(mre: Any) -> str:
    return "yes" if mre.is_flagged else ""


NUMBER = of_mre("Number", lambda mre: mre.number, 12)
CHAPTER = of_mre("Chapter", lambda mre: str(mre.chapter), 24)
MENTOR = of_mre("Mentor", lambda mre: str(mre.current.mentor) if mre.current else "", 22)
CLIENT = (
    of_mre("Client", lambda mre: mre.client.full_name, 24),
    of_mre("Business name", lambda mre: mre.business_name, 24),
    of_mre("Question", lambda mre: mre.question, 60),
)
BUSINESS = (
    of_mre("Area", lambda mre: str(mre.area), 24),
    of_mre("Business", lambda mre: "Existing" if mre.existing else "New", 10),
    of_mre("Type of business", lambda mre: str(mre.business_type or ""), 24),
)

QUEUE: tuple[Column[Line], ...] = (
    Column("Waiting (business days)", lambda line: line.days, 12),
    NUMBER,
    *CLIENT,
    *BUSINESS,
    CHAPTER,
    of_mre("Why here", lambda mre: mre.get_queue_reason_display() or "Overdue with mentor", 20),
    Column("Details", lambda line: line.why, 40),
    of_mre("Possible duplicate", _duplicate, 10),
)
WATCH: tuple[Column[Line], ...] = (
    Column("Since (business days)", lambda line: line.days, 12),
    NUMBER,
    *CLIENT,
    Column("Why", lambda line: line.why, 60),
    MENTOR,
    CHAPTER,
)
REQUESTS: tuple[Column[Line], ...] = (
    of_mre("Submitted", lambda mre: mre.submitted_at, 17),
    NUMBER,
    *CLIENT,
    of_mre("Status", lambda mre: mre.get_status_display(), 20),
    of_mre("Queue reason", lambda mre: mre.get_queue_reason_display(), 18),
    MENTOR,
    *BUSINESS,
    CHAPTER,
)


def request_lines(rows: QuerySet[MentoringRequest]) -> Iterator[Line]:
    """All requests, a few hundred at a time."""
    return (Line(mre) for mre in rows.iterator(AT_ONCE))


def queue_lines(
    rows: QuerySet[MentoringRequest], *, now: datetime, calendar: BusinessCalendar
) -> Iterator[Line]:
    """The queue, with the wait and the detail of each."""
    for mres in batches(rows.iterator(AT_ONCE)):
        details = why_here.details(mres)
        for mre in mres:
            yield Line(mre, _age(mre, mre.waiting_since, now, calendar), details[mre.pk])


def watch_lines(
    found: list[Watched], *, lane: str, now: datetime, calendar: BusinessCalendar, zone: ZoneInfo
) -> Iterator[Line]:
    """The watch list, with what is the matter and for how long; days are those of `zone`."""
    for some in batches(found):
        mres = watching.load(some, now)
        prefetch_related_objects(mres, "area", "business_type")  # the page does not show them
        rows = watch_words.rows(mres, lane, "", now, zone)
        for mre, one in zip(mres, some, strict=True):
            days = _age(mre, one.lasts(lane), now, calendar)
            yield Line(mre, days, " ".join(rows[mre.pk].reasons))


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """A few hundred at a time."""
    rest = iter(items)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _age(
    mre: MentoringRequest, since: datetime | None, now: datetime, calendar: BusinessCalendar
) -> float:
    return calendar.business_days(since, now, mre.chapter.zone) if since else 0.0
