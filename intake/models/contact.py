"""What was tried to reach a client, and what was written about a request."""

from django.conf import settings
from django.db import models

from intake.enums import Channel, ContactResult, NoteLevel
from intake.models.assignment import Assignment
from intake.models.request import MentoringRequest


class ContactAttempt(models.Model):
    """One try to reach the client. Attempts count for their assignment only."""

    request = models.ForeignKey(MentoringRequest, models.PROTECT, related_name="attempts")
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="attempts", db_index=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel)
    result = models.CharField(max_length=16, choices=ContactResult)
    note = models.TextField(max_length=4000, blank=True)
    is_first_note = models.BooleanField(
        default=False, help_text="The note that went to the client with the acceptance."
    )
    is_mail = models.BooleanField(
        default=False, help_text="Written here; the system sent it to the client."
    )
    logged_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was written down, if somebody did that by hand."
    )

    class Meta:
        indexes = [models.Index(fields=["assignment", "at"], name="attempt_by_assignment")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_result_display()}"


class Note(models.Model):
    """A note on a request; its level says who reads it."""

    request = models.ForeignKey(MentoringRequest, models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    level = models.CharField(max_length=12, choices=NoteLevel)
    text = models.TextField(max_length=4000)

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="note_by_request")]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.text[:60]}"
