"""The mentor's answer by the link in a mail: opening it shows, only a button decides."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from intake.actions.answering import accept, decline
from intake.actions.availability import decline_and_pause, pause
from intake.enums import ACCEPTED, ANSWERED
from intake.forms.answer import AcceptForm, DeclineForm, PauseForm
from intake.links import BadSignature, Purpose, answer_path, read_answer_token
from intake.models import Assignment, MentoringRequest
from intake.pages.first_note import first_notes, kept_for_first_notes
from intake.pages.unanswered import unanswered
from intake.permissions import check_can_answer
from intake.views.by_link import OpenRequest, by_link
from mentors.errors import AlreadyDone
from mentors.models import Pause
from mentors.permissions import refusal
from mentors.web import carry_out
from mentors.words import day_in_words

GONE = 410


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: OpenRequest, token: str) -> HttpResponse:
    """One of three pages, while the assignment waits for an answer; afterwards, how it stands."""
    assignment, purpose = _read(token)
    if assignment is None:
        return render(request, "intake/answer/unknown.html", status=404)
    with timezone.override(assignment.mentor.zone):
        if not (assignment.is_unanswered and assignment.mentor.is_active):
            return _explain(request, assignment)
        try:
            return PAGES[purpose](request, assignment)
        except AlreadyDone as refused:
            # Somebody was faster: the same address now says what happened.
            messages.warning(request, refused.reason)
            return redirect(request.path)


def _read(token: str) -> tuple[Assignment | None, Purpose]:
    """The assignment a link belongs to, and what the link is for; None if it was tampered with."""
    try:
        purpose, pk = read_answer_token(token)
    except BadSignature:
        return None, Purpose.ACCEPT
    shown = Assignment.objects.select_related(
        "mentor__chapter",
        "assigned_by",
        "request__client",
        "request__chapter",
        "request__area",
        "request__business_type",
        "request__current__mentor",
    )
    return shown.filter(pk=pk).first(), purpose


def _explain(request: OpenRequest, assignment: Assignment) -> HttpResponse:
    """What became of it. The client's address only for the mentor who still holds the request."""
    mentor, mre = assignment.mentor, assignment.request
    holds = assignment.outcome in ACCEPTED and assignment.ended_at is None and mentor.is_active
    page = {
        "assignment": assignment,
        "mre": mre,
        "holds": holds,
        "why": refusal(check_can_answer, mentor, assignment, mre),
    }
    answered = assignment.outcome in ANSWERED and (holds or assignment.outcome not in ACCEPTED)
    return render(request, "intake/answer/gone.html", page, status=200 if answered else GONE)


def _accept(request: OpenRequest, assignment: Assignment) -> HttpResponse:
    kept = kept_for_first_notes(assignment.mentor, request.now)
    form = AcceptForm(
        _posted(request),
        assignment=assignment,
        words=first_notes(assignment, kept),
        asked=request.GET.get("words"),
    )
    if form.is_valid():
        accepted = carry_out(
            form,
            accept,
            assignment_id=assignment.pk,
            by=assignment.mentor,
            now=request.now,
            **form.cleaned_data,
        )
        if accepted is not None:
            client = assignment.request.client.first_name
            messages.success(
                request, f"Thank you! Your note is on its way to {client}.{_kept(form)}"
            )
            return redirect(request.path)
    return _show(request, Purpose.ACCEPT, assignment, form)


def _kept(form: AcceptForm) -> str:
    """What is said of the wording, if it was kept."""
    return " Your next first note begins with it." if form.cleaned_data["keep"] else ""


def _decline(request: OpenRequest, assignment: Assignment) -> HttpResponse:
    form = DeclineForm(_posted(request), today=_today(request, assignment))
    if form.is_valid() and (done := _carry_out_decline(request, assignment, form)):
        messages.success(request, done)
        return redirect(request.path)
    return _show(request, Purpose.DECLINE, assignment, form)


def _carry_out_decline(request: OpenRequest, assignment: Assignment, form: DeclineForm) -> str:
    """Decline, with the pause if one is wished; what was done, in words."""
    given = form.cleaned_data
    wanted = {
        "assignment_id": assignment.pk,
        "by": assignment.mentor,
        "now": request.now,
        "reason": given["reason"],
        "text": given["text"],
    }
    if not form.pauses:
        declined = carry_out(form, decline, **wanted)
        return "Thank you. The coordinator is told and chooses somebody else." if declined else ""
    paused = carry_out(
        form,
        decline_and_pause,
        **wanted,
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        hand_back_unanswered=given["hand_back"],
    )
    return f"Thank you. The coordinator is told. {_pause_in_words(*paused)}" if paused else ""


def _pause(request: OpenRequest, assignment: Assignment) -> HttpResponse:
    form = PauseForm(_posted(request), today=_today(request, assignment))
    if form.is_valid():
        given = form.cleaned_data
        paused = carry_out(
            form,
            pause,
            mentor_id=assignment.mentor_id,
            by=assignment.mentor,
            now=request.now,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            reason=given["reason"],
            hand_back_unanswered=given["hand_back"],
        )
        if paused is not None:
            messages.success(request, _pause_in_words(*paused))
            return redirect(request.path)
    return _show(request, Purpose.PAUSE, assignment, form)


def _pause_in_words(paused: Pause, back: list[MentoringRequest]) -> str:
    days = f"{day_in_words(paused.starts_on)} to {day_in_words(paused.ends_on)}"
    words = f"You are down for a pause from {days}."
    if back:
        numbers = ", ".join(mre.number for mre in back)
        words += f" Handed back: {numbers}."
    return words


PAGES = {Purpose.ACCEPT: _accept, Purpose.DECLINE: _decline, Purpose.PAUSE: _pause}


def _show(
    request: OpenRequest,
    purpose: Purpose,
    assignment: Assignment,
    form: AcceptForm | DeclineForm | PauseForm,
) -> HttpResponse:
    mentor = assignment.mentor
    page: dict[str, Any] = {
        "assignment": assignment,
        "mre": assignment.request,
        "form": form,
        "answers": [
            (f"{each.title()}…", answer_path(assignment, each), each == purpose) for each in Purpose
        ],
        "others": unanswered(mentor).exclude(pk=assignment.pk),
        "now": request.now,
        "pauses": mentor.pauses.filter(
            ends_on__gte=_today(request, assignment), resumed_on=None
        ).order_by("starts_on"),
    }
    return render(request, f"intake/answer/{purpose}.html", page)


def _today(request: OpenRequest, assignment: Assignment) -> date:
    """The day in the mentor's chapter."""
    return request.now.astimezone(assignment.mentor.zone).date()


def _posted(request: OpenRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
