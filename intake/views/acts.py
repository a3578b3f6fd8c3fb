"""The pages that ask before an act on a request: one shape, one template, no JavaScript needed."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render

from intake.models import MentoringRequest
from intake.pages.sight import client_name, sight
from intake.views.way_back import list_behind
from mentors.web import SignedInRequest


@dataclass(frozen=True, kw_only=True)
class Question:
    """The words of such a page: what is asked, what will follow, the button."""

    title: str
    follows: str
    button: str
    danger: bool = False


def posted(request: SignedInRequest) -> QueryDict | None:
    """What was sent, even if it is nothing; None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def ask(
    request: SignedInRequest, mre: MentoringRequest, question: Question, form: forms.Form
) -> HttpResponse:
    """The page that asks, with what was typed and what is wrong with it."""
    context = {
        "mre": mre,
        "name": client_name(mre, sight(request.user, mre, request.now)),
        "question": question,
        "form": form,
        "back": request.back,
    }
    return render(request, "intake/request/act.html", context)


def done(request: SignedInRequest, mre: MentoringRequest, sentence: str) -> HttpResponseRedirect:
    """Say what was done, and go back to the list that one came from, else to the request.

    To the reader's first page if it left him.
    """
    messages.success(request, sentence)
    if behind := list_behind(request):
        return redirect(behind)
    seen = MentoringRequest.objects.for_user(request.user, request.now)
    if seen.filter(pk=mre.pk).exists():
        return redirect("intake:request", mre.pk)
    return redirect("home")
