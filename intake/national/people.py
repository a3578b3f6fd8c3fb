"""Ten thousand volunteers: who they are, what they know, how they answer, when they pause. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random

from intake.national import SIGN_INS
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
EARLIEST = 3_700
"""Days back to which pauses reach."""
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

    @property
    def id(self) -> str:
        """The external id."""
        return f"V{self.number:05}"

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
    rng = Random("volunteers")  # noqa: S311 - a play, not a secret
    homes = [city for city, count in zip(cities(), _sizes(), strict=True) for _ in range(count)]
    rng.shuffle(homes)
    largest = max(cities(), key=lambda city: city.size)
    homes[: len(SIGN_INS)] = [largest] * len(SIGN_INS)
    people = [_someone(rng, number, home, until) for number, home in enumerate(homes, start=1)]
    _sort_out(rng, people, until)
    for person in people:
        if person.classification != Classification.VOLUNTEER:
            _teach(rng, person, areas, types)
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


def _someone(rng: Random, number: int, home: City, until: date) -> Someone:
    first, last = rng.choice(_names("first")), rng.choice(_names("last"))
    joined = until - timedelta(days=int(200 + 9_000 * rng.random()))
    return Someone(
        number=number,
        first_name=first,
        last_name=last,
        city=home,
        temper=rng.choice(TEMPERS),
        weight=0.3 + rng.random() ** 3 * 3,
        joined=joined,
        pauses=[] if number <= len(SIGN_INS) else sorted(_pauses(rng, until), key=_first_day),
        email=f"volunteer.{number}@example.org",
    )


@cache
def _names(which: str) -> list[str]:
    return list(script("words")[which].split())


def _first_day(away: Away) -> date:
    return away.first


def _pauses(rng: Random, until: date) -> Iterator[Away]:
    """Backwards from those that are planned; none touches another one."""
    day = until + timedelta(days=30)
    while True:
        day -= timedelta(days=int(rng.expovariate(PAUSES_A_YEAR / 365)) + 1)
        length = 4 + int(rng.random() ** 2.5 * 75)
        first = day - timedelta(days=length)
        if (until - first).days > EARLIEST:
            return
        back = None
        if length > 20 and day < until and rng.random() < 0.1:  # noqa: PLR2004
            back = first + timedelta(days=length // 2)
        yield Away(first, day, back, rng.choice(script("words")["pause_reasons"]))
        day = first


def _sort_out(rng: Random, people: list[Someone], until: date) -> None:
    """Mentors until there are enough of them who do not pause today; the others are other things.

    Coordinators and leaders who sign in are mentors as well, as many are.
    """
    order = people[len(SIGN_INS) :]
    rng.shuffle(order)
    order = people[: len(SIGN_INS)] + order
    assignable = 0
    for person in order:
        if assignable < ASSIGNABLE:
            assignable += not person.is_away(until)
        else:
            person.status, person.classification = rng.choice(OTHERS)


def _teach(rng: Random, person: Someone, areas: Sequence[str], types: Sequence[str]) -> None:
    person.areas = _some(rng, areas, 1 + rng.randrange(6))
    person.types = _some(rng, types, rng.randrange(7))
    if rng.random() < 0.12:  # noqa: PLR2004
        person.languages = ("English", rng.choice(script("words")["languages"]))
    person.keywords = ", ".join(rng.sample(businesses(), 2 + rng.randrange(4)))
    person.limit = rng.choice(LIMITS)
    person.direct, person.outside = rng.random() < 0.4, rng.random() < 0.3  # noqa: PLR2004


@cache
def businesses() -> list[str]:
    """The kinds of business that there are, in words."""
    return [name for line in script("words")["businesses"].split("\n") for name in line.split("|")]


def _some(rng: Random, names: Sequence[str], count: int) -> tuple[str, ...]:
    """So many of them, or fewer; what stands first is chosen more often."""
    picked = (names[int(rng.random() ** 1.7 * len(names))] for _ in range(count))
    return tuple(dict.fromkeys(picked))


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
