"""A mentor's availability on one page: pauses, weekly limit, expertise."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intake.actions import availability
from intake.calendar import local_date, week_start
from intake.forms.answer import PauseForm
from intake.forms.availability import (
    ExpertiseForm,
    LimitForm,
    ListingForm,
    PauseEndForm,
    expertise_of,
    listing_of,
)
from intake.inforce import policy
from intake.mentor_facts import used_this_week
from intake.models import MentoringRequest
from intake.pages.directory import Entry, entry_of
from intake.pages.unanswered import unanswered
from intake.views.acts import posted
from intake.wishes import own_link
from mentors import actions as people
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import MentorProfile, Pause, Volunteer
from mentors.web import SignedInRequest, carry_out
from mentors.words import day_in_words

WEEK = timedelta(days=7)


def _own_profile(request: SignedInRequest) -> MentorProfile:
    """The viewer's mentor profile. Raises NotAllowed for who has none."""
    request.back = reverse("intake:availability")
    profile = MentorProfile.objects.filter(volunteer=request.user).first()
    if profile is None:
        raise NotAllowed("Only mentors have an availability. You have no mentor profile.")
    profile.volunteer = request.user
    return profile


def own_entry(profile: MentorProfile) -> Entry:
    """His entry in the directory as clients would read it, listed or not."""
    return entry_of(profile.volunteer, takes_requests=True)


def _page(request: SignedInRequest, profile: MentorProfile, **entered: forms.Form) -> HttpResponse:
    """The page, with what was just `entered` in the form that was refused."""
    today = local_date(request.now, request.user.zone)
    pauses = _pauses(request.user, today)
    forms_at_first = {
        "pause_form": PauseForm(today=today),
        "limit_form": LimitForm(initial={"weekly_limit": profile.weekly_limit}),
    }
    context = {
        "entry": own_entry(profile),
        "own_link": own_link(request.user),
        "pauses": pauses,
        "paused_until": max(
            (pause.ends_on for pause, has_begun in pauses if has_begun), default=None
        ),
        "unanswered": unanswered(request.user),
        "profile": profile,
        "long_pause_days": policy().pause_check_days,
        **_this_week(request),
        **forms_at_first,
        **entered,
    }
    return render(request, "intake/availability/index.html", context)


def _pauses(mentor: Volunteer, today: date) -> list[tuple[Pause, bool]]:
    """Pauses that are not over, with whether each has begun."""
    pauses = Pause.objects.filter(mentor=mentor, ends_on__gte=today, resumed_on=None)
    return [(pause, pause.in_force(today)) for pause in pauses.order_by("starts_on", "pk")]


def _this_week(request: SignedInRequest) -> dict[str, Any]:
    """Places used since Sunday, and the Sunday on which all are free again."""
    zone = request.user.zone
    return {
        "used": used_this_week([request.user], request.now).get(request.user.pk, 0),
        "free_again": local_date(week_start(request.now, zone), zone) + WEEK,
    }


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The page as things stand."""
    return _page(request, _own_profile(request))


# --- Pauses ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: SignedInRequest) -> HttpResponse:
    """No new requests for a while; what is unanswered is handed back, if wished."""
    profile = _own_profile(request)
    if request.method != "POST":
        return _page(request, profile)
    form = PauseForm(request.POST, today=local_date(request.now, request.user.zone))
    if form.is_valid() and (done := _pause(request, form)):
        messages.success(request, _paused_in_words(*done))
        return redirect("intake:availability")
    return _page(request, profile, pause_form=form)


def _pause(
    request: SignedInRequest, form: PauseForm
) -> tuple[Pause, list[MentoringRequest]] | None:
    return carry_out(
        form,
        availability.pause,
        mentor_id=request.user.pk,
        by=request.user,
        now=request.now,
        starts_on=form.cleaned_data["starts_on"],
        ends_on=form.cleaned_data["ends_on"],
        reason=form.cleaned_data["reason"],
        hand_back_unanswered=form.cleaned_data["hand_back"],
    )


def _paused_in_words(paused: Pause, back: list[MentoringRequest]) -> str:
    begins, ends = day_in_words(paused.starts_on), day_in_words(paused.ends_on)
    said = f"You get no new requests from {begins} to {ends}."
    if back:
        numbers = ", ".join(mre.number for mre in back)
        said += f" Handed back to your coordinator: {numbers}."
    if left := [assignment.request.number for assignment in unanswered(paused.mentor)]:
        said += f" Still waiting for your answer: {', '.join(left)}."
    return said


@require_http_methods(["GET", "HEAD", "POST"])
def pause_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another last day of a pause that is not over."""
    _own_profile(request)
    changed = get_object_or_404(Pause, pk=pk, mentor=request.user)
    form = PauseEndForm(posted(request), initial={"ends_on": changed.ends_on})
    if form.is_valid():
        wanted = {"pause_id": pk, "by": request.user, "now": request.now, **form.cleaned_data}
        if (done := carry_out(form, people.change_pause_end, **wanted)) is not None:
            messages.success(request, _paused_in_words(done, []))
            return redirect("intake:availability")
    context = {"form": form, "pause": changed, "back": request.back}
    return render(request, "intake/availability/pause_end.html", context)


@require_POST
def resume(request: SignedInRequest) -> HttpResponse:
    """Back from a pause before its end."""
    _own_profile(request)
    if not people.resume(mentor_id=request.user.pk, by=request.user, now=request.now):
        raise AlreadyDone("You are not paused.")
    messages.success(request, "Welcome back. Coordinators can offer you requests again.")
    return redirect("intake:availability")


@require_POST
def cancel_pause(request: SignedInRequest, pk: int) -> HttpResponse:
    """A planned pause is called off."""
    _own_profile(request)
    get_object_or_404(Pause, pk=pk, mentor=request.user)
    people.cancel_pause(pause_id=pk, by=request.user, now=request.now)
    messages.success(request, "The pause is called off.")
    return redirect("intake:availability")


# --- Limit, expertise, what clients see -----------------------------------------------------------


def _changed(request: SignedInRequest, form: forms.Form, action: Callable[..., object]) -> bool:
    """Whether what was sent is kept now; if not, the form says why, or was not sent yet."""
    if not form.is_valid():
        return False
    wanted = {"mentor_id": request.user.pk, "by": request.user, "now": request.now}
    return carry_out(form, action, **wanted, **form.cleaned_data) is not None


@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: SignedInRequest) -> HttpResponse:
    """How many new requests a week."""
    profile = _own_profile(request)
    if request.method != "POST":
        return _page(request, profile)
    form = LimitForm(request.POST)
    if _changed(request, form, people.change_limit):
        messages.success(request, "Your weekly limit is changed.")
        return redirect("intake:availability")
    return _page(request, profile, limit_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def expertise(request: SignedInRequest) -> HttpResponse:
    """Whom the mentor can help."""
    profile = _own_profile(request)
    form = ExpertiseForm(posted(request), initial=expertise_of(profile), profile=profile)
    if _changed(request, form, people.change_expertise):
        messages.success(request, "Your expertise is changed.")
        return redirect("intake:availability")
    return render(request, "intake/availability/expertise.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: SignedInRequest) -> HttpResponse:
    """What clients see of the mentor: the directory, and asking for him by name."""
    profile = _own_profile(request)
    form = ListingForm(posted(request), initial=listing_of(profile))
    if _changed(request, form, people.change_listing):
        messages.success(request, "What clients see of you is changed.")
        return redirect("intake:availability")
    context = {"form": form, "entry": own_entry(profile), "profile": profile}
    return render(request, "intake/availability/listing.html", context)
