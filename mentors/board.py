"""The board on which a queue is given away: the requests, the mentors, and every possible choice.

Pure. See `mentors.proposing` for what it is for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mentors.eligibility import is_eligible
from mentors.keywords import plain, words_of
from mentors.matching import (
    OUTSIDE,
    TIERS,
    Candidate,
    Key,
    Need,
    fit_points,
    tier_of,
    workload_points,
)
from mentors.weights import Weights

MOST_WITHOUT_LIMIT = 5
"""Requests proposed at once for a mentor without a weekly limit: no limit is not “all of them”."""
PRECISION = 1000
"""Scores are compared in whole thousandths of a point, so that sums are exact."""

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Loads = np.ndarray[tuple[int, int], np.dtype[np.int64]]
Complete = Callable[[list[Candidate]], Iterable[Candidate]]
"""Gives the same mentors with more facts."""


@dataclass(frozen=True)
class Waiting:
    """A request that waits for a mentor."""

    id: int
    need: Need


def places(candidate: Candidate) -> int:
    """How many requests may be proposed for a mentor now."""
    if not candidate.assignable:
        return 0
    if candidate.weekly_limit is None:
        return MOST_WITHOUT_LIMIT
    return max(0, candidate.weekly_limit - candidate.used_this_week)


def with_more(candidate: Candidate, number: int) -> Candidate:
    """The mentor as he will stand once he has so many requests more."""
    return candidate._replace(
        used_this_week=candidate.used_this_week + number,
        unanswered=candidate.unanswered + number,
    )


class Office:
    """The mentors: their places, what each place is worth, and who offers what in which region.

    `complete` adds what only workload weighs, to those who can be chosen.
    """

    def __init__(
        self, candidates: Iterable[Candidate], weights: Weights, complete: Complete = list
    ) -> None:
        # In the order in which the shortlist lists equals, so that the plan does not depend on
        # the order in which they were read.
        self.mentors = sorted(candidates, key=lambda one: (one.name.casefold(), one.id))
        self.weights = weights
        self._complete = complete
        self.places = np.array([places(one) for one in self.mentors], dtype=np.int64)
        self._by_offer: dict[tuple[int | None, str, Key], list[int]] = defaultdict(list)
        self._by_keyword: dict[tuple[int | None, str], list[int]] = defaultdict(list)
        for number, one in enumerate(self.mentors):
            self._index(number, one)
        self._by_word: dict[tuple[int | None, str], list[str]] = defaultdict(list)
        for region, keyword in self._by_keyword:
            first, _, _ = plain(keyword).partition(" ")
            self._by_word[region, first].append(keyword)

    def _index(self, number: int, one: Candidate) -> None:
        for area in one.area_ids:
            self._by_offer[one.region_id, "area", area].append(number)
        for business in one.business_type_ids:
            self._by_offer[one.region_id, "business", business].append(number)
        for keyword in one.keywords:
            self._by_keyword[one.region_id, keyword].append(number)

    def loads(self, numbers: Sequence[int]) -> Loads:
        """By mentor and place: the points for workload once the places before it are taken.

        Only of these mentors, who are completed for it; the others have nothing there.
        """
        table = np.zeros((len(self.mentors), max(self.places, default=0) + 1), dtype=np.int64)
        completed = self._complete([self.mentors[number] for number in numbers])
        for number, one in zip(numbers, completed, strict=True):
            self.mentors[number] = one
            for place in range(self.places[number] + 1):
                points = workload_points(one, self.weights, further=place)
                table[number, place] = _exact(sum(points))
        return table

    def who_fit(self, need: Need) -> list[int]:
        """Who in the region offers something of what is asked for, whether or not he is free."""
        region = need.region_id
        found: set[int] = set()
        if need.area_id is not None:
            found.update(self._by_offer.get((region, "area", need.area_id), ()))
        if need.business_type_id is not None:
            found.update(self._by_offer.get((region, "business", need.business_type_id), ()))
        for word in set(words_of(need.question)):
            for keyword in filter(need.asked.find, self._by_word.get((region, word), ())):
                found.update(self._by_keyword[region, keyword])
        return sorted(found)


class Board:
    """Every choice there is: a request and an eligible mentor.

    The choices stand in columns, in the order of the requests: `request` and `mentor` are numbers
    in the lists of both, `tier` says how far away he is, `fits` are the points for what speaks of
    this request, `places` those that he has left.
    """

    def __init__(self, waiting: Sequence[Waiting], office: Office) -> None:
        self.waiting = waiting
        self.office = office
        found = [
            (number, mentor, tier, fits)
            for number, one in enumerate(waiting)
            for mentor, tier, fits in _choices(one.need, office)
        ]
        columns = np.array(found, dtype=np.int64).reshape(-1, 4).T
        self.request, self.mentor, self.tier, self.fits = columns
        self.places = office.places[self.mentor]
        self.loads = office.loads(np.unique(self.mentor).tolist())
        self.bounds = np.searchsorted(self.request, np.arange(len(waiting) + 1))

    def __len__(self) -> int:
        return len(self.request)

    def of(self, number: int) -> Numbers:
        """The choices of one request."""
        return np.arange(self.bounds[number], self.bounds[number + 1])

    def find(self, number: int, mentor: int) -> int:
        """The choice of this mentor for this request."""
        first, last = self.bounds[number], self.bounds[number + 1]
        return int(first + np.searchsorted(self.mentor[first:last], mentor))

    def score(self, choices: Numbers, place: Numbers) -> Numbers:
        """The points of these choices, each at one of the mentor's places, counted from 0."""
        return np.asarray(self.fits[choices] + self.loads[self.mentor[choices], place])


def _choices(need: Need, office: Office) -> Iterator[tuple[int, int, int]]:
    """Who is eligible: his number, how far away he is, and the points for how he fits."""
    for number in office.who_fit(need):
        one = office.mentors[number]
        tier = tier_of(need, one)
        if office.places[number] and tier != OUTSIDE and is_eligible(need, one, tier):
            points = sum(fit_points(need, one, office.weights))
            yield number, TIERS.index(tier), _exact(points)


def _exact(points: float) -> int:
    return round(points * PRECISION)
