"""How long a client waits: the three metrics, and the requests behind each figure."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from intake.asking import asking_once
from mentors.spreadsheets import Format
from mentors.web import SignedInRequest
from reports import how_long
from reports.catalogue import BY_NAME
from reports.charts import Chart, distributed
from reports.forms import asked_so_far
from reports.measuring import Metric
from reports.periods import Span
from reports.question import By, Question
from reports.stretches import COLUMNS, Listing, behind, distribution, still_waiting
from reports.timing import figure, figures_by
from reports.timing_form import BehindForm, TimingForm
from reports.timing_table import groups
from reports.views.files import send

PER_PAGE = 50


@require_safe
@asking_once()
def timing(request: SignedInRequest) -> HttpResponse:
    """The metrics: all together, and group by group."""
    form = BY_NAME["timing"].asked(request.GET, reader=request.user, now=request.now)
    assert isinstance(form, TimingForm)
    context: dict[str, Any] = {"filter": {"form": form}}
    if form.is_valid():
        context |= _shown(request, form)
    return render(request, "reports/timing.html", context)


def _shown(request: SignedInRequest, form: TimingForm) -> dict[str, Any]:
    question, kept = form.question(), asked_so_far(request.GET)
    found = figures_by(question, By.ALL, question.by)
    return {
        "question": question,
        "metrics": how_long.cards(question, found[By.ALL], form.which),
        "kept": urlencode(kept),
        "by": question.by.value,
        "groups": groups(found[question.by], question.by, kept),
    }


# --- The trend ------------------------------------------------------------------------------------

MONTHS = {"span": Span.LAST_12_MONTHS.value, "by": By.MONTH.value}


@require_safe
def trend(request: SignedInRequest, metric: str) -> HttpResponse:
    """One metric month by month, for a page that is shown already: a year takes longer to read."""
    if metric not in list(Metric):
        raise Http404
    if not request.htmx:
        kept = asked_so_far(request.GET)
        asked = {name: kept[name] for name in ("unit", "at") if name in kept} | MONTHS
        return redirect(f"{reverse('reports:timing')}?{urlencode(asked)}")
    form = BY_NAME["timing"].asked(request.GET, reader=request.user, now=request.now)
    assert isinstance(form, TimingForm)
    context: dict[str, Any] = {}
    if form.is_valid():
        question = form.question()
        today = timezone.localdate(question.at)
        context["chart"] = how_long.year(question, Metric(metric), today)
    return render(request, "components/chart.html", context)


# --- Behind a figure ------------------------------------------------------------------------------


@require_safe
def rows(request: SignedInRequest, metric: str) -> HttpResponseBase:
    """One metric: how it is distributed, and the requests, those that took longest first."""
    if metric not in list(Metric):
        raise Http404
    report = replace(BY_NAME["timing"], form=BehindForm)
    form = report.asked(request.GET, reader=request.user, now=request.now)
    assert isinstance(form, BehindForm)
    context: dict[str, Any] = {
        "filter": {"form": form},
        "metric": Metric(metric),
        "crumb": f"{reverse('reports:timing')}?{urlencode(asked_so_far(request.GET))}",
    }
    kind = request.GET.get("format", "")
    if form.is_valid() and kind in Format:
        return _file(request, form, Metric(metric), Format(kind))
    if form.is_valid():
        context |= _behind(request, form, Metric(metric))
    return render(request, "reports/timing_rows.html", context)


def _file(
    request: SignedInRequest, form: BehindForm, metric: Metric, kind: Format
) -> HttpResponseBase:
    listing = _listing(form, metric)
    waits = ", still waiting" if form.cleaned_data["waiting"] else ""
    report = replace(
        BY_NAME["timing"],
        title=f"{metric.words}{waits}",
        columns=COLUMNS,
        rows=lambda _: listing.all(),
    )
    return send(request, report, form.question(), report.query(form), kind)


def _listing(form: BehindForm, metric: Metric) -> Listing:
    question = form.question()
    if form.cleaned_data["waiting"]:
        return still_waiting(question, metric)
    return behind(question, metric)


def _behind(request: SignedInRequest, form: BehindForm, metric: Metric) -> dict[str, Any]:
    question, waits = form.question(), form.cleaned_data["waiting"]
    listing = _listing(form, metric)
    page = _page(request, listing)
    return {
        "question": question,
        "waits": waits,
        "is_bounded": question.least_days is not None or question.below_days is not None,
        "figure": figure(question, metric),
        "chart": _chart(request, question, metric),
        "page": page,
        "rows": listing.page(*_bounds(page)),
    }


def _chart(request: HttpRequest, question: Question, metric: Metric) -> Chart:
    asked = request.GET.copy()
    for bound in ("least", "below", "waiting", "page"):
        asked.pop(bound, None)
    return distributed(distribution(question, metric), metric, asked.urlencode())


def _page(request: HttpRequest, listing: Listing) -> Page:
    return Paginator(range(listing.number), PER_PAGE).get_page(request.GET.get("page"))


def _bounds(page: Page) -> tuple[int, int]:
    places = page.object_list
    return (places[0], places[-1] + 1) if places else (0, 0)
