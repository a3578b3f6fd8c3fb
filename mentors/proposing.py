"""A mentor for every waiting request at once: the best total score, not one after the other.

Pure, on top of `mentors.matching`: the same people are eligible, for the same reasons, with the
same points. What is held to, the first before the next:

1. As many requests as possible get a mentor.
2. Nobody is looked for further away (chapter, district, region) than going one by one would have
   to, unless somebody else would go without; and never past somebody eligible nearer who has a
   place left.
3. The sum of the scores is as large as it can be.

A mentor counts once for every place he has left this week, each further place with the score that
the shortlist would give him then: one free place less, one open client more. So requests spread,
and the limit cannot be broken.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from mentors.keywords import words_of
from mentors.matching import (
    CHAPTER,
    OUTSIDE,
    REGION,
    TIERS,
    Candidate,
    Key,
    Need,
    Ranked,
    Weights,
    fit,
    obstacles,
    rank,
    tier_of,
    workload,
)

MOST_WITHOUT_LIMIT = 5
"""Requests proposed at once for a mentor without a weekly limit: no limit is not “all of them”."""
MOST_ALTERNATIVES = 4
PRECISION = 1000
"""Scores are compared in whole thousandths of a point, so that sums are exact."""

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class Waiting:
    """A request that waits for a mentor."""

    id: int
    need: Need


@dataclass(frozen=True)
class Alternative:
    """Another eligible mentor. `is_full`: the proposal gives his last place to other requests."""

    ranked: Ranked
    is_full: bool


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one request; if nobody is, `why_left` says why in a sentence.

    `place` is the mentor's place that it takes, counted with those before it in the list.
    """

    id: int
    proposed: Ranked | None
    place: int
    alternatives: tuple[Alternative, ...]
    why_left: str

    @property
    def this_week(self) -> str:
        """The mentor's places once he has it: “2 of 3 after this”."""
        if self.proposed is None:
            return ""
        limit = self.proposed.candidate.weekly_limit
        return (
            f"{self.place} of {limit} after this" if limit else f"{self.place} this week after this"
        )


@dataclass(frozen=True)
class Total:
    """How good a way of giving the requests away is."""

    proposed: int
    in_own_chapter: int
    score: float


@dataclass(frozen=True)
class Plan:
    """One proposal for every request, in their order; and what going one by one would bring.

    One by one: each in turn gets the best of the nearest tier that still has somebody eligible.
    The plan never brings less.
    """

    proposals: tuple[Proposal, ...]
    total: Total
    one_by_one: Total

    @property
    def gain(self) -> float:
        """By which part the total score is better than one by one; nothing if it is not."""
        before = self.one_by_one.score
        return max(0.0, self.total.score / before - 1) if before > 0 else 0.0


def propose(waiting: Sequence[Waiting], candidates: Iterable[Candidate], weights: Weights) -> Plan:
    """The best plan for these requests, who waits longest first. The same input, the same plan."""
    board = _Board(waiting, _Office(candidates, weights))
    in_turn = _one_by_one(board)
    together = _together(board, in_turn)
    best = max(together, in_turn, key=lambda chosen: _worth(board, chosen))
    return Plan(
        proposals=tuple(_told(board, best)),
        total=_total(board, best),
        one_by_one=_total(board, in_turn),
    )


def places(candidate: Candidate) -> int:
    """How many requests may be proposed for a mentor now."""
    if not candidate.assignable:
        return 0
    if candidate.weekly_limit is None:
        return MOST_WITHOUT_LIMIT
    return max(0, candidate.weekly_limit - candidate.used_this_week)


def with_more(candidate: Candidate, number: int) -> Candidate:
    """The mentor as he will stand once he has so many requests more."""
    return replace(
        candidate,
        used_this_week=candidate.used_this_week + number,
        open_clients=candidate.open_clients + number,
    )


class _Office:
    """The mentors: their places, what each place is worth, and who offers what in which region."""

    def __init__(self, candidates: Iterable[Candidate], weights: Weights) -> None:
        # In the order in which the shortlist lists equals, so that the plan does not depend on
        # the order in which they were read.
        self.mentors = sorted(candidates, key=lambda one: (one.name.casefold(), one.id))
        self.weights = weights
        self.places = np.array([places(one) for one in self.mentors], dtype=np.int64)
        self._by_offer: dict[tuple[int | None, str, Key], list[int]] = defaultdict(list)
        self._by_word: dict[tuple[int | None, str], list[tuple[str, int]]] = defaultdict(list)
        for number, one in enumerate(self.mentors):
            self._index(number, one)

    def _index(self, number: int, one: Candidate) -> None:
        for area in one.area_ids:
            self._by_offer[one.region_id, "area", area].append(number)
        for business in one.business_type_ids:
            self._by_offer[one.region_id, "business", business].append(number)
        for keyword in one.keywords:
            if words := words_of(keyword):
                self._by_word[one.region_id, words[0]].append((keyword, number))

    @cached_property
    def loads(self) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """By mentor and place: the points for workload once the places before it are taken."""
        table = np.zeros((len(self.mentors), max(self.places, default=0) + 1), dtype=np.int64)
        for number, one in enumerate(self.mentors):
            for place in range(self.places[number] + 1):
                parts = workload(with_more(one, place), self.weights)
                table[number, place] = _exact(sum(part.points for part in parts))
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
            for keyword, number in self._by_word.get((region, word), ()):
                if need.asked.find(keyword):
                    found.add(number)
        return sorted(found)


