"""The coordinator's queue: what needs action, longest wait first."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intake import duplicates
from intake.calendar import BusinessCalendar
from intake.enums import UNANSWERED, QueueReason, Status
from intake.filters import QueueFilter
from intake.inforce import calendar
from intake.models import MentoringRequest
from intake.pages.lanes import Lane, chosen_lane, pills
from intake.tables import QueueTable
from intake.views.lists import check_has_queue, header_counts, show_page
from mentors.templatetags.moments import spelled_out
from mentors.web import SignedInRequest

ALL, OVERDUE, PARKED = "", "overdue", "parked"
LANES = (
    Lane(ALL, "All", always=True),
    *(Lane(reason.value, str(reason.label)) for reason in QueueReason),
    Lane(OVERDUE, "Overdue with mentor", always=True),
    Lane(PARKED, "Parked"),
)

Rows = QuerySet[MentoringRequest]


@require_safe
def need_action(request: SignedInRequest) -> HttpResponse:
    """Client Requests – Need Action: lanes by reason, filters, and where each has got stuck."""
    check_has_queue(request.user, request.now)
    filters = QueueFilter(request.GET, _in_view(request), user=request.user, now=request.now)
    lane = chosen_lane(LANES, request.GET.get("lane", ""))
    lanes = _lanes(request.now)
    rows, days = filters.qs.filter(lanes[lane]), calendar()
    counted = _count(filters.qs, lanes, lane)
    table = QueueTable(_for_list(rows), now=request.now, calendar=days)
    context = {
        "table": show_page(request, table),
        "filter": filters,
        "is_filtered": bool(filters.form.changed_data),
        "pills": pills(LANES, counted, lane),
        "count": counted[lane],
        "chapters": counted["chapters"],
        "oldest": _longest_wait(rows, days, request.now),
        **header_counts(request.user, request.now),
    }
    if not counted[lane]:
        asked = filters.queryset.filter(status=Status.ASSIGNED)
        context["longest_with_mentor"] = _longest_wait(asked, days, request.now)
    return render(request, "intake/queue/page.html", context)


def _in_view(request: SignedInRequest) -> Rows:
    """What waits for this coordinator or for an answer. Parked requests: administrators only."""
    own = MentoringRequest.objects.coordinated_by(request.user, request.now)
    return own.filter(status__in=[Status.NEED_ACTION, Status.ASSIGNED])


def _lanes(now: datetime) -> dict[str, Q]:
    """Which rows are in each lane."""
    waiting = Q(status=Status.NEED_ACTION, parked=False)
    overdue = Q(current__outcome__in=UNANSWERED, current__respond_by__lte=now)
    return {
        ALL: waiting,
        **{reason.value: waiting & Q(queue_reason=reason) for reason in QueueReason},
        OVERDUE: Q(status=Status.ASSIGNED) & overdue,
        PARKED: Q(parked=True),
    }


def _count(rows: Rows, lanes: dict[str, Q], lane: str) -> dict[str, int]:
    """How many rows are in each lane, and in the chosen one of how many chapters. One query."""
    tallies: dict[str, Any] = {
        f"in_{key}": Count("pk", filter=condition) for key, condition in lanes.items()
    }
    chapters = Count("chapter", distinct=True, filter=lanes[lane])
    counted = rows.aggregate(chapters=chapters, **tallies)
    return {"chapters": counted.pop("chapters")} | {key: counted[f"in_{key}"] for key in lanes}


def _for_list(rows: Rows) -> Rows:
    """With all that a row shows."""
    flags = duplicates.unsettled().filter(Q(request=OuterRef("pk")) | Q(other=OuterRef("pk")))
    shown: Rows = rows.for_list()  # type: ignore[attr-defined]
    return shown.select_related("requested_mentor").annotate(is_flagged=Exists(flags))


def _longest_wait(rows: Rows, days: BusinessCalendar, now: datetime) -> str:
    """“6.2 business days”: how long the one has waited that waits longest; empty without any."""
    oldest = rows.select_related("chapter").order_by("waiting_since", "pk").first()
    if oldest is None or oldest.waiting_since is None:
        return ""
    return spelled_out(days.business_days(oldest.waiting_since, now, oldest.chapter.zone))
