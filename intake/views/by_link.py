"""Pages that a signed link opens, without a sign-in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]


class OpenRequest(HttpRequest):
    """For type hints: what a view is given by the middleware, whoever asks."""

    now: datetime
    back: str
    speaks_to_clients: bool


def by_link(view: View) -> View:
    """Whoever holds the link may open the page; no cache, search engine or other site learns it."""

    @wraps(view)
    def private(request: OpenRequest, token: str, **more: int) -> HttpResponse:
        response = view(request, token, **more)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not “no-referrer”: browsers then hide the origin of our own forms, too.
        response["Referrer-Policy"] = "same-origin"
        return response

    return login_not_required(never_cache(private))


def unknown_link(request: OpenRequest) -> HttpResponse:
    """404 for a client's link that was cut off or changed, with a way to a new one."""
    return render(request, "intake/public/unknown_link.html", status=404)
