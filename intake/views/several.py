"""Several requests of the queue at once: a preview for each, the act, and what became of each.

The selection and the choice stand in the address, so that a refused form keeps them; what is sent
is which rows are ticked, and the words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from intake.actions.several import Order, Result, assign_all, move_all, withdraw_all
from intake.forms.closing import WithdrawForm
from intake.forms.several import ForAllForm, WhichChapterForm, WhichMentorForm, WhyMovedForm
from intake.inforce import calendar, policy
from intake.mentor_facts import candidates
from intake.models import MentoringRequest
from intake.numbers import read_ids
from intake.pages.several import (
    MOST,
    Assigning,
    Chosen,
    assigning,
    moving,
    suggestions,
    withdrawing,
)
from intake.policy import assignment_clocks
from intake.views.acts import posted
from intake.views.lists import check_has_queue
from intake.views.way_back import list_behind
from mentors.models import Volunteer
from mentors.web import SignedInRequest
from mentors.words import last_day_in_words

RESULTS = "several"
"""Where the session keeps what became of the last selection."""
PORTION = 40
"""So many assignments are made in one step of a longer list, about: nobody waits in the dark."""


@dataclass(frozen=True)
class Selection:
    """The chosen requests of the viewer's chapters, longest wait first. `left_out`: beyond 100."""

    mres: Sequence[MentoringRequest]
    left_out: int
    waits: dict[int, float]
    """Business days, by request; nothing for those that do not wait."""
    back: str
    """The address of the list from which one came."""


def _selection(request: SignedInRequest) -> Selection:
    """What was chosen. Raises NotAllowed without a queue, Http404 if nothing of it is visible."""
    check_has_queue(request.user, request.now)
    seen = MentoringRequest.objects.in_duty_of(request.user, request.now)
    chosen = seen.filter(pk__in=read_ids(request.GET.getlist("mre")))
    longest = F("waiting_since").asc(nulls_last=True)
    mres = list(
        chosen.for_list().select_related("chapter__district").order_by(longest, "pk")[: MOST + 1]
    )
    if "mre" in request.GET and not mres:
        raise Http404
    left_out = chosen.count() - MOST if len(mres) > MOST else 0
    return Selection(mres[:MOST], left_out, waits(mres, request.now), queue_behind(request))


def queue_behind(request: SignedInRequest) -> str:
    """The list as one left it, else the whole queue."""
    return list_behind(request) or reverse("intake:queue")


def waits(mres: Iterable[MentoringRequest], now: datetime) -> dict[int, float]:
    """How many business days each has waited, by its id; only those that wait. One query."""
    days = calendar()
    return {
        mre.pk: days.business_days(mre.waiting_since, now, mre.chapter.zone)
        for mre in mres
        if mre.waiting_since is not None
    }


def _nothing_chosen(request: SignedInRequest) -> HttpResponseRedirect:
    messages.info(request, "Choose the requests first, with the boxes on the left of the list.")
    return redirect(queue_behind(request))


def _ticked(request: SignedInRequest, selection: Selection) -> list[int] | None:
    """Those of the selection that were sent ticked, in its order; None while one only looks."""
    if request.method != "POST":
        return None
    sent = read_ids(request.POST.getlist("mre"))
    return [mre.pk for mre in selection.mres if mre.pk in sent]


# --- Assign ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_assign(request: SignedInRequest) -> HttpResponse:
    """Give them to one mentor: who could have them, then what would happen, then do it."""
    chosen = _selection(request)
    if not chosen.mres:
        return _nothing_chosen(request)
    asked = WhichMentorForm(request.GET)
    asked.is_valid()  # what is not valid is not in cleaned_data, and so nobody is chosen
    words, mentor = asked.cleaned_data.get("q", ""), asked.cleaned_data.get("mentor")
    if mentor is None:
        found = suggestions(chosen.mres, words, request.now)
        page = {"selection": chosen, "suggestions": found, "words": words}
        return render(request, "intake/several/who.html", page)
    ticked = _ticked(request, chosen)
    plan = assigning(
        chosen.mres,
        _asked_now(request, mentor),
        by=request.user,
        now=request.now,
        ticked=ticked,
    )
    form = ForAllForm(posted(request))
    if _is_agreed(form, ticked) and _has_note(form, plan):
        orders = [Order(pk, mentor.pk, form.cleaned_data["note"]) for pk in ticked or ()]
        return carry_out_orders(request, orders, back=chosen.back)
    page = {
        "mentor": mentor,
        "selection": chosen,
        "plan": plan,
        "rows": plan.rows,
        "form": form,
        "button": f"Assign the ticked to {mentor}",
    }
    return render(request, "intake/several/assign.html", page)


def _asked_now(request: SignedInRequest, mentor: Volunteer) -> Chosen:
    [candidate] = candidates(Volunteer.objects.filter(pk=mentor.pk), request.now)
    clocks = assignment_clocks(policy(), calendar(), request.now, mentor.zone)
    return Chosen(candidate, last_day_in_words(clocks.respond_by, mentor.zone))


