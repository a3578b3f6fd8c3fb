"""Reaching the client: attempts, in one tap or in full, a wrong tap, and mails written here."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from intake.actions import contacting
from intake.enums import WordsFor
from intake.forms.contact import AttemptForm, MailForm, TapForm
from intake.models import ContactAttempt, MentoringRequest
from intake.pages.contact import progress
from intake.pages.drafts import FormName
from intake.pages.note_templates import at_hand, filled_in, first_words
from intake.permissions import check_can_mail_client, check_can_work
from intake.views.acts import posted
from intake.views.desk import after, way_back
from intake.views.drafts import done_with, resume
from intake.views.scope import get_mre
from mentors.web import SignedInRequest, carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Log a try to reach the client, with all that can be said about it."""
    mre = get_mre(request, pk)
    check_can_work(request.user, mre, request.now)
    form = AttemptForm(posted(request))
    if form.is_valid():
        done = carry_out(
            form,
            contacting.log_attempt,
            mre_id=pk,
            by=request.user,
            now=request.now,
            **form.cleaned_data,
        )
        if done is not None:
            _say_logged(request, mre, done)
            return after(request, mre)
    return render(request, "intake/desk/attempt.html", _about(request, mre, form=form))


@require_POST
def attempt_tap(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same in one tap. A button that there is not leads to the page where all is asked."""
    mre = get_mre(request, pk)
    check_can_work(request.user, mre, request.now)
    form = TapForm(request.POST)
    if not form.is_valid():
        return redirect("intake:attempt", pk)
    done = contacting.log_attempt(mre_id=pk, by=request.user, now=request.now, **form.attempt())
    _say_logged(request, mre, done)
    return after(request, mre)


def _say_logged(request: SignedInRequest, mre: MentoringRequest, done: ContactAttempt) -> None:
    """What was logged, and where a wrong tap can be taken back."""
    words = f"{done.get_channel_display()}, {done.get_result_display().lower()}"
    page = reverse("intake:request", args=[mre.pk])
    said = format_html(
        'Logged for {}: {}. <a href="{}#contact">A wrong tap?</a>',
        mre.client.full_name,
        words,
        page,
    )
    messages.success(request, said)


@require_POST
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """That was a mistake: the attempt counts no more."""
    made = get_object_or_404(ContactAttempt.objects.only("request_id"), pk=pk)
    mre = get_mre(request, made.request_id)
    contacting.take_back(attempt_id=pk, by=request.user, now=request.now)
    messages.success(request, "The attempt is taken back; it counts no more.")
    return after(request, mre)


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to the client. `?words=` puts in the words kept under that number."""
    mre = get_mre(request, pk)
    check_can_mail_client(request.user, mre, request.now)
    kept = at_hand(request.user, request.now, WordsFor.CLIENT)
    words = filled_in(kept, mre, request.user)
    begin = {
        "subject": f"Your question about {mre.area}",
        "text": first_words(words, request.GET.get("words")),
    }
    form = MailForm(posted(request), initial=begin)
    if form.is_valid():
        sent = carry_out(
            form,
            contacting.mail_client,
            mre_id=pk,
            by=request.user,
            now=request.now,
            **form.cleaned_data,
        )
        if sent is not None:
            done_with(request, FormName.MAIL, row=mre)
            name = mre.client.full_name
            messages.success(request, f"Your mail goes to {name} now; it is logged as an attempt.")
            return after(request, mre)
    draft = resume(request, form, FormName.MAIL, mre)
    context = _about(request, mre, form=form, words=words, draft=draft)
    return render(request, "intake/desk/mail.html", context)


def _about(request: SignedInRequest, mre: MentoringRequest, **more: Any) -> dict[str, Any]:
    assert mre.current is not None  # held by request_current_while_with_mentor
    made = progress(mre, mre.current, request.user, request.now)
    return {"mre": mre, "progress": made, **way_back(request, mre), **more}
