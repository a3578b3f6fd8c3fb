"""How long the proposal for a full queue takes, and how much better it is than going one by one.

Run it from the root of the project: python -m tests.bench.proposal [requests] [mentors]
"""

import random
import sys
import time
from typing import Any

from mentors.board import Waiting
from mentors.matching import Candidate, Need
from mentors.proposing import propose
from mentors.weights import DEFAULT_WEIGHTS

WORDS = [f"word{number}" for number in range(400)]
CHAPTERS, PER_DISTRICT, DISTRICTS_PER_REGION = 48, 4, 6


def units(rng: random.Random) -> dict[str, Any]:
    """A chapter with its district and region; some are much larger than others."""
    chapter = int(CHAPTERS * rng.random() ** 2)
    district = chapter // PER_DISTRICT
    return {
        "chapter_id": chapter,
        "district_id": district,
        "region_id": district // DISTRICTS_PER_REGION,
    }


def some_mentors(rng: random.Random, number: int) -> list[Candidate]:
    """Mentors as they are: some areas are common, most have a limit, a few are paused."""
    return [
        Candidate(
            id=pk,
            name=f"Mentor {pk:05d}",
            **units(rng),
            area_ids=frozenset(_areas(rng, rng.randint(1, 6))),
            business_type_ids=frozenset(rng.sample(range(43), rng.randint(0, 6))),
            keywords=tuple(rng.sample(WORDS, rng.randint(0, 6))),
            languages=("English", "Spanish") if rng.random() < 0.1 else ("English",),
            weekly_limit=rng.choice([None, 1, 1, 2, 2, 3]),
            used_this_week=rng.randint(0, 2),
            open_clients=rng.randint(0, 8),
            answers=(answers := rng.randint(0, 12)),
            answered_in_time=rng.randint(0, answers),
            median_answer_days=rng.random() * 3 if answers else None,
            recent_timeouts=int(rng.random() < 0.1),
            assignable=rng.random() > 0.08,
            not_assignable_reason="paused",
            serves_outside=rng.random() < 0.4,
        )
        for pk in range(1, number + 1)
    ]


def some_requests(rng: random.Random, number: int, mentors: int) -> list[Waiting]:
    """Requests that ask for what is common, too; some clients had a mentor before."""
    return [Waiting(pk, _need(rng, mentors)) for pk in range(1, number + 1)]


def _need(rng: random.Random, mentors: int) -> Need:
    [area] = _areas(rng, 1)
    business = rng.randrange(43)
    return Need(
        **units(rng),
        area_id=area,
        area_name=f"Area {area}",
        business_type_id=business,
        business_type_name=f"Business {business}",
        question=" ".join(rng.choices(WORDS, k=40)),
        language="Spanish" if rng.random() < 0.05 else "",
        continuity={rng.randint(1, mentors): "2025"} if rng.random() < 0.2 else {},
        refused={rng.randint(1, mentors): "declined"} if rng.random() < 0.3 else {},
    )


def _areas(rng: random.Random, number: int) -> set[int]:
    return {int(40 * rng.random() ** 1.5) for _ in range(number)}


def main(requests: int = 500, mentors: int = 2000) -> None:
    """Print what one proposal costs and brings."""
    rng = random.Random(7)
    people = some_mentors(rng, mentors)
    waiting = some_requests(rng, requests, mentors)
    began = time.perf_counter()
    plan = propose(waiting, people, DEFAULT_WEIGHTS)
    seconds = time.perf_counter() - began
    print(f"{requests} requests, {mentors} mentors: {seconds:.2f} seconds")
    for name, total in (("together", plan.total), ("one by one", plan.one_by_one)):
        print(
            f"{name:>11}: {total.proposed} proposed, {total.in_own_chapter} in their own chapter, "
            f"{total.score:.0f} points"
        )
    print(f"ratio of the points: {plan.total.score / plan.one_by_one.score:.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
