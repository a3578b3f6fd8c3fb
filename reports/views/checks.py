"""The self-check of the figures, for administrators: what was compared, what did not agree."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from intake.models import FigureCheck
from intake.selfcheck import night
from intake.selfcheck.tables import told_of
from mentors.web import SignedInRequest

PER_PAGE = 30

View = Callable[..., HttpResponse]


def _for_administrators(view: View) -> View:
    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        night.check_can_check(request.user, request.now)
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@_for_administrators
def checks(request: SignedInRequest) -> HttpResponse:
    """The checks so far, newest first; one more is begun here and done by the workers."""
    if request.method == "POST":
        return _begin(request)
    found = FigureCheck.objects.select_related("by").defer("differences")
    pages = Paginator(found.order_by("-started_at", "-pk"), PER_PAGE)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "under_way": night.under_way(),
    }
    return render(request, "reports/checks.html", context)


def _begin(request: SignedInRequest) -> HttpResponse:
    everything = "everything" in request.POST
    before = night.under_way()
    begun = night.begin(now=request.now, by=request.user, everything=everything)
    if begun == before:
        messages.info(request, "A check is under way already; another one can follow it.")
    else:
        messages.success(request, "The check begins within ten minutes.")
    return redirect("reports:checks")


@require_safe
@_for_administrators
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """One check, with the differences that it found."""
    found = get_object_or_404(FigureCheck.objects.select_related("by"), pk=pk)
    context = {"check": found, "differences": told_of(found), "most": night.MOST_KEPT}
    return render(request, "reports/check.html", context)
