"""Finding a colleague who can help: a short list, one's own chapter first, and nobody left out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, Value, When

from intake.models import MentoringRequest
from mentors.enums import Classification
from mentors.finding import said_of
from mentors.models import Chapter, Pause, Volunteer
from mentors.querysets import VolunteerQuerySet
from mentors.words import day_in_words

MOST = 12
"""So many are listed; another word helps more than a longer list."""
MOST_AREAS = 3
MOST_LISTED = 60
"""A list to choose from without a search is no longer than this."""

Companions = Sequence[tuple[str, Sequence[tuple[int, str]]]]
"""Who can have taken part in a session, in groups: (name of the group, [(id, name)…])."""


@dataclass(frozen=True)
class Helper:
    """Somebody who can be asked for help."""

    person: Volunteer
    what: str
    """“Subject Matter Expert”, “Mentor”."""
    where: str
    areas: str
    paused: str
    """“paused until Mon 7 Dec”: he may still be asked."""


@dataclass(frozen=True)
class Found:
    """What a search found, or the people of one's own chapter without one."""

    rows: Sequence[Helper]
    is_cut: bool
    searched: bool


def find_helpers(
    words: str, *, near: Chapter | None, without: Collection[int], now: datetime
) -> Found:
    """Who can help and fits all these words; without words, who is near. Four queries.

    The own chapter comes first, then the district and the region; names in the order of letters.
    """
    people = Volunteer.objects.helpers().exclude(pk__in=without)
    people = people.filter(said_of(words) if words.strip() else Q(chapter=near))
    nearest = nearest_first(people, near).select_related("chapter")
    rows = list(nearest.prefetch_related("profile__areas")[: MOST + 1])
    paused = _paused([person.pk for person in rows], now)
    helpers = [_helper(person, paused.get(person.pk, "")) for person in rows[:MOST]]
    return Found(helpers, len(rows) > MOST, bool(words.strip()))


def nearest_first(people: VolunteerQuerySet, near: Chapter | None) -> VolunteerQuerySet:
    """These people, those of the chapter first, then of its district and its region."""
    if near is None:
        return people.order_by("last_name", "first_name", "pk")
    distance = Case(
        When(chapter=near, then=Value(0)),
        When(chapter__district=near.district_id, then=Value(1)),
        When(chapter__district__region=near.district.region_id, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return people.order_by(distance, "last_name", "first_name", "pk")


def companions(mre: MentoringRequest, lead: Volunteer, present: Iterable[int] = ()) -> Companions:
    """Whom a form offers as co-mentors of a session: who is in it or on the team, the own chapter.

    Everybody else is found by a search, on the page of the session's company. Three queries.
    """
    known = {*present, *mre.team.present().values_list("volunteer", flat=True)} - {lead.pk}
    close = Volunteer.objects.filter(pk__in=known)
    others = (
        Volunteer.objects.helpers().filter(chapter=lead.chapter).exclude(pk__in={*known, lead.pk})
    )
    groups = [
        ("In the session or on the team", _choices(close)),
        (str(lead.chapter), _choices(others)),
    ]
    return [(name, people) for name, people in groups if people]


def _choices(people: VolunteerQuerySet) -> list[tuple[int, str]]:
    rows = people.order_by("first_name", "last_name", "pk")[:MOST_LISTED]
    return [(person.pk, str(person)) for person in rows]


def _helper(person: Volunteer, paused: str) -> Helper:
    areas = list(person.profile.areas.all()) if hasattr(person, "profile") else []
    names = sorted(area.name for area in areas)
    more = f" and {len(names) - MOST_AREAS} more" if len(names) > MOST_AREAS else ""
    return Helper(
        person=person,
        what=Classification(person.classification).label,
        where=str(person.chapter or ""),
        areas=", ".join(names[:MOST_AREAS]) + more,
        paused=paused,
    )


def _paused(ids: Collection[int], now: datetime) -> dict[int, str]:
    pauses = Pause.objects.filter(mentor__in=ids).in_force(now).order_by("ends_on")
    return {
        mentor: f"paused until {day_in_words(ends_on)}"
        for mentor, ends_on in pauses.values_list("mentor", "ends_on")
    }
