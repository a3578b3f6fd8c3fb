"""Sessions that were: held, missed, recorded, their notes. Each act is a small page of its own."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from intake.actions import recording
from intake.actions.drafts import carry_over
from intake.enums import SessionState
from intake.forms.recording import (
    EditForm,
    HeldForm,
    NotesForm,
    RecordForm,
    entered_before,
    who_took_part,
)
from intake.inforce import policy
from intake.models import MentoringRequest, Session
from intake.pages.drafts import FormName, key
from intake.pages.helpers import Companions, companions
from intake.pages.outlines import kept_for_sessions, outlines
from intake.permissions import check_can_edit_session, check_can_put_right, check_can_work
from intake.policy import session_edit_until
from intake.views.acts import posted
from intake.views.desk import after
from intake.views.drafts import done_with, resume
from intake.views.scope import get_mre
from intake.views.sessions import get_planned, get_session, session_page, usual_mode
from mentors.errors import AlreadyDone
from mentors.web import SignedInRequest, carry_out


def _get_held(request: SignedInRequest, pk: int) -> Session:
    """A session that was held and may still be changed by the viewer."""
    session = get_session(request, pk)
    check_can_edit_session(request.user, session, request.now)
    if session.state != SessionState.HELD:
        raise AlreadyDone(f"This session is {session.get_state_display().lower()}, not held.")
    return session


def _companions(session: Session, present: Iterable[int]) -> Companions:
    return companions(session.request, session.assignment.mentor, present)


def _get_marked(request: SignedInRequest, pk: int, mistaken: SessionState) -> Session:
    """A planned session to write down, or one written down as `mistaken` that is put right."""
    session = get_session(request, pk)
    if session.state != mistaken:
        return get_planned(request, pk)
    check_can_put_right(request.user, session, session.request, request.now)
    return session


@require_http_methods(["GET", "HEAD", "POST"])
def missed(request: SignedInRequest, pk: int) -> HttpResponse:
    """The client did not come."""
    session = _get_marked(request, pk, SessionState.HELD)
    form = forms.Form(posted(request))
    if form.is_valid():
        done = carry_out(form, recording.missed, session_id=pk, by=request.user, now=request.now)
        if done is not None:
            messages.success(request, "The session is marked as missed by the client.")
            return after(request, session.request)
    return session_page(request, "session_missed", session.request, form, session=session)


@require_http_methods(["GET", "HEAD", "POST"])
def held(request: SignedInRequest, pk: int) -> HttpResponse:
    """A planned session took place. Its minutes are known: one tap does it, notes can follow."""
    session = _get_marked(request, pk, SessionState.MISSED)
    present = who_took_part(session)
    form = HeldForm(
        posted(request),
        companions=_companions(session, present),
        present=present,
        initial={"minutes": session.planned_minutes},
        **_outlines(request, session.request, session),
    )
    if form.is_valid():
        done = carry_out(
            form,
            recording.held,
            session_id=pk,
            by=request.user,
            now=request.now,
            took=form.took(),
            notes=form.cleaned_data["notes"],
        )
        if done is not None:
            _settle_draft(request, form, session)
            messages.success(request, _recorded(form))
            return after(request, session.request)
    draft = resume(request, form, FormName.HELD, session)
    about = {"session": session, "draft": draft}
    return session_page(request, "session_record", session.request, form, **about)


def _settle_draft(request: SignedInRequest, form: HeldForm, session: Session) -> None:
    """Notes that were begun go on as the notes that are still due, if they were not sent along."""
    if form.cleaned_data["notes"]:
        done_with(request, FormName.HELD, row=session)
    else:
        begun, due = key(FormName.HELD, session), key(FormName.NOTES, session)
        carry_over(owner=request.user, form=begun, to=due)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """A session took place that was not planned here."""
    mre = get_mre(request, pk)
    check_can_work(request.user, mre, request.now)
    assert mre.current is not None  # held by request_current_while_with_mentor
    form = RecordForm(
        posted(request),
        initial={"mode": usual_mode(mre)},
        companions=companions(mre, mre.current.mentor),
        **_outlines(request, mre, None),
    )
    if form.is_valid():
        done = carry_out(
            form,
            recording.record_held,
            mre_id=pk,
            by=request.user,
            now=request.now,
            starts_at=form.cleaned_data["starts_at"],
            mode=form.cleaned_data["mode"],
            took=form.took(),
            notes=form.cleaned_data["notes"],
        )
        if done is not None:
            done_with(request, FormName.RECORD, row=mre)
            messages.success(request, _recorded(form))
            return after(request, mre)
    draft = resume(request, form, FormName.RECORD, mre)
    return session_page(request, "session_record", mre, form, draft=draft)


def _outlines(
    request: SignedInRequest, mre: MentoringRequest, session: Session | None
) -> dict[str, Any]:
    """The words at hand for the notes; `?words=` chooses some."""
    kept = kept_for_sessions(request.user, request.now)
    return {
        "words": outlines(mre, session, kept, request.user),
        "asked": request.GET.get("words"),
    }


def _recorded(form: HeldForm) -> str:
    if form.cleaned_data["notes"]:
        return "The session and its notes are recorded."
    return "The session is recorded. Its notes are still due."


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: SignedInRequest, pk: int) -> HttpResponse:
    """The notes that a held session still owes."""
    session = _get_held(request, pk)
    form = NotesForm(
        posted(request),
        initial=entered_before(session),
        kept=who_took_part(session),
        **_outlines(request, session.request, session),
    )
    if form.is_valid() and _change(request, form, session, mode=session.mode):
        done_with(request, FormName.NOTES, FormName.EDIT, row=session)
        messages.success(request, "The notes are saved.")
        return after(request, session.request)
    draft = resume(request, form, FormName.NOTES, session)
    about = {"session": session, "until": _editable_until(session), "draft": draft}
    return session_page(request, "session_notes", session.request, form, **about)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct a held session, until its month is closed."""
    session = _get_held(request, pk)
    present = who_took_part(session)
    form = EditForm(
        posted(request),
        initial=entered_before(session),
        companions=_companions(session, present),
        present=present,
    )
    if form.is_valid() and _change(request, form, session, mode=form.cleaned_data["mode"]):
        done_with(request, FormName.NOTES, FormName.EDIT, row=session)
        messages.success(request, "The session is changed.")
        return after(request, session.request)
    draft = resume(request, form, FormName.EDIT, session)
    about = {"session": session, "until": _editable_until(session), "draft": draft}
    return session_page(request, "session_edit", session.request, form, **about)


def _editable_until(session: Session) -> datetime:
    """When the month is closed in which the session was entered, on its mentor's clock."""
    assert session.entered_at is not None  # held by session_entered_when_past
    return session_edit_until(policy(), session.entered_at, session.assignment.mentor.zone)


def _change(
    request: SignedInRequest, form: NotesForm | EditForm, session: Session, *, mode: str
) -> Session | None:
    changed = carry_out(
        form,
        recording.edit,
        session_id=session.pk,
        by=request.user,
        now=request.now,
        mode=mode,
        took=form.took(),
        notes=form.cleaned_data["notes"],
        read=form.cleaned_data["read"] or None,
    )
    if changed is None:
        session.refresh_from_db(fields=["notes"])
        form.show_as_read(session)
    return changed
