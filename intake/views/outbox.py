"""The outbox, for administrators: every mail as it arrives, where it stands, and once more."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from intake.actions.addresses import works_again
from intake.enums import MailState
from intake.models import Client, OutboxMail
from intake.pages.mails import (
    MOST_IN_TROUBLE,
    OWNER_MODELS,
    OWNERS,
    OutboxFilter,
    OutboxTable,
    anybody_in_trouble,
    in_trouble,
    kind_in_words,
    state_badge,
)
from intake.sending import message, send_again, why_not_again
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.paging import BoundedPaginator
from mentors.roles import duties
from mentors.web import SignedInRequest

PER_PAGE = 50
FAILED_SHOWN = 5

View = Callable[..., HttpResponseBase]


def for_administrators(view: View) -> View:
    """Refuse everybody else: mails name clients, and their links open without a sign-in."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not duties(request.user, request.now).is_admin:
            raise NotAllowed("The outbox is for administrators.")
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_administrators
def outbox(request: SignedInRequest) -> HttpResponse:
    """All mails, newest first; what could not be sent stands on top."""
    mails = OutboxMail.objects.defer("text", "html", "calendar").order_by("-created_at", "-pk")
    found = OutboxFilter(request.GET, queryset=mails)
    table = OutboxTable(found.qs)
    pages = {"per_page": PER_PAGE, "paginator_class": BoundedPaginator}
    RequestConfig(request, paginate=pages).configure(table)
    failed = mails.filter(state=MailState.FAILED).order_by("-pk")[: FAILED_SHOWN + 1]
    context = {
        "filter": found,
        "table": table,
        "failed": [] if found.form.changed_data else list(failed),
        "failed_shown": FAILED_SHOWN,
        "mail_enabled": settings.MAIL_ENABLED,
        "in_trouble": anybody_in_trouble(),
    }
    return render(request, "intake/outbox/list.html", context)


@require_safe
@for_administrators
def mail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One mail: its headers, its text, its HTML as it arrives, its calendar file."""
    found = _mail(pk)
    context = {
        "mail": found,
        "kind": kind_in_words(found.kind),
        "badge": state_badge(found),
        "headers": _headers(found),
        "mail_enabled": settings.MAIL_ENABLED,
        "not_again": why_not_again(found),
        "parts": _parts(found),
    }
    return render(request, "intake/outbox/mail.html", context)


@require_safe
@for_administrators
def addresses(request: SignedInRequest) -> HttpResponse:
    """Everybody to whom no mail is sent, because it comes back or is not wanted."""
    context = {"groups": [(name, of_kind, in_trouble(of_kind)) for of_kind, name in OWNERS.items()]}
    return render(request, "intake/outbox/addresses.html", context | {"most": MOST_IN_TROUBLE})


@require_POST
@for_administrators
def address_works(request: SignedInRequest, whose: str, pk: int) -> HttpResponse:
    """Nothing is held against an address any more; what was held back goes out."""
    request.back = reverse("intake:addresses")
    if whose not in OWNER_MODELS:
        raise Http404
    owner = get_object_or_404(OWNER_MODELS[whose], pk=pk)
    works_again(owner=cast("Volunteer | Client", owner), by=request.user, now=request.now)
    messages.success(request, f"Mail to {owner.email} goes out again.")
    return redirect(request.back)


@require_safe
@for_administrators
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
        "sandbox": [
            "allow-top-navigation-by-user-activation",
            "allow-popups",
            "allow-popups-to-escape-sandbox",
        ],
    }
)
def mail_html(request: SignedInRequest, pk: int) -> HttpResponse:
    """The HTML part as a document of its own, for the frame on the page of the mail.

    Mails carry their styles on the elements, which no other page may; in return nothing here can
    run or load. A link opens in the whole window.
    """
    html = _mail(pk).html
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))


@require_safe
@for_administrators
def mail_calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """The invitation that goes with the mail, as a file for a calendar."""
    found = get_object_or_404(OutboxMail.objects.exclude(calendar=""), pk=pk)
    return HttpResponse(
        found.calendar,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="mail-{pk}.ics"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def mail_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether to send a mail once more, and queue it."""
    found = _mail(pk)
    request.back = reverse("intake:mail", args=[pk])
    if request.method == "POST":
        send_again(mail_id=pk, by=request.user, now=request.now)
        messages.success(request, f"The mail to {found.to_email} is waiting to be sent again.")
        return redirect(request.back)
    context = {"mail": found, "back": request.back, "mail_enabled": settings.MAIL_ENABLED}
    return render(request, "intake/outbox/again.html", context)


def _parts(found: OutboxMail) -> list[OutboxMail]:
    """The mails that were joined into this one."""
    return list(found.parts.defer("text", "html", "calendar").order_by("pk"))


def _mail(pk: int) -> OutboxMail:
    return get_object_or_404(OutboxMail.objects.select_related("request", "joined_into"), pk=pk)


def _headers(found: OutboxMail) -> list[tuple[str, str]]:
    """What the reader's mail program shows above the mail, as the server is given it."""
    built = message(found)
    to = f"{found.to_name} <{found.to_email}>" if found.to_name else found.to_email
    headers = [("From", built.from_email), ("To", to), ("Reply to", found.reply_to)]
    headers += [("Subject", found.subject), *built.extra_headers.items()]
    return [(name, value) for name, value in headers if value]
