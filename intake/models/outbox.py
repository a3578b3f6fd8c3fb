"""Mails, written in the same transaction as the change that they tell of."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from intake.enums import MailState
from intake.models.assignment import Assignment
from intake.models.client import Client
from intake.models.event import RequestEvent
from intake.models.request import MentoringRequest


class OutboxMail(models.Model):
    """One mail to one person, as it will arrive. `dedupe_key` makes it unique for its cause."""

    kind = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=120, unique=True)
    request = models.ForeignKey(
        MentoringRequest, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    volunteer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="mails")
    event = models.ForeignKey(
        RequestEvent, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    to_email = models.EmailField("to", max_length=254)
    to_name = models.CharField(max_length=130, blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    calendar = models.TextField(blank=True, help_text="An iCalendar invitation, if any.")
    calendar_method = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()
    send_at = models.DateTimeField(help_text="Not before: reminders keep business hours.")
    state = models.CharField(max_length=8, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    provider_id = models.CharField(
        max_length=200, blank=True, help_text="How the mail service that sent it calls it."
    )
    bounced_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came back, or its reader complained."
    )
    joined_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The one mail in which this matter was told of with others.",
    )
    stop_url = models.CharField(
        max_length=200, blank=True, help_text="Where a mail program ends mails of this kind."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(volunteer__isnull=True) | Q(client__isnull=True),
                name="mail_to_one_person",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENDING, claimed_at__isnull=False)
                | (~Q(state=MailState.SENDING) & Q(claimed_at__isnull=True)),
                name="mail_sending_has_claim",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.JOINED, joined_into__isnull=False)
                | (~Q(state=MailState.JOINED) & Q(joined_into__isnull=True)),
                name="mail_joined_into_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["send_at", "id"],
                condition=Q(state__in=[MailState.QUEUED, MailState.SENDING]),
                name="mail_to_send",
            ),
            models.Index(fields=["-created_at", "-id"], name="mail_newest"),
            models.Index(fields=["id"], condition=Q(state=MailState.FAILED), name="mail_failed"),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="mail_by_provider"
            ),
            models.Index(
                fields=["volunteer", "send_at", "id"],
                condition=Q(state=MailState.QUEUED),
                name="mail_waiting_for_reader",
            ),
            models.Index(fields=["id"], condition=Q(state=MailState.HELD), name="mail_held"),
            models.Index(
                fields=["-bounced_at"],
                condition=Q(bounced_at__isnull=False),
                name="mail_came_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_email}"
