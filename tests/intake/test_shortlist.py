"""Finding the mentor: what the database knows of the mentors, as the ranking is given it."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from intake.mentor_facts import candidates
from intake.models import MentoringRequest
from intake.needs import need_of
from intake.shortlist import Looked, offer, speaking
from mentors.eligibility import NotAvailable
from mentors.matching import CHAPTER, DISTRICT, OUTSIDE, REGION, Ranked
from mentors.models import BusinessType, Volunteer
from mentors.weights import DEFAULT_WEIGHTS
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    area,
    mentor,
    pause,
    request_in,
    set_profile,
    submit,
)
from tests.plain_shortlist import in_words, plainly


def ranked(story: Story, tier: str = "") -> dict[str, Ranked]:
    """Who is offered, by first name, the best first."""
    return {
        row.candidate.name.split()[0]: row
        for row in offer(story.mre, story.now, Looked(tier)).shortlist.ranked
    }


def not_available(story: Story, tier: str = "") -> dict[str, NotAvailable]:
    """Who is not, by first name."""
    return {
        row.candidate.name.split()[0]: row
        for row in offer(story.mre, story.now, Looked(tier)).shortlist.not_available
    }


def fit(story: Story, name: str, tier: str = "") -> list[str]:
    """Why somebody suits the request, in words."""
    return [reason.text for reason in ranked(story, tier)[name].fit]


def workload(story: Story, name: str) -> dict[str, str]:
    """What is told of somebody's time and answers."""
    return {reason.kind: reason.text for reason in ranked(story)[name].reasons}


# --- How far it looks ---------------------------------------------------------------------------


def test_the_chapter_comes_first(org: Organisation) -> None:
    story = submit(org)
    assert offer(story.mre, story.now).tier == CHAPTER
    assert set(ranked(story)) == {"Joan", "Ben", "Grace"}


def test_where_nobody_in_the_chapter_is_eligible_the_district_is_next(org: Organisation) -> None:
    for person in (org.joan, org.ben, org.grace):
        pause(person, org, now=MONDAY)
    story = submit(org)
    assert offer(story.mre, story.now).tier == DISTRICT
    assert set(ranked(story)) == {"Nora"}
    assert set(not_available(story)) == {"Joan", "Ben", "Grace"}


def test_then_the_region_with_those_who_serve_outside(org: Organisation) -> None:
    for person in (org.joan, org.ben, org.grace, org.nora):
        pause(person, org, now=MONDAY)
    story = submit(org)
    assert offer(story.mre, story.now).tier == REGION
    assert not ranked(story)
    assert not_available(story)["Carla"].why == "does not serve clients outside the local area"
    assert not_available(story)["Carla"].needs_note
    set_profile(org.carla, serves_outside=True)
    assert set(ranked(story)) == {"Carla"}


def test_beyond_the_region_only_when_asked(org: Organisation) -> None:
    story = submit(org)
    assert "Dan" not in ranked(story, REGION) | not_available(story, REGION)
    assert "Dan" in not_available(story, OUTSIDE)
    set_profile(org.dan, serves_outside=True)
    assert "Dan" in ranked(story, OUTSIDE)


def test_everybody_who_mentors_is_there_once(org: Organisation) -> None:
    pause(org.ben, org, now=MONDAY)
    set_profile(org.grace, weekly_limit=0)
    shortlist = offer(submit(org).mre, MONDAY, Looked(OUTSIDE)).shortlist
    ids = [row.candidate.id for row in shortlist.ranked]
    ids += [row.candidate.id for row in shortlist.not_available]
    assert sorted(ids) == sorted(Volunteer.objects.mentors().values_list("pk", flat=True))
    assert org.sam.pk not in ids


def test_what_each_tier_would_offer_is_counted(org: Organisation) -> None:
    set_profile(org.carla, serves_outside=True)
    counts = offer(submit(org).mre, MONDAY).counts
    assert (counts[CHAPTER], counts[DISTRICT], counts[REGION]) == (3, 4, 5)


# --- Why somebody suits -------------------------------------------------------------------------


def test_area_business_type_keyword_and_language_are_told(org: Organisation) -> None:
    bakery = BusinessType.objects.get(name="Food & Beverage")
    set_profile(org.ben, keywords="sourdough, franchise")
    org.ben.profile.business_types.add(bakery)
    Volunteer.objects.filter(pk=org.ben.pk).update(languages=["English", "Spanish"])
    story = submit(
        org, ask=an_ask(business_type=bakery, question="I bake sourdough.", language="Spanish")
    )
    assert fit(story, "Ben") == ["Marketing", "Food & Beverage", "“sourdough”", "speaks Spanish"]
    assert next(iter(ranked(story))) == "Ben"


