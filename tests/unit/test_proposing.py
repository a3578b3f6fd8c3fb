"""The proposal for the whole queue: what it holds to, and that no better one exists."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentors.board import MOST_WITHOUT_LIMIT, Waiting, places, with_more
from mentors.eligibility import obstacles, shortlist, sift
from mentors.matching import (
    CHAPTER,
    DISTRICT,
    OUTSIDE,
    REGION,
    TIERS,
    Candidate,
    Need,
    Ranked,
    rank,
    tier_of,
)
from mentors.proposing import Plan, Proposal, propose
from mentors.weights import DEFAULT_WEIGHTS
from tests.bench.proposal import some_mentors, some_requests
from tests.thorough import examples

PRICING, SALES, LEGAL = 30, 32, 25
FOOD = 19
CLEVELAND, AKRON, TOLEDO, BOSTON = 1, 2, 3, 4
UNITS = {CLEVELAND: (10, 100), AKRON: (10, 100), TOLEDO: (11, 100), BOSTON: (12, 101)}


def at(chapter: int) -> dict[str, int]:
    district, region = UNITS[chapter]
    return {"chapter_id": chapter, "district_id": district, "region_id": region}


def mentor(number: int, chapter: int = CLEVELAND, **facts: Any) -> Candidate:
    """A mentor with one place who offers Pricing, changed by `facts`."""
    usual: dict[str, Any] = {
        "id": number,
        "name": f"Mentor {number:02d}",
        **at(chapter),
        "area_ids": frozenset({PRICING}),
        "weekly_limit": 1,
    }
    return Candidate(**(usual | facts))


def need(chapter: int = CLEVELAND, **facts: Any) -> Need:
    usual: dict[str, Any] = {
        **at(chapter),
        "area_id": PRICING,
        "area_name": "Pricing",
        "business_type_id": FOOD,
        "business_type_name": "Food & Beverage",
        "question": "I run a bakery and want to sell wholesale.",
    }
    return Need(**(usual | facts))


def plan_for(needs: Sequence[Need], mentors: Sequence[Candidate]) -> Plan:
    waiting = [Waiting(number, one) for number, one in enumerate(needs, start=1)]
    return propose(waiting, mentors, DEFAULT_WEIGHTS)


def given_to(plan: Plan) -> list[int | None]:
    """The mentor proposed for each request."""
    return [row.proposed.candidate.id if row.proposed else None for row in plan.proposals]


def only(plan: Plan) -> Proposal:
    [row] = plan.proposals
    return row


# --- By example ---------------------------------------------------------------------------------


class TestWhoIsProposed:
    def test_the_best_of_the_shortlist_for_a_single_request(self) -> None:
        plan = plan_for([need()], [mentor(1), mentor(2, business_type_ids=frozenset({FOOD}))])
        assert given_to(plan) == [2]
        [reason, *_] = only(plan).proposed.reasons  # type: ignore[union-attr]
        assert reason.text == "Pricing"

    def test_who_fits_two_goes_where_the_sum_is_best(self) -> None:
        # One by one the first takes mentor 2, and the second is left with nobody but mentor 1.
        bakery_first = need(business_type_id=FOOD)
        known = need(question="", business_type_id=FOOD, continuity={2: "2023"})
        expert = mentor(2, business_type_ids=frozenset({FOOD}))
        plan = plan_for([bakery_first, known], [mentor(1), expert])
        assert given_to(plan) == [1, 2]
        assert plan.gain > 0

    def test_a_second_request_goes_to_somebody_with_fewer(self) -> None:
        plan = plan_for([need(), need()], [mentor(1, weekly_limit=3), mentor(2, weekly_limit=3)])
        assert sorted(given_to(plan), key=str) == [1, 2]

    def test_no_limit_is_not_all_of_them(self) -> None:
        plan = plan_for([need()] * 7, [mentor(1, weekly_limit=None)])
        assert Counter(given_to(plan)) == {1: MOST_WITHOUT_LIMIT, None: 2}

    def test_each_row_counts_the_places_with_those_before_it(self) -> None:
        plan = plan_for([need()] * 2, [mentor(1, weekly_limit=3, used_this_week=1)])
        assert [row.this_week for row in plan.proposals] == [
            "2 of 3 after this",
            "3 of 3 after this",
        ]

    def test_without_a_limit_the_number_alone_is_told(self) -> None:
        assert (
            only(plan_for([need()], [mentor(1, weekly_limit=None)])).this_week
            == "1 this week after this"
        )

    @pytest.mark.parametrize("limit", [1, 2, None])
    def test_the_points_are_those_of_the_shortlist_at_that_place(self, limit: int | None) -> None:
        one = mentor(1, weekly_limit=limit, open_clients=3)
        plan = plan_for([need()] * 2, [one])
        for before, row in enumerate(row for row in plan.proposals if row.proposed):
            assert row.proposed == rank(need(), with_more(one, before), DEFAULT_WEIGHTS)


class TestHowFar:
    def test_the_chapter_before_a_better_one_in_the_district(self) -> None:
        better = mentor(2, AKRON, business_type_ids=frozenset({FOOD}))
        assert given_to(plan_for([need()], [mentor(1), better])) == [1]

    def test_the_district_once_the_places_of_the_chapter_have_run_out(self) -> None:
        plan = plan_for([need(), need()], [mentor(1), mentor(2, AKRON)])
        assert sorted(given_to(plan), key=str) == [1, 2]
        assert plan.total.in_own_chapter == 1

    def test_the_region_with_those_who_serve_outside_but_never_further(self) -> None:
        near, far = mentor(1, TOLEDO), mentor(2, TOLEDO, serves_outside=True)
        abroad = mentor(3, BOSTON, serves_outside=True)
        assert given_to(plan_for([need()], [near, far, abroad])) == [2]
        assert given_to(plan_for([need()], [near, abroad])) == [None]

    def test_further_than_one_by_one_only_so_that_nobody_goes_without(self) -> None:
        # Cleveland's first could stay; but the second is served by nobody else.
        stays = need(continuity={1: "2024"})
        alone = need(area_id=SALES, business_type_id=None)
        both = mentor(1, area_ids=frozenset({PRICING, SALES}))
        plan = plan_for([stays, alone], [both, mentor(2, AKRON)])
        assert given_to(plan) == [2, 1]
        assert plan.one_by_one.proposed == 1


class TestWhoIsLeft:
    def why(self, *mentors: Candidate, **facts: Any) -> str:
        row = only(plan_for([need(**facts)], mentors))
        assert row.proposed is None
        return row.why_left

    def test_nobody_offers_it(self) -> None:
        sentence = "Nobody in the region offers Legal or Food & Beverage."
        assert self.why(mentor(1), area_id=LEGAL, area_name="Legal") == sentence

    def test_who_fits_is_not_free(self) -> None:
        assert self.why(
            mentor(1, used_this_week=1),
            mentor(2, used_this_week=1),
            mentor(3, assignable=False, not_assignable_reason="paused until Mon 7 Dec"),
            mentor(4, TOLEDO),
            mentor(5),
            refused={5: "declined this request"},
        ) == (
            "Nobody in the region who fits is free: 2 reached the weekly limit, "
            "1 cannot be assigned now, 1 serve only their local area, "
            "1 declined or did not answer this request."
        )

    def test_everybody_is_asked_for_once_and_only_to_say_why(self) -> None:
        asked = 0

        def everybody() -> list[Candidate]:
            nonlocal asked
            asked += 1
            return [mentor(1), mentor(2, TOLEDO, area_ids=frozenset({LEGAL}))]

        legal = need(area_id=LEGAL, area_name="Legal")
        for needs, times in (([need()], 0), ([need(), legal, legal], 1)):
            waiting = [Waiting(number, one) for number, one in enumerate(needs)]
            plan = propose(waiting, [mentor(1)], DEFAULT_WEIGHTS, everybody=everybody)
            assert asked == times
        assert given_to(plan) == [1, None, None]
        assert plan.proposals[2].why_left == (
            "Nobody in the region who fits is free: 1 serve only their local area."
        )

    def test_all_places_go_to_others(self) -> None:
        plan = plan_for([need(), need()], [mentor(1)])
        [left] = [row for row in plan.proposals if row.proposed is None]
        assert left.why_left == "The places of the only mentor who fits go to other requests."


class TestAlternatives:
    def test_the_next_best_come_first_and_who_is_full_last(self) -> None:
        mentors = [
            mentor(1, business_type_ids=frozenset({FOOD})),
            mentor(2),
            mentor(3, AKRON, business_type_ids=frozenset({FOOD})),
        ]
        plan = plan_for([need(), need(continuity={2: "2024"})], mentors)
        assert given_to(plan) == [1, 2]
        [first, second] = plan.proposals
        assert [one.ranked.candidate.id for one in first.alternatives] == [3, 2]
        assert [one.is_full for one in second.alternatives] == [False, True]

    def test_who_is_not_eligible_is_no_alternative(self) -> None:
        plan = plan_for([need(refused={2: "declined"})], [mentor(1), mentor(2)])
        assert only(plan).alternatives == ()

    def test_a_handful_is_enough(self) -> None:
        plan = plan_for([need()], [mentor(number) for number in range(1, 12)])
        assert len(only(plan).alternatives) == 4


def test_an_empty_queue_has_an_empty_plan() -> None:
    plan = plan_for([], [mentor(1)])
    assert plan.proposals == ()
    assert plan.gain == 0


def test_without_mentors_everybody_is_left() -> None:
    assert given_to(plan_for([need()], [])) == [None]


# --- Whatever the queue -------------------------------------------------------------------------

HERE = (CLEVELAND, AKRON, TOLEDO, BOSTON)
AREAS = st.frozensets(st.sampled_from((PRICING, SALES, LEGAL)), max_size=2)


@st.composite
def mentors(draw: st.DrawFn, chapters: Sequence[int] = HERE, most: int = 5) -> list[Candidate]:
    """Few mentors with few places, of whom some cannot be assigned."""
    return [
        mentor(
            number,
            draw(st.sampled_from(chapters)),
            area_ids=draw(AREAS),
            business_type_ids=draw(st.sampled_from((frozenset(), frozenset({FOOD})))),
            keywords=draw(st.sampled_from(((), ("bakery",), ("wholesale", "sell")))),
            weekly_limit=draw(st.sampled_from((0, 1, 1, 2, 3, None))),
            used_this_week=draw(st.integers(0, 2)),
            open_clients=draw(st.integers(0, 4)),
            answers=3,
            answered_in_time=draw(st.integers(0, 3)),
            recent_timeouts=draw(st.sampled_from((0, 0, 40))),
            assignable=draw(st.sampled_from((True, True, True, False))),
            serves_outside=draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(0, most)) + 1)
    ]


@st.composite
def needs(draw: st.DrawFn, chapters: Sequence[int] = HERE, most: int = 5) -> list[Need]:
    """Few requests, some of which mentors 1 to 3 know or have declined."""
    who = st.dictionaries(st.integers(1, 3), st.just("2024"), max_size=2)
    return [
        need(
            draw(st.sampled_from(chapters)),
            area_id=draw(st.sampled_from((PRICING, SALES, LEGAL))),
            business_type_id=draw(st.sampled_from((FOOD, None))),
            continuity=draw(who),
            refused=draw(who),
        )
        for _ in range(draw(st.integers(0, most)))
    ]


Way = list[Candidate | None]
FEW = settings(max_examples=examples(20))


def way_of(plan: Plan, people: Sequence[Candidate]) -> Way:
    by_id = {one.id: one for one in people}
    return [by_id.get(number) if number else None for number in given_to(plan)]


def worth(wanted: Sequence[Need], way: Way) -> tuple[int, float]:
    """How many get a mentor, and the points of the shortlist, worked out by the slow way."""
    seen: Counter[int] = Counter()
    points = 0.0
    for one, chosen in zip(wanted, way, strict=True):
        if chosen is not None:
            points += rank(one, with_more(chosen, seen[chosen.id]), DEFAULT_WEIGHTS).score
            seen[chosen.id] += 1
    return seen.total(), round(points, 2)


def one_by_one(wanted: Sequence[Need], people: Sequence[Candidate]) -> Way:
    """What a coordinator would do who goes down the queue and takes the first of each shortlist."""
    seen: Counter[int] = Counter()
    way: Way = []
    for one in wanted:
        now = [
            with_more(person, seen[person.id])
            for person in people
            if places(person) > seen[person.id]
        ]
        best = first_of_the_nearest(one, now)
        way.append(next((p for p in people if best and p.id == best.candidate.id), None))
        seen.update([best.candidate.id] if best else [])
    return way


def first_of_the_nearest(one: Need, people: Sequence[Candidate]) -> Ranked | None:
    for tier in (CHAPTER, DISTRICT, REGION):
        if ranked := shortlist(one, sift(one, people), DEFAULT_WEIGHTS, tier).ranked:
            return ranked[0]
    return None


def every_way(wanted: Sequence[Need], people: Sequence[Candidate]) -> Iterator[Way]:
    """All ways of giving the requests away that keep the limits."""
    offers = [
        [None, *(p for p in people if not obstacles(one, p) and tier_of(one, p) != OUTSIDE)]
        for one in wanted
    ]
    for way in product(*offers):
        seen = Counter(person.id for person in way if person)
        if all(seen[person.id] <= places(person) for person in people):
            yield list(way)


@FEW
@given(needs(), mentors())
def test_no_rule_is_ever_broken(wanted: list[Need], people: list[Candidate]) -> None:
    way = way_of(plan_for(wanted, people), people)
    seen = Counter(person.id for person in way if person)
    for person in people:
        if person.weekly_limit is not None and seen[person.id]:
            assert person.used_this_week + seen[person.id] <= person.weekly_limit
    for one, chosen in zip(wanted, way, strict=True):
        if chosen is not None:
            assert chosen.assignable
            assert chosen.id not in one.refused
            assert obstacles(one, chosen) == ()
            assert tier_of(one, chosen) != OUTSIDE


@FEW
@given(needs(), mentors())
def test_nobody_goes_past_a_free_place_nearer(wanted: list[Need], people: list[Candidate]) -> None:
    way = way_of(plan_for(wanted, people), people)
    seen = Counter(person.id for person in way if person)
    for one, chosen in zip(wanted, way, strict=True):
        reached = TIERS.index(tier_of(one, chosen)) if chosen else TIERS.index(OUTSIDE)
        for person in people:
            is_nearer = TIERS.index(tier_of(one, person)) < reached
            if is_nearer and not obstacles(one, person):
                assert seen[person.id] == places(person)


@FEW
@given(needs(), mentors())
def test_it_is_never_worse_than_one_by_one(wanted: list[Need], people: list[Candidate]) -> None:
    plan = plan_for(wanted, people)
    in_turn = one_by_one(wanted, people)
    assert worth(wanted, way_of(plan, people)) >= worth(wanted, in_turn)
    told = plan.one_by_one
    assert (told.proposed, round(told.score, 1)) == (
        worth(wanted, in_turn)[0],
        pytest.approx(worth(wanted, in_turn)[1], abs=0.06),
    )


@FEW
@given(needs(), mentors())
def test_nobody_is_sent_further_than_one_by_one_unless_more_get_a_mentor(
    wanted: list[Need], people: list[Candidate]
) -> None:
    plan = plan_for(wanted, people)
    if plan.total.proposed > plan.one_by_one.proposed:
        return
    pairs = zip(wanted, way_of(plan, people), one_by_one(wanted, people), strict=True)
    for one, chosen, in_turn in pairs:
        if chosen and in_turn:
            assert TIERS.index(tier_of(one, chosen)) <= TIERS.index(tier_of(one, in_turn))


@FEW
@given(needs([CLEVELAND], most=4), mentors([CLEVELAND], most=4))
def test_in_one_chapter_there_is_no_better_way(wanted: list[Need], people: list[Candidate]) -> None:
    best = max(worth(wanted, way) for way in every_way(wanted, people))
    found = worth(wanted, way_of(plan_for(wanted, people), people))
    assert found[0] == best[0]
    assert found[1] == pytest.approx(best[1], abs=0.02)


@FEW
@given(needs(most=4), mentors(most=4))
def test_nobody_goes_without_who_could_have_a_mentor(
    wanted: list[Need], people: list[Candidate]
) -> None:
    most = max(worth(wanted, way)[0] for way in every_way(wanted, people))
    assert plan_for(wanted, people).total.proposed == most


@FEW
@given(needs(), mentors(), st.randoms(use_true_random=False))
def test_the_order_in_which_mentors_are_read_does_not_matter(
    wanted: list[Need], people: list[Candidate], rng: random.Random
) -> None:
    mixed = rng.sample(people, len(people))
    assert plan_for(wanted, mixed) == plan_for(wanted, people) == plan_for(wanted, people)


def test_a_full_queue_of_500_and_2000_mentors() -> None:
    rng = random.Random(11)
    people = some_mentors(rng, 2000)
    waiting = some_requests(rng, 500, 2000)
    plan = propose(waiting, people, DEFAULT_WEIGHTS)
    assert [row.id for row in plan.proposals] == [one.id for one in waiting]
    assert plan.total.proposed >= plan.one_by_one.proposed
    assert plan.gain > 0
    seen = Counter(row.proposed.candidate.id for row in plan.proposals if row.proposed)
    assert all(seen[person.id] <= places(person) for person in people)
