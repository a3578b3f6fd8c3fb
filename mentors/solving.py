"""Two ways of giving a queue away: one by one, and the best of all. Pure.

See `mentors.proposing` for what the best is held to.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from mentors.board import Board, Numbers
from mentors.matching import REGION, TIERS

NOBODY = -1
FURTHEST = TIERS.index(REGION)
"""Beyond the region only by the coordinator's choice."""


def one_by_one(board: Board) -> list[int]:
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


def together(board: Board, in_turn: Sequence[int]) -> list[int]:
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


def _tiers(board: Board, chosen: Sequence[int]) -> Numbers:
    return np.array([_tier(board, choice) for choice in chosen], dtype=np.int64)


def _tier(board: Board, choice: int) -> int:
    """How far away it is; for a request that goes without, as far as can be looked."""
    return FURTHEST if choice == NOBODY else int(board.tier[choice])


def _too_far(board: Board, chosen: Sequence[int]) -> dict[int, int]:
    """Requests that go past somebody eligible nearer who has a place left, and where he is."""
    left = board.office.places - places_taken(board, chosen)
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


def _solve(board: Board, reach: Numbers, *, beyond: bool = False) -> list[int]:
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


def _table(board: Board, allowed: Numbers, far: Numbers, first_column: Numbers) -> csr_array:
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


def places_taken(board: Board, chosen: Sequence[int]) -> Numbers:
    """How many places of each mentor these choices take."""
    made = [choice for choice in chosen if choice != NOBODY]
    return np.bincount(board.mentor[made], minlength=len(board.office.mentors))
