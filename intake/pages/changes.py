"""What others have done meanwhile, for somebody who has a page open."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from intake.enums import EventKind
from intake.models import MentoringRequest, RequestEvent
from intake.pages import timeline
from intake.pages.sight import Sight
from mentors.models import Volunteer


def what_became_of(gone: Iterable[int], user: Volunteer, now: datetime) -> dict[int, str]:
    """For requests that have left a coordinator's list: “MR-12: Assigned to … by ….” Two queries.

    Of those that are not in his chapters it says just that.
    """
    wanted = sorted(gone)
    if not wanted:
        return {}
    own = MentoringRequest.objects.coordinated_by(user, now)
    seen = set(own.filter(pk__in=wanted).values_list("pk", flat=True))
    steps = {event.request_id: event for event in _last_steps(seen)}
    return {pk: f"MR-{pk}: {_became(pk, seen, steps)}." for pk in wanted}


def _became(pk: int, seen: set[int], steps: dict[int, RequestEvent]) -> str:
    if pk not in seen:
        return "not in your chapters any more"
    return timeline.headline(steps[pk]) if pk in steps else "no longer in this part of the list"


def _last_steps(mre_ids: Iterable[int]) -> Iterable[RequestEvent]:
    """The last event of each request by which it came to stand where it stands."""
    elsewhere = ~Q(from_status=F("to_status")) | Q(kind__in=[EventKind.REPLACED, EventKind.MOVED])
    events = RequestEvent.objects.filter(elsewhere, request__in=list(mre_ids))
    latest = events.order_by("request", "-at", "-pk").distinct("request")
    return latest.select_related("by", "assignment__mentor__chapter", "request__chapter")


def since(
    mre: MentoringRequest, event_id: int, *, user: Volunteer, seen: Sight, zone: ZoneInfo
) -> list[str]:
    """What others did to a request after an event, as far as the reader may be told. One query."""
    later = mre.events.filter(pk__gt=event_id).exclude(by=user)
    events = later.select_related("by", "assignment__mentor__chapter").order_by("at", "pk")
    shown = timeline.entries(mre, events, seen, zone)
    return [f"{entry.title} {entry.words}".strip() for entry in shown]
