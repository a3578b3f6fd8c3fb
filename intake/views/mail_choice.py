"""How somebody is told of what happens: at once, once a day, or not at all."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from intake import telling
from intake.actions.digest import choose_mails
from intake.enums import MailHow
from intake.forms.telling import TellingForm
from intake.views.acts import posted
from mentors.errors import NotAllowed
from mentors.web import SignedInRequest, carry_out

ALL = "all"
"""The name of the button that chooses the same for everything."""


@require_http_methods(["GET", "HEAD", "POST"])
def how_told(request: SignedInRequest) -> HttpResponse:
    """One row for each matter, with three answers; or all in the digest with one button."""
    audiences = telling.audiences(request.user, request.now)
    if not audiences:
        raise NotAllowed("There is nothing to choose: you get no mails as a coordinator (RCIC).")
    form = TellingForm(
        _sent(request, audiences), audiences=audiences, chosen=telling.chosen(request.user)
    )
    if form.is_valid():
        said = {"by": request.user, "now": request.now, "wanted": form.wanted()}
        if carry_out(form, choose_mails, **said) is not None:
            messages.success(request, "Saved. It holds for what happens from now on.")
            return redirect("intake:mails")
    groups = [(who.title, [form[matter.key] for matter in who.matters]) for who in audiences]
    context = {"form": form, "groups": groups, "daily": MailHow.DAILY}
    return render(request, "intake/mails/choices.html", context)


def _sent(request: SignedInRequest, audiences: list[telling.Audience]) -> Mapping[str, str] | None:
    """What was chosen; the button for all answers every question alike."""
    sent = posted(request)
    if sent is None or ALL not in sent:
        return sent
    return {matter.key: str(sent[ALL]) for who in audiences for matter in who.matters}
