"""Sessions to come: plan, move, cancel. Each act is a small page of its own.

A session is found through its request: outside the viewer's scope it does not exist.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from intake.actions import sessions
from intake.enums import MeetBy, SessionMode, SessionState
from intake.forms.sessions import PlanForm
from intake.models import MentoringRequest, Session
from intake.permissions import check_can_work
from intake.views.acts import posted
from intake.views.desk import after, way_back
from intake.views.scope import get_mre
from intake.views.way_back import list_behind
from mentors.errors import AlreadyDone
from mentors.web import SignedInRequest, carry_out

USUAL_MODE = {
    MeetBy.PHONE: SessionMode.PHONE,
    MeetBy.EMAIL: SessionMode.EMAIL,
    MeetBy.IN_PERSON: SessionMode.IN_PERSON,
}
"""How a session is likely to take place, by the client's wish; else by video."""


def get_session(request: SignedInRequest, pk: int) -> Session:
    """The session if its request is in the viewer's scope. Raises Http404."""
    seen = MentoringRequest.objects.for_user(request.user, request.now)
    session = get_object_or_404(
        Session.objects.select_related(
            "request__client",
            "request__chapter",
            "request__area",
            "request__current__mentor__chapter",
            "assignment__mentor__chapter",
        ),
        pk=pk,
        request__in=seen,
    )
    page = reverse("intake:request", args=[session.request_id])
    request.back = list_behind(request) or page
    return session


def get_planned(request: SignedInRequest, pk: int) -> Session:
    """A session that is still to come, or was planned and is not written down yet."""
    session = get_session(request, pk)
    check_can_work(request.user, session.request, request.now)
    if session.state != SessionState.SCHEDULED:
        raise AlreadyDone(f"This session is already {session.get_state_display().lower()}.")
    return session


def session_page(
    request: SignedInRequest,
    template: str,
    mre: MentoringRequest,
    form: forms.Form,
    **more: Any,
) -> HttpResponse:
    """The page of one act on the sessions of a request."""
    about = {"mre": mre, "form": form, **way_back(request, mre), **more}
    return render(request, f"intake/desk/{template}.html", about)


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: SignedInRequest, pk: int) -> HttpResponse:
    """Plan a session: client and mentor get an invitation."""
    mre = get_mre(request, pk)
    check_can_work(request.user, mre, request.now)
    assert mre.current is not None  # held by request_current_while_with_mentor
    form = PlanForm(posted(request), initial={"mode": usual_mode(mre)}, mentor=mre.current.mentor)
    if form.is_valid():
        done = carry_out(
            form,
            sessions.schedule,
            mre_id=pk,
            by=request.user,
            now=request.now,
            **form.plan(),
        )
        if done is not None:
            name = mre.client.first_name
            messages.success(request, f"The session is planned; {name} gets an invitation.")
            return after(request, mre)
    return session_page(request, "session_plan", mre, form)


def usual_mode(mre: MentoringRequest) -> SessionMode:
    """How a session of this request is likely to take place."""
    return USUAL_MODE.get(MeetBy(mre.meet_by), SessionMode.VIDEO)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another time or way: the invitation is updated."""
    session = get_planned(request, pk)
    form = PlanForm(
        posted(request),
        initial=model_to_dict(session, ["starts_at", "mode", "place", "planned_minutes"]),
        mentor=session.assignment.mentor,
        but=session,
    )
    if form.is_valid():
        done = carry_out(
            form,
            sessions.move,
            session_id=pk,
            by=request.user,
            now=request.now,
            **form.plan(),
        )
        if done is not None:
            messages.success(request, "The session is moved; the invitation is updated.")
            return after(request, session.request)
    return session_page(request, "session_plan", session.request, form, session=session)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call a planned session off."""
    session = get_planned(request, pk)
    form = forms.Form(posted(request))
    if form.is_valid():
        done = carry_out(form, sessions.cancel, session_id=pk, by=request.user, now=request.now)
        if done is not None:
            messages.success(request, "The session is cancelled; the invitation is called back.")
            return after(request, session.request)
    return session_page(request, "session_cancel", session.request, form, session=session)
