"""Two requests side by side: withdraw one for the other, or say that they are two."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from intake import duplicates
from intake.actions import comparing
from intake.client_permissions import check_can_compare
from intake.forms.clients import WithdrawForForm
from intake.models import MentoringRequest
from intake.pages.comparison import compare as set_side_by_side
from intake.pages.comparison import may_look
from intake.views.acts import done
from intake.views.scope import get_mre
from mentors.web import SignedInRequest, carry_out

Pair = tuple[MentoringRequest, MentoringRequest]
DIFFERENT = {"another_request": False, "another_person": True}


@require_safe
def compare(request: SignedInRequest, pk: int, other: int) -> HttpResponse:
    """Both requests and their clients, field by field, as far as the reader may see them."""
    pair = _pair(request, pk, other)
    return _page(request, pair, WithdrawForForm(pair=pair))


@require_POST
def withdraw_one(request: SignedInRequest, pk: int, other: int) -> HttpResponse:
    """Withdraw one of the two as a duplicate; the other one stays."""
    pair = _pair(request, pk, other)
    form = WithdrawForForm(request.POST, pair=pair)
    if form.is_valid():
        goes, note = form.cleaned_data["goes"], form.cleaned_data["note"]
        [stays] = [mre for mre in pair if mre.pk != goes]
        withdrawn = carry_out(
            form,
            comparing.withdraw_for,
            mre_id=goes,
            stays_id=stays.pk,
            by=request.user,
            now=request.now,
            note=note,
        )
        if withdrawn is not None:
            return done(request, stays, f"{withdrawn} is withdrawn as a duplicate of {stays}.")
    return _page(request, pair, form)


@require_POST
def settle(request: SignedInRequest, pk: int, other: int) -> HttpResponse:
    """Not a duplicate: the same person with another request, or another person."""
    mre, twin = _pair(request, pk, other)
    different = DIFFERENT.get(request.POST.get("kind", ""))
    if different is None:
        messages.error(request, "Choose what they are instead of duplicates.")
        return redirect(request.back)
    comparing.settle(
        mre_id=pk, other_id=other, by=request.user, now=request.now, different_people=different
    )
    how = "two different people" if different else "two requests of the same person"
    return done(request, mre, f"{mre} and {twin} are {how}; this is remembered.")


def _pair(request: SignedInRequest, pk: int, other: int) -> Pair:
    """The request in scope, which the reader has to coordinate, and the one beside it, or 404."""
    mre = get_mre(request, pk)
    check_can_compare(request.user, mre, request.now)
    request.back = reverse("intake:compare", args=[pk, other])
    found = MentoringRequest.objects.for_list().select_related("requested_mentor")
    both = {row.pk: row for row in found.filter(pk__in=[pk, other])}
    if len(both) != len({pk, other}) or pk == other:
        raise Http404
    flag = duplicates.between(both[pk], both[other])
    if not may_look(request.user, both[other], flag, request.now):
        raise Http404
    return both[pk], both[other]


def _page(request: SignedInRequest, pair: Pair, form: WithdrawForForm) -> HttpResponse:
    zone = timezone.get_current_timezone()
    page: Any = set_side_by_side(*pair, user=request.user, now=request.now, zone=zone)
    context = {"page": page, "mre": pair[0], "other": pair[1], "form": form}
    return render(request, "intake/compare/page.html", context)
