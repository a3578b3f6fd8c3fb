"""Coverage: what is asked for against who offers it, counted against one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pytest_django import DjangoAssertNumQueries

from intake.enums import CLOSED
from intake.models import Assignment, MentoringRequest
from mentors.enums import VolunteerStatus
from mentors.models import Chapter, MentoringArea, Volunteer
from mentors.roles import duties
from reports import coverage
from reports.coverage import Row
from reports.periods import Period
from reports.question import Question
from reports.scope import EVERYWHERE, Reach, requests_reach
from tests.factories import (
    MONDAY,
    SITUATIONS,
    Organisation,
    an_ask,
    area,
    mentor,
    pause,
    request_in,
    set_profile,
    submit,
    volunteer,
)

LATER = MONDAY + timedelta(days=60)


def asked(at: datetime = MONDAY, now: datetime | None = None, **more: Any) -> Question:
    return Question(**{"reach": EVERYWHERE, "at": at, "now": now or at, **more})


def row(question: Question, name: str = "Marketing") -> Row[MentoringArea]:
    return next(row for row in coverage.rows(question) if row.about.name == name)


def by_chapter(question: Question) -> list[Row[Chapter]]:
    """The lines of marketing."""
    about = replace(question, area=area().pk)
    return coverage.by_chapter(about, coverage.mentors_of(about))


def used(question: Question) -> dict[str, int]:
    """The places of the week that were taken, by the name of the mentor."""
    return {one.name: one.used_this_week for one in coverage.mentors_of(question)}


def other_areas() -> list[MentoringArea]:
    return list(MentoringArea.objects.exclude(name="Marketing").order_by("name")[:3])


def reach_of(org: Organisation, reader: str) -> Reach:
    return requests_reach(duties(getattr(org, reader), MONDAY))


# --- What is asked for ----------------------------------------------------------------------------


def test_requests_of_the_period_and_what_is_open_now(org: Organisation) -> None:
    for situation in SITUATIONS:
        request_in(situation, org)
    submit(org, at=MONDAY - timedelta(days=100))
    since_march = Period(date(2026, 3, 1), None)
    found = row(asked(LATER, period=since_march))
    assert found.requests == len(SITUATIONS)
    assert found.open == MentoringRequest.objects.exclude(status__in=CLOSED).count()
    assert coverage.open_requests(asked(LATER, period=since_march)).count() == found.open


def test_each_area_has_its_own(org: Organisation) -> None:
    first, second, third = other_areas()
    submit(org, ask=an_ask(area=first))
    submit(org, ask=an_ask(area=first))
    submit(org, ask=an_ask(area=second)).withdraw()
    found = {row.about: (row.requests, row.open) for row in coverage.rows(asked())}
    assert (found[first], found[second], found[third]) == ((2, 2), (1, 0), (0, 0))


def test_a_retired_area_is_listed_as_long_as_it_is_asked_for(org: Organisation) -> None:
    first, second, _ = other_areas()
    submit(org, ask=an_ask(area=first))
    MentoringArea.objects.filter(pk__in=[first.pk, second.pk]).update(is_offered=False)
    listed = {row.about for row in coverage.rows(asked())}
    assert first in listed
    assert second not in listed


# --- What is offered ------------------------------------------------------------------------------


def test_who_offers_it_are_the_assignable_mentors(org: Organisation) -> None:
    everybody = row(asked()).mentors
    pause(org.joan, org, now=MONDAY)
    Volunteer.objects.filter(pk=org.ben.pk).update(status=VolunteerStatus.RESIGNED)
    mentor(org.new_york, areas=())
    volunteer(org.new_york)
    assert row(asked()).mentors == everybody - 2
    assert row(asked(MONDAY + timedelta(days=30))).mentors == everybody - 1


def test_places_of_the_week(org: Organisation) -> None:
    here = asked(reach=reach_of(org, "rcic"))
    assert (row(here).free, row(here).places, row(here).unlimited) == (3, 0, 3)
    set_profile(org.joan, weekly_limit=3)
    set_profile(org.ben, weekly_limit=1)
    submit(org).assign(org.joan)
    submit(org).assign(org.ben)
    found = row(here)
    assert (found.mentors, found.free, found.places, found.unlimited) == (3, 2, 2, 1)
    set_profile(org.ben, weekly_limit=0)
    assert row(here).places == 2


def test_a_replaced_mentor_had_a_place_less_until_he_was_replaced(org: Organisation) -> None:
    for person in (org.joan, org.ben, org.grace):
        set_profile(person, weekly_limit=1)
    story = submit(org).assign().wait(hours=2).replace(org.ben)
    assert Assignment.objects.filter(outcome="replaced").count() == 1
    now = story.now
    here = asked(now, reach=reach_of(org, "rcic"))
    assert used(here) == {"Ben Okafor": 1, "Grace Lindqvist": 0, "Joan Whitfield": 0}
    before = asked(now - timedelta(hours=1), now, reach=here.reach)
    assert used(before) == {"Ben Okafor": 0, "Grace Lindqvist": 0, "Joan Whitfield": 1}
    for question in (here, before):
        assert (row(question).free, row(question).places) == (2, 2)


def test_requests_for_each_mentor(org: Organisation) -> None:
    first, *_ = other_areas()
    here = asked(reach=reach_of(org, "rcic"))
    submit(org, ask=an_ask(area=first))
    assert row(here, first.name).per_mentor is None
    for _ in range(6):
        submit(org)
    assert row(here).per_mentor == 2


# --- Where to recruit -----------------------------------------------------------------------------


def test_the_widest_gap_is_on_top(org: Organisation) -> None:
    nobody, full, few = other_areas()
    only = mentor(org.new_york, areas=(full.name,), weekly_limit=0)
    mentor(org.new_york, areas=(few.name,))
    submit(org, ask=an_ask(area=nobody))
    submit(org, ask=an_ask(area=full))
    for _ in range(3):
        submit(org, ask=an_ask(area=few))
    submit(org)
    found = coverage.rows(asked())
    assert [row.about.name for row in found[:4]] == [
        nobody.name,
        full.name,
        few.name,
        "Marketing",
    ]
    assert [row.is_bare for row in found[:4]] == [True, False, False, False]
    assert [row.is_full for row in found[:4]] == [False, True, False, False]
    assert not any(row.is_wanted for row in found[4:])
    set_profile(only, weekly_limit=None)
    assert coverage.rows(asked())[1].about.name == few.name


def test_in_how_many_chapters_nobody_offers_what_is_asked_for(org: Organisation) -> None:
    for chapter in (org.new_york, org.newark, org.phoenix):
        submit(org, chapter=chapter)
    assert row(asked()).bare == 0
    Volunteer.objects.filter(pk__in=[org.nora.pk, org.dan.pk]).update(status="inactive")
    assert row(asked()).bare == 2
    lines = by_chapter(asked())
    assert [line.about for line in lines[:2]] == [org.newark, org.phoenix]
    assert [line.is_bare for line in lines] == [True, True, False, False, False]


def test_chapter_by_chapter_adds_up_to_the_area(org: Organisation) -> None:
    for chapter in (org.new_york, org.new_york, org.newark, org.phoenix):
        submit(org, chapter=chapter)
    set_profile(org.joan, weekly_limit=2)
    whole = row(asked())
    lines = by_chapter(asked())
    for figure in ("requests", "open", "mentors", "free", "places", "unlimited"):
        assert sum(getattr(line, figure) for line in lines) == getattr(whole, figure), figure
    assert org.national not in [line.about for line in lines]


# --- Whose ----------------------------------------------------------------------------------------


def test_only_the_chapters_of_the_reader_count(org: Organisation) -> None:
    submit(org)
    submit(org, chapter=org.phoenix)
    submit(org, suspended=True)
    expected = {"rcic": (1, 1, 3), "leader_region": (1, 1, 5), "admin": (3, 3, 7)}
    for reader, figures in expected.items():
        for question in (
            asked(reach=reach_of(org, reader)),
            asked(MONDAY + timedelta(hours=1), LATER, reach=reach_of(org, reader)),
        ):
            found = row(question)
            assert (found.requests, found.open, found.mentors) == figures, reader


# --- As of then -----------------------------------------------------------------------------------


def test_what_was_open_then(org: Organisation) -> None:
    story = submit(org).wait(hours=1).assign().wait(hours=1).accept().wait(days=1).hold()
    story.complete()
    moved = submit(org).wait(days=1).move(org.newark)
    at = MONDAY + timedelta(hours=2)
    found = row(asked(at, LATER, reach=reach_of(org, "rcic")))
    assert (found.requests, found.open) == (2, 2)
    found = row(asked(moved.now, LATER, reach=reach_of(org, "rcic")))
    assert (found.requests, found.open) == (1, 1)
    assert row(asked(story.now, LATER, reach=reach_of(org, "rcic"))).open == 0
    assert row(asked(MONDAY - timedelta(hours=1), LATER)).requests == 0


def test_a_day_is_one_of_the_requests_chapter(org: Organisation) -> None:
    submit(org, at=datetime(2026, 3, 17, 5, 0, tzinfo=UTC))  # 17 March in New York
    submit(org, at=datetime(2026, 3, 17, 5, 0, tzinfo=UTC), chapter=org.honolulu)  # 16 March there
    day = Period(date(2026, 3, 16), date(2026, 3, 16))
    assert row(asked(LATER, period=day)).requests == 1


# --- What it costs --------------------------------------------------------------------------------


def test_it_costs_the_same_for_one_and_for_six(
    org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more, number in ((1, 1), (5, 6)):
        for _ in range(more):
            mentor(org.new_york, weekly_limit=2)
            submit(org)
        with django_assert_num_queries(5):
            assert row(asked()).requests == number
        with django_assert_num_queries(7):  # one for the area itself
            assert len(by_chapter(asked())) == 5
        with django_assert_num_queries(7):
            assert row(asked(MONDAY + timedelta(hours=1), LATER)).open == number
