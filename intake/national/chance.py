"""Chance that falls the same way every time, and quickly: it is asked a hundred times a request."""

from collections.abc import Sequence
from math import log
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Chance(Random):
    """Seeded with a name. No secret is made of it."""

    def happens(self, share: float) -> bool:
        """Whether something happens now that happens so often (0 to 1)."""
        return self.random() < share

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of them, each as likely as the others."""
        return things[int(self.random() * len(things))]

    def first_of(self, things: Sequence[Thing], power: float = 1.7) -> Thing:
        """One of them, the more likely the earlier it stands."""
        return things[int(self.random() ** power * len(things))]

    def about(self, mean: float) -> float:
        """So much on average: mostly less, now and then a lot more."""
        return -log(1 - self.random()) * mean
