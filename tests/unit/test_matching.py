"""Finding the mentor: who is offered, in which order and why, and who is not and why not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentors import enums
from mentors.eligibility import Shortlist, obstacles, shortlist, sift
from mentors.keywords import Text
from mentors.matching import (
    CHAPTER,
    DISTRICT,
    OUTSIDE,
    REGION,
    TIERS,
    Candidate,
    Need,
    Ranked,
    tier_of,
)
from mentors.weights import DEFAULT_WEIGHTS, Weights, weight_table
from tests.plain_shortlist import in_words, plainly
from tests.thorough import examples

PRICING, SALES, LEGAL = 30, 32, 25
FOOD, RETAIL, MINING = 19, 35, 25
CLEVELAND, AKRON, TOLEDO, BOSTON = 1, 2, 3, 4
WEIGHTS = Weights()
NEED = Need(
    chapter_id=CLEVELAND,
    district_id=10,
    region_id=100,
    area_id=PRICING,
    area_name="Pricing",
    business_type_id=FOOD,
    business_type_name="Food & Beverage",
    question="I run a bakery and want to sell wholesale to grocery stores.",
    language="Spanish",
    continuity={7: "2023"},
    refused={8: "did not answer this request (5 business days, until Fri 20 Nov)"},
)


def mentor(number: int = 1, **facts: Any) -> Candidate:
    """A mentor of the client's chapter who offers the area, changed by `facts`."""
    usual: dict[str, Any] = {
        "id": number,
        "name": f"Mentor {number:02d}",
        "chapter_id": CLEVELAND,
        "district_id": 10,
        "region_id": 100,
        "area_ids": frozenset({PRICING}),
    }
    return Candidate(**(usual | facts))


def at(chapter_id: int, **facts: Any) -> dict[str, Any]:
    """The units of a mentor in Akron (same district), Toledo (same region) or Boston."""
    units = {AKRON: (10, 100), TOLEDO: (11, 100), BOSTON: (12, 101)}[chapter_id]
    return {"chapter_id": chapter_id, "district_id": units[0], "region_id": units[1]} | facts


def listed(*mentors: Candidate, need: Need = NEED, tier: str = CHAPTER) -> Shortlist:
    return shortlist(need, sift(need, mentors), WEIGHTS, tier)


def ids(found: Shortlist) -> list[int]:
    return [row.candidate.id for row in found.ranked]


def texts(row: Ranked) -> list[str]:
    return [reason.text for reason in row.reasons]


class TestTier:
    def test_names_are_those_of_the_vocabulary(self) -> None:
        assert list(TIERS) == enums.Tier.values

    def test_goes_by_chapter_then_district_then_region(self) -> None:
        assert tier_of(NEED, mentor()) == CHAPTER
        assert tier_of(NEED, mentor(**at(AKRON))) == DISTRICT
        assert tier_of(NEED, mentor(**at(TOLEDO))) == REGION
        assert tier_of(NEED, mentor(**at(BOSTON))) == OUTSIDE

    def test_no_district_is_not_a_district_in_common(self) -> None:
        virtual = replace(NEED, district_id=None, region_id=None)
        assert tier_of(virtual, mentor(chapter_id=9, district_id=None, region_id=None)) == OUTSIDE

    def test_a_wider_tier_keeps_the_nearer_mentors(self) -> None:
        everybody = [
            mentor(1),
            mentor(2, **at(AKRON)),
            mentor(3, **at(TOLEDO, serves_outside=True)),
            mentor(4, **at(BOSTON, serves_outside=True)),
        ]
        assert [len(ids(listed(*everybody, tier=tier))) for tier in TIERS] == [1, 2, 3, 4]
        assert sift(NEED, everybody).counts == {CHAPTER: 1, DISTRICT: 2, REGION: 3, OUTSIDE: 4}

    def test_each_row_tells_how_near_that_mentor_is(self) -> None:
        found = listed(mentor(1), mentor(2, **at(AKRON)), mentor(8, **at(AKRON)), tier=REGION)
        assert {row.candidate.id: row.tier for row in found.ranked} == {1: CHAPTER, 2: DISTRICT}
        assert [row.tier for row in found.not_available] == [DISTRICT]

    def test_an_unknown_tier_is_refused(self) -> None:
        with pytest.raises(ValueError, match="'moon' is not a tier; it must be one of chapter"):
            listed(mentor(), tier="moon")


