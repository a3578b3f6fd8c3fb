"""The requests of a week in a region: who asks when, where, and for what. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from intake.history.records import Asked, Happened
from intake.history.world import World
from intake.national.chance import Chance
from intake.national.choosing import Chooser
from intake.national.clients import Person, person
from intake.national.country import City, cities, script
from intake.national.hours import HOUR, Hours, instant, seconds
from intake.national.lives import Life, Setting
from intake.national.people import Someone, businesses, coordinators
from intake.national.weeks import WEEK, Calendar, Portion, scattered

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
            words=script("words"),
            until=seconds(calendar.until),
        )
        self._needs = list(script("words")["needs"].items())
        self._types = list(world.business_types.values())

    def stories(self, portion: Portion) -> list[Story]:
        """The requests of a portion with what becomes of them, in the order of submission."""
        chance = Chance(f"{portion.week}:{portion.region}")
        self._setting.chooser.fresh_week()
        moments = sorted(self._moments(chance, portion))
        last_day = self.calendar.began(portion.week) + WEEK
        name = f"{last_day:%Y%m%d}-{portion.region}"
        return [self._story(chance, portion, name, slot, at) for slot, at in enumerate(moments)]

    def _moments(self, chance: Chance, portion: Portion) -> Iterator[int]:
        """When forms are sent, by the clock of the largest chapter of the region."""
        began = seconds(self.calendar.began(portion.week))
        hours = self._setting.hours[self._regions[portion.region].largest.code]
        weights = [_weight(began + hour * HOUR, hours) for hour in range(HOURS_A_WEEK)]
        picked = chance.choices(range(HOURS_A_WEEK), weights, k=portion.size)
        return (began + hour * HOUR + int(chance.random() * HOUR) for hour in picked)

    def _story(self, chance: Chance, portion: Portion, name: str, slot: int, at: int) -> Story:
        came = self.calendar.came(portion, slot)
        told = scattered(came.week, portion.region, came.slot)
        city = self._regions[portion.region].home(told)
        client = person(came.number, told >> 8, city)
        area, need = chance.first_of(self._needs)
        direct = None
        if chance.happens(DIRECT):
            day = self._setting.hours[city.code].day(at)
            direct = self._setting.chooser.direct(chance, city, day)
        business = chance.one_of(businesses())
        asked = Asked(
            line=slot,
            request_id=f"{name}-{slot:04}",
            client_id=client.id,
            place=self.world.places[city.code],
            submitted_at=instant(at),
            area=self.world.areas[area.casefold()],
            existing=(existing := chance.happens(EXISTING)),
            business_type=chance.first_of(self._types),
            business_name=f"{client.last_name} {business.title()}" if existing else "",
            question=_question(chance, business, city, need),
            origination_url=chance.one_of(ORIGINS),
            meet_by=chance.one_of(MEET_BY),
            requested=self.world.people[direct.id] if direct else None,
        )
        life = Life(chance, self._setting, city, area, at, slot)
        life.lead(direct)
        return Story(asked, life.events, came.number, client if came.is_new else None)


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


def _question(chance: Chance, business: str, city: City, need: str) -> str:
    words: dict[str, Any] = script("words")
    opening = chance.one_of(words["openings"]).format(
        business=business,
        city=city.name,
        people=2 + int(chance.random() ** 2 * 30),
        years=3 + int(chance.random() * 25),
    )
    return f"{opening} {need} {chance.one_of(words['closings'])}"
