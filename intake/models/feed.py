"""The secret address of a mentor's calendar."""

from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """Whoever knows the key reads the volunteer's sessions; a new key makes the old one void."""

    volunteer = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", primary_key=True
    )
    key = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Calendar of {self.volunteer_id}"