def _is_agreed(form: forms.Form, ticked: Sequence[int] | None) -> bool:
    """Whether the form was sent, says what it has to, and at least one row is ticked."""
    if not form.is_valid():
        return False
    if not ticked:
        form.add_error(None, "Tick at least one request.")
    return form.is_valid()


def _has_note(form: ForAllForm, plan: Assigning) -> bool:
    """Whether there is a note, if any of the ticked takes one."""
    if form.cleaned_data["note"].strip() or not plan.takes_note:
        return True
    which = ", ".join(str(mre) for mre in plan.takes_note)
    form.add_error("note", f"A note is needed for {which}: see beside each. Or untick them.")
    return False


# --- Move and withdraw ----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_move(request: SignedInRequest) -> HttpResponse:
    """To another chapter's queue: first to which one, then what would happen, then do it."""
    chosen = _selection(request)
    if not chosen.mres:
        return _nothing_chosen(request)
    where = WhichChapterForm(request.GET)
    chapter = where.cleaned_data.get("chapter") if where.is_valid() else None
    page: dict[str, Any] = {"selection": chosen, "where": where}
    if chapter is not None:
        ticked = _ticked(request, chosen)
        rows = moving(chosen.mres, chapter, by=request.user, now=request.now, ticked=ticked)
        form = WhyMovedForm(posted(request))
        if _is_agreed(form, ticked):
            results = move_all(
                mre_ids=ticked or (),
                chapter_id=chapter.pk,
                note=form.cleaned_data["note"],
                by=request.user,
                now=request.now,
            )
            return show_results(request, results, back=chosen.back)
        page |= {"rows": rows, "form": form, "button": f"Move the ticked to {chapter}"}
    return render(request, "intake/several/move.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_withdraw(request: SignedInRequest) -> HttpResponse:
    """Nothing more will come of them: what would happen, then do it."""
    chosen = _selection(request)
    if not chosen.mres:
        return _nothing_chosen(request)
    ticked = _ticked(request, chosen)
    rows = withdrawing(chosen.mres, by=request.user, now=request.now, ticked=ticked)
    form = WithdrawForm(posted(request))
    if _is_agreed(form, ticked):
        results = withdraw_all(
            mre_ids=ticked or (),
            by=request.user,
            now=request.now,
            **form.asked(),
        )
        return show_results(request, results, back=chosen.back)
    page = {
        "selection": chosen,
        "rows": rows,
        "form": form,
        "button": "Withdraw the ticked",
        "danger": True,
    }
    return render(request, "intake/several/withdraw.html", page)


# --- What became of them --------------------------------------------------------------------------


def carry_out_orders(
    request: SignedInRequest,
    orders: Sequence[Order],
    results: Iterable[Result] = (),
    *,
    back: str,
) -> HttpResponseRedirect:
    """Make the next assignments. What is left waits in the session, until the page asks again."""
    step, rest = portion(orders)
    made = assign_all(orders=step, by=request.user, now=request.now)
    return show_results(request, [*results, *made], rest, back=back)


def portion(orders: Sequence[Order]) -> tuple[list[Order], list[Order]]:
    """The next orders, and the rest. Those for one mentor stay together: they share a mail."""
    step: list[Order] = []
    for mentor in dict.fromkeys(order.mentor_id for order in orders):
        if len(step) < PORTION:
            step += [order for order in orders if order.mentor_id == mentor]
    taken = {order.mre_id for order in step}
    return step, [order for order in orders if order.mre_id not in taken]


def show_results(
    request: SignedInRequest,
    results: Iterable[Result],
    orders: Iterable[Order] = (),
    *,
    back: str,
) -> HttpResponseRedirect:
    """To the page that says what became of each; looking at it again does nothing again."""
    request.session[RESULTS] = {
        "back": back,
        "results": [asdict(one) for one in results],
        "orders": [asdict(one) for one in orders],
    }
    return redirect("intake:several_done")


@require_http_methods(["GET", "HEAD", "POST"])
def several_done(request: SignedInRequest) -> HttpResponse:
    """What became of each request so far; by POST, the next step of what is left."""
    check_has_queue(request.user, request.now)
    kept = request.session.get(RESULTS)
    if not kept:
        return redirect("intake:queue")
    results = [Result(**one) for one in kept["results"]]
    orders = [Order(**one) for one in kept["orders"]]
    if request.method == "POST":
        return carry_out_orders(request, orders, results, back=kept["back"])
    seen = MentoringRequest.objects.in_duty_of(request.user, request.now).select_related("client")
    mres = seen.in_bulk([one.mre_id for one in results])
    page = {
        "done": [(one, mres.get(one.mre_id)) for one in results if one.done],
        "refused": [(one, mres.get(one.mre_id)) for one in results if not one.done],
        "results": results,
        "left": len(orders),
        "all": len(results) + len(orders),
        "back": kept["back"],
    }
    return render(request, "intake/several/results.html", page)
