"""My Active Mentors Activity, as a page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from mentors.errors import NotAllowed
from mentors.roles import duties
from mentors.web import SignedInRequest
from reports.activity import activity as activity_of
from reports.forms import QuestionForm
from reports.question import Question
from reports.scope import mentors_reach
from reports.tables import ActivityTable


@require_safe
def activity(request: SignedInRequest) -> HttpResponse:
    """My Active Mentors Activity: some chapters, one period."""
    mine = duties(request.user, request.now)
    if not (mine.is_admin or mine.chairs or mine.sees_requests_of):
        raise NotAllowed("The mentors’ activity is for Membership Chairs, leaders and RCICs.")
    form = QuestionForm(
        request.GET,
        reach=mentors_reach(mine),
        now=request.now,
        today=timezone.localdate(request.now),
    )
    table = _table(request, form.question()) if form.is_valid() else None
    context = {"filter": {"form": form}, "table": table}
    return render(request, "reports/activity.html", context)


def _table(request: SignedInRequest, asked: Question) -> ActivityTable:
    table = ActivityTable(activity_of(asked))
    RequestConfig(request, paginate=False).configure(table)
    return table
