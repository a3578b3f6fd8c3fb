"""A mentor's calendar for other programs: the page about it, and the file at the secret address."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe
from django_ratelimit.core import is_ratelimited

from intake import links
from intake.actions import feeds
from intake.models import CalendarFeed
from intake.pages import calendar_feed
from intake.views.by_link import OpenRequest
from mentors.errors import NotAllowed
from mentors.roles import has_sessions
from mentors.web import SignedInRequest

SEEN_EVERY = timedelta(hours=1)
"""How exactly it is kept when a feed was read."""


@require_safe
def my_calendar(request: SignedInRequest) -> HttpResponse:
    """Make, copy, renew or revoke the secret address; how other programs take it."""
    if not has_sessions(request.user):
        raise NotAllowed("A calendar is for mentors and subject matter experts.")
    feed = CalendarFeed.objects.filter(volunteer=request.user).first()
    address = links.absolute(reverse("intake:calendar_feed", args=[feed.key])) if feed else ""
    response = render(request, "intake/desk/calendar.html", {"feed": feed, "address": address})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def renew(request: SignedInRequest) -> HttpResponse:
    """A new address; the old one dies."""
    feeds.renew(by=request.user, now=request.now)
    messages.success(request, "Here is your new address. An earlier one no longer works.")
    return redirect("intake:my_calendar")


@require_POST
def revoke(request: SignedInRequest) -> HttpResponse:
    """No address any more."""
    feeds.revoke(by=request.user)
    messages.success(request, "The address no longer works. Nobody can read your calendar with it.")
    return redirect("intake:my_calendar")


@login_not_required
@require_safe
def feed(request: OpenRequest, key: str) -> HttpResponse:
    """The calendar file for whoever knows the key; no cookie, and nobody keeps or finds it."""
    per_place, per_key = settings.PUBLIC_RATES["calendar"]
    for group, whom, rate in (("calendar from", "ip", per_place), ("calendar of", key, per_key)):
        by = whom if whom == "ip" else (lambda *_: key)
        if is_ratelimited(request, group=group, key=by, rate=rate, increment=True):
            return _private(HttpResponse("Too often; once an hour is enough.", status=429))
    found = calendar_feed.feed_of(key)
    if found is None:
        raise Http404
    if found.read_at is None or found.read_at <= request.now - SEEN_EVERY:
        CalendarFeed.objects.filter(pk=found.pk, key=key).update(read_at=request.now)
    file = calendar_feed.write(found.volunteer, request.now)
    etag = quote_etag(file.mark)
    unchanged = get_conditional_response(request, etag=etag)
    if isinstance(unchanged, HttpResponseNotModified):
        response: HttpResponse = unchanged
    else:
        response = HttpResponse(file.text, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="mentoring.ics"'
    response["ETag"] = etag
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
