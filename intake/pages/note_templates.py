"""Words that are at hand where somebody writes, filled in for a request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from intake.enums import WordsFor
from intake.models import MentoringRequest, NoteTemplate
from intake.wording import fill, places_of
from mentors.models import Volunteer


@dataclass(frozen=True)
class Wording:
    """Words as they read for one request. `key` names them in an address: ?words=key."""

    key: str
    name: str
    text: str
    begins: bool = False
    """Whether they stand in the field from the start."""


def at_hand(user: Volunteer, now: datetime, purpose: WordsFor) -> QuerySet[NoteTemplate]:
    """One's own words for a purpose and those shared with one's units, by name.

    Notes to a mentor are shared among the coordinators of a unit, all others with its mentors too.
    """
    return all_at_hand(user, now, [purpose])


def all_at_hand(
    user: Volunteer, now: datetime, purposes: Iterable[WordsFor]
) -> QuerySet[NoteTemplate]:
    """The same for several purposes, one after the other."""
    wanted = set(purposes)
    found = NoteTemplate.objects.for_user(user, now)
    if wanted != {WordsFor.MENTOR}:
        for_clients = _shared_at_home(user) & ~Q(purpose=WordsFor.MENTOR)
        found |= NoteTemplate.objects.filter(for_clients)
    kept: QuerySet[NoteTemplate] = found.filter(purpose__in=wanted)
    return kept.order_by("purpose", Lower("name"), "pk")


def _shared_at_home(user: Volunteer) -> Q:
    """What is shared with the chapter of a volunteer, its district or its region."""
    if (home := user.chapter) is None:
        return Q(pk__in=[])
    return Q(chapter=home) | Q(district=home.district_id) | Q(region=home.district.region_id)


def filled_in(
    templates: Iterable[NoteTemplate], mre: MentoringRequest, reader: Volunteer
) -> list[Wording]:
    """The words of each for this request.

    Only the reader's own words begin: what others share is there to be chosen.
    """
    return [
        Wording(
            key=str(template.pk),
            name=template.name,
            text=fill(template.text, places_of(mre, WordsFor(template.purpose))),
            begins=template.begins and template.owner_id == reader.pk,
        )
        for template in templates
    ]


def first_words(words: Sequence[Wording], asked: str | None = None) -> str:
    """What stands in the field: the words asked for by `?words=`, else those that begin."""
    chosen = [each for each in words if each.key == asked] or [
        each for each in words if each.begins
    ]
    return chosen[0].text if chosen else ""
