"""The pane beside the queue: one request, and whom to give it to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from intake.enums import QueueReason, Status
from intake.forms.assign import AssignForm
from intake.inforce import calendar
from intake.models import Assignment, MentoringRequest
from intake.pages.dossier import twins
from intake.pages.sight import sight
from intake.pages.situation import where_it_stands
from intake.pages.wish import wish_of
from intake.referral import referral_of
from intake.views.assign_card import assign_card
from mentors.web import SignedInRequest


def show_preview(
    request: SignedInRequest, mre: MentoringRequest, sent: AssignForm | None = None
) -> HttpResponse:
    """The pane, as it opens or with the form as it was sent and refused."""
    days, seen = calendar(), sight(request.user, mre, request.now)
    before = _latest_assignment(mre)
    zone = timezone.get_current_timezone()
    context = {
        "mre": mre,
        "stands": where_it_stands(mre, before, days, request.now, zone),
        "twins": twins(mre, seen, request.user, request.now),
        "wish": wish_of(mre, request.now, assigned_before=before is not None),
        "referral": referral_of(mre, request.now),
    }
    if not mre.parked and mre.status in (Status.NEED_ACTION, Status.ASSIGNED):
        context["card"] = assign_card(
            request, mre, days, assigned_before=before is not None, sent=sent
        )
    return render(request, "intake/queue/_preview.html", context)


def _latest_assignment(mre: MentoringRequest) -> Assignment | None:
    """No query for what is new, which nobody was asked about, and for what somebody has."""
    if mre.current is not None or mre.queue_reason == QueueReason.NEW:
        return mre.current
    return mre.assignments.select_related("mentor__chapter").order_by("assigned_at", "pk").last()
