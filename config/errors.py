"""The pages for what went wrong."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; or 413 with a sentence of its own if more was sent than any of our forms can hold."""
    too_big = isinstance(exception, RequestDataTooBig)
    return render(request, "400.html", {"too_big": too_big}, status=413 if too_big else 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open for too long, or came from elsewhere."""
    return render(request, "403.html", {"form_expired": True}, status=403)