class TestWhereToLookFirst:
    def test_the_chapter_if_somebody_there_is_eligible(self) -> None:
        assert sift(NEED, [mentor(1), mentor(2, **at(AKRON))]).local_tier == CHAPTER

    def test_else_the_district(self) -> None:
        paused = mentor(1, assignable=False, not_assignable_reason="paused until Mon 7 Dec")
        assert sift(NEED, [paused, mentor(2, **at(AKRON))]).local_tier == DISTRICT

    def test_else_the_region(self) -> None:
        full = mentor(2, **at(AKRON, weekly_limit=1, used_this_week=1))
        elsewhere = mentor(3, **at(TOLEDO, serves_outside=True))
        assert sift(NEED, [mentor(8), full, elsewhere]).local_tier == REGION

    def test_further_only_by_the_coordinators_choice(self) -> None:
        assert sift(NEED, [mentor(4, **at(BOSTON, serves_outside=True))]).local_tier == REGION
        assert sift(NEED, []).local_tier == REGION


class TestEligible:
    @pytest.mark.parametrize(
        "offer",
        [
            {"area_ids": frozenset({PRICING})},
            {"area_ids": frozenset(), "business_type_ids": frozenset({FOOD})},
            {"area_ids": frozenset(), "keywords": ("wholesale",)},
        ],
    )
    def test_with_the_area_or_the_business_type_or_a_keyword(self, offer: dict[str, Any]) -> None:
        assert ids(listed(mentor(**offer))) == [1]

    def test_below_the_weekly_limit(self) -> None:
        assert ids(listed(mentor(weekly_limit=3, used_this_week=2))) == [1]

    def test_without_a_limit_however_many_there_were(self) -> None:
        assert ids(listed(mentor(weekly_limit=None, used_this_week=50))) == [1]

    @pytest.mark.parametrize("town", [TOLEDO, BOSTON])
    def test_outside_the_district_only_who_serves_outside(self, town: int) -> None:
        assert ids(listed(mentor(**at(town, serves_outside=True)), tier=OUTSIDE)) == [1]
        assert ids(listed(mentor(**at(town)), tier=OUTSIDE)) == []

    def test_within_the_district_everybody_serves(self) -> None:
        assert ids(listed(mentor(**at(AKRON, serves_outside=False)), tier=DISTRICT)) == [1]

    def test_a_request_without_area_and_type_matches_by_keyword_only(self) -> None:
        vague = replace(NEED, area_id=None, business_type_id=None)
        assert ids(listed(mentor(1), mentor(2, keywords=("bakery",)), need=vague)) == [2]


