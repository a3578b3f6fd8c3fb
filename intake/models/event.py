"""The timeline: what happened to a request. Append-only; the base of every figure."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from intake.enums import EventKind, Status
from intake.models.assignment import Assignment
from intake.models.request import MentoringRequest


class RequestEvent(models.Model):
    """One thing that happened. A trigger in the database refuses to change or delete it."""

    request = models.ForeignKey(
        MentoringRequest, models.PROTECT, related_name="events", db_index=False
    )
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    at = models.DateTimeField(help_text="When it counts as done; for a clock, its deadline.")
    processed_at = models.DateTimeField(help_text="When the program did it.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty: a clock or the client.",
    )
    by_client = models.BooleanField(default=False)
    from_status = models.CharField(max_length=20, choices=Status, blank=True)
    to_status = models.CharField(max_length=20, choices=Status)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(processed_at__gte=F("at")), name="event_processed_after_it_counts"
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(by_client=False), name="event_by_one_person"
            ),
        ]
        indexes = [
            models.Index(fields=["request", "at", "id"], name="event_timeline"),
            models.Index(
                fields=["at"], condition=Q(kind=EventKind.MOVED), name="event_moves_by_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M}"