class _Board:
    """Every choice there is: a request and an eligible mentor.

    The choices stand in columns, in the order of the requests: `request` and `mentor` are numbers
    in the lists of both, `tier` says how far away he is, `fits` are the points for what speaks of
    this request, `places` those that he has left.
    """

    def __init__(self, waiting: Sequence[Waiting], office: _Office) -> None:
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
        return np.asarray(self.fits[choices] + self.office.loads[self.mentor[choices], place])


def _choices(need: Need, office: _Office) -> Iterator[tuple[int, int, int]]:
    """Who is eligible: his number, how far away he is, and the points for how he fits."""
    for number in office.who_fit(need):
        one = office.mentors[number]
        tier = tier_of(need, one)
        if office.places[number] and tier != OUTSIDE and not obstacles(need, one):
            points = sum(reason.points for reason in fit(need, one, office.weights))
            yield number, TIERS.index(tier), _exact(points)


def _exact(points: float) -> int:
    return round(points * PRECISION)


# --- Two ways of giving the requests away ---------------------------------------------------------

NOBODY = -1
FURTHEST = TIERS.index(REGION)
"""Beyond the region only by the coordinator's choice."""


def _one_by_one(board: _Board) -> list[int]:
    """Each request in turn takes what is best for it among the places that are left."""
    taken = np.zeros_like(board.office.places)
    chosen = []
    for number in range(len(board.waiting)):
        choices = board.of(number)
        free = choices[taken[board.mentor[choices]] < board.places[choices]]
        if not len(free):
            chosen.append(NOBODY)
            continue
        near = free[board.tier[free] == board.tier[free].min()]
        best = int(near[board.score(near, taken[board.mentor[near]]).argmax()])
        taken[board.mentor[best]] += 1
        chosen.append(best)
    return chosen


def _together(board: _Board, in_turn: Sequence[int]) -> list[int]:
    """The best of all ways in which nobody is looked for further away than one by one."""
    reach = _tiers(board, in_turn)
    chosen = _solve(board, reach)
    if any(choice == NOBODY and len(board.of(number)) for number, choice in enumerate(chosen)):
        chosen = _solve(board, reach, beyond=True)
        reach = np.maximum(reach, _tiers(board, chosen))
    while nearer := _too_far(board, chosen):
        # Each step takes some reach away, and leaves a place to everybody: it comes to an end,
        # and as many get a mentor as before.
        reach[list(nearer)] = list(nearer.values())
        chosen = _solve(board, reach)
    return chosen


def _tiers(board: _Board, chosen: Sequence[int]) -> Numbers:
    return np.array([_tier(board, choice) for choice in chosen], dtype=np.int64)


def _tier(board: _Board, choice: int) -> int:
    """How far away it is; for a request that goes without, as far as can be looked."""
    return FURTHEST if choice == NOBODY else int(board.tier[choice])


def _too_far(board: _Board, chosen: Sequence[int]) -> dict[int, int]:
    """Requests that go past somebody eligible nearer who has a place left, and where he is."""
    left = board.office.places - _taken(board, chosen)
    found = {}
    for number, choice in enumerate(chosen):
        choices = board.of(number)
        free = choices[left[board.mentor[choices]] > 0]
        near = free[board.tier[free] < _tier(board, choice)]
        if len(near):
            nearest = near[board.tier[near].argmin()]
            found[number] = int(board.tier[nearest])
            left[board.mentor[nearest]] -= 1
    return found


def _solve(board: _Board, reach: Numbers, *, beyond: bool = False) -> list[int]:
    """The choices with the best sum of scores, NOBODY where none is left.

    An assignment problem: requests on one side, the places of the mentors on the other. `reach`
    says how far away each request is looked for; `beyond` allows more where it lets somebody else
    have a mentor.
    """
    far = np.maximum(board.tier - reach[board.request], 0)
    allowed = np.arange(len(board)) if beyond else np.flatnonzero(far == 0)
    if not len(allowed):
        return [NOBODY] * len(board.waiting)
    first_column = np.cumsum(board.office.places) - board.office.places
    _, columns = min_weight_full_bipartite_matching(_table(board, allowed, far, first_column))
    chosen = np.searchsorted(first_column, columns, side="right") - 1
    last = int(board.office.places.sum())
    return [
        NOBODY if column >= last else board.find(row, int(mentor))
        for row, (column, mentor) in enumerate(zip(columns.tolist(), chosen, strict=True))
    ]


