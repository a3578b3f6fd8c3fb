"""“Need action”: which requests are in the coordinator's queue, in which lane, and how many.

What waits for the coordinator, and beside it what is overdue with a mentor.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q

from intake import duplicates
from intake.calendar import BusinessCalendar
from intake.enums import UNANSWERED, QueueReason, Status
from intake.models import MentoringRequest
from intake.pages.lanes import Lane
from intake.querysets import RequestQuerySet
from mentors.models import Volunteer
from mentors.templatetags.moments import spelled_out

ALL, OVERDUE, PARKED = "", "overdue", "parked"
LANES = (
    Lane(ALL, "All", always=True),
    *(Lane(reason.value, str(reason.label)) for reason in QueueReason),
    Lane(OVERDUE, "Overdue with mentor", always=True),
    Lane(PARKED, "Parked"),
)


@dataclass(frozen=True)
class Tally:
    """How many rows each lane has, the chosen one in how many chapters; and a mark of it all."""

    lanes: dict[str, int]
    chapters: int
    stamp: str
    """Changes whenever a row comes, goes or moves: two alike mean that nothing has changed."""


def in_view(user: Volunteer, now: datetime) -> RequestQuerySet:
    """What waits for this coordinator or for an answer. Parked requests: administrators only."""
    own = MentoringRequest.objects.coordinated_by(user, now)
    return own.filter(status__in=[Status.NEED_ACTION, Status.ASSIGNED])


def conditions(now: datetime) -> dict[str, Q]:
    """Which rows are in each lane."""
    waiting = Q(status=Status.NEED_ACTION, parked=False)
    overdue = Q(current__outcome__in=UNANSWERED, current__respond_by__lte=now)
    return {
        ALL: waiting,
        **{reason.value: waiting & Q(queue_reason=reason) for reason in QueueReason},
        OVERDUE: Q(status=Status.ASSIGNED) & overdue,
        PARKED: Q(parked=True),
    }


def tally(rows: RequestQuerySet, lane: str, now: datetime) -> Tally:
    """Count the rows of each lane. One query."""
    lanes = conditions(now)
    tallies: dict[str, Any] = {
        f"in_{key}": Count("pk", filter=condition) for key, condition in lanes.items()
    }
    here = lanes[lane]
    counted = rows.aggregate(
        chapters=Count("chapter", distinct=True, filter=here),
        newest=Max("pk", filter=here),
        latest=Max("status_since", filter=here),
        **tallies,
    )
    counts = {key: counted[f"in_{key}"] for key in lanes}
    mark = [*counts.values(), counted["chapters"], counted["newest"], counted["latest"]]
    return Tally(counts, counted["chapters"], "-".join(map(str, mark)))


def in_lane(rows: RequestQuerySet, lane: str, now: datetime) -> RequestQuerySet:
    """The rows of one lane."""
    return rows.filter(conditions(now)[lane])


def for_list(rows: RequestQuerySet) -> RequestQuerySet:
    """With all that a row shows. That a parked request is like it is not told in a list.

    What few rows have, and what has few names, comes by queries of its own: joined, too, it makes
    so many tables that the database takes longer to plan than to read.
    """
    flags = duplicates.unsettled().filter(
        Q(request=OuterRef("pk")) | Q(other=OuterRef("pk")),
        request__parked=False,
        other__parked=False,
    )
    joined = rows.select_related("client", "chapter__district", "current__mentor__chapter")
    shown = joined.prefetch_related("area", "business_type", "requested_mentor", "proposed_mentor")
    return shown.annotate(is_flagged=Exists(flags))


def longest_wait(rows: RequestQuerySet, days: BusinessCalendar, now: datetime) -> str:
    """“6.2 business days”: how long the one has waited that waits longest; empty without any."""
    oldest = rows.select_related("chapter").order_by("waiting_since", "pk").first()
    if oldest is None or oldest.waiting_since is None:
        return ""
    return spelled_out(days.business_days(oldest.waiting_since, now, oldest.chapter.zone))
