"""Ten thousand volunteers: who they are, what they know, how they answer, when they pause. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from intake.national import SIGN_INS
from intake.national.chance import Chance
from intake.national.clients import names
from intake.national.country import City, cities, districts, regions, script
from mentors.enums import Classification, Role, VolunteerStatus

VOLUNTEERS, ASSIGNABLE = 10_000, 7_000
FEWEST = 12
"""Volunteers of the smallest chapter."""
LIMITS = (None, None, None, 1, 2, 2, 3, 4)
OTHERS = (
    (VolunteerStatus.ACTIVE, Classification.SME),
    (VolunteerStatus.ACTIVE, Classification.VOLUNTEER),
    (VolunteerStatus.PROVISIONAL, Classification.MENTOR),
    (VolunteerStatus.INACTIVE, Classification.MENTOR),
    (VolunteerStatus.RESIGNED, Classification.MENTOR),
)
"""What those are who are no active mentors."""
PAUSES_A_YEAR = 1.2
EARLIEST, PLANNED_AHEAD = 3_700, 30
"""Days back to which pauses reach; days ahead to which they are planned."""
OWN_COORDINATOR = 3
"""From this size on a chapter has a coordinator of its own; the district's serves the others."""


@dataclass(frozen=True)
class Temper:
    """How a mentor answers: hours as he typically takes them, shares of declines and silence."""

    hours: float
    declines: float
    silence: float


TEMPERS = (
    Temper(4, 0.04, 0.005),
    Temper(11, 0.06, 0.02),
    Temper(17, 0.07, 0.03),
    Temper(26, 0.09, 0.05),
    Temper(40, 0.14, 0.12),
)


@dataclass(frozen=True)
class Away:
    """A pause, its last day included; `back` is the day of an early return."""

    first: date
    last: date
    back: date | None
    reason: str


@dataclass(eq=False)
class Someone:
    """A volunteer. `weight` is how much coordinators think of him."""

    number: int
    first_name: str
    last_name: str
    city: City
    temper: Temper
    weight: float
    joined: date
    pauses: list[Away]
    status: VolunteerStatus = VolunteerStatus.ACTIVE
    classification: Classification = Classification.MENTOR
    areas: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("English",)
    keywords: str = ""
    limit: int | None = None
    direct: bool = False
    outside: bool = False
    email: str = ""
    duties: list[tuple[Role, str]] = field(default_factory=list)
    """Roles, each with the code of its unit."""
    id: str = field(init=False)
    """The external id."""

    def __post_init__(self) -> None:
        self.id = f"V{self.number:05}"

    @property
    def is_mentor(self) -> bool:
        """Whether requests are given to him, unless he pauses."""
        active = self.status == VolunteerStatus.ACTIVE
        return active and self.classification == Classification.MENTOR

    def is_away(self, day: date) -> bool:
        """Whether he pauses on a day."""
        return any(
            away.first <= day <= away.last and not (away.back and day >= away.back)
            for away in self.pauses
        )


def volunteers(until: date, areas: Sequence[str], types: Sequence[str]) -> list[Someone]:
    """Everybody as of a day, by number; the first seven sign in, all at the largest chapter."""
    chance = Chance("volunteers")
    homes = [city for city, count in zip(cities(), _sizes(), strict=True) for _ in range(count)]
    chance.shuffle(homes)
    largest = max(cities(), key=lambda city: city.size)
    homes[: len(SIGN_INS)] = [largest] * len(SIGN_INS)
    people = [_someone(chance, number, home, until) for number, home in enumerate(homes, start=1)]
    _sort_out(chance, people, until)
    for person in people:
        if person.classification != Classification.VOLUNTEER:
            _teach(chance, person, areas, types)
    for person, email in zip(people, SIGN_INS.values(), strict=False):
        person.email = email
    _appoint(people)
    return people


