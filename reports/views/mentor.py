"""One mentor of the activity report: his figures, what followed, and the mail to him."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from intake.actions import following
from intake.calendar import local_date
from mentors.enums import Classification
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.paging import BoundedPaginator
from mentors.permissions import check_can_follow_up, check_can_mail, refusal
from mentors.roles import duties
from mentors.web import SignedInRequest, carry_out
from reports.activity import activity
from reports.catalogue import OF_MENTORS
from reports.forms import DaysForm
from reports.mentor_forms import FollowUpForm, MailForm
from reports.scope import Reach
from reports.standouts import flags
from reports.views.activity import without

FOLLOW_UPS_PER_PAGE = 20
NARROWING = ("name", "show", "figure", "least", "most", "sort")
"""What is asked of the list, and makes no sense of one mentor."""


@require_http_methods(["GET", "HEAD", "POST"])
def mentor(request: SignedInRequest, pk: int) -> HttpResponse:
    """Figures, follow-ups, and the form for the next one."""
    reach = _reach(request)
    person = _mentor(reach, pk)
    today = local_date(request.now, person.zone)
    form = FollowUpForm(request.POST or None, today=today)
    who: dict[str, Any] = {"mentor_id": pk, "by": request.user, "now": request.now}
    if form.is_valid() and (
        carry_out(form, following.log_follow_up, **who, **form.cleaned_data) is not None
    ):
        messages.success(request, f"Your follow-up on {person} is kept.")
        return redirect(request.get_full_path())
    context = {
        "person": person,
        "form": form,
        "why_not": refusal(check_can_follow_up, request.user, person, request.now),
        "why_no_mail": refusal(check_can_mail, request.user, person, request.now),
        "asked": without(request.GET, "page", "mentor").urlencode(),
        "same_days": without(request.GET, "page", "mentor", *NARROWING).urlencode(),
        **_figures(request, reach, person),
        "page": _follow_ups(request, person),
    }
    return render(request, "reports/mentor.html", context)


def _figures(request: SignedInRequest, reach: Reach, person: Volunteer) -> dict[str, Any]:
    """The row of the list that is this mentor's, with what stands out; none for who is not active.

    What will not do in the address leaves out the figures, and says why.
    """
    today = local_date(request.now, request.user.zone)
    here = replace(reach, ids=frozenset(filter(None, [person.chapter_id])))
    period = DaysForm(request.GET, reach=here, now=request.now, today=today)
    if not period.is_valid():
        return {"filter": {"form": period}}
    question = period.question(mentor=person.pk)
    row = next(iter(activity(question)), None)
    return {
        "filter": {"form": period},
        "question": question,
        "row": row,
        "flags": flags(row) if row else [],
    }


def _follow_ups(request: SignedInRequest, person: Volunteer) -> Any:
    kept = person.follow_ups.select_related("by").order_by("-on", "-pk")
    return BoundedPaginator(kept, FOLLOW_UPS_PER_PAGE).get_page(request.GET.get("page"))


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to a mentor; the mail is kept as a follow-up."""
    person = _mentor(_reach(request), pk)
    check_can_mail(request.user, person, request.now)
    form = MailForm(request.POST or None)
    who: dict[str, Any] = {"mentor_id": pk, "by": request.user, "now": request.now}
    if form.is_valid() and (
        carry_out(form, following.mail_mentor, **who, **form.cleaned_data) is not None
    ):
        messages.success(request, f"Your mail to {person} is on its way, and kept as a follow-up.")
        return redirect("reports:mentor", pk)
    return render(request, "reports/mentor_mail.html", {"person": person, "form": form})


def _reach(request: SignedInRequest) -> Reach:
    mine = duties(request.user, request.now)
    if not OF_MENTORS.may(mine):
        raise NotAllowed(OF_MENTORS.refusal)
    return OF_MENTORS.reach(mine)


def _mentor(reach: Reach, pk: int) -> Volunteer:
    """A mentor of these chapters, active or not any more."""
    found = Volunteer.objects.filter(reach.within(), classification=Classification.MENTOR)
    return get_object_or_404(found.select_related("chapter"), pk=pk)
