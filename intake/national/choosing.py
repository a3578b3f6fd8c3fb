"""Which mentor a coordinator chooses. Pure.

Near before far, who knows the area before who does not, the well-known more often; nobody who
pauses, who has reached his weekly limit, or who could not take this request before.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate

from intake.national.chance import Chance
from intake.national.country import City, cities
from intake.national.people import Someone
from mentors.enums import Tier

FAR = ((0.80, Tier.CHAPTER), (0.93, Tier.DISTRICT), (0.985, Tier.REGION), (1.0, Tier.OUTSIDE))
"""How far coordinators look, as upper ends of shares."""
WIDER = {
    Tier.CHAPTER: Tier.DISTRICT,
    Tier.DISTRICT: Tier.REGION,
    Tier.REGION: Tier.OUTSIDE,
    Tier.OUTSIDE: Tier.OUTSIDE,
}
LOOKS = 8
"""How many mentors a coordinator looks at before he looks further away."""
PICKY = 5
"""At how many of them he insists on the area."""


class Bench:
    """Mentors of whom one is picked by their weights."""

    def __init__(self, mentors: Iterable[Someone]) -> None:
        self._mentors = list(mentors)
        self._upto = list(accumulate(mentor.weight for mentor in self._mentors))

    def pick(self, chance: Chance) -> Someone | None:
        """One of them; None if there is nobody."""
        if not self._mentors:
            return None
        return self._mentors[bisect(self._upto, chance.random() * self._upto[-1])]


class Chooser:
    """Finds mentors for requests; `fresh_week` forgets whom it gave how many."""

    def __init__(self, people: Sequence[Someone]) -> None:
        mentors = [person for person in people if person.is_mentor]
        outside = [mentor for mentor in mentors if mentor.outside]
        self._chapters = {
            city.code: Bench(mentor for mentor in mentors if mentor.city is city)
            for city in cities()
        }
        self._districts = _benches(outside, "district")
        self._regions = _benches(outside, "region")
        self._everywhere = Bench(outside)
        self._given: Counter[tuple[int, int]] = Counter()

    def fresh_week(self) -> None:
        """Begin to count anew: limits hold from week to week."""
        self._given.clear()

    def find(
        self, chance: Chance, city: City, area: str, day: date, tried: set[int]
    ) -> Someone | None:
        """A mentor for a request of a chapter on a day; None if nobody is free anywhere."""
        share = chance.random()
        tier = next(tier for upto, tier in FAR if share <= upto)
        for _ in range(len(FAR)):
            bench = self._bench(city, tier)
            for look in range(LOOKS):
                mentor = bench.pick(chance)
                if mentor is None:
                    break
                knows = look >= PICKY or area in mentor.areas
                if knows and mentor.number not in tried and self._is_free(mentor, day):
                    return self._give(mentor, day)
            tier = WIDER[tier]
        return None

    def direct(self, chance: Chance, city: City, day: date) -> Someone | None:
        """A mentor whom a client of a chapter may ask for by name."""
        for _ in range(LOOKS):
            mentor = self._chapters[city.code].pick(chance)
            if mentor is not None and mentor.direct and self._is_free(mentor, day):
                return self._give(mentor, day)
        return None

    def _bench(self, city: City, tier: Tier) -> Bench:
        if tier == Tier.CHAPTER:
            return self._chapters[city.code]
        if tier == Tier.DISTRICT:
            return self._districts[city.district]
        return self._regions[city.region] if tier == Tier.REGION else self._everywhere

    def _is_free(self, mentor: Someone, day: date) -> bool:
        if mentor.joined > day or mentor.is_away(day):
            return False
        return mentor.limit is None or self._given[_week(mentor, day)] < mentor.limit

    def _give(self, mentor: Someone, day: date) -> Someone:
        self._given[_week(mentor, day)] += 1
        return mentor


def _week(mentor: Someone, day: date) -> tuple[int, int]:
    """Mentor and Sunday week: the first day there is was a Monday."""
    return mentor.number, day.toordinal() // 7


def _benches(mentors: Sequence[Someone], level: str) -> dict[str, Bench]:
    codes = {getattr(city, level) for city in cities()}
    return {
        code: Bench(mentor for mentor in mentors if getattr(mentor.city, level) == code)
        for code in codes
    }