class TestNotAvailable:
    def why(self, candidate: Candidate, need: Need = NEED) -> tuple[str, bool, bool]:
        [row] = listed(candidate, need=need, tier=OUTSIDE).not_available
        return row.why, row.can_override, row.needs_note

    def test_declined_or_timed_out_here_can_be_overridden_with_a_note(self) -> None:
        sentence = "did not answer this request (5 business days, until Fri 20 Nov)"
        assert self.why(mentor(8)) == (sentence, True, True)

    def test_at_the_limit_can_be_overridden_with_a_note(self) -> None:
        full = mentor(weekly_limit=2, used_this_week=2, free_again="Sun 29 Nov")
        assert self.why(full) == ("2 of 2 this week, free again Sun 29 Nov", True, True)

    def test_over_the_limit_as_well(self) -> None:
        assert self.why(mentor(weekly_limit=2, used_this_week=3)) == (
            "3 of 2 this week",
            True,
            True,
        )

    @pytest.mark.parametrize("reason", ["paused until Mon 7 Dec", "left", "subject matter expert"])
    def test_who_is_not_assignable_never_is(self, reason: str) -> None:
        away = mentor(assignable=False, not_assignable_reason=reason)
        assert self.why(away) == (reason, False, False)

    def test_who_does_not_serve_outside_can_be_assigned_with_a_note(self) -> None:
        sentence = "does not serve clients outside the local area"
        assert self.why(mentor(**at(BOSTON))) == (sentence, True, True)

    def test_who_offers_nothing_that_fits_can_be_assigned_without_a_note(self) -> None:
        other = mentor(area_ids=frozenset({LEGAL}))
        assert self.why(other) == ("offers neither Pricing nor Food & Beverage", True, False)

    def test_no_match_names_what_was_wanted(self) -> None:
        other = mentor(area_ids=frozenset())
        only_area = replace(NEED, business_type_id=None, business_type_name="")
        nothing = replace(only_area, area_id=None, area_name="")
        assert self.why(other, only_area)[0] == "does not offer Pricing"
        assert self.why(other, nothing)[0] == "offers nothing that the request asks for"

    def test_every_obstacle_is_told_and_the_hardest_decides(self) -> None:
        sentence = "did not answer this request (5 business days, until Fri 20 Nov)"
        full = mentor(8, weekly_limit=1, used_this_week=1)
        gone = full._replace(assignable=False, not_assignable_reason="left")
        assert self.why(full) == (f"{sentence}; 1 of 1 this week", True, True)
        assert self.why(gone) == (f"{sentence}; left; 1 of 1 this week", False, True)

    def test_an_earlier_mentor_is_told_even_when_not_available(self) -> None:
        other = mentor(7, area_ids=frozenset())
        assert self.why(other)[0].endswith("Food & Beverage; Mentor of this client in 2023")

    def test_those_to_think_about_come_before_those_that_do_not_fit(self) -> None:
        found = listed(
            mentor(1, name="Zoe", area_ids=frozenset()),
            mentor(2, name="Adam", area_ids=frozenset()),
            mentor(3, name="Owen", weekly_limit=0),
            mentor(4, name="Ruth", assignable=False, not_assignable_reason="left"),
            mentor(8, name="James"),
        )
        names = [row.candidate.name for row in found.not_available]
        assert names == ["James", "Ruth", "Owen", "Adam", "Zoe"]
        kinds = [row.kind for row in found.not_available]
        assert kinds == ["refused", "not_assignable", "limit", "no_match", "no_match"]

    def test_one_mentor_can_be_asked_about_alone(self) -> None:
        assert obstacles(NEED, mentor()) == ()
        [limit] = obstacles(NEED, mentor(weekly_limit=1, used_this_week=1))
        assert (limit.kind, limit.can_override, limit.needs_note) == ("limit", True, True)


class TestReasons:
    def test_are_told_in_plain_words_what_fits_first(self) -> None:
        joan = mentor(
            7,
            business_type_ids=frozenset({FOOD}),
            keywords=("wholesale", "franchising"),
            languages=("English", "Spanish"),
            weekly_limit=3,
            used_this_week=1,
            open_clients=4,
            answers=9,
            answered_in_time=9,
            median_answer_days=0.6,
        )
        [row] = listed(joan).ranked
        fit = [
            "Mentor of this client in 2023",
            "Pricing",
            "Food & Beverage",
            "“wholesale”",
            "speaks Spanish",
        ]
        assert texts(row) == [
            *fit,
            "1 of 3 this week",
            "4 open clients",
            "9 of 9 in time",
            "0.6 business days to answer",
        ]
        assert [reason.text for reason in row.fit] == fit

    def test_of_a_new_mentor(self) -> None:
        [row] = listed(mentor()).ranked
        assert texts(row) == [
            "Pricing",
            "0 this week, no limit",
            "no open clients",
            "not asked lately",
            "no answer to measure yet",
        ]

    def test_tell_requests_that_timed_out(self) -> None:
        [row] = listed(mentor(answers=6, answered_in_time=4, recent_timeouts=2)).ranked
        assert texts(row)[-1] == "2 timed out"
        assert row.reasons[-1].points < 0

    def test_no_language_is_told_when_the_client_has_no_wish(self) -> None:
        [row] = listed(mentor(languages=("Spanish",)), need=replace(NEED, language="")).ranked
        assert "language" not in {reason.kind for reason in row.reasons}

    def test_the_language_is_found_whatever_its_case(self) -> None:
        [row] = listed(mentor(languages=("SPANISH",))).ranked
        assert "speaks Spanish" in texts(row)

    def test_a_keyword_is_shown_once_as_the_mentor_wrote_it(self) -> None:
        [row] = listed(mentor(keywords=(" Wholesale ", "WHOLESALE", "grocery stores"))).ranked
        words = [reason.text for reason in row.reasons if reason.kind == "keyword"]
        assert words == ["“Wholesale”", "“grocery stores”"]


