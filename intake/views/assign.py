"""The coordinator gives a request to a mentor, to another mentor, or to another chapter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from intake.actions import assigning, submission
from intake.calendar import BusinessCalendar
from intake.enums import Status
from intake.forms.assign import AssignForm, MoveForm, SearchForm
from intake.inforce import calendar, policy
from intake.models import Assignment, MentoringRequest
from intake.pages.picking import Picking, Search, pick
from intake.pages.sight import client_name, sight
from intake.permissions import (
    check_can_assign,
    check_can_move,
    check_can_reassign,
    check_can_release,
    check_can_replace,
)
from intake.views.acts import Question, ask, done, posted
from intake.views.scope import get_mre
from mentors.models import Volunteer
from mentors.web import SignedInRequest, carry_out
from mentors.words import last_day_in_words


@dataclass(frozen=True)
class Step:
    """One of the three ways to give a request to a mentor."""

    key: str
    title: str
    button: str
    check: Callable[[Volunteer, MentoringRequest, datetime], None]
    action: Callable[..., Assignment]


ASSIGN = Step("assign", "Assign", "Assign to", check_can_assign, assigning.assign)
REPLACE = Step("replace", "Give to another mentor", "Give to", check_can_replace, assigning.replace)
REASSIGN = Step(
    "reassign", "Transfer and assign", "Give to", check_can_reassign, assigning.reassign
)
BY_KEY = {step.key: step for step in (ASSIGN, REPLACE, REASSIGN)}
BY_STATUS = {Status.ASSIGNED: REPLACE, Status.ACCEPTED: REASSIGN}


def step_for(mre: MentoringRequest) -> Step:
    """The way that fits where the request stands."""
    return BY_STATUS.get(Status(mre.status), ASSIGN)


@dataclass(frozen=True)
class Card:
    """The Assign card: the mentors to choose from, and the form that gives it to one of them."""

    step: Step
    picking: Picking
    form: AssignForm
    search: Search
    told: str
    """Who else learns of it, in a sentence."""

    @property
    def chosen_by_now(self) -> int | None:
        """Whose button is pressed: what was sent counts more than what is suggested."""
        sent = str(self.form["mentor"].value() or "")
        return int(sent) if sent.isdecimal() else self.picking.preselected


def assign_card(
    request: SignedInRequest,
    mre: MentoringRequest,
    days: BusinessCalendar,
    *,
    assigned_before: bool,
    sent: AssignForm | None = None,
) -> Card:
    """The card for a request as it is searched in the address, with the form as it was sent."""
    search = _search(request, sent)
    picking = pick(mre, search, now=request.now, calendar=days, policy=policy())
    insists = picking.chosen is not None and picking.chosen.needs_note
    form = sent or AssignForm(
        needs_note=assigned_before or insists,
        initial={"step": step_for(mre).key, "seen": mre.current_id},
    )
    return Card(step_for(mre), picking, form, search, _told(mre))


def _told(mre: MentoringRequest) -> str:
    if mre.current is None:
        return ""
    mentor = mre.current.mentor
    if mre.status == Status.ACCEPTED:
        return f"{mentor} reads this note too; the client is told that another mentor is asked."
    return f"{mentor} is told that it went to somebody else."


def _search(request: SignedInRequest, sent: AssignForm | None) -> Search:
    asked = SearchForm(request.GET)
    asked.is_valid()  # what is not valid is not in cleaned_data, and so not asked for
    said = asked.cleaned_data
    picked = str(sent["mentor"].value() or "") if sent else ""
    return Search(
        tier=said.get("tier", ""),
        words=said.get("q", ""),
        language=said.get("language", ""),
        page=said.get("p") or 1,
        chosen=int(picked) if picked.isdecimal() else said.get("mentor"),
    )


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
            messages.success(request, _given(assignment))
            return redirect(*(["intake:queue"] if step is ASSIGN else ["intake:request", pk]))
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
        **more,
    )


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
