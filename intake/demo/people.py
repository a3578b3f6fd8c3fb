"""The cast: units, volunteers, their duties and their expertise, made by the acts of a roster."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from intake.calendar import week_start
from intake.demo import ADMINISTRATOR, PASSWORD
from intake.demo.script import chance, read, seeded, volunteer_address
from mentors import actions as roster
from mentors.enums import Classification, Role, VolunteerStatus
from mentors.models import (
    BusinessType,
    Chapter,
    District,
    MentoringArea,
    Position,
    Region,
    Volunteer,
    ZipPrefix,
)

TEMPERS = ("quick", "quick", "steady", "steady", "steady", "slow")
"""How fast a mentor answers; each mentor has one."""
SPEAKS = {2: "Spanish", 9: "Spanish", 5: "French", 7: "Hindi", 8: "Mandarin"}
"""What the mentor of that place on a chapter's list speaks besides English."""
STANDINGS = {
    6: (VolunteerStatus.PROVISIONAL, Classification.MENTOR),
    10: (VolunteerStatus.ACTIVE, Classification.SME),
    12: (VolunteerStatus.RESIGNED, Classification.MENTOR),
    13: (VolunteerStatus.ACTIVE, Classification.SME),
    14: (VolunteerStatus.INACTIVE, Classification.MENTOR),
}
"""Who of a chapter's list is no assignable mentor."""
LIMITS = (None, None, 2, 3, 4)
LARGE = 9
"""From so many mentors on a chapter has a chair who leads it."""


@dataclass(eq=False)
class Mentor:
    """A mentor as coordinators know him."""

    person: Volunteer
    areas: frozenset[str]
    types: frozenset[str]
    temper: str
    limit: int | None
    direct: bool
    scripted: bool = False
    """Whether only a scene gives him requests."""
    away: bool = False
    about_to_pause: bool = False
    """Whether he begins a pause in the weeks in which the scenes play."""
    clients: int = 0
    _taken: Counter[datetime] = field(default_factory=Counter)

    def take(self, now: datetime, number: int = 1) -> None:
        """Count a request against this week's limit, or take it off again with -1."""
        self._taken[week_start(now, self.person.zone)] += number

    def is_free(self, now: datetime) -> bool:
        """Whether a coordinator may think of him now."""
        if self.away or self.scripted:
            return False
        return self.limit is None or self._taken[week_start(now, self.person.zone)] < self.limit


@dataclass(eq=False)
class Place:
    """A chapter, with its people."""

    chapter: Chapter
    city: str
    zips: list[str]
    phones: list[str]
    share: int
    coordinators: list[Volunteer] = field(default_factory=list)
    manager: Volunteer | None = None
    mentors: list[Mentor] = field(default_factory=list)
    experts: list[Volunteer] = field(default_factory=list)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the chapter's clocks."""
        return self.chapter.zone


@dataclass(eq=False)
class Cast:
    """Everybody, and where they are."""

    admin: Volunteer
    places: list[Place]
    stars: dict[str, Mentor] = field(default_factory=dict)
    """The mentors whom the script names, by their names."""
    handed_back: set[int] = field(default_factory=set)
    """Requests that went back because their mentor paused, until their stories have noticed."""

    def place(self, name: str) -> Place:
        """The chapter of that city."""
        return next(place for place in self.places if place.chapter.name.endswith(name))

    def around(self, place: Place) -> Iterator[list[Mentor]]:
        """The mentors a coordinator looks through: the chapter's, the district's, the region's."""
        yield place.mentors
        district = place.chapter.district
        yield _mentors(p for p in self.places if p.chapter.district == district)
        yield _mentors(p for p in self.places if p.chapter.district.region == district.region)


def _mentors(places: Iterable[Place]) -> list[Mentor]:
    return [mentor for place in places for mentor in place.mentors]


def hire(start: datetime) -> Cast:
    """Found the units and bring everybody on the rosters, before `start`."""
    name = ADMINISTRATOR[1]
    first, last = name.split()
    admin = Volunteer.objects.create_superuser(
        volunteer_address(name), first_name=first, last_name=last, date_joined=start
    )
    _let_in(admin)
    cast = Cast(admin, _found_units())
    hiring = _Hiring(cast, start)
    for person in read("cast")["person"]:
        hiring.by_name(person)
    for place in cast.places:
        hiring.fill(place)
    _find_coordinators(cast, start)
    return cast


