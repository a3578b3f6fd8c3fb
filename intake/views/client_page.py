"""The client's own page: where the request stands, and what the client may do about it."""

import time
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import model_to_dict
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from intake import links
from intake.actions.submission import (
    add_to_question,
    correct_contact,
    send_status_links,
    withdraw_by_client,
)
from intake.forms.client import AdditionForm, ContactForm, LostLinkForm
from intake.models import MentoringRequest
from intake.pages.progress import STEPS, progress
from intake.pages.times import meetings, offer
from intake.speech import for_clients, in_english, speak_with
from intake.throttle import held_back, hold_back
from intake.views.by_link import OpenRequest, by_link, unknown_link
from mentors.web import carry_out

ANSWER_TAKES = 0.3
"""Seconds after which the page about a lost link answers, so that nobody can tell by the time."""

RequestView = Callable[..., HttpResponse]
"""Takes the page's request, the request of the client, the token, and what else the address has."""


def of_client(view: RequestView) -> Callable[..., HttpResponse]:
    """Give the view the request that the client's link opens; 404 with help for any other link."""

    @wraps(view)
    def opened(request: OpenRequest, token: str, **more: int) -> HttpResponse:
        try:
            pk = links.read_status_token(token)
        except links.BadSignature:
            return unknown_link(request)
        shown = MentoringRequest.objects.for_page().select_related("duplicate_of")
        mre = shown.filter(pk=pk).first()
        if mre is None:
            return unknown_link(request)
        speak_with(request, mre.client)
        return view(request, mre, token, **more)

    return for_clients(by_link(opened))


def while_open(view: RequestView) -> RequestView:
    """Acts end with the request: who comes later is led to the page that says how it ended."""

    @wraps(view)
    def checked(
        request: OpenRequest, mre: MentoringRequest, token: str, **more: int
    ) -> HttpResponse:
        request.back = links.status_path(mre)
        return redirect(request.back) if mre.is_closed else view(request, mre, token, **more)

    return checked


@of_client
@require_safe
def status(request: OpenRequest, mre: MentoringRequest, token: str) -> HttpResponse:
    """Where the request stands, what happens next and by when."""
    offered = offer(mre, request.now)
    can_choose = offered is not None and offered.any_free
    page = {
        "mre": mre,
        "token": token,
        "progress": progress(mre, request.now, times_to_choose=can_choose),
        "steps": STEPS,
        "offer": offered,
        "planned": meetings(mre, request.now),
    }
    return render(request, "intake/public/status.html", page)


@of_client
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def contact(request: OpenRequest, mre: MentoringRequest, token: str) -> HttpResponse:
    """Correct the e-mail address, the phone number or the language."""
    known = model_to_dict(mre.client, ["email", "phone", "speech"])
    form = ContactForm(_posted(request), initial=known)
    return _change(request, mre, form, correct_contact, _("Thank you, we have corrected it."))


@of_client
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def question(request: OpenRequest, mre: MentoringRequest, token: str) -> HttpResponse:
    """Add to the question."""
    form = AdditionForm(_posted(request))
    return _change(request, mre, form, add_to_question, _("Thank you, we have added it."))


def _change(
    request: OpenRequest,
    mre: MentoringRequest,
    form: ContactForm | AdditionForm,
    action: Callable[..., MentoringRequest],
    thanks: str,
) -> HttpResponse:
    """Show the form, or carry out what was sent; not too often, each change is a mail."""
    wait = hold_back(request, form, "status", mre.number) if form.is_valid() else 0
    if form.is_valid():
        wanted = {"mre_id": mre.pk, "now": request.now, **form.cleaned_data}
        if carry_out(form, action, **wanted) is not None:
            messages.success(request, thanks)
            return redirect(request.back)
    page = {"mre": mre, "form": form, "back": request.back}
    return held_back(render(request, "intake/public/change.html", page), wait)


@of_client
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def withdraw(request: OpenRequest, mre: MentoringRequest, token: str) -> HttpResponse:
    """“No longer needed”: asked once more, then withdrawn."""
    if request.method == "POST":
        with in_english():
            withdraw_by_client(mre_id=mre.pk, now=request.now)
        messages.success(request, _("Your request is withdrawn. Thank you for telling us."))
        return redirect(request.back)
    return render(request, "intake/public/withdraw.html", {"mre": mre, "back": request.back})


@for_clients
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def lost_link(request: OpenRequest) -> HttpResponse:
    """Send the link again. The answer is the same whether the address is known or not."""
    began = time.monotonic()
    form = LostLinkForm(_posted(request))
    email = form.cleaned_data["email"] if form.is_valid() else ""
    wait = hold_back(request, form, "lost_link", email) if email else 0
    if form.is_valid():
        send_status_links(email=email, now=request.now)
        time.sleep(max(0.0, began + ANSWER_TAKES - time.monotonic()))
        return redirect(f"{request.path}?sent")
    page = {"form": form, "sent": "sent" in request.GET}
    return held_back(render(request, "intake/public/lost_link.html", page), wait)


def _posted(request: OpenRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