class TestKeywords:
    @pytest.mark.parametrize(
        ("question", "keyword"),
        [
            ("I want to sell wholesale.", "wholesale"),
            ("I want to sell WHOLESALE!", "Wholesale"),
            ("Opening a café", "cafe"),
            ("Opening a cafe", "Café"),
            ("Opening a cafe\u0301", "café"),
            ("We run two food-trucks", "food trucks"),
            ("food\n trucks", "Food   Trucks"),
            ("about my e-commerce shop", "e-commerce"),
            ("need a 501c3", "501c3"),
            ("Straße", "STRASSE"),
            ("Ayuda con IMPUESTOS y nómina", "nomina"),
        ],
    )
    def test_found(self, question: str, keyword: str) -> None:
        assert Text(question).find(keyword)

    @pytest.mark.parametrize(
        ("question", "keyword"),
        [
            ("How do I start?", "art"),
            ("I sell art", "start"),
            ("a wholesaler", "wholesale"),
            ("trucks for food", "food trucks"),
            ("food and trucks", "food trucks"),
            ("seafood trucks and food", "food trucks"),
            ("a plan b", "b"),
            ("anything", ""),
            ("anything", " ,;- "),
            ("", "wholesale"),
        ],
    )
    def test_not_found(self, question: str, keyword: str) -> None:
        assert not Text(question).find(keyword)

    @given(st.text(), st.text())
    def test_any_text_can_be_searched_for_any_text(self, question: str, keyword: str) -> None:
        assert isinstance(Text(question).find(keyword), str)

    @given(st.lists(st.sampled_from(["start", "art", "Ärt", "part", "art."]), min_size=1))
    def test_found_exactly_when_it_is_one_of_the_words(self, words: list[str]) -> None:
        expected = bool({"art", "Ärt", "art."} & set(words))
        assert bool(Text(" ".join(words)).find("art")) == expected


class TestRanking:
    def test_the_earlier_mentor_before_the_better_equipped(self) -> None:
        known = mentor(7, open_clients=3)
        skilled = mentor(2, business_type_ids=frozenset({FOOD}), keywords=("bakery",))
        assert ids(listed(skilled, known)) == [7, 2]

    def test_the_area_before_the_business_type_before_a_keyword(self) -> None:
        by_type = {"area_ids": frozenset(), "business_type_ids": frozenset({FOOD})}
        by_keyword = {"area_ids": frozenset(), "keywords": ("bakery",)}
        assert ids(listed(mentor(3, **by_keyword), mentor(2, **by_type), mentor(1))) == [1, 2, 3]

    def test_what_fits_before_who_is_less_busy(self) -> None:
        busy = mentor(
            1, business_type_ids=frozenset({FOOD}), weekly_limit=3, used_this_week=2, open_clients=9
        )
        assert ids(listed(mentor(2), busy)) == [1, 2]

    def test_nobody_is_judged_by_a_single_late_answer(self) -> None:
        once_late = mentor(1, answers=1, answered_in_time=0)
        often_late = mentor(2, answers=9, answered_in_time=1)
        assert ids(listed(often_late, once_late)) == [1, 2]

    def test_among_equals_the_nearer_then_by_name(self) -> None:
        found = listed(
            mentor(1, name="Ann", **at(AKRON)),
            mentor(3, name="bea"),
            mentor(4, name="Bea"),
            mentor(2, name="Cal"),
            tier=DISTRICT,
        )
        assert ids(found) == [3, 4, 2, 1]

    def test_the_weights_decide(self) -> None:
        by_type = mentor(1, area_ids=frozenset(), business_type_ids=frozenset({FOOD}))
        people = [mentor(2), by_type]
        types_first = Weights(business_type=50)
        assert ids(listed(*people)) == [2, 1]
        found = shortlist(NEED, sift(NEED, people), types_first, CHAPTER)
        assert [row.candidate.id for row in found.ranked] == [1, 2]

    @pytest.mark.parametrize("bad", [{"area": -1}, {"half_open_clients": 0}])
    def test_weights_that_would_turn_the_order_are_refused(self, bad: dict[str, float]) -> None:
        with pytest.raises(ValueError, match=f"The weight {next(iter(bad))} cannot be"):
            Weights(**bad)


