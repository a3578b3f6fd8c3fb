"""The overview: clients who wait, unit by unit."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intake.enums import Stage
from mentors.errors import NotAllowed
from mentors.roles import duties
from mentors.web import SignedInRequest
from reports.scope import requests_reach
from reports.waiting import overview as overview_of


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Clients who wait, in the chapters that the reader leads or coordinates."""
    mine = duties(request.user, request.now)
    if not (mine.is_admin or mine.sees_requests_of):
        raise NotAllowed("Reports are for leaders and coordinators (RCIC).")
    found = overview_of(requests_reach(mine), request.now)
    context = {"overview": found, "stages": Stage, "now": request.now}
    return render(request, "reports/overview.html", context)
