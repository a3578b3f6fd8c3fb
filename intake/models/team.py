"""Who helps the mentor of a request: co-mentors and subject matter experts."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from intake.enums import TeamRole
from intake.models.request import MentoringRequest
from intake.querysets import TeamQuerySet


class TeamMember(models.Model):
    """A volunteer on the team of one request, from a moment on until he leaves it."""

    request = models.ForeignKey(MentoringRequest, models.PROTECT, related_name="team")
    volunteer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="teams")
    role = models.CharField(max_length=10, choices=TeamRole)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "volunteer"],
                condition=Q(left_at__isnull=True),
                name="on_the_team_once",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("added_at")),
                name="left_the_team_after_joining",
            ),
        ]
        indexes = [
            models.Index(
                fields=["volunteer"], condition=Q(left_at__isnull=True), name="team_of_volunteer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} helps with {self.request_id}"
