"""The coordinator follows the mentor who proposes his successor: one click."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from intake.actions.referring import follow_proposal
from intake.numbers import read_number
from intake.views.assign import assigned
from intake.views.assign_card import ASSIGN
from intake.views.scope import get_mre
from mentors.errors import Invalid
from mentors.matching import OUTSIDE
from mentors.web import SignedInRequest


@require_POST
def follow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Assign to the proposed mentor. Where that takes a note, the form with this mentor chosen."""
    get_mre(request, pk)
    mentor = read_number(request.POST.get("mentor", "")) or 0
    try:
        assignment = follow_proposal(mre_id=pk, mentor_id=mentor, by=request.user, now=request.now)
    except Invalid as invalid:
        messages.warning(request, invalid.reason)
        return _to_the_form(request, pk, mentor)
    return assigned(request, assignment, ASSIGN)


def _to_the_form(request: SignedInRequest, pk: int, mentor: int) -> HttpResponse:
    query = urlencode({"tier": OUTSIDE, "mentor": mentor})
    address = f"{reverse('intake:assign', args=[pk])}?{query}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
