"""The coordinator gives a request to a mentor, to another mentor, or to another chapter."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from intake.actions import assigning, submission
from intake.forms.assign import AssignForm, MoveForm
from intake.inforce import calendar
from intake.models import Assignment
from intake.pages.sight import client_name, sight
from intake.permissions import check_can_move, check_can_release
from intake.views.acts import Question, ask, done, posted
from intake.views.assign_card import ASSIGN, BY_KEY, Step, assign_card, looked_at, step_for
from intake.views.preview import show_preview
from intake.views.scope import get_mre
from intake.views.way_back import list_behind
from mentors.web import SignedInRequest, carry_out
from mentors.words import last_day_in_words


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose a mentor. What the page offered is what is done, or refused with how things stand now.

    So who comes second never takes away what a colleague has just given to somebody.
    """
    mre = get_mre(request, pk)
    step = BY_KEY.get(request.POST.get("step", ""), ASSIGN) if posted(request) else step_for(mre)
    step.check(request.user, mre, request.now)
    assigned_before = mre.assignments.exists()
    form = AssignForm(request.POST, needs_note=assigned_before) if posted(request) else None
    if form is not None and form.is_valid():
        assignment = _give(request, step, pk, form)
        if assignment is not None:
            return assigned(request, assignment, step)
    if request.htmx:
        return show_preview(request, mre, sent=form)
    days = calendar()
    seen = sight(request.user, mre, request.now)
    context = {
        "mre": mre,
        "seen": seen,
        "name": client_name(mre, seen),
        "card": assign_card(request, mre, days, assigned_before=assigned_before, sent=form),
    }
    return render(request, "intake/request/assign.html", context)


def _give(request: SignedInRequest, step: Step, pk: int, form: AssignForm) -> Assignment | None:
    entered = form.cleaned_data
    more: dict[str, Any] = {} if step is ASSIGN else {"seen": entered["seen"]}
    return carry_out(
        form,
        step.action,
        mre_id=pk,
        mentor_id=entered["mentor"].pk,
        note=entered["note"],
        by=request.user,
        now=request.now,
        looked=looked_at(request),
        **more,
    )


def assigned(request: SignedInRequest, assignment: Assignment, step: Step) -> HttpResponse:
    """Say so: to the pane beside the queue, which goes on to the next request, or on a new page."""
    if request.htmx:
        said = {"mre": assignment.request_id, "said": _given(assignment)}
        return trigger_client_event(HttpResponse(status=204), "assigned", said)
    messages.success(request, _given(assignment))
    if behind := list_behind(request):
        return redirect(behind)
    if step is ASSIGN:
        return redirect("intake:queue")
    return redirect("intake:request", assignment.request_id)


def _given(assignment: Assignment) -> str:
    mentor = assignment.mentor
    day = last_day_in_words(assignment.respond_by, mentor.zone)
    return f"{assignment.request} is assigned to {mentor}, who is asked to answer by {day}."


@require_http_methods(["GET", "HEAD", "POST"])
def move_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """To another chapter's queue."""
    mre = get_mre(request, pk)
    check_can_move(request.user, mre, request.now)
    form = MoveForm(posted(request), leaving=mre.chapter_id)
    if form.is_valid():
        moved = carry_out(
            form,
            assigning.move,
            mre_id=pk,
            chapter_id=form.cleaned_data["chapter"].pk,
            note=form.cleaned_data["note"],
            by=request.user,
            now=request.now,
        )
        if moved is not None:
            return done(request, moved, f"{moved} is in the queue of {moved.chapter} now.")
    question = Question(
        title=f"Move {mre} to another chapter?",
        follows=f"It leaves the queue of {mre.chapter}. The client’s wait and place go with it, "
        "and the coordinators on both sides are told.",
        button="Move it",
    )
    return ask(request, mre, question, form)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: SignedInRequest, pk: int) -> HttpResponse:
    """An administrator lets a parked request into the queue."""
    mre = get_mre(request, pk)
    check_can_release(request.user, mre, request.now)
    form = forms.Form(posted(request))
    if form.is_valid():
        released = submission.release(mre_id=pk, by=request.user, now=request.now)
        return done(request, released, f"{released} is in the coordinator’s queue now.")
    question = Question(
        title=f"Release {mre} to the queue?",
        follows=f"Service to {mre.client} is suspended, so the request was held here. The "
        f"coordinators of {mre.chapter} will see it and are told, like of any new request.",
        button="Release it",
    )
    return ask(request, mre, question, form)
