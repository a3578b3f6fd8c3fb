"""The addresses of the site, and the empty page: what every page costs before it shows anything."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """The frame alone; of who is signed in also session, person, duties and header."""
    return render(request, "base.html")


urlpatterns = [
    path("bench/empty/", empty, name="empty"),
    path("bench/empty/visitor/", login_not_required(empty), name="empty_for_visitors"),
    path("", include("config.urls")),
]
handler400 = "config.errors.bad_request"
