"""Volunteers sign in; positions say what they may do; a mentor profile says whom they can help."""

from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower

from mentors.enums import Classification, Role, VolunteerStatus
from mentors.models.addresses import Addressed
from mentors.models.picklists import BusinessType, MentoringArea
from mentors.models.units import Chapter, District, Region
from mentors.names import name_words
from mentors.public_words import refuse_addresses
from mentors.querysets import PositionQuerySet, VolunteerManager

VOLUNTEER_NAME = name_words("first_name", "last_name")
PUBLIC_WORDS = Func(
    name_words("public_words"),
    SearchVector("public_words", config="english"),
    arg_joiner=" || ",
    template="(%(expressions)s)",
    output_field=SearchVectorField(),
)
"""What a mentor says of himself in the directory, to be searched as it is and by stem."""


def default_languages() -> list[str]:
    """Everybody speaks English until told otherwise."""
    return ["English"]


class Volunteer(AbstractBaseUser, PermissionsMixin, Addressed):
    """A person who signs in. The e-mail address is the login."""

    email = models.EmailField("e-mail", max_length=254)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=40, blank=True)
    status = models.CharField(
        max_length=12, choices=VolunteerStatus, default=VolunteerStatus.PROVISIONAL
    )
    classification = models.CharField(
        max_length=10, choices=Classification, default=Classification.VOLUNTEER
    )
    chapter = models.ForeignKey(Chapter, models.PROTECT, null=True, related_name="volunteers")
    languages = ArrayField(models.CharField(max_length=40), default=default_languages, blank=True)
    external_id = models.CharField(max_length=60, null=True, blank=True, unique=True)
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("administrator", default=False)
    date_joined = models.DateTimeField("added", null=True, blank=True)

    objects: ClassVar[VolunteerManager] = VolunteerManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta:
        constraints = [
            *Addressed.Meta.constraints,
            models.UniqueConstraint(Lower("email"), name="volunteer_email_unique"),
            models.CheckConstraint(
                condition=Q(chapter__isnull=False) | Q(is_staff=True),
                name="volunteer_has_chapter",
            ),
        ]
        indexes = [
            *Addressed.Meta.indexes,
            models.Index(fields=["chapter", "status", "classification"], name="volunteer_roster"),
            models.Index(fields=["last_name", "first_name", "id"], name="volunteer_in_order"),
            GinIndex(VOLUNTEER_NAME, name="volunteer_by_name"),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """First name, as mails greet."""
        return self.first_name

    @property
    def zone(self) -> ZoneInfo:
        """The zone of this person's clocks: the chapter's; UTC for an administrator without one."""
        return self.chapter.zone if self.chapter else ZoneInfo("UTC")

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Also forget the duties that `mentors.roles` remembered for this person."""
        self.__dict__.pop("_duties", None)
        super().refresh_from_db(*args, **kwargs)


class Position(models.Model):
    """A role at one unit, from a day to a day. One person may hold several."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="positions")
    role = models.CharField(max_length=20, choices=Role)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="positions"
    )
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="positions"
    )
    chapter = models.ForeignKey(
        Chapter, models.PROTECT, null=True, blank=True, related_name="positions"
    )
    starts_on = models.DateField("from")
    ends_on = models.DateField(
        "to", null=True, blank=True, help_text="The last day; empty while it lasts."
    )

    objects = PositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(region__isnull=False, district__isnull=True, chapter__isnull=True)
                    | Q(region__isnull=True, district__isnull=False, chapter__isnull=True)
                    | Q(region__isnull=True, district__isnull=True, chapter__isnull=False)
                ),
                name="position_at_exactly_one_unit",
                violation_error_message="Choose one unit: a region, a district or a chapter.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[Role.RCIC, Role.LEADER]) | Q(chapter__isnull=False),
                name="position_manager_and_chair_at_chapter",
                violation_error_message="This role exists at chapters only.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="position_ends_after_start",
                violation_error_message="The last day is before the first.",
            ),
            models.UniqueConstraint(
                fields=["volunteer", "role", "region", "district", "chapter"],
                condition=Q(ends_on__isnull=True),
                nulls_distinct=False,
                name="position_once_at_a_time",
                violation_error_message="This person already holds this position.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.unit}"

    @property
    def unit(self) -> Region | District | Chapter:
        """The one unit at which the position is held."""
        unit = self.chapter or self.district or self.region
        assert unit is not None  # held by position_at_exactly_one_unit
        return unit

    def in_force(self, day: date) -> bool:
        """Whether it is held on this local day of the holder."""
        return self.starts_on <= day and not self.has_ended(day)

    def has_ended(self, day: date) -> bool:
        """Whether its last day was before this local day of the holder."""
        return self.ends_on is not None and self.ends_on < day


class MentorProfile(models.Model):
    """Whom a mentor can help, and how much."""

    volunteer = models.OneToOneField(
        Volunteer, models.CASCADE, related_name="profile", primary_key=True
    )
    areas = models.ManyToManyField(MentoringArea, blank=True, related_name="mentors")
    business_types = models.ManyToManyField(BusinessType, blank=True, related_name="mentors")
    keywords = models.CharField(
        max_length=500, blank=True, help_text="Skills in your own words, separated by commas."
    )
    summary = models.TextField(max_length=4000, blank=True)
    weekly_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="New requests per week, from Sunday. Blank: no limit."
    )
    accepts_direct = models.BooleanField(
        "clients may ask for me by name", default=False, help_text="Direct requests."
    )
    serves_outside = models.BooleanField("serves clients outside the local area", default=False)
    in_directory = models.BooleanField(
        "listed in the public directory",
        default=False,
        help_text="Name, chapter, expertise and languages are then open to everybody.",
    )
    public_words = models.TextField(
        "about me, for clients",
        max_length=1000,
        blank=True,
        validators=[refuse_addresses],
        help_text="Stands in the directory. No e-mail addresses, phone numbers or links.",
    )
    words: Any = models.GeneratedField(
        expression=Func(
            name_words("keywords"),
            name_words("summary"),
            SearchVector("keywords", "summary", config="english"),
            template="(%(expressions)s)",
            arg_joiner=" || ",
            output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="Keywords and summary, to be searched by word as they are and by stem.",
    )

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="profile_words"),
            GinIndex(PUBLIC_WORDS, condition=Q(in_directory=True), name="profile_public_words"),
        ]

    def __str__(self) -> str:
        return f"Mentor profile of {self.volunteer}"
