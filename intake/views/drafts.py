"""Keeping what is typed: a script posts it every few seconds. Only its writer ever reads it."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.db.models import Model
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, localtime
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from intake.actions.drafts import forget, keep
from intake.models import Assignment, MentoringRequest, Session
from intake.pages.drafts import FIELDS, Draft, FormName, drafts, key
from intake.permissions import check_can_answer, check_can_edit_session, check_can_work
from mentors.errors import Refused
from mentors.web import SignedInRequest


def resume(request: SignedInRequest, form: forms.Form, name: FormName, row: Model) -> Draft:
    """What the reader has begun in this form, put into it unless he is sending it. One query."""
    own = key(name, row)
    draft = drafts(request.user, [own], request.now)[own]
    if not form.is_bound:
        draft.put_into(form)
    return draft


def done_with(request: SignedInRequest, *names: FormName, row: Model) -> None:
    """The form was sent: what was typed is in the record now, and nowhere else."""
    for name in names:
        forget(owner=request.user, form=key(name, row), now=request.now)


@sensitive_post_parameters()
@require_POST
def keep_draft(request: SignedInRequest) -> HttpResponse:
    """Keep one form. The answer is a sentence for the writer: what was kept, or why not."""
    name, row = _form_of(request)
    typed = {each: request.POST[each] for each in FIELDS[name] if each in request.POST}
    try:
        keep(
            owner=request.user,
            form=key(name, row),
            fields=typed,
            begun=_opened(request),
            now=request.now,
        )
    except Refused as refused:
        return JsonResponse({"refused": refused.reason}, status=409)
    return JsonResponse({"kept": f"Kept as a draft at {localtime(request.now):%H:%M}."})


@require_POST
def begin_afresh(request: SignedInRequest) -> HttpResponse:
    """Throw away what was begun."""
    name, row = _form_of(request)
    done_with(request, name, row=row)
    return redirect(PAGES[name], row.request_id if isinstance(row, Assignment) else row.pk)


def _opened(request: SignedInRequest) -> datetime:
    """When the page was opened on which this was typed. Raises Http404 for what is no instant."""
    at = parse_datetime(request.POST.get("opened", ""))
    if at is None or not is_aware(at):
        raise Http404
    return at


# --- Which form, and who may use it ---------------------------------------------------------------

PAGES: dict[FormName, str] = {
    FormName.ACCEPT: "intake:accept",
    FormName.DECLINE: "intake:decline",
    FormName.MAIL: "intake:mail_client",
    FormName.RECORD: "intake:session_record",
    FormName.HELD: "intake:session_held",
    FormName.NOTES: "intake:session_notes",
    FormName.EDIT: "intake:session_edit",
}


def _form_of(request: SignedInRequest) -> tuple[FormName, Model]:
    """The form that is named, and the row it is about. As on its page: Http404, NotAllowed."""
    name, _, pk = request.POST.get("unfinished", "").partition(":")
    if name not in list(FormName) or not pk.isdecimal():
        raise Http404
    request.back = reverse("home")
    return FormName(name), ROWS[FormName(name)](request, int(pk))


def _assignment(request: SignedInRequest, pk: int) -> Assignment:
    row = get_object_or_404(
        Assignment.objects.select_related("request"), pk=pk, mentor=request.user
    )
    check_can_answer(request.user, row, row.request)
    return row


def _mre(request: SignedInRequest, pk: int) -> MentoringRequest:
    mre = get_object_or_404(MentoringRequest.objects.for_user(request.user, request.now), pk=pk)
    check_can_work(request.user, mre, request.now)
    return mre


def _session(request: SignedInRequest, pk: int) -> Session:
    seen = MentoringRequest.objects.for_user(request.user, request.now)
    rows = Session.objects.select_related("request", "assignment__mentor__chapter")
    session = get_object_or_404(rows, pk=pk, request__in=seen)
    check_can_edit_session(request.user, session, request.now)
    return session


ROWS: dict[FormName, Callable[[SignedInRequest, int], Model]] = {
    FormName.ACCEPT: _assignment,
    FormName.DECLINE: _assignment,
    FormName.MAIL: _mre,
    FormName.RECORD: _mre,
    FormName.HELD: _session,
    FormName.NOTES: _session,
    FormName.EDIT: _session,
}
