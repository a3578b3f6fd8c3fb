"""Which requests were nudged about today: once a day is enough."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from intake.calendar import day_start, local_date
from intake.enums import EventKind
from intake.models import MentoringRequest, RequestEvent

LONGEST_DAY = timedelta(hours=25)


def nudges_today(requests: Iterable[MentoringRequest], now: datetime) -> dict[int, RequestEvent]:
    """The nudge of today, if there was one, by the id of the request. One query; three more if
    there are some.

    A day is that of the request's chapter. Each event comes with `by`, its mentor and the request
    that was given.
    """
    about = {mre.pk: mre for mre in requests}
    recent = RequestEvent.objects.filter(
        request__in=about, kind=EventKind.NUDGED, at__gt=now - LONGEST_DAY
    ).prefetch_related("by", "assignment__mentor")
    found = {}
    for event in recent.order_by("at", "pk"):
        event.request = about[event.request_id]
        if event.at >= _today_began(event.request, now):
            found[event.request_id] = event
    return found


def nudge_today(mre: MentoringRequest, now: datetime) -> RequestEvent | None:
    """The same of one request. None of the queries where its timeline is read already."""
    began = _today_began(mre, now)
    told = (event for event in mre.events.all() if event.kind == EventKind.NUDGED)
    today = (event for event in told if event.at >= began)
    return max(today, key=lambda event: (event.at, event.pk), default=None)


def _today_began(mre: MentoringRequest, now: datetime) -> datetime:
    zone = mre.chapter.zone
    return day_start(local_date(now, zone), zone)