def test_the_reasons_are_kept_on_the_assignment_and_told_to_the_mentor(org: Organisation) -> None:
    story = submit(org).assign(org.joan)
    assert story.assignment.reasons == ["Marketing"]


def test_who_offers_nothing_that_is_asked_for_is_not_offered(org: Organisation) -> None:
    story = submit(org, ask=an_ask(area=area("Legal"), question="?"))
    assert not ranked(story, CHAPTER)
    assert not_available(story, CHAPTER)["Joan"].why == "does not offer Legal"
    assert not not_available(story, CHAPTER)["Joan"].needs_note


@pytest.mark.parametrize(
    ("earlier", "known"),
    [
        ("complete", True),
        ("counseled", True),
        ("incorrect_contact", True),
        ("withdrawn", False),
        ("no_show", False),
        ("no_response", False),
        ("declined", False),
        ("withdrawn_before_answer", False),
    ],
)
def test_who_mentored_this_client_before_is_told_unless_nothing_came_of_it(
    org: Organisation, earlier: str, known: bool
) -> None:
    client = a_person()
    before = request_in(earlier, org, person=client)
    story = submit(org, person=client, at=before.now + timedelta(days=1))
    assert ("Mentor of this client in 2026" in fit(story, "Joan")) == known
    assert "Mentor of this client in 2026" not in fit(story, "Grace")


def test_the_mentor_of_this_very_request_is_no_continuity(org: Organisation) -> None:
    story = request_in("transferred", org)
    assert "Mentor of this client in 2026" not in fit(story, "Joan")


# --- Why somebody is not available --------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "why"),
    [
        ("declined", "declined this request: no capacity now"),
        ("timed_out", "did not answer this request (5 business days, until Mon 23 Mar)"),
    ],
)
def test_who_did_not_take_this_request_is_not_offered_it_again(
    org: Organisation, situation: str, why: str
) -> None:
    story = request_in(situation, org)
    row = not_available(story)["Joan"]
    assert row.why == why
    assert (row.can_override, row.needs_note) == (True, True)
    assert "Joan" in ranked(submit(org, at=story.now))


@pytest.mark.parametrize("late", [True, False])
def test_who_was_replaced_is_offered_it_again_unless_it_was_after_the_deadline(
    org: Organisation, late: bool
) -> None:
    story = submit(org).assign(org.joan)
    story.until(story.assignment.respond_by if late else story.now).replace(org.ben)
    story.wait(hours=1).decline()
    assert ("Joan" in not_available(story)) == late


def test_who_is_paused_is_shown_with_the_end_and_cannot_be_overridden(org: Organisation) -> None:
    pause(org.joan, org, now=MONDAY, days=7)
    row = not_available(submit(org))["Joan"]
    assert row.why == "paused until Mon 23 Mar"
    assert not row.can_override


@pytest.mark.parametrize(
    ("hours", "paused"),
    [(13, set()), (15, {"Joan"}), (21, {"Joan", "Leilani"}), (63, {"Leilani"}), (69, set())],
)
def test_a_pause_begins_and_ends_at_midnight_of_the_mentors_chapter(
    org: Organisation, hours: int, paused: set[str]
) -> None:
    for person in (org.joan, org.leilani):
        pause(person, org, now=MONDAY + timedelta(days=1), days=1)
    both = Volunteer.objects.filter(pk__in=[org.joan.pk, org.leilani.pk])
    now = MONDAY + timedelta(hours=hours)
    found = {one.name.split()[0] for one in candidates(both, now) if not one.assignable}
    assert found == paused
    assert set(both.exclude(pk__in=both.assignable(now)).values_list("first_name", flat=True)) == (
        paused
    )


def test_who_is_at_the_limit_is_shown_with_the_day_on_which_he_is_free_again(
    org: Organisation,
) -> None:
    set_profile(org.joan, weekly_limit=1)
    submit(org).assign(org.joan)
    row = not_available(submit(org))["Joan"]
    assert row.why == "1 of 1 this week, free again Sun 22 Mar"
    assert row.needs_note


# --- What is told of the workload ---------------------------------------------------------------


