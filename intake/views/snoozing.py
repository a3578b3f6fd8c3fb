"""A coordinator puts a request aside until a day, and takes it up again."""

from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from intake.actions import snoozing
from intake.calendar import local_date
from intake.forms.snoozing import SnoozeForm
from intake.inforce import calendar
from intake.permissions import check_can_snooze, check_can_take_up
from intake.stages import stage_of
from intake.views.acts import Question, ask, done, posted
from intake.views.scope import get_mre
from mentors.web import SignedInRequest, carry_out
from mentors.words import day_in_words

USUALLY = timedelta(days=6)
"""The business day after so many days is proposed."""


@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: SignedInRequest, pk: int) -> HttpResponse:
    """Nothing is to be done about it until a day."""
    mre = get_mre(request, pk)
    check_can_snooze(request.user, mre, request.now)
    about_a_week = local_date(request.now, mre.chapter.zone) + USUALLY
    begin = {
        "until": calendar().add_business_days(about_a_week, 1),
        "stage": stage_of(mre),
        "seen": mre.current_id,
    }
    form = SnoozeForm(posted(request), initial=begin)
    if form.is_valid():
        said = {"by": request.user, "now": request.now, **form.cleaned_data}
        if made := carry_out(form, snoozing.snooze, mre_id=pk, **said):
            return done(request, mre, f"{mre} is snoozed until {day_in_words(made.until)}.")
    question = Question(
        title=f"Snooze {mre}?",
        follows="It is counted as before, but shown last on its list until that day, or until it "
        "goes on: another stage or another mentor brings it back at once. Clocks run on.",
        button="Snooze",
    )
    return ask(request, mre, question, form)


@require_http_methods(["GET", "HEAD", "POST"])
def take_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back among the others before its day."""
    mre = get_mre(request, pk)
    check_can_take_up(request.user, mre, request.now)
    form = forms.Form(posted(request))
    if form.is_valid():
        back = snoozing.take_up(mre_id=pk, by=request.user, now=request.now)
        return done(request, back, f"{back} is back among the others.")
    question = Question(
        title=f"Take {mre} up again?",
        follows="It is shown on its list by its age again.",
        button="Take it up",
    )
    return ask(request, mre, question, form)
