"""How many requests there are in each week and region, and which of them come from whom. Pure.

Weeks are counted back from the end, so that more years put more past behind the same present. The
requests of a week in a region are slots from 0 on. Some slots are of clients who came before: slot
4, 9, 14, … continues the slot before it, of a week that only its own number says, and so nobody
has to look anything up to know a client.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from itertools import count

from intake.national.country import cities, regions

A_YEAR = 150_000
WEEK = timedelta(days=7)
WEEKS_A_YEAR = 365.25 / 7
SOONEST = 4
"""Weeks after which a client comes back at the earliest."""
SEASONS = (1.22, 1.12, 1.10, 1.04, 1.0, 0.96, 0.92, 0.97, 1.05, 1.03, 0.88, 0.71)
"""Of each month, against the average."""


@dataclass(frozen=True)
class Portion:
    """The requests of a week in a region: what is made and written in one go.

    `week` counts back from the end; `first` is how many requests stand before these.
    """

    week: int
    region: str
    size: int
    first: int


@dataclass(frozen=True)
class Came:
    """Where a client first asked: in all of time (`week`, `slot`), and in the weeks made here."""

    week: int
    slot: int
    number: int
    """From 1 on, unlike everybody else's."""
    is_new: bool
    """Whether this request is his first one here."""


@dataclass(frozen=True)
class Calendar:
    """So many years that end at an instant."""

    years: float
    until: datetime

    @cached_property
    def portions(self) -> tuple[Portion, ...]:
        """From the oldest to the newest; together exactly `years` times 150,000 requests."""
        sizes = list(self._backwards())
        first = 0
        found = []
        for week, region, size in reversed(sizes):
            found.append(Portion(week, region, size, first))
            first += size
        return tuple(found)

    @property
    def requests(self) -> int:
        """How many there are in all."""
        return round(self.years * A_YEAR)

    def began(self, week: int) -> datetime:
        """The first instant of a week."""
        return self.until - (week + 1) * WEEK

    def came(self, portion: Portion, slot: int) -> Came:
        """Whose request this is."""
        first = (portion, slot)
        week = portion.week
        asked = slot
        while (before := week + _ago(asked)) > week and asked - 1 < self._size(
            before, portion.region
        ):
            week, asked = before, asked - 1
            there = self._by_place.get((week, portion.region))
            if there is not None and asked < there.size:
                first = (there, asked)
        where, at = first
        return Came(week, asked, where.first + at + 1, where is portion and at == slot)

    @cached_property
    def _by_place(self) -> dict[tuple[int, str], Portion]:
        return {(portion.week, portion.region): portion for portion in self.portions}

    def _backwards(self) -> Iterator[tuple[int, str, int]]:
        left = self.requests
        for week in count():
            for region, _ in reversed(regions()):
                size = min(left, self._size(week, region))
                left -= size
                if size:
                    yield week, region, size
                if not left:
                    return

    def _size(self, week: int, region: str) -> int:
        """Requests of a week in a region, if it is not cut short."""
        key = (week, region)
        if (found := self._sizes.get(key)) is None:
            middle = self.began(week) + WEEK / 2
            season = SEASONS[middle.month - 1]
            noise = 0.95 + scattered("week", week, region) % 1000 / 10_000
            a_week = A_YEAR / WEEKS_A_YEAR * season * noise
            found = self._sizes[key] = round(a_week * SHARES[region])
        return found

    @cached_property
    def _sizes(self) -> dict[tuple[int, str], int]:
        return {}


def _shares() -> dict[str, float]:
    whole = sum(city.size for city in cities())
    return {
        code: sum(city.size for city in cities() if city.region == code) / whole
        for code, _ in regions()
    }


SHARES = _shares()
"""Of each region in all requests."""


def _ago(slot: int) -> int:
    """Weeks since the request that a slot continues; 0 if it is a client's first one."""
    if slot % 5 == 4 or slot % 25 == 3:  # noqa: PLR2004
        return SOONEST + slot * 37 % 150
    return 0


def scattered(*names: object) -> int:
    """A number of 64 bits that falls the same way every time for the same names."""
    text = ":".join(map(str, names)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