def test_the_places_of_the_week_are_counted(org: Organisation) -> None:
    set_profile(org.joan, weekly_limit=3)
    submit(org, at=MONDAY - timedelta(days=7)).assign(org.joan)
    submit(org).assign(org.joan).wait(hours=1).decline()
    story = submit(org).assign(org.joan).wait(hours=1).replace(org.ben)
    later = submit(org, at=story.now)
    assert workload(later, "Joan")["free_places"] == "1 of 3 this week"


def test_open_clients_are_those_that_he_leads_now(org: Organisation) -> None:
    for situation in ("accepted", "counseled", "complete", "transferred", "declined"):
        story = request_in(situation, org)
    assert workload(submit(org, at=story.now), "Joan")["open_clients"] == "2 open clients"


def test_what_he_has_not_answered_yet_weighs_like_a_client(org: Organisation) -> None:
    """Or one mentor without a limit would get a whole morning's requests."""
    request_in("accepted", org)
    asked = request_in("assigned", org)
    now = submit(org, at=asked.now)
    assert workload(now, "Joan")["open_clients"] == "1 open client, 1 not answered yet"
    points = {reason.kind: reason.points for reason in ranked(now)["Joan"].reasons}
    assert points["open_clients"] == 6 * 4 / (4 + 2)


def test_how_he_answered_is_counted_over_half_a_year(org: Organisation) -> None:
    now = MONDAY + timedelta(days=60)
    request_in("accepted", org, at=now - timedelta(days=181))
    for situation in ("accepted", "accepted_late", "declined", "timed_out", "overdue"):
        request_in(situation, org, at=MONDAY)
    request_in("replaced", org, at=MONDAY)
    request_in("mentor_unavailable", org, at=MONDAY)
    request_in("withdrawn_before_answer", org, at=MONDAY)
    found = workload(submit(org, at=now), "Joan")
    assert found["in_time"] == "2 of 5 in time"
    assert found["timeouts"] == "1 timed out"


def test_who_was_not_asked_lately_stands_in_the_middle(org: Organisation) -> None:
    found = workload(submit(org), "Joan")
    assert found["in_time"] == "not asked lately"
    assert found["speed"] == "no answer to measure yet"


def test_how_long_he_takes_is_the_middle_of_his_answers(org: Organisation) -> None:
    for hours in (1, 2, 24):
        submit(org).assign().wait(hours=hours).accept()
    assert workload(submit(org, at=MONDAY + timedelta(days=2)), "Joan")["speed"] == (
        "0.1 business days to answer"
    )


# --- A score, reckoned on paper -----------------------------------------------------------------


def test_a_score_is_what_one_reckons_from_the_rows_on_paper(org: Organisation) -> None:
    """From the tables, with SQL of its own, and the weights as they are written down."""
    set_profile(org.joan, weekly_limit=3, keywords="sourdough, wholesale")
    request_in("accepted", org)
    request_in("timed_out", org)
    at = MONDAY + timedelta(days=9)
    submit(org, at=at).assign(org.joan)
    story = submit(org, ask=an_ask(question="Is wholesale right for sourdough?"), at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE ended_at IS NULL), "
            "count(*) FILTER (WHERE answered_at < respond_by), "
            "count(*) FILTER (WHERE outcome <> 'pending'), "
            "count(*) FILTER (WHERE outcome = 'timed_out'), min(answer_days), "
            "count(*) FILTER (WHERE assigned_at >= '2026-03-22 00:00 America/New_York') "
            "FROM intake_assignment WHERE mentor_id = %s",
            [org.joan.pk],
        )
        held, in_time, answers, timeouts, days, used = cursor.fetchone()
    assert (held, in_time, answers, timeouts, used) == (2, 1, 2, 1, 1)
    points = {
        "area": 30,
        "keyword": 8 + 4,
        "free_places": 6 * 2 / 3,
        "open_clients": 6 * 4 / (4 + 2),
        "in_time": 8 * (1 + 1) / (2 + 2),
        "speed": 4 * 1 / (1 + days),
        "timeouts": -2,
    }
    row = ranked(story)["Joan"]
    assert row.score == pytest.approx(sum(points.values()))
    assert {reason.kind for reason in row.reasons} == set(points)
    assert workload(story, "Joan") | {"speed": ""} == {
        "area": "Marketing",
        "keyword": "“wholesale”",
        "free_places": "1 of 3 this week",
        "open_clients": "1 open client, 1 not answered yet",
        "in_time": "1 of 2 in time",
        "speed": "",
        "timeouts": "1 timed out",
    }


