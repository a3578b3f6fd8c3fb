"""My Active Mentors Activity: the list, and the assignments and sessions behind its figures."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.http import Http404, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from intake.asking import asking_once
from intake.inforce import policy
from mentors.paging import BoundedPaginator
from mentors.roles import Duties, duties
from mentors.spreadsheets import Format
from mentors.web import SignedInRequest
from reports import behind as behind_of
from reports.catalogue import BY_NAME, Report
from reports.given import mentors_of
from reports.mentor_forms import MentorsForm
from reports.standouts import MentorsQuestion, listed
from reports.tables import ActivityTable
from reports.views.files import send

REPORT = BY_NAME["mentors-activity"]
PER_PAGE = 100
ROWS_PER_PAGE = 50


@require_safe
@asking_once()
def activity(request: SignedInRequest) -> HttpResponseBase:
    """My Active Mentors Activity: some chapters, one period."""
    form = REPORT.asked(request.GET, reader=request.user, now=request.now)
    assert isinstance(form, MentorsForm)
    context: dict[str, Any] = {"filter": {"form": form}, "rules": policy(), "table": None}
    if form.is_valid():
        question = form.question()
        context |= {"question": question, "table": _table(request, question)}
    return render(request, "reports/activity.html", context)


def _table(request: SignedInRequest, question: MentorsQuestion) -> ActivityTable:
    asked = without(request.GET, "page", "sort", "mentor")
    chapters = question.reach.ids
    alone = chapters is not None and len(chapters) == 1
    table = ActivityTable(listed(question), asked=asked, one_chapter=alone)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    return table


@require_safe
def behind(request: SignedInRequest, figure: str) -> HttpResponseBase:
    """What a figure counts, of one mentor or of all that are listed; nothing of clients.

    Who may see a request itself is led to it.
    """
    if figure not in behind_of.TITLES:
        raise Http404
    form = REPORT.asked(request.GET, reader=request.user, now=request.now)
    if not form.is_valid():
        return redirect(f"{REPORT.address}?{request.GET.urlencode()}")
    question, mine = form.question(), duties(request.user, request.now)
    kind = request.GET.get("format", "")
    if kind in Format:
        return send(request, _report(figure, mine), question, REPORT.query(form), Format(kind))
    paginator = BoundedPaginator(behind_of.rows(question, figure), ROWS_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = [behind_of.shown(row, question, mine) for row in page.object_list]
    context = {
        "title": behind_of.TITLES[figure],
        "question": question,
        "mentor": mentors_of(question).first() if question.mentor else None,
        "asked": without(request.GET, "page", "mentor").urlencode(),
        "of_sessions": figure == behind_of.SESSIONS,
        "page": page,
        "leads_on": any(row.request for row in page.object_list),
    }
    return render(request, "reports/activity_behind.html", context)


def _report(figure: str, mine: Duties) -> Report:
    """The rows behind a figure, as something that can be saved."""
    return replace(
        REPORT,
        title=f"Activity, {behind_of.TITLES[figure].lower()}",
        columns=behind_of.columns(figure),
        rows=partial(behind_of.all_shown, figure=figure, mine=mine),
    )


def without(asked: QueryDict, *fields: str) -> QueryDict:
    """What was asked, but for these fields."""
    kept = asked.copy()
    for field in fields:
        kept.pop(field, None)
    return kept
