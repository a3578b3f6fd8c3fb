"""The overview: who waits, how long it takes, unit by unit; every figure opens to its rows."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from intake.asking import asking_once
from mentors.web import SignedInRequest
from reports import how_long, timing, unit_table
from reports import overview as reading
from reports.catalogue import BY_NAME
from reports.forms import QuestionForm, asked_so_far
from reports.periods import ALWAYS
from reports.question import By, Question

FEW = 12
"""Chapters up to which the table begins with them; more are summed up by district."""


class OverviewForm(QuestionForm):
    """And by what the tables are grouped."""

    by = forms.ChoiceField(
        required=False,
        choices=[
            ("", "What suits"),
            (By.REGION, "Region"),
            (By.DISTRICT, "District"),
            (By.CHAPTER, "Chapter"),
            (By.MONTH, "Month"),
            (By.MENTOR, "Mentor"),
        ],
    )

    def question(self, **more: Any) -> Question:
        """What is asked, grouped as chosen."""
        return super().question(by=By(self.cleaned_data["by"] or By.ALL), **more)


REPORT = replace(BY_NAME["open-requests"], form=OverviewForm)
"""Its file has the open requests alone, so that is asked less."""


@require_safe
@asking_once()
def overview(request: SignedInRequest) -> HttpResponse:
    """Clients who wait and how long, in the chapters that the reader leads or coordinates."""
    form = REPORT.asked(request.GET, reader=request.user, now=request.now)
    assert isinstance(form, OverviewForm)
    context: dict[str, Any] = {"filter": {"form": form}}
    if form.is_valid():
        context |= _shown(request, form)
    return render(request, "reports/overview.html", context)


def _shown(request: SignedInRequest, form: OverviewForm) -> dict[str, Any]:
    asked = form.question()
    by = asked.by if asked.by != By.ALL else _usual_by(asked)
    kept = asked_so_far(request.GET)
    waits = reading.waits(asked.during(ALWAYS))
    figures = timing.figures_by(asked, By.ALL, by)
    return {
        "question": asked,
        "whole": reading.whole(waits.counts),
        "cards": reading.cards(waits),
        "metrics": how_long.cards(asked, figures[By.ALL], form.which),
        "table": unit_table.table(asked.grouped(by), waits.counts, figures[by], kept),
        "period": form.period,
        "lists": urlencode([(key, kept[key]) for key in ("unit", "at") if key in kept]),
        "kept": urlencode(kept),
    }


def _usual_by(asked: Question) -> By:
    return By.CHAPTER if len(asked.reach.chapters()) <= FEW else By.DISTRICT
