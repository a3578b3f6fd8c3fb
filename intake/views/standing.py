"""Somebody's status or classification changes, and what waits for an answer goes back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from intake.actions.availability import change_standing
from intake.enums import ACCEPTED
from intake.models import Assignment
from mentors.errors import NotAllowed
from mentors.forms import StandingForm
from mentors.models import Volunteer
from mentors.permissions import check_can_keep_roster
from mentors.web import SignedInRequest, carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the standing of a volunteer; says beforehand what follows for requests."""
    person = _person(request, pk)
    now_stands = {"status": person.status, "classification": person.classification}
    form = StandingForm(request.POST or None, initial=now_stands)
    if form.is_valid():
        done = carry_out(
            form,
            change_standing,
            volunteer_id=pk,
            by=request.user,
            now=request.now,
            **form.cleaned_data,
        )
        if done is not None:
            messages.success(request, _what_happened(done[0], len(done[1])))
            return redirect(request.back)
    held = Assignment.objects.filter(mentor=person).open()
    context = {
        "form": form,
        "person": person,
        "unanswered": held.unanswered().count(),
        "led": held.filter(outcome__in=ACCEPTED).count(),
    }
    return render(request, "mentors/standing.html", context)


def _person(request: SignedInRequest, pk: int) -> Volunteer:
    """Somebody whose standing the reader may change. Raises Http404 and NotAllowed."""
    seen = Volunteer.objects.for_user(request.user, request.now).select_related("chapter")
    person = get_object_or_404(seen, pk=pk)
    request.back = reverse("mentors:person", args=[pk])
    if person.chapter is None:
        raise NotAllowed(f"{person} belongs to no chapter, and so to no roster.")
    check_can_keep_roster(request.user, person.chapter, request.now)
    return person


def _what_happened(person: Volunteer, back: int) -> str:
    stands = f"{person.get_status_display()}, {person.get_classification_display()}"
    if not back:
        return f"{person} is now recorded as {stands}."
    requests = "1 request" if back == 1 else f"{back} requests"
    return f"{person} is now recorded as {stands}. Back to the coordinators: {requests}."