# Properties: whatever the mentors are like.

keywords = st.sampled_from(["wholesale", "bakery", "grocery stores", "franchise", "art"])


@st.composite
def candidates(draw: st.DrawFn, number: int = 1) -> Candidate:
    answers = draw(st.integers(0, 12))
    town = draw(st.sampled_from([None, AKRON, TOLEDO, BOSTON]))
    return mentor(
        number,
        **(at(town) if town else {}),
        name=draw(st.sampled_from(["Ann", "Bea", "Cal"])),
        area_ids=draw(st.frozensets(st.sampled_from([PRICING, SALES, LEGAL]))),
        business_type_ids=draw(st.frozensets(st.sampled_from([FOOD, RETAIL, MINING]))),
        keywords=tuple(draw(st.lists(keywords, max_size=3))),
        languages=tuple(draw(st.lists(st.sampled_from(["English", "Spanish"]), max_size=2))),
        weekly_limit=draw(st.none() | st.integers(0, 5)),
        used_this_week=draw(st.integers(0, 6)),
        open_clients=draw(st.integers(0, 30)),
        answers=answers,
        answered_in_time=draw(st.integers(0, answers)),
        median_answer_days=draw(st.none() | st.floats(0, 10)),
        recent_timeouts=draw(st.integers(0, 4)),
        assignable=draw(st.booleans()),
        not_assignable_reason="paused",
        serves_outside=draw(st.booleans()),
    )


@st.composite
def teams(draw: st.DrawFn) -> list[Candidate]:
    return [draw(candidates(number)) for number in range(1, draw(st.integers(0, 8)) + 1)]


tiers = st.sampled_from(TIERS)
few = settings(max_examples=examples(20))  # a team is a large thing to make up

FREE: dict[str, Any] = {"assignable": True, "serves_outside": True, "weekly_limit": None}
"""Facts that leave only the offer to decide who is eligible."""

BETTER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("area", {"area_ids": frozenset({PRICING})}, {"area_ids": frozenset({LEGAL})}),
    ("type", {"business_type_ids": frozenset({FOOD})}, {"business_type_ids": frozenset()}),
    ("keyword", {"keywords": ("bakery",)}, {"keywords": ()}),
    ("second keyword", {"keywords": ("bakery", "wholesale")}, {"keywords": ("bakery",)}),
    ("language", {"languages": ("Spanish",)}, {"languages": ("English",)}),
    ("no limit", {"weekly_limit": None}, {"weekly_limit": 7}),
    ("limit", {"weekly_limit": 9}, {"weekly_limit": 8}),
    ("places", {"used_this_week": 1, "weekly_limit": 9}, {"used_this_week": 2, "weekly_limit": 9}),
    ("open clients", {"open_clients": 30}, {"open_clients": 31}),
    (
        "in time",
        {"answered_in_time": 3, "answers": 4},
        {"answered_in_time": 2, "answers": 4},
    ),
    ("speed", {"median_answer_days": 7.9}, {"median_answer_days": 8.0}),
    ("time-outs", {"recent_timeouts": 1}, {"recent_timeouts": 2}),
]


