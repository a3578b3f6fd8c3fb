"""On the client's own page: pick one of the times, say that none suits, take a meeting home."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from intake import links
from intake.actions import times
from intake.forms.client_times import AnotherTimeForm, NoneSuitsForm
from intake.invitations import published
from intake.models import MentoringRequest, Session
from intake.speech import in_english
from intake.throttle import held_back, hold_back
from intake.views.by_link import OpenRequest
from intake.views.client_page import of_client, while_open
from mentors.errors import Refused
from mentors.web import carry_out
from mentors.words import appointment_in_words

CALENDAR = "text/calendar; charset=utf-8"


@of_client
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def pick(request: OpenRequest, mre: MentoringRequest, token: str) -> HttpResponse:
    """One of the times is chosen: POST only; who comes by a link sees the page with the times."""
    if request.method == "POST":
        chosen = request.POST.get("time", "")
        try:
            with in_english():
                session = times.pick(
                    mre_id=mre.pk,
                    time_id=int(chosen) if chosen.isdecimal() else 0,
                    now=request.now,
                )
        except Refused as refused:
            messages.warning(request, refused.reason)
        else:
            when = appointment_in_words(session.starts_at, mre.chapter.zone)
            thanks = _(
                "Thank you. The meeting is planned: %(when)s. You get an invitation by e-mail."
            )
            messages.success(request, thanks % {"when": when})
    return redirect(links.status_path(mre))


@of_client
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def none_suits(
    request: OpenRequest, mre: MentoringRequest, token: str, proposal: int
) -> HttpResponse:
    """The client says when it would suit; the mentor gets it by mail."""

    def decline(**wanted: Any) -> object:
        return times.decline(mre_id=mre.pk, proposal_id=proposal, now=request.now, **wanted)

    thanks = _("Thank you. Your mentor gets your words and proposes other times.")
    return _write(request, mre, NoneSuitsForm(_posted(request)), decline, thanks)


@of_client
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def another_time(
    request: OpenRequest, mre: MentoringRequest, token: str, session: int
) -> HttpResponse:
    """The client asks for another time; the meeting stays until the mentor moves it."""

    def ask(**wanted: Any) -> object:
        return times.ask_for_another(mre_id=mre.pk, session_id=session, now=request.now, **wanted)

    thanks = _("Thank you. Your mentor gets your words; until you hear back, the meeting stays.")
    return _write(request, mre, AnotherTimeForm(_posted(request)), ask, thanks)


def _write(
    request: OpenRequest,
    mre: MentoringRequest,
    form: NoneSuitsForm | AnotherTimeForm,
    act: Callable[..., object],
    thanks: str,
) -> HttpResponse:
    """Show the form, or send what was written; not too often, each is a mail."""
    wait = hold_back(request, form, "status", mre.number) if form.is_valid() else 0
    if form.is_valid() and carry_out(form, act, **form.cleaned_data) is not None:
        messages.success(request, thanks)
        return redirect(request.back)
    page = {"mre": mre, "form": form, "back": request.back}
    return held_back(render(request, "intake/public/change.html", page), wait)


@of_client
@require_safe
def calendar_file(
    request: OpenRequest, mre: MentoringRequest, token: str, session: int
) -> HttpResponse:
    """A planned meeting as a file for any calendar."""
    planned = Session.objects.planned().filter(assignment=mre.current_id)
    found = planned.select_related("assignment__mentor__chapter").filter(pk=session).first()
    if found is None:
        raise Http404
    found.request = mre
    file = published([found], mre.client, request.now)
    headers = {"Content-Disposition": f'attachment; filename="{mre.number}.ics"'}
    return HttpResponse(file, content_type=CALENDAR, headers=headers)


def _posted(request: OpenRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
