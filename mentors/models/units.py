"""Region > District > Chapter. Units are data: they move and are renamed, requests keep theirs."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from mentors.querysets import ChapterQuerySet
from mentors.zones import zone_called


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a time zone of the IANA list."""
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a known time zone, e.g. America/New_York.")


class Unit(models.Model):
    """What the three levels share: a code that never changes and a name that may."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Region(Unit):
    pass


class District(Unit):
    region = models.ForeignKey(Region, models.PROTECT, related_name="districts")


class Chapter(Unit):
    """A chapter: the home of mentors and requests, and the time zone of their clocks."""

    district = models.ForeignKey(District, models.PROTECT, related_name="chapters")
    time_zone = models.CharField(max_length=40, validators=[validate_time_zone])
    is_national = models.BooleanField(
        "national virtual chapter",
        default=False,
        help_text="Takes the requests whose zip code belongs to no other chapter.",
    )

    objects = ChapterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_national"],
                condition=Q(is_national=True),
                name="one_national_chapter",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{4}$"), name="chapter_code_four_digits"
            ),
        ]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the clocks of this chapter run."""
        return zone_called(self.time_zone)


class ZipPrefix(models.Model):
    """The beginning of the zip codes that a chapter serves; the longest match wins."""

    prefix = models.CharField(
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^[0-9]{1,5}$", "One to five digits, e.g. 441.")],
    )
    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="zip_prefixes")

    class Meta:
        verbose_name_plural = "zip prefixes"
        constraints = [
            models.CheckConstraint(
                condition=Q(prefix__regex=r"^[0-9]{1,5}$"), name="zip_prefix_is_digits"
            )
        ]

    def __str__(self) -> str:
        return self.prefix
