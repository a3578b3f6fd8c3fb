"""The closed days: everybody reads them, administrators change them and see first what moves."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from intake import recompute
from intake.actions.closed_days import calendar_with, change_closed_days, move_due_dates
from intake.calendar import NoBusinessDayError, local_date
from intake.forms.closed_days import ClosedDaysForm
from intake.models import ClosedDay
from intake.pages.moving import Moves, moves
from intake.permissions import check_can_keep_closed_days
from mentors.permissions import refusal
from mentors.web import SignedInRequest

SHOWN_YEARS = 2
"""This year and the next are shown; the others are folded."""


@require_safe
def closed_days(request: SignedInRequest) -> HttpResponse:
    """The days on which no business clock runs, by year."""
    return _listed(request, ClosedDaysForm())


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest) -> HttpResponse:
    """What would move if days were added or removed; a POST saves them, and moves it if wished."""
    check_can_keep_closed_days(request.user, request.now)
    request.back = reverse("intake:closed_days")
    form = ClosedDaysForm(request.POST if request.method == "POST" else request.GET)
    found = _preview(request, form) if form.is_valid() else None
    if found is None:
        return _listed(request, form)
    if request.method == "POST":
        return _save(request, form)
    context = {"form": form, "moves": found, "back": request.back}
    return render(request, "intake/clocks/change.html", context)


def _preview(request: SignedInRequest, form: ClosedDaysForm) -> Moves | None:
    """What would move; None if no business day would be left, which the form then says."""
    days = calendar_with(form.added, form.removed)
    try:
        for day in form.added:
            days.add_business_days(day, 1)
        changes = recompute.preview(calendar=days)
    except NoBusinessDayError:
        form.add_error("first", "That would leave no business day for more than a year.")
        return None
    return moves(changes, request.now)


def _save(request: SignedInRequest, form: ClosedDaysForm) -> HttpResponse:
    wanted = request.POST.get("due_dates") == "move"
    moved = change_closed_days(
        by=request.user, now=request.now, add=form.added, remove=form.removed, move=wanted
    )
    said = _moved_in_words(moved) if wanted else "No due date was moved."
    messages.success(request, f"The closed days are saved. {said}")
    return redirect(request.back)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedInRequest) -> HttpResponse:
    """Move what the closed days, as they are, put on another day: left over, or left on purpose."""
    check_can_keep_closed_days(request.user, request.now)
    request.back = reverse("intake:closed_days")
    if request.method == "POST":
        moved = move_due_dates(by=request.user, now=request.now)
        messages.success(request, _moved_in_words(moved))
        return redirect(request.back)
    found = moves(recompute.preview(), request.now)
    return render(request, "intake/clocks/move.html", {"moves": found, "back": request.back})


def _moved_in_words(moved: int) -> str:
    if not moved:
        return "No due date had to move."
    return "1 due date was moved." if moved == 1 else f"{moved:,} due dates were moved."


def _listed(request: SignedInRequest, form: ClosedDaysForm) -> HttpResponse:
    rows = list(ClosedDay.objects.order_by("date"))
    years = [(year, list(days)) for year, days in groupby(rows, lambda day: day.date.year)]
    today = local_date(request.now, request.user.zone)
    context: dict[str, Any] = {
        "form": form,
        "years": [year for year in years if today.year <= year[0] < today.year + SHOWN_YEARS],
        "later": [year for year in years if year[0] >= today.year + SHOWN_YEARS],
        "past": [year for year in years if year[0] < today.year],
        "last_year": years[-1][0] if years else None,
        "read_only": refusal(check_can_keep_closed_days, request.user, request.now),
    }
    if not context["read_only"]:
        context |= _still_to_move()
    return render(request, "intake/clocks/closed_days.html", context)


def _still_to_move() -> dict[str, Any]:
    """How many due dates are elsewhere than counting puts them; or that there is no counting."""
    try:
        return {"waiting": len(recompute.preview())}
    except NoBusinessDayError as hopeless:
        return {"hopeless": hopeless}
