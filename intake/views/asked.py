"""A list as it is asked for in the address: the page and its file show the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.filters import QueueFilter
from intake.models import MentoringRequest
from intake.pages import need_action, watching
from intake.pages.lanes import Lane, chosen_lane
from intake.pages.watch_filter import WatchFilter
from intake.pages.watching import Watched
from mentors.web import SignedInRequest


def queue_as_asked(request: SignedInRequest) -> tuple[QueueFilter, str]:
    """The filters and the lane of the queue."""
    rows = need_action.in_view(request.user, request.now)
    filters = QueueFilter(request.GET, rows, user=request.user, now=request.now)
    return filters, _lane(request, need_action.LANES)


@dataclass(frozen=True)
class WatchAsked:
    """The watch list: all of the reader's, what the filters leave of it, and the lane."""

    filters: WatchFilter
    watched: Sequence[Watched]
    found: Sequence[Watched]
    lane: str


def watch_as_asked(request: SignedInRequest) -> WatchAsked:
    """The filters and the lane of the watch list."""
    own = MentoringRequest.objects.coordinated_by(request.user, request.now)
    watched = watching.watched(own, request.now)
    among = own.filter(pk__in=[one.pk for one in watched])
    filters = WatchFilter(request.GET, among, user=request.user, now=request.now)
    return WatchAsked(filters, watched, filters.narrow(watched), _lane(request, watching.LANES))


def _lane(request: SignedInRequest, lanes: Sequence[Lane]) -> str:
    return chosen_lane(lanes, request.GET.get("lane", ""))
