"""What everybody may open: the start page, and asking for a mentor."""

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from intake import links
from intake.actions.submission import submit as submit_request
from intake.enums import Source, Speech
from intake.forms.public import PLANNED, RUNNING, PublicRequestForm, origin
from intake.links import status_path, status_token
from intake.models import MentoringRequest
from intake.pages.progress import progress
from intake.shortlist import why_not_direct
from intake.speech import for_clients, for_strangers, in_english, speak_with, spoken
from intake.throttle import held_back, hold_back
from intake.views.by_link import OpenRequest, by_link, unknown_link
from intake.views.client_page import of_client
from intake.wishes import named_in, wish_token, wished_in
from mentors.models import Chapter
from mentors.roles import Duties, duties
from mentors.web import SignedInRequest

KNOWN_OF_CLIENT = ("first_name", "last_name", "email", "phone", "zip", "notify_by")
KNOWN_OF_BUSINESS = (
    "meet_by",
    "language",
    "business_name",
    "website",
    "business_type",
    "year_formed",
    "employees",
)
CONVERSES_IN = {Speech.ENGLISH: "English", Speech.SPANISH: "Spanish"}
"""What a client who reads a language will want to speak, unless he says otherwise."""
NO_REQUEST = 0
"""In the link of a thank-you that goes to a program: no request has this id."""


@for_strangers
@login_not_required
@require_safe
def home(request: OpenRequest) -> HttpResponse:
    """The first page of a person's duties; for everybody else the way in."""
    if request.user.is_authenticated:
        signed_in = cast("SignedInRequest", request)
        for page in _first_pages(duties(signed_in.user, signed_in.now)):
            try:
                return redirect(page)
            except NoReverseMatch:
                continue
    return render(request, "intake/public/home.html")


def _first_pages(mine: Duties) -> Iterator[str]:
    """Where somebody with these duties begins the day, the most urgent first."""
    offers = [
        (mine.is_admin or mine.rcic, "intake:queue"),
        (mine.is_mentor, "intake:desk"),
        (mine.manages, "mentors:roster"),
        (mine.chairs, "reports:activity"),
        (mine.leads, "reports:overview"),
        (mine.leads, "intake:requests"),
        (mine.chairs, "mentors:roster"),
    ]
    return (page for offered, page in offers if offered)


@for_clients
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: OpenRequest) -> HttpResponse:
    """Ask for a mentor. A form that is sent twice makes one request."""
    if request.method == "POST":
        form = PublicRequestForm(request.POST, now=request.now)
        if form.is_valid():
            return _take_in(request, form)
    else:
        form = PublicRequestForm(initial=_brought(request), now=request.now)
    return _show(request, form)


def _brought(request: OpenRequest) -> dict[str, str]:
    """What the browser brings along: the page it comes from, and the mentor wished for."""
    here = f"{request.scheme}://{request.get_host()}/"
    referer = request.headers.get("Referer", "")
    led_here = request.GET.get("from") or ("" if referer.startswith(here) else referer)
    wished = named_in(request.GET.get("mentor", ""))
    return {
        "key": str(uuid4()),
        "origination_url": origin(led_here),
        "requested_mentor": wish_token(wished) if wished else "",
        "language": CONVERSES_IN[spoken()],
    }


def _show(request: OpenRequest, form: PublicRequestForm) -> HttpResponse:
    wished = wished_in(str(form["requested_mentor"].value() or ""))
    page: dict[str, Any] = {"form": form, "wished": wished}
    if wished is not None:
        page["takes_requests"] = not why_not_direct(wished, request.now)
    return render(request, "intake/public/request.html", page)


@of_client
@require_safe
def ask_again(request: OpenRequest, mre: MentoringRequest, token: str) -> HttpResponse:
    """The form for who is back, with what is known; what it is about this time is his to say."""
    if not mre.is_closed:
        return redirect(status_path(mre))
    known = {
        **model_to_dict(mre.client, KNOWN_OF_CLIENT),
        **model_to_dict(mre, KNOWN_OF_BUSINESS),
        "stage": RUNNING if mre.existing else PLANNED,
        "key": str(uuid4()),
    }
    return _show(request, PublicRequestForm(initial=known, now=request.now))


def _take_in(request: OpenRequest, form: PublicRequestForm) -> HttpResponse:
    """Submit what the form holds, unless a program filled it in or somebody sends too many."""
    if form.trapped:
        return redirect("intake:thanks", status_token(MentoringRequest(pk=NO_REQUEST)))
    person, ask, key = form.person(), form.ask(), form.submission_key()
    sent = MentoringRequest.objects.filter(submission_key=key).first()
    if sent is None and (wait := hold_back(request, form, "request", person.email)):
        return held_back(_show(request, form), wait)
    try:
        with in_english():
            mre = sent or submit_request(
                person=person, ask=ask, source=Source.WEB, by=None, now=request.now, key=key
            )
    except Chapter.DoesNotExist:
        form.add_error("zip", _("We have no chapter for this zip code yet. Is it right?"))
        return _show(request, form)
    return redirect("intake:thanks", status_token(mre))


@for_clients
@by_link
@require_safe
def thanks(request: OpenRequest, token: str) -> HttpResponse:
    """The request has arrived: its number, and what happens next."""
    try:
        pk = links.read_status_token(token)
    except links.BadSignature:
        return unknown_link(request)
    if pk == NO_REQUEST:
        return render(request, "intake/public/thanks.html")
    mre = MentoringRequest.objects.for_page().filter(pk=pk).first()
    if mre is None:
        return unknown_link(request)
    speak_with(request, mre.client)
    page = {
        "mre": mre,
        "progress": progress(mre, request.now),
        "status_url": status_path(mre),
    }
    return render(request, "intake/public/thanks.html", page)
