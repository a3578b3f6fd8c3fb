"""The one page of a request, for everybody who may open it; its parts follow from who looks."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from intake.asking import asking_once
from intake.enums import Status
from intake.inforce import calendar
from intake.models import MentoringRequest
from intake.pages.act import Act
from intake.pages.dossier import compile_dossier
from intake.pages.ends import Check
from intake.pages.sight import Sight, sight
from intake.pages.team import team_card
from intake.pages.told import read_timeline
from intake.pages.wish import wish_of
from intake.permissions import (
    check_can_add_note,
    check_can_hand_back,
    check_can_move,
    check_can_nudge,
    check_can_reassign,
    check_can_release,
    check_can_reopen,
    check_can_withdraw,
)
from intake.referral import referral_of
from intake.views.assign_card import assign_card
from intake.views.desk import work_panels
from intake.views.scope import get_mre
from mentors.permissions import refusal
from mentors.web import SignedInRequest


@require_safe
@asking_once()
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where it stands, what to do next, who to give it to, and all that happened."""
    mre = get_mre(request, pk)
    read_timeline(mre)
    seen, days = sight(request.user, mre, request.now), calendar()
    dossier = compile_dossier(
        mre,
        seen,
        user=request.user,
        now=request.now,
        zone=timezone.get_current_timezone(),
        calendar=days,
    )
    context: dict[str, Any] = {
        "mre": mre,
        "seen": seen,
        "name": dossier.name,
        "dossier": dossier,
        "acts": list(_acts(request, mre, seen)),
        "work": work_panels(request, mre),
        "crumb": _crumb(mre, seen),
        "team": team_card(mre, request.user, seen, request.now),
    }
    if seen.coordinates and not mre.parked and mre.status in (Status.NEED_ACTION, Status.ASSIGNED):
        context["card"] = assign_card(request, mre, days, assigned_before=dossier.assigned_before)
        context["referral"] = referral_of(mre, request.now)
        context["wish"] = wish_of(mre, request.now, assigned_before=dossier.assigned_before)
    return render(request, "intake/request/page.html", context)


def _acts(request: SignedInRequest, mre: MentoringRequest, seen: Sight) -> Iterator[Act]:
    """The buttons at the top. What belongs to the work with the client has panels of its own."""
    if not (seen.coordinates or seen.mentors or seen.is_asked):
        return
    if mre.parked:
        yield _act("Release…", "intake:release", check_can_release, request, mre)
    if seen.coordinates and mre.status == Status.ACCEPTED:
        yield _act("Give to another mentor…", "intake:assign", check_can_reassign, request, mre)
    if seen.coordinates and mre.status in (Status.ASSIGNED, Status.ACCEPTED):
        yield _act("Nudge…", "intake:nudge", check_can_nudge, request, mre)
    yield _act("Add note", "intake:note", check_can_add_note, request, mre)
    if mre.is_closed:
        yield _act("Reopen…", "intake:reopen", check_can_reopen, request, mre)
    elif seen.coordinates:
        yield from _acts_before_acceptance(request, mre)


def _acts_before_acceptance(request: SignedInRequest, mre: MentoringRequest) -> Iterator[Act]:
    if mre.status == Status.NEED_ACTION:
        yield _act("Move to another chapter…", "intake:move_request", check_can_move, request, mre)
    if mre.status == Status.ASSIGNED:
        back = _act("Hand back…", "intake:hand_back", check_can_hand_back, request, mre)
        # For Chapter Managers and administrators: nobody else expects to find it.
        yield from [] if back.refused else [back]
    if mre.status != Status.ACCEPTED:
        yield _act("Withdraw…", "intake:withdraw", check_can_withdraw, request, mre)


def _act(
    label: str, page: str, check: Check, request: SignedInRequest, mre: MentoringRequest
) -> Act:
    return Act(label, page, mre.pk, refusal(check, request.user, mre, request.now))


def _crumb(mre: MentoringRequest, seen: Sight) -> tuple[str, str]:
    """The list from which the reader is likely to come: its address and name."""
    if seen.coordinates and mre.status == Status.NEED_ACTION:
        return reverse("intake:queue"), "Need action"
    if seen.coordinates or seen.leads:
        return reverse("intake:requests"), "All requests"
    return reverse("intake:desk"), "My requests"
