"""Coverage: what is asked for against who offers it, and the rows behind the figures."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from intake.asking import asking_once
from intake.querysets import RequestQuerySet
from mentors.matching import Candidate
from mentors.models import MentoringArea
from mentors.web import SignedInRequest
from reports.catalogue import BY_NAME
from reports.coverage import by_chapter, mentors_of, open_requests, rows
from reports.coverage_tables import ChapterTable, CoverageTable, OfferingTable, sentence
from reports.question import Question
from reports.views.activity import without
from reports.views.request_rows import as_file, listed, wants_file
from reports.whereabouts import submitted

FIRST = 5
"""How many areas stand on top in words."""
PER_PAGE = 50


@require_safe
@asking_once()
def coverage(request: SignedInRequest) -> HttpResponse:
    """Area by area, the widest gap first."""
    form = BY_NAME["coverage"].asked(request.GET, reader=request.user, now=request.now)
    context: dict[str, Any] = {"filter": {"form": form}}
    if form.is_valid():
        context |= _areas(request, form.question())
    return render(request, "reports/coverage.html", context)


def _areas(request: SignedInRequest, question: Question) -> dict[str, Any]:
    found = rows(question)
    chapters = question.reach.ids
    alone = chapters is not None and len(chapters) == 1
    asked = without(request.GET, "page", "sort")
    table = CoverageTable(found, asked=asked, exclude=("bare",) if alone else ())
    RequestConfig(request, paginate=False).configure(table)
    wanted = [row for row in found if row.is_wanted]
    return {
        "question": question,
        "table": table,
        "asked": asked.urlencode(),
        "first": [(row.about, sentence(row)) for row in wanted[:FIRST]],
        "bare": sum(row.is_bare for row in found),
    }


@require_safe
def area(request: SignedInRequest, pk: int) -> HttpResponse:
    """One area: chapter by chapter, and the mentors who offer it."""
    form = BY_NAME["coverage"].asked(request.GET, reader=request.user, now=request.now)
    about = get_object_or_404(MentoringArea, pk=pk)
    context: dict[str, Any] = {"area": about, "filter": {"form": form}, **_crumb(request)}
    if form.is_valid():
        context |= _one_area(request, form.question(area=pk))
    return render(request, "reports/coverage_area.html", context)


def _one_area(request: SignedInRequest, question: Question) -> dict[str, Any]:
    offering = mentors_of(question)
    found = by_chapter(question, offering)
    only_free = bool(request.GET.get("free"))
    chapters = ChapterTable(
        found, asked=without(request.GET, "page", "sort", "c-sort", "free"), area=question.area or 0
    )
    RequestConfig(request, paginate=False).configure(chapters)
    mentors = OfferingTable([one for one in offering if not (only_free and one.at_limit)])
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(mentors)
    return {
        "question": question,
        "chapters": chapters,
        "mentors": mentors,
        "offering": len(offering),
        "free": _free(offering),
        "only_free": only_free,
    }


def _free(offering: list[Candidate]) -> int:
    return sum(not one.at_limit for one in offering)


@require_safe
def requested(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The requests for an area that were submitted in the period."""
    return _requests(request, pk, submitted, "Requests")


@require_safe
def still_open(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The requests for an area that are open."""
    return _requests(request, pk, open_requests, "Open requests")


def _requests(
    request: SignedInRequest, pk: int, find: Callable[[Question], RequestQuerySet], title: str
) -> HttpResponseBase:
    report = BY_NAME["coverage"]
    form = report.asked(request.GET, reader=request.user, now=request.now)
    about = get_object_or_404(MentoringArea, pk=pk)
    title = f"{title}: {about.name}"
    context = {"filter": {"form": form}, "title": title, **_crumb(request)}
    if form.is_valid():
        question = form.question(area=pk)
        if wants_file(request):
            return as_file(request, find(question), title=title, report=report, form=form)
        context |= listed(request, find(question), question)
        context["whenever"] = find is open_requests
    return render(request, "reports/requests.html", context)


def _crumb(request: SignedInRequest) -> dict[str, Any]:
    asked = without(request.GET, "page", "sort", "c-sort", "free").urlencode()
    return {"crumb": {"url": f"{reverse('reports:coverage')}?{asked}", "label": "Coverage"}}
