"""Fairness: who received how many, counted against one by one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from intake.models import Assignment
from mentors.enums import VolunteerStatus
from mentors.models import Chapter, Volunteer
from mentors.roles import duties
from reports.activity import activity
from reports.fairness import Band, Fairness, Row, fairness, mentors_of, received
from reports.given import Mentor
from reports.periods import Period
from reports.question import Question
from reports.scope import EVERYWHERE, requests_reach
from tests.factories import MONDAY, Organisation, mentor, pause, set_profile, submit

LATER = MONDAY + timedelta(days=60)


def asked(at: datetime = LATER, now: datetime = LATER, **more: Any) -> Question:
    return Question(**{"reach": EVERYWHERE, "at": at, "now": now, **more})


def numbers(question: Question) -> dict[str, int]:
    return {str(row.mentor): row.received for row in fairness(question).rows}


@pytest.mark.usefixtures("everything")
class TestOfEverySituation:
    def test_everything_given_counts_but_what_was_replaced(self) -> None:
        found = numbers(asked())
        for person in Volunteer.objects.mentors():
            given = Assignment.objects.filter(mentor=person)
            counted = [one for one in given if one.outcome != "replaced"]
            assert found[str(person)] == len(counted)
            behind = received(asked(), mentors_of(asked()).filter(pk=person.pk))
            assert set(behind) == set(counted)
        assert found["Joan Whitfield"] > found["Ben Okafor"] == 1
        assert found["Grace Lindqvist"] == 0

    def test_it_is_what_the_mentors_activity_says(self) -> None:
        for at in (LATER, MONDAY + timedelta(days=3)):
            told = {str(row.mentor): row for row in activity(asked(at))}
            for name, number in numbers(asked(at)).items():
                assert number == told[name].received - told[name].outcomes["replaced"]


def test_the_mentors_are_the_assignable_ones(org: Organisation) -> None:
    submit(org).assign()
    submit(org).assign(org.ben)
    pause(org.joan, org, now=LATER)
    Volunteer.objects.filter(pk=org.grace.pk).update(status=VolunteerStatus.INACTIVE)
    found = numbers(asked(reach=requests_reach(duties(org.rcic, MONDAY))))
    assert found == {"Ben Okafor": 1}
    assert numbers(asked(LATER - timedelta(days=1)))["Joan Whitfield"] == 1


def test_the_days_are_those_of_the_mentors_chapter(org: Organisation) -> None:
    evening = datetime(2026, 3, 17, 5, 0, tzinfo=UTC)  # 17 March in New York, the 16th in Honolulu
    submit(org, at=evening).assign()
    submit(org, at=evening).assign(org.leilani)
    found = numbers(asked(period=Period(date(2026, 3, 16), date(2026, 3, 16))))
    assert (found["Joan Whitfield"], found["Leilani Kahale"]) == (0, 1)


def test_only_the_mentors_of_the_readers_chapters_are_listed(org: Organisation) -> None:
    submit(org).assign(org.dan)
    for reader, who in (
        ("leader", {"Joan Whitfield", "Ben Okafor", "Grace Lindqvist"}),
        ("rcic_elsewhere", {"Dan Yazzie"}),
        ("chair", set()),
    ):
        reach = requests_reach(duties(getattr(org, reader), MONDAY))
        assert set(numbers(asked(reach=reach))) == who


# --- As of then -----------------------------------------------------------------------------------


def test_what_was_replaced_later_had_been_received_then(org: Organisation) -> None:
    story = submit(org).assign().wait(hours=2).replace(org.ben)
    then, now = numbers(asked(story.now - timedelta(hours=1))), numbers(asked(story.now))
    assert (then["Joan Whitfield"], then["Ben Okafor"]) == (1, 0)
    assert (now["Joan Whitfield"], now["Ben Okafor"]) == (0, 1)
    assert numbers(asked(MONDAY - timedelta(hours=1)))["Joan Whitfield"] == 0


# --- How even -------------------------------------------------------------------------------------


def shared(*received: int) -> Fairness:
    """Mentors who received so many, made up."""
    nobody = Mentor(0, "", "", "", Chapter(), None)
    rows = [Row(mentor=nobody, received=number) for number in received]
    return Fairness(rows=sorted(rows, key=lambda row: -row.received))


@pytest.mark.parametrize(
    ("received", "busiest", "share"),
    [
        ([], 0, None),
        ([0, 0], 1, None),
        ([5], 1, 1.0),
        ([6, 2, 1, 1], 1, 0.6),
        ([1] * 10, 1, 0.1),
        ([10, 10] + [1] * 9 + [0], 2, 20 / 29),
    ],
)
def test_the_share_of_the_busiest_tenth(
    received: list[int], busiest: int, share: float | None
) -> None:
    found = shared(*received)
    assert len(found.busiest) == busiest
    assert found.share_of_busiest == (None if share is None else pytest.approx(share))


def test_what_the_busiest_tenth_would_have_had_all_received_the_same() -> None:
    assert shared(4, 0, 0, 0).even_share == 0.25
    assert shared().even_share is None


def test_the_distribution() -> None:
    found = shared(0, 0, 1, 2, 3, 5, 12)
    assert [(band.label, band.mentors) for band in found.bands] == [
        ("None", 2), ("1", 1), ("2", 1), ("3–5", 2), ("6–10", 0), ("11–20", 1),
    ]  # fmt: skip
    assert sum(band.mentors for band in found.bands) == 7
    assert shared(51, 80).bands[-1] == Band(first=51, last=None, mentors=2)
    assert shared(51).bands[-1].label == "51 and more"
    assert found.band(3) == Band(first=3, last=5, mentors=2)
    assert found.band(4) is None
    assert found.band(21) is None


def test_who_received_nothing(org: Organisation) -> None:
    set_profile(org.ben, weekly_limit=0)
    submit(org).assign()
    reach = requests_reach(duties(org.rcic, MONDAY))
    nothing = fairness(asked(reach=reach)).without
    assert [(str(row.mentor), row.weekly_limit) for row in nothing] == [
        ("Grace Lindqvist", None),
        ("Ben Okafor", 0),
    ]


def test_it_costs_the_same_for_one_and_for_six(
    org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more, number in ((1, 1), (5, 6)):
        for _ in range(more):
            submit(org).assign(mentor(org.new_york))
        with django_assert_num_queries(3):
            found = fairness(asked())
            assert found.received == number
            assert {row.weekly_limit for row in found.rows} == {None}
