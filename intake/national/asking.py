"""The requests of a week in a region: who asks when, where, and for what. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from intake.history.records import Asked, Happened
from intake.history.world import World
from intake.national.choosing import Chooser
from intake.national.country import STRAY, City, cities, script
from intake.national.hours import HOUR, Hours, instant, seconds
from intake.national.lives import Life, Setting
from intake.national.people import Someone, businesses, coordinators
from intake.national.weeks import Calendar, Came, Portion, scattered

HOURS_A_WEEK = 168
OF_WEEKDAY = (1.25, 1.25, 1.2, 1.1, 0.9, 0.45, 0.5)
OF_HOUR = (
    0.15, 0.08, 0.05, 0.04, 0.05, 0.1, 0.25, 0.5, 0.9, 1.3, 1.5, 1.5,
    1.3, 1.35, 1.4, 1.3, 1.2, 1.0, 0.8, 0.8, 0.85, 0.8, 0.55, 0.3,
)  # fmt: skip
"""When people send a form, against the average: Monday to Sunday, and from midnight on."""
CLOSED_DAY = 0.4
DIRECT = 0.045
"""The share of requests in which somebody asks for a mentor by name."""
EXISTING = 0.45
"""The share of businesses that exist already."""
MEET_BY = (
    "no_preference",
    "no_preference",
    "video",
    "video",
    "video",
    "phone",
    "phone",
    "in_person",
    "email",
)
ORIGINS = (
    "https://www.example.org/find-mentor",
    "https://www.example.org/",
    "https://partner.example.com/help",
    "",
)
HOSTS = ("example.com", "example.net")


@dataclass(frozen=True)
class Person:
    """A client on his first request."""

    number: int
    id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    zip: str


@dataclass(frozen=True)
class Story:
    """A request with its events, and its client: who he is if he is new, else only his number."""

    asked: Asked
    events: list[Happened]
    client: int
    newcomer: Person | None


class Country:
    """Makes portions; a world and a calendar are all that it depends on."""

    def __init__(self, calendar: Calendar, world: World, people: Sequence[Someone]) -> None:
        self.calendar, self.world = calendar, world
        hours = {city.code: Hours(city.zone, world.calendar) for city in cities()}
        self._regions = {code: _Region(code) for code in {city.region for city in cities()}}
        self._setting = Setting(
            world=world,
            chooser=Chooser(people),
            hours=hours,
            coordinators=coordinators(list(people)),
            neighbours={city.code: self._regions[city.region].without(city) for city in cities()},
            until=seconds(calendar.until),
        )
        self._needs = list(script("words")["needs"].items())
        self._types = list(world.business_types.values())

    def stories(self, portion: Portion) -> list[Story]:
        """The requests of a portion with what becomes of them, in the order of submission."""
        rng = Random(f"{portion.week}:{portion.region}")  # noqa: S311 - a play, not a secret
        self._setting.chooser.fresh_week()
        moments = sorted(self._moments(rng, portion))
        return [self._story(rng, portion, slot, at) for slot, at in enumerate(moments)]

    def _moments(self, rng: Random, portion: Portion) -> Iterator[int]:
        """When forms are sent, by the clock of the largest chapter of the region."""
        began = seconds(self.calendar.began(portion.week))
        hours = self._setting.hours[self._regions[portion.region].largest.code]
        weights = [_weight(began + hour * HOUR, hours) for hour in range(HOURS_A_WEEK)]
        picked = rng.choices(range(HOURS_A_WEEK), weights, k=portion.size)
        return (began + hour * HOUR + int(rng.random() * HOUR) for hour in picked)

    def _story(self, rng: Random, portion: Portion, slot: int, at: int) -> Story:
        came = self.calendar.came(portion, slot)
        chance = scattered(came.week, portion.region, came.slot)
        city = self._regions[portion.region].home(chance)
        person = _person(came, chance, city)
        area, need = self._needs[int(rng.random() ** 1.7 * len(self._needs))]
        setting = self._setting
        direct = None
        if rng.random() < DIRECT:
            direct = setting.chooser.direct(rng, city, setting.hours[city.code].day(at))
        asked = self._asked(rng, portion, slot, at, city, person, area, need, direct)
        life = Life(rng, setting, city, area, at, slot)
        life.lead(direct)
        return Story(asked, life.events, came.number, person if came.is_new else None)

    def _asked(
        self,
        rng: Random,
        portion: Portion,
        slot: int,
        at: int,
        city: City,
        person: Person,
        area: str,
        need: str,
        direct: Someone | None,
    ) -> Asked:
        world, business = self.world, rng.choice(businesses())
        existing = rng.random() < EXISTING
        week = self.calendar.began(portion.week) + timedelta(days=6)
        return Asked(
            line=slot,
            request_id=f"{week:%Y%m%d}-{portion.region}-{slot:04}",
            client_id=person.id,
            place=world.places[city.code],
            submitted_at=instant(at),
            area=world.areas[area.casefold()],
            existing=existing,
            business_type=self._types[int(rng.random() ** 1.3 * len(self._types))],
            business_name=f"{person.last_name} {business.title()}" if existing else "",
            question=_question(rng, business, city, need),
            origination_url=rng.choice(ORIGINS),
            meet_by=rng.choice(MEET_BY),
            requested=world.people[direct.id] if direct else None,
        )


class _Region:
    """The chapters of a region, by their sizes."""

    def __init__(self, code: str) -> None:
        self._cities = [city for city in cities() if city.region == code]
        self._every = [city for city in self._cities for _ in range(city.size)]
        self.largest = max(self._cities, key=lambda city: city.size)

    def home(self, chance: int) -> City:
        """One of them, the larger the likelier."""
        return self._every[chance % len(self._every)]

    def without(self, city: City) -> list[City]:
        """The others; the region of one chapter has but that."""
        return [other for other in self._cities if other is not city]


def _weight(at: int, hours: Hours) -> float:
    """How many forms are sent in an hour, against the average."""
    local = hours.day(at)
    hour = (at + hours.offset(at)) // HOUR % 24
    weekday = local.weekday()
    usual = OF_WEEKDAY[weekday] * OF_HOUR[hour]
    return usual if weekday > 4 or hours.is_business_day(at) else usual * CLOSED_DAY  # noqa: PLR2004


def _person(came: Came, chance: int, city: City) -> Person:
    """A client: the same for the same chance."""
    firsts, lasts = _names("first"), _names("last")
    chance, first = divmod(chance >> 8, len(firsts))
    chance, last = divmod(chance, len(lasts))
    chance, host = divmod(chance, len(HOSTS))
    chance, phone = divmod(chance, 8_000_000)
    prefixes = city.prefixes or (STRAY,)
    chance, prefix = divmod(chance, len(prefixes))
    name = f"{firsts[first]}.{lasts[last]}".lower()
    return Person(
        number=came.number,
        id=f"C{came.number:07}",
        first_name=firsts[first],
        last_name=lasts[last],
        email=f"{_plain(name)}.{came.number}@{HOSTS[host]}",
        phone=f"({200 + phone // 10_000}) 555-{phone % 10_000:04}",
        zip=f"{prefixes[prefix]}{chance % 100:02}",
    )


@cache
def _names(which: str) -> list[str]:
    return list(script("words")[which].split())


def _plain(name: str) -> str:
    """As it stands in an address."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(char for char in letters if char.isascii() and (char.isalnum() or char in ".-"))


def _question(rng: Random, business: str, city: City, need: str) -> str:
    words: dict[str, Any] = script("words")
    opening = rng.choice(words["openings"]).format(
        business=business,
        city=city.name,
        people=2 + int(rng.random() ** 2 * 30),
        years=3 + rng.randrange(25),
    )
    return f"{opening} {need} {rng.choice(words['closings'])}"
