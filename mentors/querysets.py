"""The lists of people and units that the rest of the program asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import DateField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce

from mentors.enums import Classification, VolunteerStatus

if TYPE_CHECKING:
    from mentors.models.units import Chapter
    from mentors.models.volunteers import Position, Volunteer  # noqa: F401


def local_day(now: datetime, zone_field: str) -> Cast:
    """The calendar date at `now` in the zone that a column names, reckoned by the database."""
    zone = Coalesce(F(zone_field), Value("UTC"))
    at = Value(now, output_field=models.DateTimeField())
    local = Func(zone, at, function="timezone", output_field=models.DateTimeField())
    return Cast(local, DateField())


def dates_anywhere(now: datetime) -> tuple[date, date]:
    """The first and the last calendar date that it is anywhere on earth at `now`."""
    at = now.astimezone(UTC)
    return (at - timedelta(hours=12)).date(), (at + timedelta(hours=14)).date()


class ChapterQuerySet(models.QuerySet["Chapter"]):
    def for_zip(self, zip_code: str) -> Chapter:
        """The chapter with the longest matching prefix, else the national virtual chapter.

        Raises Chapter.DoesNotExist if the organisation has no national chapter.
        """
        prefixes = [zip_code[:length] for length in range(1, 6) if len(zip_code) >= length]
        found = (
            self.filter(zip_prefixes__prefix__in=prefixes)
            .order_by(models.functions.Length("zip_prefixes__prefix").desc())
            .first()
        )
        return found or self.get(is_national=True)


class PositionQuerySet(models.QuerySet["Position"]):
    def for_user(self, user: Volunteer, now: datetime) -> PositionQuerySet:
        """The positions `user` may see: at chapters he serves, and of people he may open."""
        from mentors.models import Volunteer
        from mentors.roles import duties

        mine = duties(user, now)
        if mine.is_admin:
            return self
        people = Volunteer.objects.for_user(user, now)
        return self.filter(Q(chapter__in=mine.people_of) | Q(volunteer__in=people.values("pk")))

    def lasting(self, now: datetime) -> PositionQuerySet:
        """Positions held today or from a later day on; those that have ended are left out."""
        today = local_day(now, "volunteer__chapter__time_zone")
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))

    def in_force(self, now: datetime) -> PositionQuerySet:
        """Positions held today, a day being that of the holder's chapter."""
        today = local_day(now, "volunteer__chapter__time_zone")
        return self.held_on(today).filter(volunteer__is_active=True)

    def in_force_anywhere(self, now: datetime) -> PositionQuerySet:
        """Positions held today in some zone, whosever: for who knows the holders and their zones.

        No table is joined for them; `Position.in_force` says of each whether it is held there.
        """
        first, last = dates_anywhere(now)
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)

    def held_on(self, day: date | Cast) -> PositionQuerySet:
        """Positions held on a day, also of somebody who cannot sign in any more."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def above(self, chapter: Chapter) -> PositionQuerySet:
        """Positions at the chapter, its district or its region."""
        return self.filter(
            Q(chapter=chapter)
            | Q(district=chapter.district_id)
            | Q(region__districts=chapter.district_id)
        )


class PauseQuerySet(models.QuerySet[Any]):
    def in_force(self, now: datetime) -> PauseQuerySet:
        """Pauses that hold today, in the zone of each mentor's chapter.

        Of the last condition an index makes use, which knows no zones: nowhere is it earlier.
        """
        today = local_day(now, "mentor__chapter__time_zone")
        return self.filter(
            Q(resumed_on__isnull=True) | Q(resumed_on__gt=today),
            starts_on__lte=today,
            ends_on__gte=today,
        ).filter(ends_on__gte=now.date() - timedelta(days=2))

    def in_force_anywhere(self, now: datetime) -> PauseQuerySet:
        """Pauses that hold today in some zone, whosever: for who knows the zones of the mentors.

        No table is joined for them; `Pause.in_force` says of each whether it holds in its zone.
        """
        first, last = dates_anywhere(now)
        return self.filter(
            Q(resumed_on__isnull=True) | Q(resumed_on__gt=first),
            starts_on__lte=last,
            ends_on__gte=first,
        )

    def covering(self, mentor: Volunteer, first: date, last: date) -> PauseQuerySet:
        """The pauses of a mentor that hold on all these days."""
        not_ended = Q(resumed_on__isnull=True) | Q(resumed_on__gt=last)
        return self.filter(not_ended, mentor=mentor, starts_on__lte=first, ends_on__gte=last)

    def over(self, days: int, now: datetime) -> PauseQuerySet:
        """Pauses in force today that last longer than so many days, by their dates."""
        return self.in_force(now).filter(ends_on__gt=F("starts_on") + timedelta(days=days - 1))


class VolunteerQuerySet(models.QuerySet["Volunteer"]):
    def mentors(self) -> VolunteerQuerySet:
        """Active volunteers of classification Mentor, paused or not."""
        return self.filter(
            status=VolunteerStatus.ACTIVE, classification=Classification.MENTOR, is_active=True
        )

    def helpers(self) -> VolunteerQuerySet:
        """Who can help a mentor: active Mentors and Subject Matter Experts, paused or not."""
        return self.filter(
            status=VolunteerStatus.ACTIVE,
            classification__in=[Classification.MENTOR, Classification.SME],
            is_active=True,
        )

    def assignable(self, now: datetime) -> VolunteerQuerySet:
        """Who can be given a request now: mentors that are not paused today."""
        from mentors.models import Pause

        paused = Pause.objects.filter(mentor=OuterRef("pk")).in_force(now)
        return self.mentors().exclude(Exists(paused))

    def for_user(self, user: Volunteer, now: datetime) -> VolunteerQuerySet:
        """The people whose record `user` may open: himself and those of the chapters he serves."""
        from mentors.roles import duties

        mine = duties(user, now)
        if mine.is_admin:
            return self
        return self.filter(Q(pk=user.pk) | Q(chapter__in=mine.people_of))


class SharedQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Volunteer, now: datetime) -> SharedQuerySet:
        """What `user` keeps himself, and what is shared at a unit above a chapter he serves."""
        from mentors.models import Chapter
        from mentors.roles import duties

        mine = duties(user, now)
        if mine.is_admin:
            shared = Q(region__isnull=False) | Q(district__isnull=False) | Q(chapter__isnull=False)
            return self.filter(Q(owner=user) | shared)
        if not mine.sees_requests_of:
            return self.filter(owner=user)
        served = Chapter.objects.filter(pk__in=mine.sees_requests_of)
        return self.filter(
            Q(owner=user)
            | Q(chapter__in=mine.sees_requests_of)
            | Q(district__in=served.values("district"))
            | Q(region__in=served.values("district__region"))
        )


class VolunteerManager(BaseUserManager.from_queryset(VolunteerQuerySet)):  # type: ignore[misc]
    """Looks volunteers up by e-mail whatever its capitals."""

    use_in_migrations = False

    def get_by_natural_key(self, email: str | None) -> Volunteer:
        """The volunteer with this e-mail. Raises Volunteer.DoesNotExist."""
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Volunteer:
        """Add a volunteer; without a password he must ask for one by mail.

        The e-mail is kept in small letters: the sign-in looks for it so.
        """
        volunteer = self.model(email=email.strip().lower(), **fields)
        volunteer.set_password(password)
        volunteer.save(using=self._db)
        return volunteer

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Volunteer:
        """Add an administrator, who needs no chapter."""
        return self.create_user(
            email,
            password,
            is_staff=True,
            is_superuser=True,
            status=VolunteerStatus.ACTIVE,
            **fields,
        )
