"""Conversion, and the requests behind its figures."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from intake.asking import asking_once
from mentors.web import SignedInRequest
from reports.catalogue import BY_NAME
from reports.conversion import WAY, Step, missed, reached, rows
from reports.conversion_form import BehindForm, ConversionForm
from reports.conversion_table import ConversionTable
from reports.question import Question
from reports.views.activity import without
from reports.views.request_rows import as_file, listed, wants_file


@require_safe
@asking_once()
def conversion(request: SignedInRequest) -> HttpResponse:
    """How far the requests of a period have come: all together, and group by group."""
    form = BY_NAME["conversion"].asked(request.GET, reader=request.user, now=request.now)
    context: dict[str, Any] = {"filter": {"form": form}}
    if form.is_valid():
        context |= _shown(request, form.question())
    return render(request, "reports/conversion.html", context)


def _shown(request: SignedInRequest, question: Question) -> dict[str, Any]:
    asked = without(request.GET, "page", "sort")
    table = ConversionTable(rows(question), question=question, asked=asked)
    RequestConfig(request, paginate=False).configure(table)
    return {"question": question, "table": table, "total": table.total, "way": _way(table)}


def _way(table: ConversionTable) -> list[dict[str, Any]]:
    """Each step of all requests together, with how many of them did not come so far."""
    whole = table.total
    return [
        {
            "step": step,
            "number": whole.counts[step],
            "share": _percent(whole.share(step)),
            "missing": whole.counts[Step.REQUESTS] - whole.counts[step],
            "came": table.address(whole, step),
            "missed": table.address(whole, step, missed=True),
        }
        for step in WAY
    ]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


@require_safe
def behind(request: SignedInRequest, step: str) -> HttpResponseBase:
    """The requests that a figure counts, or those of the same group that it does not."""
    if step not in Step:
        raise Http404
    report = replace(BY_NAME["conversion"], form=BehindForm)
    form = report.asked(request.GET, reader=request.user, now=request.now)
    assert isinstance(form, ConversionForm)
    asked = without(request.GET, "page", "sort", "group", "missed").urlencode()
    context: dict[str, Any] = {
        "filter": {"form": form},
        "crumb": {"url": f"{reverse('reports:conversion')}?{asked}", "label": "Conversion"},
        "title": Step(step).label,
    }
    if form.is_valid():
        question, group = form.question(), form.cleaned_data["group"]
        find = missed if form.cleaned_data["missed"] else reached
        title = f"Not {Step(step).label.lower()}" if find is missed else Step(step).label
        found = find(question, Step(step), group)
        if wants_file(request):
            return as_file(request, found, title=title, report=report, form=form)
        context |= {
            "title": title,
            "group": _name(form, question, group),
            **listed(request, found, question),
        }
    return render(request, "reports/requests.html", context)


def _name(form: ConversionForm, question: Question, group: str) -> str:
    """What the group is called, as on the chooser of units; a month as it is."""
    unit = form.units.get(f"{question.by}:{group}")
    return unit.name if unit else group
