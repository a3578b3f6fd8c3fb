"""The public directory: which mentors it lists, in which order, and what everybody may read.

`Entry` is all that strangers learn of a mentor. Why somebody takes no request at the moment is not
among it: who is paused, has reached his limit or wants no direct requests looks the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, TextField, Value
from django.db.models.functions import MD5, Cast, Concat
from django.utils.translation import gettext

from intake.pages.near import Place, distance
from intake.shortlist import taking_direct
from intake.wishes import listed
from mentors.finding import publicly_said_of
from mentors.models import BusinessType, Chapter, MentoringArea, MentorProfile, Volunteer
from mentors.querysets import VolunteerQuerySet

SIMILAR = 3
LOOKED_AT = 30
"""So many of the nearest are asked whether they take requests, to find some who do."""


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for. What is empty is not asked for."""

    area: MentoringArea | None = None
    business_type: BusinessType | None = None
    language: str = ""
    words: str = ""
    place: Place | None = None
    takes_requests: bool = False


@dataclass(frozen=True)
class Entry:
    """What everybody may read of a mentor."""

    pk: int
    name: str
    first_name: str
    chapter: str
    areas: Sequence[str]
    business_types: Sequence[str]
    languages: Sequence[str]
    words: str
    takes_requests: bool


# --- Whom -----------------------------------------------------------------------------------------


def found(wanted: Wanted, now: datetime) -> VolunteerQuerySet:
    """The listed mentors who fit."""
    rows = listed().filter(publicly_said_of(wanted.words), _fits(wanted))
    if wanted.takes_requests:
        rows = rows.filter(pk__in=taking_direct(rows, now))
    return rows


def _fits(wanted: Wanted) -> Q:
    fits = wanted.place.people if wanted.place else Q()
    if wanted.area:
        fits &= Q(profile__areas=wanted.area)
    if wanted.business_type:
        fits &= Q(profile__business_types=wanted.business_type)
    if wanted.language:
        fits &= Q(languages__contains=[wanted.language])
    return fits


# --- In which order -------------------------------------------------------------------------------


def turn_of(asked: str, now: datetime) -> str:
    """The day whose order holds: today's; yesterday's for who began to leaf through it then.

    Nobody chooses an order in which he comes first.
    """
    today = now.astimezone(UTC).date()
    days = {day.isoformat() for day in (today, today - timedelta(days=1))}
    return asked if asked in days else date.isoformat(today)


def in_turn(rows: VolunteerQuerySet, turn: str, near: Chapter | None = None) -> VolunteerQuerySet:
    """Shuffled anew each day, the same for everybody all day; the nearest first, if that is asked.

    So nobody stands first for ever because of his name.
    """
    nearest = [distance(near)] if near else []
    return rows.order_by(*nearest, _shuffled(turn), "pk")


def _shuffled(turn: str) -> MD5:
    return MD5(Concat(Value(turn, TextField()), Cast("pk", TextField())))


# --- What everybody may read ----------------------------------------------------------------------


def entries(ids: Iterable[int], now: datetime) -> list[Entry]:
    """These mentors, in this order; who is not listed is left out. Six queries."""
    wanted = list(ids)
    return _entries(wanted, taking_direct(listed().filter(pk__in=wanted), now))


def _entries(ids: Sequence[int], taking: set[int]) -> list[Entry]:
    known = {one.pk: one for one in read(listed().filter(pk__in=ids))}
    return [entry_of(known[pk], takes_requests=pk in taking) for pk in ids if pk in known]


def read(people: VolunteerQuerySet) -> VolunteerQuerySet:
    """With all that an entry shows."""
    with_units = people.select_related("chapter", "profile").order_by("pk")
    return with_units.prefetch_related("profile__areas", "profile__business_types")


def entry_of(mentor: Volunteer, *, takes_requests: bool) -> Entry:
    """The entry of a mentor as it would read, listed or not."""
    profile = mentor.profile
    return Entry(
        pk=mentor.pk,
        name=str(mentor),
        first_name=mentor.first_name,
        chapter=str(mentor.chapter or ""),
        areas=_names(profile.areas.all()),
        business_types=_names(profile.business_types.all()),
        languages=[gettext(name) for name in mentor.languages],
        words=profile.public_words,
        takes_requests=takes_requests,
    )


def _names(picks: Iterable[MentoringArea | BusinessType]) -> list[str]:
    return sorted(gettext(pick.name) for pick in picks)


def similar(pk: int, turn: str, now: datetime) -> list[Entry]:
    """Up to three who take requests and know the same: the nearest, then with most in common."""
    himself = listed().select_related("chapter__district").get(pk=pk)
    own = MentorProfile.areas.through.objects.filter(mentorprofile=pk).values("mentoringarea")
    others = listed().exclude(pk=pk).filter(profile__areas__in=own, profile__accepts_direct=True)
    assert himself.chapter is not None  # held by volunteer_has_chapter: he is no administrator
    nearest = others.annotate(common=Count("profile__areas")).order_by(
        distance(himself.chapter), "-common", _shuffled(turn)
    )
    ids = list(nearest.values_list("pk", flat=True)[:LOOKED_AT])
    taking = taking_direct(listed().filter(pk__in=ids), now)
    return _entries([other for other in ids if other in taking][:SIMILAR], taking)
