"""The watch list: requests with mentors that need a coordinator's eye."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from intake.filters import RequestFilter
from intake.inforce import calendar
from intake.models import MentoringRequest
from intake.pages import watching
from intake.pages.lanes import chosen_lane, pills
from intake.tables import WatchTable
from intake.views.lists import check_has_queue, header_counts, show_page
from mentors.web import SignedInRequest


@require_safe
def watch(request: SignedInRequest) -> HttpResponse:
    """What has gone quiet with a mentor, since when and why, and the next step for each."""
    check_has_queue(request.user, request.now)
    own = MentoringRequest.objects.coordinated_by(request.user, request.now)
    filters = RequestFilter(request.GET, own, user=request.user, now=request.now)
    watched = watching.watched(filters.qs, request.now)
    lane = chosen_lane(watching.LANES, request.GET.get("lane", ""))
    counted = watching.counts(watched)
    table = WatchTable(
        watching.in_lane(watched, lane).for_list(),
        lane=lane,
        zone=timezone.get_current_timezone(),
        now=request.now,
        calendar=calendar(),
    )
    context = {
        "table": show_page(request, table),
        "filter": filters,
        "is_filtered": bool(filters.form.changed_data),
        "pills": pills(watching.LANES, counted, lane),
        "count": counted[lane],
        **header_counts(request.user, request.now),
    }
    return render(request, "intake/watch/page.html", context)