# --- Searching ----------------------------------------------------------------------------------


def test_a_search_tells_how_many_it_found_farther_away(org: Organisation) -> None:
    for person in (org.joan, org.nora, org.carla, org.dan, org.leilani):
        set_profile(person, keywords="wholesale")
    pause(org.nora, org, now=MONDAY)
    found = offer(submit(org).mre, MONDAY, Looked(CHAPTER, words="wholesale"))
    assert [row.candidate.id for row in found.shortlist.ranked] == [org.joan.pk]
    assert found.further == {DISTRICT: 1, REGION: 1, OUTSIDE: 2}
    assert found.counts == {CHAPTER: 1, DISTRICT: 1, REGION: 1, OUTSIDE: 1}


def test_a_search_that_finds_nobody_near_looks_where_it_found_somebody(org: Organisation) -> None:
    set_profile(org.nora, keywords="wholesale")
    assert offer(submit(org).mre, MONDAY, Looked(words="wholesale")).tier == DISTRICT


def test_the_language_is_a_filter_of_who_is_offered_and_who_is_not(org: Organisation) -> None:
    Volunteer.objects.filter(pk__in=[org.ben.pk, org.nora.pk]).update(languages=["Hindi"])
    pause(org.nora, org, now=MONDAY)
    found = offer(submit(org).mre, MONDAY, Looked(DISTRICT, language="Hindi"))
    assert [row.candidate.id for row in found.shortlist.ranked] == [org.ben.pk]
    assert [row.candidate.id for row in found.shortlist.not_available] == [org.nora.pk]
    assert found.languages == ["Hindi"]


# --- What it costs ------------------------------------------------------------------------------


LOOKS = {
    "as far as needed": Looked(),
    "the chapter": Looked(CHAPTER),
    "the district": Looked(DISTRICT),
    "the region": Looked(REGION),
    "everywhere": Looked(OUTSIDE),
    "a language": Looked(OUTSIDE, language="Spanish"),
}


@pytest.mark.parametrize("looked", LOOKS.values(), ids=LOOKS)
def test_it_is_what_comes_of_reading_everybody_in_full(org: Organisation, looked: Looked) -> None:
    story = submit(org, ask=an_ask(question="How do I sell bread wholesale?"))
    everybody_else(org, story)
    need, found = need_of(story.mre), offer(story.mre, story.now, looked)
    everybody = speaking(looked.language, candidates(Volunteer.objects.mentors(), story.now))
    plain = plainly(need, everybody, DEFAULT_WEIGHTS, found.tier)
    told = in_words(found.shortlist, found.counts)
    if found.tier != OUTSIDE:  # nobody outside the region is read before somebody looks there
        del plain["counts"][OUTSIDE], told["counts"][OUTSIDE]
    assert told == plain
    assert told["ranked"]


def everybody_else(org: Organisation, story: Story) -> None:
    """Mentors everywhere, hardly one like the other, some of them paused."""
    chapters = [org.new_york, org.newark, org.chicago, org.phoenix, org.honolulu]
    for number in range(60):
        person = mentor(
            chapters[number % 5],
            "Áda" if number % 2 else "bo",
            f"No {number % 7}",
            areas=("Marketing", "Legal")[: number % 3],
            keywords=("wholesale, bread", "", " bread ,, art")[number % 3],
            weekly_limit=(None, 0, 1, 3)[number % 4],
            serves_outside=number % 3 == 0,
        )
        Volunteer.objects.filter(pk=person.pk).update(
            languages=["English", "Spanish"] if number % 4 == 0 else ["English"]
        )
        if number % 11 == 0:
            pause(person, org, now=story.now)


def test_the_number_of_queries_does_not_depend_on_the_number_of_mentors(
    org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    story = submit(org)
    looks = [Looked(), Looked(REGION), Looked(OUTSIDE), Looked(CHAPTER, words="marketing")]
    for _ in range(2):
        mre = MentoringRequest.objects.select_related("area", "chapter__district").get(
            pk=story.mre_id
        )
        for looked in looks:
            with django_assert_num_queries(6):
                offer(mre, MONDAY, looked)
        for number in range(20):
            mentor(org.new_york, last_name=f"Mentor{number}", weekly_limit=number)
