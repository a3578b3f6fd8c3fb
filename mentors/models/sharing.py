"""What somebody keeps for himself, and may share with the coordinators of one unit."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from mentors.models.units import Chapter, District, Region
from mentors.querysets import SharedQuerySet


class Shared(models.Model):
    """Owned by one person; shared with whoever serves a chapter of the unit, if one is named."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    chapter = models.ForeignKey(Chapter, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = SharedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=True, district__isnull=True)
                | Q(region__isnull=True, chapter__isnull=True)
                | Q(district__isnull=True, chapter__isnull=True),
                name="%(class)s_shared_at_one_unit",
                violation_error_message="Choose one unit: a region, a district or a chapter.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> Region | District | Chapter | None:
        """The unit with which it is shared; None if it is its owner's alone."""
        return self.chapter or self.district or self.region
