"""What the Membership Chairs did about the mentors they look after."""

from django.conf import settings
from django.db import models

from mentors.enums import FollowUpHow
from mentors.models.volunteers import Volunteer


class FollowUp(models.Model):
    """One time that somebody got in touch with a mentor about his activity. Never changed."""

    mentor = models.ForeignKey(Volunteer, models.CASCADE, related_name="follow_ups")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField("date")
    how = models.CharField(max_length=10, choices=FollowUpHow)
    text = models.TextField(max_length=4000)
    logged_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["mentor", "-on", "-id"], name="follow_up_newest")]

    def __str__(self) -> str:
        return f"{self.get_how_display()} on {self.on}"
