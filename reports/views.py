"""Reports, as pages."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.querysets import ChapterQuerySet
from mentors.roles import duties
from mentors.web import SignedInRequest
from reports.activity import activity as activity_of
from reports.forms import ActivityForm
from reports.periods import last_days
from reports.scope import chapters, scope_of
from reports.tables import ActivityTable
from reports.waiting import Stage
from reports.waiting import overview as overview_of

USUAL_DAYS = 30


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Clients who wait, in the chapters that the reader leads or coordinates."""
    mine = duties(request.user, request.now)
    if not (mine.is_admin or mine.sees_requests_of):
        raise NotAllowed("Reports are for leaders and coordinators (RCIC).")
    found = overview_of(scope_of(request.user, request.now), request.now)
    context = {"overview": found, "stages": Stage, "now": request.now}
    return render(request, "reports/overview.html", context)


@require_safe
def activity(request: SignedInRequest) -> HttpResponse:
    """My Active Mentors Activity: one chapter, one period."""
    mine = duties(request.user, request.now)
    if not (mine.is_admin or mine.chairs):
        raise NotAllowed("The mentors’ activity is for Membership Chairs.")
    offered = chapters(mine, mine.chairs).order_by("name", "pk")
    usual = _usual(request, offered)
    form = ActivityForm(usual | request.GET.dict(), initial=usual, chapters=offered)
    table = _table(request, form) if form.is_valid() else None
    context = {"filter": {"form": form}, "table": table}
    return render(request, "reports/activity.html", context)


def _usual(request: SignedInRequest, offered: ChapterQuerySet) -> dict[str, Any]:
    """The reader's own chapter if he looks after it, and the last 30 days there."""
    chapter = offered.filter(volunteers=request.user).first() or offered.first()
    zone = chapter.zone if chapter else request.user.zone
    period = last_days(USUAL_DAYS, request.now.astimezone(zone).date())
    return {"chapter": chapter and chapter.pk, "first": period.first, "last": period.last}


def _table(request: SignedInRequest, form: ActivityForm) -> ActivityTable:
    mentors = Volunteer.objects.mentors().filter(chapter=form.cleaned_data["chapter"])
    table = ActivityTable(activity_of(mentors, form.period, request.now))
    RequestConfig(request, paginate=False).configure(table)
    return table
