"""The list of all requests: the coordinator's, the leader's and the administrator's."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intake.enums import ListPage
from intake.filters import AllRequestsFilter
from intake.models import MentoringRequest
from intake.pages.saved_views import default_redirect, saved_menu
from intake.tables import AllRequestsTable
from intake.views.lists import check_has_list, header_counts, show_page
from mentors.paging import LatePaginator
from mentors.roles import duties
from mentors.web import SignedInRequest


@require_safe
def requests(request: SignedInRequest) -> HttpResponse:
    """All requests in scope, newest first, found by number, name, question, e-mail, phone."""
    check_has_list(request.user, request.now)
    saved = saved_menu(request, ListPage.REQUESTS)
    if begun := default_redirect(request, saved):
        return begun
    seen = MentoringRequest.objects.in_duty_of(request.user, request.now)
    filters = AllRequestsFilter(request.GET, seen, user=request.user, now=request.now)
    mine = duties(request.user, request.now)
    context = {
        "table": show_page(request, AllRequestsTable(filters.qs.for_list()), pages=LatePaginator),
        "filter": filters,
        "is_oldest_first": request.GET.get("sort") == "submitted" and not filters.is_cut,
        "may_add": mine.is_admin or bool(mine.rcic),
        "may_search_contact": mine.is_admin or bool(mine.rcic),
        "saved": saved,
        **header_counts(request.user, request.now),
    }
    return render(request, "intake/requests/page.html", context)