class TestProperties:
    @few
    @given(teams(), tiers)
    def test_everybody_in_the_tier_is_listed_exactly_once(
        self, team: list[Candidate], tier: str
    ) -> None:
        found = listed(*team, tier=tier)
        there = [*ids(found), *(row.candidate.id for row in found.not_available)]
        within = TIERS[: TIERS.index(tier) + 1]
        assert sorted(there) == [m.id for m in team if tier_of(NEED, m) in within]

    @few
    @given(teams(), tiers, st.randoms(use_true_random=False))
    def test_the_order_they_come_in_makes_no_difference(
        self, team: list[Candidate], tier: str, random: Any
    ) -> None:
        shuffled = random.sample(team, len(team))
        before, after = listed(*team, tier=tier), listed(*shuffled, tier=tier)
        assert after.ranked == before.ranked
        assert after.not_available == before.not_available

    @few
    @given(teams(), tiers)
    def test_the_plain_way_comes_to_the_same(self, team: list[Candidate], tier: str) -> None:
        assert in_words(listed(*team, tier=tier), sift(NEED, team).counts) == plainly(
            NEED, team, WEIGHTS, tier
        )

    @few
    @given(teams())
    def test_best_first(self, team: list[Candidate]) -> None:
        scores = [row.score for row in listed(*team, tier=OUTSIDE).ranked]
        assert scores == sorted(scores, reverse=True)

    @few
    @given(teams())
    def test_only_who_may_be_offered_is_ranked(self, team: list[Candidate]) -> None:
        for row in listed(*team, tier=OUTSIDE).ranked:
            assert row.candidate.assignable
            assert not row.candidate.at_limit
            assert row.candidate.id not in NEED.refused
            assert row.candidate.serves_outside or row.tier in (CHAPTER, DISTRICT)

    @few
    @given(teams())
    def test_who_is_not_assignable_cannot_be_overridden(self, team: list[Candidate]) -> None:
        for row in listed(*team, tier=OUTSIDE).not_available:
            assert row.why
            assert row.candidate.assignable or not row.can_override

    @few
    @given(teams(), tiers)
    def test_the_counts_are_those_of_the_lists(self, team: list[Candidate], tier: str) -> None:
        assert sift(NEED, team).counts[tier] == len(listed(*team, tier=tier).ranked)

    @pytest.mark.parametrize(("part", "more", "less"), BETTER, ids=[row[0] for row in BETTER])
    @given(candidate=candidates())
    def test_better_in_one_part_and_equal_elsewhere_ranks_higher(
        self, part: str, more: dict[str, Any], less: dict[str, Any], candidate: Candidate
    ) -> None:
        other: dict[str, Any] = {"business_type_ids": frozenset({FOOD})}
        offer = other if part == "area" else {"area_ids": frozenset({PRICING})}
        twin = candidate._replace(**FREE, **offer)
        # The better one has the later number, so that no tie-break helps.
        worse, better = twin._replace(id=20, **less), twin._replace(id=21, **more)
        assert ids(listed(worse, better, tier=OUTSIDE)) == [21, 20]

    @given(candidate=candidates())
    def test_knowing_the_client_ranks_higher(self, candidate: Candidate) -> None:
        twin = candidate._replace(area_ids=frozenset({PRICING}), **FREE)
        found = listed(twin._replace(id=6), twin._replace(id=7), tier=OUTSIDE)
        assert ids(found) == [7, 6]

    @few
    @given(teams())
    def test_reasons_agree_with_the_facts_and_add_up(self, team: list[Candidate]) -> None:
        for row in listed(*team, tier=OUTSIDE).ranked:
            mentor, told = row.candidate, texts(row)
            assert ("Mentor of this client in 2023" in told) == (mentor.id == 7)
            assert ("Pricing" in told) == (PRICING in mentor.area_ids)
            assert ("Food & Beverage" in told) == (FOOD in mentor.business_type_ids)
            assert ("speaks Spanish" in told) == ("Spanish" in mentor.languages)
            for word in ("wholesale", "bakery", "grocery stores"):
                assert (f"“{word}”" in told) == (word in mentor.keywords)
            assert not {"“franchise”", "“art”"} & set(told)
            assert row.score == pytest.approx(sum(reason.points for reason in row.reasons))


def test_the_weights_are_documented_as_they_are() -> None:
    written = Path("docs/shortlist.md").read_text().split("<!-- weights -->\n")[1]
    assert written.split("<!-- /weights -->")[0] == weight_table(DEFAULT_WEIGHTS)
