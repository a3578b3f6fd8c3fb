"""Reports by mail: what somebody wants again and again, and the clock that sends it.

A mail has a link to the report and nothing of what stands in it: who follows the link is asked to
sign in, and sees what he may see then.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import OperationalError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from intake import outbox
from intake.calendar import local_date
from intake.enums import Cadence
from intake.inforce import mail_moment
from intake.links import absolute
from intake.models import ReportSubscription
from intake.outbox import Draft
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.spreadsheets import Format
from mentors.words import day_in_words
from reports.catalogue import BY_NAME, Report
from reports.forms import QuestionForm

log = logging.getLogger(__name__)

LONGEST = 1000
"""Characters of a question that are kept."""
NO_LONGER = "This report does not exist any more."
OUT_OF_REACH = "What was asked for is no longer open to you."


@dataclass(frozen=True)
class Order:
    """What somebody has subscribed to, as it is today: the report, or why it is not sent."""

    subscription: ReportSubscription
    report: Report | None
    form: QuestionForm | None
    refusal: str

    @property
    def about(self) -> str:
        """The unit in words, and what else is asked."""
        return "" if self.form is None or self.refusal else in_words(self.form)


def in_words(form: QuestionForm) -> str:
    """What is asked: “Hudson · Last 30 days · Area: Marketing”. The form is valid."""
    said = [form.chosen.name]
    for field in form:
        words = str(form.data.get(field.name, "")).strip()
        if field.name == "span":
            said.append(form.which.words)
        elif field.name != "unit" and words:
            options = dict(getattr(field.field, "choices", ()))
            said.append(f"{field.label}: {options.get(words, words)}")
    return " · ".join(said)


# --- What somebody wants --------------------------------------------------------------------------


def subscribe(
    *, by: Volunteer, now: datetime, report: Report, query: str, kind: Format, cadence: Cadence
) -> ReportSubscription:
    """Send a report at regular times from now on; asked for again, in the new rhythm.

    `query` is what `Report.query` says. Raises NotAllowed with a sentence if it is too long, or
    the report not for this reader.
    """
    if len(query) > LONGEST:
        raise NotAllowed("This is too much to keep: ask for less.")
    report.asked(QueryDict(query), reader=by, now=now)
    kept, _ = ReportSubscription.objects.update_or_create(
        {"cadence": cadence},
        {"cadence": cadence, "created_at": now},
        subscriber=by,
        report=report.name,
        query=query,
        kind=kind,
    )
    return kept


def unsubscribe(*, by: Volunteer, subscription_id: int) -> None:
    """Send it no longer. One that is gone already is as it should be."""
    ReportSubscription.objects.filter(subscriber=by, pk=subscription_id).delete()


def order_of(subscription: ReportSubscription, now: datetime) -> Order:
    """What is asked for, as its reader may see it today."""
    report = BY_NAME.get(subscription.report)
    if report is None:
        return Order(subscription, None, None, NO_LONGER)
    reader = subscription.subscriber
    try:
        form = report.asked(QueryDict(subscription.query), reader=reader, now=now)
    except NotAllowed as refused:
        return Order(subscription, report, None, refused.reason)
    with timezone.override(reader.zone):
        return Order(subscription, report, form, "" if form.is_valid() else OUT_OF_REACH)


# --- The clock ------------------------------------------------------------------------------------


def send_due(now: datetime) -> int:
    """Mail everybody what is due; one by one, so that one that fails keeps nobody else waiting."""
    sent = 0
    wanted = ReportSubscription.objects.select_related("subscriber__chapter").order_by("pk")
    for subscription in wanted.iterator():
        try:
            sent += is_due(subscription, now) and send(subscription_id=subscription.pk, now=now)
        except OperationalError:
            raise
        except Exception:
            log.exception("The report of subscription %s was not sent", subscription.pk)
    return sent


def is_due(subscription: ReportSubscription, now: datetime) -> bool:
    """Whether a mail is owed: once a day, week or month, from 08:00 on the first business day.

    On the clock of the reader's chapter. What was missed is sent once, on the next business day.
    """
    zone = subscription.subscriber.zone
    last = subscription.sent_on or local_date(subscription.created_at, zone)
    begun = _begun(Cadence(subscription.cadence), local_date(now, zone))
    return last < begun and mail_moment(now, zone) == now


def _begun(cadence: Cadence, today: date) -> date:
    """The first day of the day, week or month that `today` is in."""
    match cadence:
        case Cadence.WEEKLY:
            return today - timedelta(days=today.weekday())
        case Cadence.MONTHLY:
            return today.replace(day=1)
    return today


@transaction.atomic
def send(*, subscription_id: int, now: datetime) -> bool:
    """Write the mail of one subscription, if it is due and its reader may still see the report."""
    rows = ReportSubscription.objects.select_for_update(of=("self",), no_key=True)
    subscription = rows.select_related("subscriber__chapter").filter(pk=subscription_id).first()
    if subscription is None or not is_due(subscription, now):
        return False
    order = order_of(subscription, now)
    if order.refusal:
        return False
    today = local_date(now, subscription.subscriber.zone)
    outbox.write([_mail(order, now, today)], now=now)
    subscription.sent_on = today
    subscription.save(update_fields=["sent_on"])
    return True


def _mail(order: Order, now: datetime, today: date) -> Draft:
    subscription = order.subscription
    assert order.report is not None
    page = reverse("reports:subscription", args=[subscription.pk])
    context = {
        "title": order.report.title,
        "about": order.about,
        "day": day_in_words(today),
        "cadence": subscription.get_cadence_display().lower(),
        "url": absolute(f"{page}?{urlencode({'at': _minute(now, subscription)})}"),
    }
    key = f"report:{subscription.pk}:{today:%Y-%m-%d}"
    return Draft(kind="report_ready", key=key, to=subscription.subscriber, context=context)


def _minute(now: datetime, subscription: ReportSubscription) -> str:
    """As the field “As of” writes it, on the reader's clock."""
    return f"{now.astimezone(subscription.subscriber.zone):%Y-%m-%dT%H:%M}"
