"""Fairness: who received how many, and what was given to one mentor."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from intake.asking import asking_once
from mentors.paging import BoundedPaginator
from mentors.roles import duties
from mentors.spreadsheets import Format
from mentors.web import SignedInRequest
from reports.behind import columns, shown
from reports.catalogue import BY_NAME
from reports.charts import Cell, Chart, Line
from reports.fairness import Band, Fairness, mentors_of, received
from reports.fairness import fairness as fairness_of
from reports.fairness_table import FairnessTable
from reports.question import Question
from reports.views.activity import without
from reports.views.files import send

PER_PAGE = 50
AT_A_TIME = 500
"""Rows of a file that are read together."""
NAMED = 30
"""How many of those who received nothing are named at once; all of them are on a page."""


@require_safe
@asking_once()
def fairness(request: SignedInRequest) -> HttpResponse:
    """How evenly it is shared, and every mentor with what he received."""
    form = BY_NAME["fairness"].asked(request.GET, reader=request.user, now=request.now)
    context: dict[str, Any] = {"filter": {"form": form}}
    if form.is_valid():
        question = form.question()
        context |= {"question": question, **_shown(request, fairness_of(question))}
    return render(request, "reports/fairness.html", context)


def _shown(request: SignedInRequest, found: Fairness) -> dict[str, Any]:
    band = _band(request.GET.get("band", ""), found)
    rows = [row for row in found.rows if band is None or band.has(row)]
    asked = without(request.GET, "page", "sort", "band")
    table = FairnessTable(rows, asked=asked)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    return {
        "found": found,
        "chart": _distribution(found, asked),
        "band": band,
        "table": table,
        "asked": asked.urlencode(),
        "named": found.without[:NAMED],
        "share": _percent(found.share_of_busiest),
        "even": _percent(found.even_share),
    }


def _distribution(found: Fairness, asked: QueryDict) -> Chart:
    """How many mentors received how many; each number opens to them."""
    lines = []
    for band in found.bands:
        chosen = asked.copy()
        chosen["band"] = str(band.first)
        address = f"?{chosen.urlencode()}#mentors" if band.mentors else ""
        cell = Cell("Mentors", band.mentors, str(band.mentors), address)
        lines.append(Line(band.label, [cell]))
    return Chart("bar", "How many mentors received how many requests", "Requests", lines)


def _band(first: str, found: Fairness) -> Band | None:
    return found.band(int(first)) if first.isdecimal() else None


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


@require_safe
def given(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """What one mentor received, nothing of the clients; who may see a request is led to it."""
    report = BY_NAME["fairness"]
    form = report.asked(request.GET, reader=request.user, now=request.now)
    if not form.is_valid():
        return redirect(f"{report.address}?{request.GET.urlencode()}")
    question: Question = form.question()
    mentors = mentors_of(question).filter(pk=pk)
    mentor = get_object_or_404(mentors.select_related("chapter"))
    rows = received(question, mentors).select_related("mentor__chapter", "request")
    rows, mine = rows.order_by("-assigned_at", "-pk"), duties(request.user, request.now)
    if (kind := request.GET.get("format", "")) in Format:
        listed = replace(
            report,
            title=f"Received by {mentor}",
            columns=columns("received"),
            rows=lambda _: (shown(row, question, mine) for row in rows.iterator(AT_A_TIME)),
        )
        return send(request, listed, question, report.query(form), Format(kind))
    page = BoundedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [shown(row, question, mine) for row in page.object_list]
    context = {
        "title": "Received",
        "leads_on": True,
        "question": question,
        "mentor": mentor,
        "asked": without(request.GET, "page").urlencode(),
        "page": page,
    }
    return render(request, "reports/fairness_mentor.html", context)
