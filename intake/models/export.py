"""Who has taken which list out of the program."""

from django.conf import settings
from django.db import models


class Export(models.Model):
    """One list or report that somebody saved as a file. Kept for administrators.

    Written before the first row goes out; the number of rows is put in when the last one has.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.CharField("list", max_length=40)
    query = models.CharField("filters", max_length=1000, blank=True)
    rows = models.PositiveIntegerField()
    kind = models.CharField("file", max_length=4)

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="export_newest")]

    def __str__(self) -> str:
        return f"{self.what} by {self.by}, {self.rows} rows"
