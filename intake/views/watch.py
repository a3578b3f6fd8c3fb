"""The watch list: requests with mentors that need a coordinator's eye."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from intake.enums import ListPage
from intake.inforce import calendar
from intake.pages import watching
from intake.pages.lanes import pills
from intake.pages.saved_views import default_redirect, saved_menu
from intake.tables import WatchTable
from intake.views.asked import watch_as_asked
from intake.views.lists import PER_PAGE, check_has_queue, header_counts
from mentors.web import SignedInRequest


@require_safe
def watch(request: SignedInRequest) -> HttpResponse:
    """What has gone quiet with a mentor, since when and why, and the next step for each."""
    check_has_queue(request.user, request.now)
    saved = saved_menu(request, ListPage.WATCH)
    if begun := default_redirect(request, saved):
        return begun
    asked = watch_as_asked(request)
    rows = watching.in_lane(asked.found, asked.lane)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    table = WatchTable(
        watching.load(list(page.object_list), request.now),
        lane=asked.lane,
        zone=timezone.get_current_timezone(),
        now=request.now,
        calendar=calendar(),
    )
    RequestConfig(request, paginate=False).configure(table)
    context = {
        "table": table,
        "page": page,
        "filter": asked.filters,
        "is_filtered": bool(asked.filters.form.changed_data),
        "pills": pills(watching.LANES, watching.counts(asked.found), asked.lane),
        "saved": saved,
        **header_counts(request.user, request.now, watched=len(asked.watched)),
    }
    return render(request, "intake/watch/page.html", context)
