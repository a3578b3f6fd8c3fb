"""Requests that a coordinator has put aside on a list until a day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from intake.enums import WAITING
from intake.models.assignment import Assignment
from intake.models.request import MentoringRequest


class Snooze(models.Model):
    """Nothing is to be done about a request at its stage until a day, and why.

    It holds for the stage and the mentor for which it was made: when either changes, the request
    is back among the others. Counted it is always.
    """

    request = models.ForeignKey(MentoringRequest, models.PROTECT, related_name="snoozes")
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    stage = models.CharField(
        max_length=14, choices=[(stage.value, stage.label) for stage in WAITING]
    )
    reason = models.CharField(max_length=300)
    until = models.DateField(help_text="The day on which it is looked at again.")
    ends_at = models.DateTimeField(help_text="That day’s 00:00 in the chapter of the request.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody took it up earlier, or put it aside anew."
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(ended_at__isnull=True), name="snoozed_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="snooze_has_reason"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("at")), name="snooze_ends_in_the_future"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="snooze_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} until {self.until}"
