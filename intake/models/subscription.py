"""Reports that somebody wants to be sent again and again."""

from django.conf import settings
from django.db import models

from intake.enums import Cadence


class ReportSubscription(models.Model):
    """A report as somebody asked for it, and how often he is sent a link to it as of that day."""

    subscriber = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_subscriptions"
    )
    report = models.CharField(max_length=40, help_text="The name of the report.")
    query = models.CharField(max_length=1000, blank=True, help_text="What stands behind the ? .")
    kind = models.CharField("file", max_length=4)
    cadence = models.CharField("how often", max_length=8, choices=Cadence)
    created_at = models.DateTimeField()
    sent_on = models.DateField(
        null=True, blank=True, help_text="The day for which it was sent last."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "report", "query", "kind"], name="subscribed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.get_cadence_display().lower()}"
