"""A mentor for every waiting request at once: the best total score, not one after the other.

Pure, on top of `mentors.matching`: the same people are eligible, for the same reasons, with the
same points. What is held to, the first before the next:

1. As many requests as possible get a mentor.
2. Nobody is looked for further away (chapter, district, region) than going one by one would have
   to, unless somebody else would go without; and never past somebody eligible nearer who has a
   place left.
3. The sum of the scores is as large as it can be.

A mentor counts once for every place he has left this week, each further place with the score that
the shortlist would give him then: one free place less, one request more to answer. So they spread,
and the limit cannot be broken.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from mentors.board import PRECISION, Board, Complete, Numbers, Office, Waiting, with_more
from mentors.eligibility import obstacles
from mentors.matching import CHAPTER, TIERS, Candidate, Need, Ranked, rank
from mentors.solving import NOBODY, one_by_one, places_taken, together
from mentors.weights import Weights

MOST_ALTERNATIVES = 4

Everybody = Callable[[], Iterable[Candidate]]
"""Gives all mentors of the regions."""


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


def propose(
    waiting: Sequence[Waiting],
    candidates: Iterable[Candidate],
    weights: Weights,
    complete: Complete = list,
    everybody: Everybody | None = None,
) -> Plan:
    """The best plan for these requests, who waits longest first. The same input, the same plan.

    `complete` adds to the mentors who can be chosen what only workload weighs. Where `candidates`
    leave out some who are eligible for no request, `everybody` gives all of the regions: it is
    asked once if for some request nobody is eligible, to say what keeps those who fit.
    """
    board = Board(waiting, Office(candidates, weights, complete))
    region = cache(lambda: Office(everybody(), weights) if everybody else board.office)
    in_turn = one_by_one(board)
    best = max(together(board, in_turn), in_turn, key=lambda chosen: _worth(board, chosen))
    return Plan(
        proposals=tuple(_told(board, best, region)),
        total=_total(board, best),
        one_by_one=_total(board, in_turn),
    )


# --- What is told of it ---------------------------------------------------------------------------


def _worth(board: Board, chosen: Sequence[int]) -> tuple[int, float]:
    """More requests with a mentor are better, then more points."""
    total = _total(board, chosen)
    return total.proposed, total.score


def _total(board: Board, chosen: Sequence[int]) -> Total:
    made = np.array([choice for choice in chosen if choice != NOBODY], dtype=np.int64)
    place = _place_of_each(board, made)
    return Total(
        proposed=len(made),
        in_own_chapter=int((board.tier[made] == TIERS.index(CHAPTER)).sum()),
        score=int(board.score(made, place).sum()) / PRECISION,
    )


def _place_of_each(board: Board, made: Numbers) -> Numbers:
    """For each choice how many places of the mentor those before it take."""
    seen: Counter[int] = Counter()
    place = []
    for mentor in board.mentor[made].tolist():
        place.append(seen[mentor])
        seen[mentor] += 1
    return np.array(place, dtype=np.int64)


def _told(board: Board, chosen: Sequence[int], region: Callable[[], Office]) -> Iterator[Proposal]:
    office, weights = board.office, board.office.weights
    in_the_end = places_taken(board, chosen)
    so_far: Counter[int] = Counter()
    for number, (one, choice) in enumerate(zip(board.waiting, chosen, strict=True)):
        others = _alternatives(board, number, choice, in_the_end)
        if choice == NOBODY:
            yield Proposal(one.id, None, 0, others, _why_left(board, number, region))
            continue
        mentor = int(board.mentor[choice])
        candidate = with_more(office.mentors[mentor], so_far[mentor])
        so_far[mentor] += 1
        place = candidate.used_this_week + 1
        yield Proposal(one.id, rank(one.need, candidate, weights), place, others, "")


def _alternatives(
    board: Board, number: int, chosen: int, taken: Numbers
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


def _why_left(board: Board, number: int, region: Callable[[], Office]) -> str:
    if fitting := len(board.of(number)):
        whose = "of the only mentor who fits" if fitting == 1 else f"of all {fitting} who fit"
        return f"The places {whose} go to other requests."
    need, office = board.waiting[number].need, region()
    blocked = Counter(
        found[0].kind
        for mentor in office.who_fit(need)
        if (found := obstacles(need, office.mentors[mentor]))
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
