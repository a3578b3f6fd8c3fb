"""How somebody is told of what happens: at once, once a day, or not at all."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from intake import telling
from intake.actions.digest import choose_mails, stop_mails
from intake.enums import MailHow
from intake.forms.telling import TellingForm
from intake.links import BadSignature, read_stop_token
from intake.views.acts import posted
from intake.views.by_link import OpenRequest, by_link
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.web import SignedInRequest, carry_out

ALL = "all"
"""The name of the button that chooses the same for everything."""


@require_http_methods(["GET", "HEAD", "POST"])
def how_told(request: SignedInRequest) -> HttpResponse:
    """One row for each matter, with its answers; or all in the digest with one button."""
    audiences = telling.audiences(request.user, request.now)
    if not audiences:
        raise NotAllowed(
            "There is nothing to choose: you get no mails as a coordinator (RCIC) or a mentor."
        )
    form = TellingForm(
        _sent(request, audiences), audiences=audiences, chosen=telling.chosen(request.user)
    )
    if form.is_valid():
        said = {"by": request.user, "now": request.now, "wanted": form.wanted()}
        if carry_out(form, choose_mails, **said) is not None:
            messages.success(request, "Saved. It holds for what happens from now on.")
            return redirect("intake:mails")
    groups = [(who, [form[matter.key] for matter in who.matters]) for who in audiences]
    context = {"form": form, "groups": groups, "daily": MailHow.DAILY}
    return render(request, "intake/mails/choices.html", context)


def _sent(request: SignedInRequest, audiences: list[telling.Audience]) -> Mapping[str, str] | None:
    """What was chosen; the button for all answers every question alike."""
    sent = posted(request)
    if sent is None or ALL not in sent:
        return sent
    return {matter.key: str(sent[ALL]) for who in audiences for matter in who.matters}


@by_link
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: OpenRequest, token: str) -> HttpResponse:
    """What a mail program calls when its user presses “unsubscribe” (RFC 8058): POST, one click.

    It brings no cookie and no token of a form, so the signature alone decides; it can do nothing
    but end mails of this kind. Opened by hand or by a scanner it only shows a button.
    """
    reader, matter = _read(token)
    if reader is None:
        return render(request, "intake/mails/stop_unknown.html", status=404)
    ended = stop_mails(reader=reader, matter=matter) if request.method == "POST" else None
    title = next((one.label for one in telling.MATTERS if one.key == matter), "The daily digest")
    context = {"reader": reader, "matter": title, "ended": ended, "asked": ended is None}
    return render(request, "intake/mails/stop.html", context)


def _read(token: str) -> tuple[Volunteer | None, str]:
    try:
        pk, matter = read_stop_token(token)
    except BadSignature:
        return None, ""
    return Volunteer.objects.filter(pk=pk).first(), matter
