"""What the nightly comparison of the timelines with the tables found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class FigureCheck(models.Model):
    """One comparison: how many requests were replayed, and what did not agree."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the nightly check, or the command.",
    )
    everything = models.BooleanField("all requests", default=False)
    first_event = models.BigIntegerField(
        default=0, help_text="Requests are looked at whose timeline has a later entry than this."
    )
    last_event = models.BigIntegerField(default=0)
    slice_after = models.BigIntegerField(
        default=0, help_text="Of the rest, those with a higher number than this are looked at."
    )
    slice_to = models.BigIntegerField(default=0)
    done_to = models.BigIntegerField(
        default=0, help_text="Requests up to this number have been looked at."
    )
    requests = models.PositiveIntegerField(default=0)
    differing = models.PositiveIntegerField(default=0)
    differences = models.JSONField(
        default=list, blank=True, help_text="The first of them: request, what, timeline, table."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(differing__lte=F("requests")), name="check_counts_requests"
            )
        ]
        indexes = [models.Index(fields=["-started_at", "-id"], name="check_newest")]

    def __str__(self) -> str:
        return f"{self.requests} requests, {self.differing} differ"