def _sizes() -> list[int]:
    """Volunteers of each chapter: by its size, together exactly so many as there are."""
    spread = VOLUNTEERS - FEWEST * len(cities())
    whole = sum(city.size for city in cities())
    upto = 0
    found = []
    for city in cities():
        before, upto = spread * upto // whole, upto + city.size
        found.append(FEWEST + spread * upto // whole - before)
    return found


def _someone(chance: Chance, number: int, home: City, until: date) -> Someone:
    first, last = (chance.one_of(names(which))[0] for which in ("first", "last"))
    joined = until - timedelta(days=int(200 + 9_000 * chance.random()))
    return Someone(
        number=number,
        first_name=first,
        last_name=last,
        city=home,
        temper=chance.one_of(TEMPERS),
        weight=0.3 + chance.random() ** 3 * 3,
        joined=joined,
        pauses=[] if number <= len(SIGN_INS) else sorted(_pauses(chance, until), key=_first_day),
        email=f"volunteer.{number}@example.org",
    )


def _first_day(away: Away) -> date:
    return away.first


def _pauses(chance: Chance, until: date) -> Iterator[Away]:
    """Backwards from those that are planned; none touches another one."""
    reasons = script("words")["pause_reasons"]
    ago = -PLANNED_AHEAD
    while True:
        ago += 1 + int(chance.about(365 / PAUSES_A_YEAR))
        length = 4 + int(chance.random() ** 2.5 * 75)
        if ago + length > EARLIEST:
            return
        first = until - timedelta(days=ago + length)
        early = length > 20 and ago > 0 and chance.happens(0.1)  # noqa: PLR2004
        back = first + timedelta(days=length // 2) if early else None
        yield Away(first, until - timedelta(days=ago), back, chance.one_of(reasons))
        ago += length


def _sort_out(chance: Chance, people: list[Someone], until: date) -> None:
    """Mentors until there are enough of them who do not pause today; the others are other things.

    Coordinators and leaders who sign in are mentors as well, as many are.
    """
    order = people[len(SIGN_INS) :]
    chance.shuffle(order)
    order = people[: len(SIGN_INS)] + order
    assignable = 0
    for person in order:
        if assignable < ASSIGNABLE:
            assignable += not person.is_away(until)
        else:
            person.status, person.classification = chance.one_of(OTHERS)


def _teach(chance: Chance, person: Someone, areas: Sequence[str], types: Sequence[str]) -> None:
    person.areas = _some(chance, areas, 1 + chance.randrange(6))
    person.types = _some(chance, types, chance.randrange(7))
    if chance.happens(0.12):
        person.languages = ("English", chance.one_of(script("words")["languages"]))
    person.keywords = ", ".join(chance.sample(businesses(), 2 + chance.randrange(4)))
    person.limit = chance.one_of(LIMITS)
    person.direct, person.outside = chance.happens(0.4), chance.happens(0.3)


@cache
def businesses() -> list[str]:
    """The kinds of business that there are, in words."""
    return [name for line in script("words")["businesses"].split("\n") for name in line.split("|")]


def _some(chance: Chance, choices: Sequence[str], count: int) -> tuple[str, ...]:
    """So many of them, or fewer."""
    return tuple(dict.fromkeys(chance.first_of(choices) for _ in range(count)))


def _appoint(people: list[Someone]) -> None:
    """Somebody for each duty, and what those who sign in may do."""
    serving: dict[str, list[Someone]] = {city.code: [] for city in cities()}
    for person in people[len(SIGN_INS) :]:
        if person.status == VolunteerStatus.ACTIVE:
            serving[person.city.code].append(person)
    for city in cities():
        manager, chair, leader, coordinator = serving[city.code][:4]
        manager.duties.append((Role.CHAPTER_MANAGER, city.code))
        chair.duties.append((Role.MEMBERSHIP_CHAIR, city.code))
        leader.duties.append((Role.LEADER, city.code))
        if city.size >= OWN_COORDINATOR:
            coordinator.duties.append((Role.RCIC, city.code))
    for unit, seat in _seats():
        leader, coordinator = serving[seat.code][4:6]
        del serving[seat.code][4:6]
        leader.duties.append((Role.LEADER, unit))
        coordinator.duties.append((Role.RCIC, unit))
    _appoint_sign_ins(people)


def _seats() -> Iterator[tuple[str, City]]:
    """Each district and region with its largest chapter."""
    for code, *_ in (*districts(), *regions()):
        inside = [city for city in cities() if code in (city.district, city.region)]
        yield code, max(inside, key=lambda city: city.size)


def _appoint_sign_ins(people: list[Someone]) -> None:
    home = people[0].city
    by_address = {person.email: person for person in people[: len(SIGN_INS)]}
    for name, duty in (
        ("rcic.chapter", (Role.RCIC, home.code)),
        ("rcic.district", (Role.RCIC, home.district)),
        ("rcic.region", (Role.RCIC, home.region)),
        ("leader", (Role.LEADER, home.region)),
        ("chair", (Role.MEMBERSHIP_CHAIR, home.code)),
    ):
        by_address[f"{name}@example.org"].duties.append(duty)


def coordinators(people: list[Someone]) -> dict[str, list[Someone]]:
    """Who chooses mentors for each chapter, by its code: its own, else those of the district."""
    of_unit: dict[str, list[Someone]] = {}
    for person in people:
        for role, unit in person.duties:
            if role == Role.RCIC:
                of_unit.setdefault(unit, []).append(person)
    return {city.code: of_unit.get(city.code) or of_unit[city.district] for city in cities()}
