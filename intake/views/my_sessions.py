"""“My sessions”: what is to come, what waits to be written down, and the past by month."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intake.pages import my_sessions
from mentors.roles import has_sessions
from mentors.web import SignedInRequest


@require_safe
def sessions(request: SignedInRequest) -> HttpResponse:
    """The sessions that the viewer leads, and those of others that he joins."""
    mine = my_sessions.read(request.user, request.now, request.GET.get("page"))
    context = {"mine": mine, "has_calendar": has_sessions(request.user)}
    return render(request, "intake/desk/sessions.html", context)
