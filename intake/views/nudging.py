"""A coordinator nudges a mentor: a page with a draft of the personal line."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from intake.actions import nudging
from intake.forms.nudging import NudgeForm
from intake.models import Assignment, MentoringRequest, Session
from intake.pages import watching
from intake.pages.nudging import draft
from intake.permissions import check_can_nudge, check_can_nudge_for_notes
from intake.views.acts import Question, ask, done, posted
from intake.views.scope import get_mre
from mentors.web import SignedInRequest, carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def nudge(request: SignedInRequest, pk: int) -> HttpResponse:
    """To the mentor who holds the request; the link may say what about (`?about=overdue`)."""
    mre = get_mre(request, pk)
    check_can_nudge(request.user, mre, request.now)
    assert mre.current is not None  # held by request_current_while_with_mentor
    form = _form(request, mre, mre.current, request.GET.get("about", ""))
    if form.is_valid():
        said = {"by": request.user, "now": request.now, **form.cleaned_data}
        if nudged := carry_out(form, nudging.nudge, mre_id=pk, **said):
            return done(request, mre, _sent(nudged))
    return ask(request, mre, _question(mre, mre.current), form)


@require_http_methods(["GET", "HEAD", "POST"])
def nudge_for_notes(request: SignedInRequest, pk: int, session: int) -> HttpResponse:
    """To the mentor who owes the notes of a session."""
    mre = get_mre(request, pk)
    owing = get_object_or_404(
        Session.objects.select_related("assignment__mentor__chapter"), pk=session, request=mre
    )
    check_can_nudge_for_notes(request.user, mre, request.now, owing)
    form = _form(request, mre, owing.assignment, "notes")
    if form.is_valid():
        said = {"by": request.user, "now": request.now, **form.cleaned_data}
        if nudged := carry_out(form, nudging.nudge_for_notes, session_id=session, **said):
            return done(request, mre, _sent(nudged))
    return ask(request, mre, _question(mre, owing.assignment), form)


def _form(
    request: SignedInRequest, mre: MentoringRequest, to: Assignment, about: str
) -> forms.Form:
    """With a draft about that concern; without one about the most pressing."""
    this = watching.watched(MentoringRequest.objects.filter(pk=mre.pk), request.now)
    row = next(iter(watching.load(this, request.now)), mre)
    pressing = next((key for key in watching.CONCERNS if getattr(row, f"{key}_since", None)), "")
    words = draft(row, about or pressing, to.mentor.zone)
    return NudgeForm(posted(request), initial={"note": words})


def _question(mre: MentoringRequest, to: Assignment) -> Question:
    answers = " It has the links to accept or decline." if to.is_unanswered else ""
    return Question(
        title=f"Nudge {to.mentor} about {mre}?",
        follows=f"{to.mentor} gets a short mail with your line, and can reply to you.{answers} "
        "Once a day for each request.",
        button="Send the mail",
    )


def _sent(nudged: Assignment) -> str:
    return f"{nudged.mentor} gets a mail with your line."
