"""Picklists that mentors and requests share. Rows are retired, never deleted."""

from django.db import models
from django.utils.translation import gettext


class Picklist(models.Model):
    """A named choice that administrators can add to or retire."""

    name = models.CharField(max_length=80, unique=True)
    is_offered = models.BooleanField(
        "offered", default=True, help_text="Untick to retire it: past records keep it."
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """The name in the language of the page: only clients' pages have another than English."""
        return gettext(self.name)


class MentoringArea(Picklist):
    """What a client wants help with, and what a mentor is good at."""


class BusinessType(Picklist):
    """The kind of business a client has or plans."""
