"""Who joins a session, and a co-mentor's own time."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from intake.actions import company
from intake.enums import SessionState
from intake.forms.team import JoinForm, OwnTimeForm
from intake.models import CoMentor, Session
from intake.numbers import read_ids
from intake.pages.helpers import find_helpers
from intake.permissions import coordinates
from intake.team_permissions import (
    check_can_change_companions,
    check_can_leave_session,
    check_can_log_time,
)
from intake.views.acts import Question, ask, done, posted
from intake.views.desk import after
from intake.views.looking_up import searched, words_of
from intake.views.sessions import get_session, session_page
from mentors.errors import AlreadyDone
from mentors.web import SignedInRequest, carry_out

LINE = "Optional; goes to the person by mail."


@require_http_methods(["GET", "HEAD", "POST"])
def companions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who joins the mentor: is invited to a planned session, is noted in one that was."""
    session = get_session(request, pk)
    check_can_change_companions(request.user, session, request.now)
    form = searched(request, JoinForm, needs_line=False, help_text=LINE)
    if form.is_valid():
        joined = carry_out(
            form,
            company.add_companion,
            session_id=pk,
            volunteer_id=form.cleaned_data["volunteer"].pk,
            by=request.user,
            now=request.now,
            line=form.cleaned_data["line"],
        )
        if joined is not None:
            messages.success(request, _said(joined, session))
            return redirect("intake:companions", pk)
    rows = list(session.co_mentorships.select_related("volunteer__chapter").order_by("pk"))
    lead = session.assignment.mentor
    taken = [lead.pk, *(row.volunteer_id for row in rows)]
    return session_page(
        request,
        "session_company",
        session.request,
        form,
        session=session,
        rows=rows,
        found=find_helpers(words_of(form), near=lead.chapter, without=taken, now=request.now),
        is_held=session.state == SessionState.HELD,
        coordinates=coordinates(request.user, session.request, request.now),
    )


def _said(joined: CoMentor, session: Session) -> str:
    if session.state == SessionState.HELD:
        return f"{joined.volunteer} is noted, and asked by mail to log the time."
    return f"{joined.volunteer} is in the session and gets an invitation."


@require_POST
def drop_companion(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody does not join, or took no part."""
    session = get_session(request, pk)
    request.back = reverse("intake:companions", args=[pk])
    rows = session.co_mentorships.select_related("volunteer")
    row = get_object_or_404(rows, volunteer__in=read_ids([request.POST.get("volunteer", "")]))
    company.drop_companion(
        session_id=pk, volunteer_id=row.volunteer_id, by=request.user, now=request.now
    )
    messages.success(request, f"{row.volunteer} is taken out of the session, and told by mail.")
    return redirect("intake:companions", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def leave_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """A co-mentor does not join a planned session, or took no part in one."""
    session = get_session(request, pk)
    _own_row(request, session)
    check_can_leave_session(request.user, request.user, session, request.now)
    form = forms.Form(posted(request))
    if form.is_valid():
        company.drop_companion(
            session_id=pk, volunteer_id=request.user.pk, by=request.user, now=request.now
        )
        return done(request, session.request, "You are out of the session; the mentor is told.")
    question = Question(
        title="Not take part in this session?",
        follows=f"{session.assignment.mentor} is told. If it is still to come, you get a mail that "
        "takes it out of your calendar.",
        button="Not take part",
    )
    return ask(request, session.request, question, form)


@require_http_methods(["GET", "HEAD", "POST"])
def log_time(request: SignedInRequest, pk: int, volunteer: int | None = None) -> HttpResponse:
    """A co-mentor's own minutes, by himself; a coordinator can enter them for him."""
    session = get_session(request, pk)
    row = _row(session, volunteer or request.user.pk)
    check_can_log_time(request.user, row.volunteer, session, request.now)
    before = {
        "minutes": row.minutes or session.minutes,
        "preparation": row.preparation_minutes,
        "travel": row.travel_minutes,
    }
    form = OwnTimeForm(posted(request), initial=before)
    if form.is_valid():
        logged = carry_out(
            form,
            company.log_time,
            session_id=pk,
            volunteer_id=row.volunteer_id,
            by=request.user,
            now=request.now,
            took=form.took(),
        )
        if logged is not None:
            messages.success(request, "The time is logged.")
            return after(request, session.request)
    return session_page(
        request,
        "session_time",
        session.request,
        form,
        session=session,
        row=row,
        himself=row.volunteer_id == request.user.pk,
    )


def _own_row(request: SignedInRequest, session: Session) -> CoMentor:
    return _row(session, request.user.pk)


def _row(session: Session, volunteer_id: int) -> CoMentor:
    """Raises AlreadyDone if that person is not in the session."""
    rows = session.co_mentorships.select_related("volunteer")
    row = rows.filter(volunteer=volunteer_id).first()
    if row is None:
        raise AlreadyDone("That is for those who take part in this session.")
    return row