def _table(board: _Board, allowed: Numbers, far: Numbers, first_column: Numbers) -> csr_array:
    """What each request costs at each place; and behind the places, what leaving it costs.

    One step too far costs more than all scores together. There is one column for leaving each
    request, which costs more than everything else together.
    """
    requests, places = len(board.waiting), int(board.office.places.sum())
    each = board.places[allowed]
    choice = np.repeat(allowed, each)
    place = np.arange(len(choice)) - np.repeat(np.cumsum(each) - each, each)
    score = board.score(choice, place)
    cost = score.max() - score + 1
    cost += far[choice] * requests * cost.max()
    leaving = np.arange(requests)
    return csr_array(
        (
            np.append(cost, np.full(requests, requests * int(cost.max()) + 1)),
            (
                np.append(board.request[choice], leaving),
                np.append(first_column[board.mentor[choice]] + place, places + leaving),
            ),
        ),
        shape=(requests, places + requests),
        dtype=np.float64,  # whole numbers below 2**53: exact
    )


# --- What is told of it ---------------------------------------------------------------------------


def _worth(board: _Board, chosen: Sequence[int]) -> tuple[int, float]:
    """More requests with a mentor are better, then more points."""
    total = _total(board, chosen)
    return total.proposed, total.score


def _total(board: _Board, chosen: Sequence[int]) -> Total:
    made = np.array([choice for choice in chosen if choice != NOBODY], dtype=np.int64)
    place = _places_taken(board, made)
    return Total(
        proposed=len(made),
        in_own_chapter=int((board.tier[made] == TIERS.index(CHAPTER)).sum()),
        score=int(board.score(made, place).sum()) / PRECISION,
    )


def _taken(board: _Board, chosen: Sequence[int]) -> Numbers:
    """How many places of each mentor these choices take."""
    made = [choice for choice in chosen if choice != NOBODY]
    return np.bincount(board.mentor[made], minlength=len(board.office.mentors))


def _places_taken(board: _Board, made: Numbers) -> Numbers:
    """For each choice how many places of the mentor those before it take."""
    seen: Counter[int] = Counter()
    place = []
    for mentor in board.mentor[made].tolist():
        place.append(seen[mentor])
        seen[mentor] += 1
    return np.array(place, dtype=np.int64)


def _told(board: _Board, chosen: Sequence[int]) -> Iterator[Proposal]:
    office, weights = board.office, board.office.weights
    in_the_end = _taken(board, chosen)
    so_far: Counter[int] = Counter()
    for number, (one, choice) in enumerate(zip(board.waiting, chosen, strict=True)):
        others = _alternatives(board, number, choice, in_the_end)
        if choice == NOBODY:
            yield Proposal(one.id, None, 0, others, _why_left(board, number))
            continue
        mentor = int(board.mentor[choice])
        candidate = with_more(office.mentors[mentor], so_far[mentor])
        so_far[mentor] += 1
        place = candidate.used_this_week + 1
        yield Proposal(one.id, rank(one.need, candidate, weights), place, others, "")


def _alternatives(
    board: _Board, number: int, chosen: int, taken: Numbers
) -> tuple[Alternative, ...]:
    """The next best for a request: first those who have a place left when all is given away."""
    choices = board.of(number)
    choices = choices[choices != chosen]
    used = taken[board.mentor[choices]]
    is_full = used >= board.places[choices]
    score = board.score(choices, used)
    order = np.lexsort((-score, board.tier[choices], is_full))[:MOST_ALTERNATIVES]
    office, need = board.office, board.waiting[number].need
    return tuple(
        Alternative(
            rank(
                need,
                with_more(office.mentors[board.mentor[choices[at]]], int(used[at])),
                office.weights,
            ),
            bool(is_full[at]),
        )
        for at in order
    )


def _why_left(board: _Board, number: int) -> str:
    if fitting := len(board.of(number)):
        whose = "of the only mentor who fits" if fitting == 1 else f"of all {fitting} who fit"
        return f"The places {whose} go to other requests."
    need = board.waiting[number].need
    blocked = Counter(
        found[0].kind
        for mentor in board.office.who_fit(need)
        if (found := obstacles(need, board.office.mentors[mentor]))
    )
    if not blocked:
        return f"Nobody in the region {_wanted(need)}."
    reasons = ", ".join(f"{count} {WHY[kind]}" for kind, count in blocked.most_common())
    return f"Nobody in the region who fits is free: {reasons}."


WHY = {
    "refused": "declined or did not answer this request",
    "not_assignable": "cannot be assigned now",
    "outside": "serve only their local area",
    "limit": "reached the weekly limit",
}


def _wanted(need: Need) -> str:
    names = [name for name in (need.area_name, need.business_type_name) if name]
    return f"offers {' or '.join(names)}" if names else "has a keyword of the question"