@cache
def _password() -> str:
    """The one password of the demo, made unreadable once: that takes its time."""
    return make_password(PASSWORD)


def _let_in(person: Volunteer) -> None:
    person.password = _password()
    person.save(update_fields=["password"])


def _found_units() -> list[Place]:
    script = read("cast")
    regions = {
        unit["code"]: Region.objects.create(code=unit["code"], name=unit["name"])
        for unit in script["region"]
    }
    districts = {
        unit["code"]: District.objects.create(
            code=unit["code"], name=unit["name"], region=regions[unit["region"]]
        )
        for unit in script["district"]
    }
    return [_found_chapter(unit, districts[unit["district"]]) for unit in script["chapter"]]


def _found_chapter(unit: dict[str, Any], district: District) -> Place:
    chapter = Chapter.objects.create(
        code=unit["code"],
        name=unit["name"],
        district=district,
        time_zone=unit["zone"],
        is_national=unit.get("national", False),
    )
    ZipPrefix.objects.bulk_create(
        ZipPrefix(prefix=prefix, chapter=chapter) for prefix in unit["prefixes"]
    )
    return Place(chapter, unit["city"], unit["zips"], unit["phones"], unit["share"])


class _Hiring:
    """Brings people on the rosters, the named ones first."""

    def __init__(self, cast: Cast, start: datetime) -> None:
        self.cast, self.start = cast, start
        self.rng = seeded("hiring")
        self.listing = seeded("listing")
        self.areas = {area.name: area for area in MentoringArea.objects.all()}
        self.types = {kind.name: kind for kind in BusinessType.objects.all()}
        self.units: dict[str, Region | District | Chapter] = {
            unit.code: unit for model in (Region, District) for unit in model.objects.all()
        } | {place.chapter.code: place.chapter for place in cast.places}
        self.by_code = {place.chapter.code: place for place in cast.places}
        self.wanted = {unit["code"]: unit["mentors"] for unit in read("cast")["chapter"]}
        self.names = self._pool()

    def _pool(self) -> Iterator[str]:
        """First and last names that do not come twice."""
        names = read("cast")["names"]
        firsts, lasts = list(names["mentor_first"]), list(names["mentor_last"])
        self.rng.shuffle(firsts)
        self.rng.shuffle(lasts)
        for n, last in enumerate(lasts):
            yield f"{firsts[n % len(firsts)]} {last}"

    def by_name(self, script: dict[str, Any]) -> None:
        """Somebody of the script, with his duties or his expertise."""
        place = self.by_code[script["chapter"]]
        is_mentor = script.get("mentor", False)
        person = self.add(place, script["name"], Classification.MENTOR if is_mentor else None)
        if "sign_in" in script:
            _let_in(person)
        for role, code in script.get("duties", ()):
            self.name_to(person, Role(role), code, script.get("until"))
        if is_mentor:
            self.cast.stars[script["name"]] = self.introduce(place, person, script)

    def add(
        self, place: Place, name: str, classification: Classification | None = None
    ) -> Volunteer:
        """Put a person on the roster of a chapter; without a classification a plain volunteer."""
        first, last = name.split()
        joined = self.start - timedelta(days=self.rng.randint(200, 4000))
        person = roster.add_volunteer(
            by=self.cast.admin,
            now=joined,
            chapter=place.chapter,
            first_name=first,
            last_name=last,
            email=volunteer_address(name),
            phone=f"({place.phones[0]}) 555-{self.rng.randint(100, 199):04}",
            classification=classification or Classification.VOLUNTEER,
        )
        return Volunteer.objects.select_related("chapter__district").get(pk=person.pk)

    def name_to(self, person: Volunteer, role: Role, code: str, until: str | None = None) -> None:
        """Name a person to a role at a unit; districts and regions go by the admin pages."""
        unit = self.units[code]
        since = self.start.date() - timedelta(days=self.rng.randint(400, 1500))
        ends_on = date.fromisoformat(until) if until else None
        if ends_on is not None:
            since = ends_on - timedelta(days=700)
        if isinstance(unit, Chapter):
            roster.name_to_position(
                volunteer_id=person.pk,
                by=self.cast.admin,
                now=self.start,
                role=role,
                chapter=unit,
                starts_on=since,
                ends_on=ends_on,
            )
            self._remember(person, role, self.by_code[code])
        else:
            level = "district" if isinstance(unit, District) else "region"
            Position.objects.create(volunteer=person, role=role, starts_on=since, **{level: unit})

    def _remember(self, person: Volunteer, role: Role, place: Place) -> None:
        if role == Role.CHAPTER_MANAGER:
            place.manager = person

    def introduce(self, place: Place, person: Volunteer, knows: dict[str, Any]) -> Mentor:
        """Write down what a mentor knows and how much he takes."""
        roster.change_expertise(
            mentor_id=person.pk,
            by=self.cast.admin,
            now=self.start,
            areas=[self.areas[name] for name in knows["areas"]],
            business_types=[self.types[name] for name in knows["types"]],
            languages=knows["languages"],
            keywords=knows["keywords"],
            summary=knows["summary"],
            serves_outside=knows.get("outside", False),
        )
        roster.change_listing(
            mentor_id=person.pk,
            by=self.cast.admin,
            now=self.start,
            in_directory=knows.get("listed", False),
            public_words=knows["summary"],
            accepts_direct=knows.get("direct", False),
        )
        limit = knows.get("limit")
        if limit is not None:
            roster.change_limit(
                mentor_id=person.pk, by=self.cast.admin, now=self.start, weekly_limit=limit
            )
        person.languages = knows["languages"]
        mentor = Mentor(
            person=person,
            areas=frozenset(knows["areas"]),
            types=frozenset(knows["types"]),
            temper=knows.get("temper", "steady"),
            limit=limit,
            direct=knows.get("direct", False),
            scripted=knows.get("scripted", False),
        )
        place.mentors.append(mentor)
        return mentor

    def fill(self, place: Place) -> None:
        """The other mentors of a chapter, and who keeps its roster and its pauses."""
        code = place.chapter.code
        for n in range(self.wanted[code] - len(place.mentors)):
            self._add_mentor(place, n)
        if place.manager is None:
            self.name_to(self.add(place, next(self.names)), Role.CHAPTER_MANAGER, code)
        if not Position.objects.filter(chapter=place.chapter, role=Role.MEMBERSHIP_CHAIR).exists():
            self.name_to(place.mentors[2].person, Role.MEMBERSHIP_CHAIR, code)
        if len(place.mentors) >= LARGE:
            self.name_to(place.mentors[1].person, Role.LEADER, code)

    def _add_mentor(self, place: Place, n: int) -> None:
        person = self.add(place, next(self.names), Classification.MENTOR)
        self.introduce(place, person, self._knowledge(place, n))
        if n in STANDINGS:
            status, classification = STANDINGS[n]
            roster.change_standing(
                volunteer_id=person.pk,
                by=self.cast.admin,
                now=self.start,
                status=status,
                classification=classification,
            )
            place.mentors.pop()
            if classification == Classification.SME:
                place.experts.append(person)

    def _knowledge(self, place: Place, n: int) -> dict[str, Any]:
        """The field of the n-th mentor of a chapter, and something of the next one."""
        fields, rng = read("cast")["field"], self.rng
        own, other = (fields[(n + k + place.share) % len(fields)] for k in (0, rng.randint(1, 4)))
        extra = [name for name in rng.sample(other["areas"], 2) if name not in own["areas"]]
        return {
            "areas": [*own["areas"], *extra][:6],
            "types": sorted({*own["types"], *rng.sample(other["types"], 2)}),
            "languages": ["English", *([SPEAKS[n]] if n in SPEAKS else [])],
            "keywords": ", ".join([*own["keywords"], rng.choice(other["keywords"])]),
            "summary": own["summary"].format(years=rng.randint(12, 38)),
            "limit": rng.choice(LIMITS),
            "direct": chance(rng, 0.4),
            "listed": chance(self.listing, 0.6),
            "outside": chance(rng, 0.3) or place.chapter.is_national,
            "temper": rng.choice(TEMPERS),
        }


def _find_coordinators(cast: Cast, start: datetime) -> None:
    """Who works on the queue of each chapter: the district's coordinator before the others."""
    for place in cast.places:
        held = Position.objects.in_force(start).above(place.chapter).filter(role=Role.RCIC)
        positions = list(held.select_related("volunteer__chapter__district").order_by("pk"))
        positions.sort(key=lambda held: (held.district_id is None, held.chapter_id is None))
        place.coordinators = [position.volunteer for position in positions]
