"""The dice behind a history, and what is decided by them."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar
from zoneinfo import ZoneInfo

Thing = TypeVar("Thing")
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))


@dataclass(frozen=True)
class Chance:
    """The same seed throws the same."""

    dice: random.Random

    def of(self, share: float) -> bool:
        return self.dice.random() < share

    def fraction(self) -> float:
        return self.dice.random()

    def number(self, least: int, most: int) -> int:
        return self.dice.randint(least, most)

    def pick(self, things: list[Thing]) -> Thing:
        return self.dice.choice(things)

    def some(self, things: list[Thing], number: int) -> list[Thing]:
        return self.dice.sample(things, number)

    def shuffled(self, things: list[Thing]) -> list[Thing]:
        return self.dice.sample(things, len(things))

    def weighed(self, weights: dict[str, int]) -> str:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def after(self, moment: datetime) -> datetime:
        """The same instant, or up to two weeks later."""
        unit = self.pick([SECOND, MINUTE, HOUR, HOUR, DAY, DAY])
        later = moment + unit * self.number(0, 14)
        return later + timedelta(milliseconds=250) if self.of(0.02) else later

    def written(self, moment: datetime, zone: ZoneInfo) -> str:
        """The instant with one offset or another."""
        far = timezone(timedelta(hours=5, minutes=30))
        text = moment.astimezone(self.pick([UTC, zone, far])).isoformat()
        return text.replace("+00:00", "Z") if self.of(0.3) else text
