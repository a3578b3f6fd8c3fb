"""The watch list: requests with mentors that need a coordinator's eye."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from intake.enums import ListPage
from intake.inforce import calendar
from intake.models import MentoringRequest
from intake.pages import watching
from intake.pages.lanes import chosen_lane, pills
from intake.pages.saved_views import default_redirect, saved_menu
from intake.pages.watch_filter import WatchFilter
from intake.tables import WatchTable
from intake.views.lists import PER_PAGE, check_has_queue, header_counts
from mentors.web import SignedInRequest


@require_safe
def watch(request: SignedInRequest) -> HttpResponse:
    """What has gone quiet with a mentor, since when and why, and the next step for each."""
    check_has_queue(request.user, request.now)
    if begun := default_redirect(request, ListPage.WATCH):
        return begun
    own = MentoringRequest.objects.coordinated_by(request.user, request.now)
    watched = watching.watched(own, request.now)
    among = own.filter(pk__in=[one.pk for one in watched])
    filters = WatchFilter(request.GET, among, user=request.user, now=request.now)
    found, lane = filters.narrow(watched), chosen_lane(watching.LANES, request.GET.get("lane", ""))
    page = Paginator(watching.in_lane(found, lane), PER_PAGE).get_page(request.GET.get("page"))
    table = WatchTable(
        watching.load(list(page.object_list), request.now),
        lane=lane,
        zone=timezone.get_current_timezone(),
        now=request.now,
        calendar=calendar(),
    )
    RequestConfig(request, paginate=False).configure(table)
    context = {
        "table": table,
        "page": page,
        "filter": filters,
        "is_filtered": bool(filters.form.changed_data),
        "pills": pills(watching.LANES, watching.counts(found), lane),
        **saved_menu(request, ListPage.WATCH),
        **header_counts(request.user, request.now, watched=len(watched)),
    }
    return render(request, "intake/watch/page.html", context)
