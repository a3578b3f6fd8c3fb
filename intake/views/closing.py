"""Ends of a request, and its way back: transfer, withdraw, the four closings, reopen, hand back."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from intake.actions import answering, closing
from intake.enums import SessionState, Status
from intake.forms.closing import NoResponseForm, ReopenForm, TransferForm, WithdrawForm
from intake.models import MentoringRequest
from intake.pages.ends import ends
from intake.pages.sight import client_name, sight
from intake.pages.successors import find_successors
from intake.permissions import (
    check_can_complete,
    check_can_hand_back,
    check_can_incorrect_contact,
    check_can_no_response,
    check_can_no_show,
    check_can_reopen,
    check_can_transfer,
    check_can_withdraw,
    check_can_work,
    no_response_needs_note,
)
from intake.shortlist import why_not_assignable
from intake.views.acts import Question, ask, done, posted
from intake.views.looking_up import searched, words_of
from intake.views.scope import get_mre
from mentors.models import Volunteer
from mentors.web import SignedInRequest, carry_out

Check = Callable[[Volunteer, MentoringRequest, datetime], None]

CLOSINGS: dict[str, tuple[Check, Callable[..., MentoringRequest]]] = {
    Status.COMPLETE: (check_can_complete, closing.complete),
    Status.NO_SHOW: (check_can_no_show, closing.no_show),
    Status.NO_RESPONSE: (check_can_no_response, closing.no_response),
    Status.INCORRECT_CONTACT: (check_can_incorrect_contact, closing.incorrect_contact),
}
CLIENT_IS_TOLD = "The client gets a short mail that says so and how to come back."


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Close an accepted request; `kind` is the status it gets. 404 for any other word."""
    if kind not in CLOSINGS:
        raise Http404
    mre = get_mre(request, pk)
    check, action = CLOSINGS[kind]
    check(request.user, mre, request.now)
    form = _closing_form(request, mre, kind)
    if form.is_valid():
        closed = carry_out(
            form, action, mre_id=pk, by=request.user, now=request.now, **form.cleaned_data
        )
        if closed is not None:
            return done(request, closed, f"{closed} is closed: {closed.get_status_display()}.")
    label = Status(kind).label
    question = Question(
        title=f"Close {mre} as {label}?",
        follows=f"{CLIENT_IS_TOLD} {_planned(mre)}".strip(),
        button=f"Close as {label}",
    )
    return ask(request, mre, question, form)


def _closing_form(request: SignedInRequest, mre: MentoringRequest, kind: str) -> forms.Form:
    if kind != Status.NO_RESPONSE:
        return forms.Form(posted(request))
    return NoResponseForm(posted(request), needs_note=no_response_needs_note(mre, request.now))


def _planned(mre: MentoringRequest) -> str:
    """That sessions still to come are called off with it."""
    number = mre.sessions.filter(assignment=mre.current_id, state=SessionState.SCHEDULED).count()
    if not number:
        return ""
    return f"{number} planned session{' is' if number == 1 else 's are'} cancelled."


@require_safe
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """How an accepted request can end: each way with what it means, or why not now."""
    mre = get_mre(request, pk)
    check_can_work(request.user, mre, request.now)
    context = {
        "mre": mre,
        "name": client_name(mre, sight(request.user, mre, request.now)),
        "ends": ends(mre, list(mre.sessions.all()), request.user, request.now),
        "back": request.back,
    }
    return render(request, "intake/request/end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Nothing more will come of it. A link may suggest the reason and the request that stays."""
    mre = get_mre(request, pk)
    check_can_withdraw(request.user, mre, request.now)
    suggested = {name: request.GET.get(name, "") for name in ("reason", "duplicate_of")}
    form = WithdrawForm(posted(request), initial=suggested)
    if form.is_valid():
        withdrawn = carry_out(
            form, closing.withdraw, mre_id=pk, by=request.user, now=request.now, **form.asked()
        )
        if withdrawn is not None:
            return done(request, withdrawn, f"{withdrawn} is withdrawn.")
    told = " Its mentor is told, too." if mre.current else ""
    question = Question(
        title=f"Withdraw {mre}?",
        follows=f"{CLIENT_IS_TOLD} A duplicate gets no mail: it goes on as the other.{told}",
        button="Withdraw",
        danger=True,
    )
    return ask(request, mre, question, form)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back to the coordinator's queue after acceptance; a colleague can be found and proposed."""
    mre = get_mre(request, pk)
    check_can_transfer(request.user, mre, request.now)
    form = searched(request, TransferForm)
    if form.is_valid():
        moved = carry_out(
            form,
            closing.transfer_to_queue,
            mre_id=pk,
            by=request.user,
            now=request.now,
            reason=form.cleaned_data["reason"],
            proposed_id=form.proposed_id(),
        )
        if moved is not None:
            return done(request, moved, f"{moved} is back in the coordinator’s queue.")
    context = {
        "mre": mre,
        "name": client_name(mre, sight(request.user, mre, request.now)),
        "form": form,
        "found": find_successors(mre, words_of(form), request.now),
        "planned": _planned(mre),
        "back": request.back,
    }
    return render(request, "intake/request/transfer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Closed too early: to the queue, or to the mentor who held it, if he can be assigned."""
    mre = get_mre(request, pk)
    check_can_reopen(request.user, mre, request.now)
    mentor = mre.current.mentor if mre.current else None
    why_not = why_not_assignable(mentor, request.now) if mentor else ""
    form = ReopenForm(posted(request), mentor=str(mentor) if mentor and not why_not else "")
    if form.is_valid():
        opened = carry_out(
            form, closing.reopen, mre_id=pk, by=request.user, now=request.now, **form.asked()
        )
        if opened is not None:
            return done(request, opened, f"{opened} is open again.")
    question = Question(
        title=f"Reopen {mre}?",
        follows=f"{mentor} cannot take it back: {why_not}." if why_not else _after_reopening(mre),
        button="Reopen",
    )
    return ask(request, mre, question, form)


def _after_reopening(mre: MentoringRequest) -> str:
    if mre.current:
        return (
            "In the queue the client waits again from now; with the mentor all goes on as before."
        )
    return (
        "No mentor held it when it was closed, so it goes to the queue; the client waits from now."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hand_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """An unanswered request goes back to the queue because its mentor is unavailable."""
    mre = get_mre(request, pk)
    check_can_hand_back(request.user, mre, request.now)
    form = forms.Form(posted(request))
    if form.is_valid():
        back = answering.hand_back(mre_id=pk, by=request.user, now=request.now)
        return done(request, back, f"{back} is back in the coordinator’s queue.")
    assert mre.current is not None  # held by request_current_while_with_mentor
    question = Question(
        title=f"Hand {mre} back?",
        follows=f"For when {mre.current.mentor} has become unavailable without answering. "
        "The request goes back to the queue; the client’s wait goes on.",
        button="Hand it back",
    )
    return ask(request, mre, question, form)
