"""How each person wants to be told, and what waits for the daily digest."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from intake.enums import MailHow
from intake.models.event import RequestEvent
from intake.models.outbox import OutboxMail
from intake.models.request import MentoringRequest


class MailChoice(models.Model):
    """One person's choice for one kind of mail. Without a row it comes at once."""

    volunteer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choices"
    )
    kind = models.CharField(max_length=40)
    how = models.CharField(max_length=8, choices=MailHow)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "kind"], name="one_choice_per_mail_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_how_display()}"


class DigestLine(models.Model):
    """One line of somebody's next daily digest; `mail` names the digest once it is written."""

    volunteer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest_lines"
    )
    kind = models.CharField(max_length=40)
    event = models.ForeignKey(RequestEvent, models.PROTECT, related_name="+")
    request = models.ForeignKey(MentoringRequest, models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    at = models.DateTimeField()
    mail = models.ForeignKey(
        OutboxMail, models.SET_NULL, null=True, blank=True, related_name="digest_lines"
    )
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "event", "kind"], name="digest_line_once")
        ]
        indexes = [
            models.Index(
                fields=["volunteer", "at"],
                condition=Q(mailed_at__isnull=True),
                name="digest_line_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.words
