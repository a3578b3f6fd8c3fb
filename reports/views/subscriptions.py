"""Reports by mail: ask for one, open it, end it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intake.enums import Cadence
from intake.models import ReportSubscription
from mentors.spreadsheets import Format
from mentors.web import SignedInRequest, carry_out
from reports import subscribing
from reports.catalogue import BY_NAME, Report
from reports.forms import QuestionForm
from reports.subscription_form import SubscriptionForm


@require_safe
def subscriptions(request: SignedInRequest) -> HttpResponse:
    """All that one is mailed, and what is not sent at present, and why."""
    own = ReportSubscription.objects.filter(subscriber=request.user).order_by("report", "pk")
    found = [subscribing.order_of(_of(request, one), request.now) for one in own]
    return render(request, "reports/subscriptions/list.html", {"found": found})


@require_safe
def subscription(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where the mail leads: the file as of now, or as of the minute the mail was written."""
    kept = _get(request, pk)
    order = subscribing.order_of(kept, request.now)
    context = {"order": order, "kept": kept, "files": _files(request, order)}
    return render(request, "reports/subscriptions/subscription.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: SignedInRequest, name: str) -> HttpResponse:
    """Have the report that stands in the address mailed at regular times."""
    report = BY_NAME.get(name)
    if report is None:
        raise Http404
    asked = _without_instant(request.GET)
    question = report.asked(asked, reader=request.user, now=request.now)
    if not question.is_valid():
        return redirect(f"{report.address}?{asked.urlencode()}")
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _subscribe(request, form, report, question):
        messages.success(request, f"“{report.title}” will be mailed to {request.user.email}.")
        return redirect("reports:subscriptions")
    back = f"{report.address}?{asked.urlencode()}"
    context = {"report": report, "about": subscribing.in_words(question), "form": form}
    return render(request, "reports/subscriptions/subscribe.html", {**context, "back": back})


@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send it no longer."""
    kept = _get(request, pk)
    subscribing.unsubscribe(by=request.user, subscription_id=kept.pk)
    messages.success(request, "It is not sent any more.")
    return redirect("reports:subscriptions")


def _subscribe(
    request: SignedInRequest, form: SubscriptionForm, report: Report, question: QuestionForm
) -> ReportSubscription | None:
    return carry_out(
        form,
        subscribing.subscribe,
        by=request.user,
        now=request.now,
        report=report,
        query=report.query(question),
        kind=Format(form.cleaned_data["kind"]),
        cadence=Cadence(form.cleaned_data["cadence"]),
    )


def _without_instant(asked: QueryDict) -> QueryDict:
    """What is mailed is as of the day it is mailed."""
    kept = asked.copy()
    kept.pop("at", None)
    return kept


def _get(request: SignedInRequest, pk: int) -> ReportSubscription:
    own = ReportSubscription.objects.filter(subscriber=request.user)
    return _of(request, get_object_or_404(own, pk=pk))


def _of(request: SignedInRequest, kept: ReportSubscription) -> ReportSubscription:
    """With its reader as he is signed in, whose duties are known already."""
    kept.subscriber = request.user
    return kept


def _files(request: SignedInRequest, order: subscribing.Order) -> dict[str, str]:
    """The addresses of the page and of the two files."""
    kept = order.subscription
    if order.report is None or order.refusal:
        return {}
    asked = QueryDict(kept.query, mutable=True)
    page = f"{order.report.address}?{asked.urlencode()}"
    asked["format"] = kept.kind
    file = reverse("reports:file", args=[kept.report])
    found = {"page": page, "now": f"{file}?{asked.urlencode()}"}
    if request.GET.get("at"):
        asked["at"] = request.GET["at"]
        found["then"] = f"{file}?{asked.urlencode()}"
    return found
