"""What somebody has begun to write and not sent yet."""

from django.conf import settings
from django.db import models


class Unfinished(models.Model):
    """The fields of one form as they were last typed; forgotten when the form is sent."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unfinished")
    form = models.CharField(max_length=60, help_text="Which form, about which row.")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "unfinished"
        constraints = [models.UniqueConstraint(fields=["owner", "form"], name="unfinished_once")]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.form}"
