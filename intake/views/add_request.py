"""Typing in a request for a client who calls or walks in."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from intake import duplicates
from intake.actions.submission import submit
from intake.enums import Source, Status
from intake.forms.typed_in import CoordinatorsForm, MentorsForm, TypedInForm
from intake.models import MentoringRequest
from intake.numbers import read_ids
from intake.pages.finding import client_to_reach, clients_to_reach
from intake.permissions import check_can_add_request
from mentors.models import Chapter
from mentors.roles import duties
from mentors.web import SignedInRequest

TAKEN_OVER = ("first_name", "last_name", "email", "phone", "zip", "notify_by")
LONGEST = 200


@require_http_methods(["GET", "HEAD", "POST"])
def add_request(request: SignedInRequest) -> HttpResponse:
    """The form, empty or with the data of a known client; sent twice it makes one request."""
    check_can_add_request(request.user, request.now)
    mine = duties(request.user, request.now)
    coordinates = mine.is_admin or bool(mine.rcic)
    make = CoordinatorsForm if coordinates else MentorsForm
    if request.method == "POST":
        form: TypedInForm = make(request.POST, by=request.user, now=request.now)
        source = Source.COORDINATOR if coordinates else Source.MENTOR
        if form.is_valid() and (mre := _submit(request, form, source)):
            return _tell(request, mre)
    else:
        initial = {"key": str(uuid4()), **_of_client(request)}
        form = make(initial=initial, by=request.user, now=request.now)
    known = request.GET.get("known", "").replace("\0", "").strip()[:LONGEST]
    context = {
        "form": form,
        "coordinates": coordinates,
        "known": known,
        "hits": clients_to_reach(known, request.user, request.now) if known else [],
    }
    return render(request, "intake/requests/add.html", context)


def _of_client(request: SignedInRequest) -> dict[str, Any]:
    """The data of the client whom the reader has looked up, if he may see them."""
    client = None
    for pk in read_ids([request.GET.get("client", "")]):
        client = client_to_reach(pk, request.user, request.now)
    if client is None:
        return {}
    return {"mails_in": client.speech, **{name: getattr(client, name) for name in TAKEN_OVER}}


def _submit(request: SignedInRequest, form: TypedInForm, source: Source) -> MentoringRequest | None:
    try:
        return submit(
            person=form.person(),
            ask=form.ask(),
            source=source,
            by=request.user,
            now=request.now,
            key=form.submission_key(),
            chapter=form.cleaned_data["chapter"],
        )
    except Chapter.DoesNotExist:
        form.add_error("zip", "No chapter serves this zip code: choose the chapter.")
        return None


def _tell(request: SignedInRequest, mre: MentoringRequest) -> HttpResponse:
    """Where it went, and who may be the same person; then the request, if the reader may see it."""
    with_whom = f"with {mre.requested_mentor}" if mre.status == Status.ASSIGNED else "in the queue"
    messages.success(request, f"{mre.number} is {with_whom} at {mre.chapter}.")
    seen = MentoringRequest.objects.for_user(request.user, request.now)
    for flag in duplicates.unsettled().filter(request=mre, other__in=seen.values("pk"))[:3]:
        messages.warning(
            request, f"This may be the same person as in MR-{flag.other_id}: {flag.reason}."
        )
    if seen.filter(pk=mre.pk).exists():
        return redirect("intake:request", mre.pk)
    return redirect("home")
