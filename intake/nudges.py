"""Which requests were nudged about today: once a day is enough."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from intake.calendar import day_start, local_date
from intake.enums import EventKind
from intake.models import MentoringRequest, RequestEvent

LONGEST_DAY = timedelta(hours=25)


def nudges_today(requests: Iterable[MentoringRequest], now: datetime) -> dict[int, RequestEvent]:
    """The nudge of today, if there was one, by the id of the request. One query.

    A day is that of the request's chapter. Each event comes with `by` and its mentor.
    """
    began = {
        mre.pk: day_start(local_date(now, mre.chapter.zone), mre.chapter.zone) for mre in requests
    }
    recent = RequestEvent.objects.filter(
        request__in=began, kind=EventKind.NUDGED, at__gt=now - LONGEST_DAY
    ).select_related("by", "assignment__mentor", "request__chapter")
    return {
        event.request_id: event
        for event in recent.order_by("at", "pk")
        if event.at >= began[event.request_id]
    }
