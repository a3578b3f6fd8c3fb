"""The lists of clients who wait, as pages on which each row can be dealt with."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from intake.asking import asking_once
from intake.enums import Stage
from intake.pages.lanes import Pill
from intake.views.lists import show_page
from mentors.roles import duties
from mentors.web import SignedInRequest
from reports.catalogue import BY_NAME
from reports.list_data import count_bands, data
from reports.list_form import BANDS, WaitingForm
from reports.list_table import WaitingTable
from reports.periods import ALWAYS
from reports.question import Question
from reports.waiting import NAMES


@require_safe
@asking_once()
def worklist(request: SignedInRequest, stage: Stage) -> HttpResponse:
    """Those who wait at one stage, what has lasted longest first."""
    report = BY_NAME[NAMES[stage]]
    form = report.asked(request.GET, reader=request.user, now=request.now)
    assert isinstance(form, WaitingForm)
    form.auto_id = "filter_%s"  # forms of acts are opened on the same page
    context = {"stage": stage, "report": report, "filter": {"form": form}}
    if form.is_valid():
        context |= _shown(request, form, stage)
    return render(request, "reports/list/page.html", context)


def _shown(request: SignedInRequest, form: WaitingForm, stage: Stage) -> dict[str, Any]:
    question = form.question()
    rows = data(question, stage)
    stages, bands = rows.count_stages(), count_bands(rows)
    mine = duties(request.user, request.now)
    may_act = not question.is_past and (mine.is_admin or bool(mine.rcic))
    table = WaitingTable(rows, stage=stage, reader=request.user, may_act=may_act)
    band = form.band.key if form.band else ""
    known = bands[band] if band else stages[stage]
    if question.is_past or question.snoozed is not None:
        known = len(rows)
    return {
        "question": question,
        "table": show_page(request, table, known=known),
        "count": known,
        "total": stages[stage],
        "open": sum(stages.values()),
        "lists": _lists(stages, stage),
        "bands": _bands(bands, stages[stage], band),
        "is_narrowed": _is_narrowed(question),
    }


def _lists(counts: dict[Stage, int], shown: Stage) -> list[Pill]:
    return [
        Pill(reverse(f"reports:{NAMES[stage]}"), str(stage.label), count, stage == shown)
        for stage, count in counts.items()
    ]


def _bands(counts: dict[str, int], total: int, chosen: str) -> list[Pill]:
    whole = Pill("", "Any time", total, not chosen)
    return [
        whole,
        *(Pill(band.key, band.words, counts[band.key], band.key == chosen) for band in BANDS),
    ]


def _is_narrowed(asked: Question) -> bool:
    """Whether more than the unit narrows the list."""
    given = (asked.mentor, asked.area, asked.least_days, asked.below_days, asked.snoozed)
    return asked.period != ALWAYS or any(one is not None for one in given)
