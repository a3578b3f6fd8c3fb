"""Conversion: how far the requests of a period have come, counted against one by one."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from intake.enums import ContactResult
from intake.models import MentoringRequest
from mentors.roles import duties
from reports import conversion
from reports.conversion import WAY, Step
from reports.periods import ALWAYS, Period
from reports.question import By, Question
from reports.scope import EVERYWHERE, Reach, requests_reach
from tests.factories import MONDAY, SITUATIONS, Organisation, request_in, submit
from tests.reports.conftest import Everything

LATER = MONDAY + timedelta(days=60)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def asked(at: datetime = LATER, now: datetime = LATER, **more: Any) -> Question:
    return Question(**{"reach": EVERYWHERE, "at": at, "now": now, "by": By.CHAPTER, **more})


def counts(question: Question) -> Counter[str]:
    return +conversion.total(conversion.rows(question)).counts


def came(*steps: Step) -> Counter[str]:
    return Counter(steps)


ON_THE_WAY = {
    "new": 1, "declined": 2, "overdue": 2, "replaced": 2, "accepted": 3, "transferred": 3,
    "tried_three_times": 3, "contacted": 4, "session_planned": 4, "session_missed": 4,
    "counseled": 5, "reopened": 5, "reopened_to_mentor": 5,
}  # fmt: skip
OTHERWISE = {
    "withdrawn_from_queue": 1, "withdrawn_before_answer": 2, "withdrawn": 3, "no_response": 3,
    "incorrect_contact": 3, "no_show": 4,
}  # fmt: skip


def test_what_is_complete_has_come_all_the_way(org: Organisation) -> None:
    request_in("complete", org)
    assert counts(asked()) == came(*WAY)


def test_a_request_counts_once_however_many_mentors_it_had(org: Organisation) -> None:
    story = request_in("counseled", org).reassign(org.grace).accept()
    story.attempt(ContactResult.REACHED).transfer().assign(org.ben)
    assert counts(asked()) == came(*WAY[:5], Step.OPEN)


def test_contact_and_acceptance_may_be_of_different_mentors_but_are_of_one_each(
    org: Organisation,
) -> None:
    """What one mentor did and another did not is not put together to a step nobody reached."""
    submit(org).assign(org.grace).wait(hours=1).replace(org.joan).wait(hours=1).decline()
    assert counts(asked()) == came(*WAY[:2], Step.OPEN)


class TestOfEverySituation:
    def test_how_far_each_has_come(self, everything: Everything, subtests: pytest.Subtests) -> None:
        steps = steps_of(everything, asked())
        for rest, ways in ((Step.OPEN, ON_THE_WAY), (Step.ENDED, OTHERWISE)):
            for situation, far in ways.items():
                with subtests.test(situation=situation):
                    assert steps[situation] == {*WAY[:far], rest}

    def test_every_request_is_complete_or_open_or_closed_otherwise(
        self, everything: Everything
    ) -> None:
        found = counts(asked())
        assert found[Step.REQUESTS] == len(SITUATIONS)
        assert found[Step.COMPLETE] + found[Step.OPEN] + found[Step.ENDED] == len(SITUATIONS)
        assert found == one_by_one(MentoringRequest.objects.all())

    def test_behind_every_figure_are_as_many_requests(self, everything: Everything) -> None:
        submit(everything.org, chapter=everything.org.newark).assign(everything.org.nora)
        for question in (asked(), asked(at=MONDAY + timedelta(days=3))):
            [newark, new_york] = sorted(conversion.rows(question), key=lambda row: row.name)[::-1]
            for row in (newark, new_york):
                for step in Step:
                    came = conversion.reached(question, step, row.key).count()
                    assert came == row.counts[step], (row.name, step)
                    missed = conversion.missed(question, step, row.key).count()
                    assert missed == row.counts[Step.REQUESTS] - came

    def test_the_end_of_every_story_is_told_alike_by_present_and_past(
        self, everything: Everything, subtests: pytest.Subtests
    ) -> None:
        assert everything.now < LATER - timedelta(days=1)
        steps = steps_of(everything, asked(at=LATER - timedelta(days=1)))
        for situation, story in everything.stories.items():
            with subtests.test(situation=situation):
                assert steps[situation] == set(one_by_one([story.mre]))


def steps_of(everything: Everything, question: Question) -> dict[str, set[Step]]:
    """The steps that each situation has reached, as they open from the figures."""
    behind = {
        step: set(conversion.reached(question, step).values_list("pk", flat=True)) for step in Step
    }
    return {
        situation: {step for step in Step if story.mre_id in behind[step]}
        for situation, story in everything.stories.items()
    }


def one_by_one(requests: Any) -> Counter[str]:
    """The same, from the rows of each request, without the database's help."""
    found: Counter[str] = Counter()
    for mre in requests:
        given = list(mre.assignments.all())
        reached = [
            True,
            bool(given),
            any(one.answered_at and one.outcome != "declined" for one in given),
            any(one.contacted_at for one in given),
            mre.sessions.filter(state="held").exists(),
            mre.status == "complete",
            mre.closed_at is None,
            mre.closed_at is not None and mre.status != "complete",
        ]
        found.update(step for step, is_so in zip(Step, reached, strict=True) if is_so)
    return found


# --- Which requests -------------------------------------------------------------------------------


def test_the_day_of_submission_is_one_of_the_requests_chapter(org: Organisation) -> None:
    evening = datetime(2026, 4, 1, 3, 30, tzinfo=UTC)  # 31 March in New York and in Honolulu
    submit(org, at=evening)
    submit(org, at=evening + timedelta(hours=1), chapter=org.honolulu)
    submit(org, at=evening + timedelta(hours=1))  # 1 April in New York
    assert counts(asked(period=MARCH))[Step.REQUESTS] == 2
    assert counts(asked(period=Period(date(2026, 4, 1), None)))[Step.REQUESTS] == 1


def test_what_became_of_it_after_the_period_counts(org: Organisation) -> None:
    request_in("complete", org, at=datetime(2026, 3, 31, 20, 0, tzinfo=UTC))
    assert counts(asked(period=MARCH))[Step.COMPLETE] == 1


def test_a_request_counts_where_it_is(org: Organisation) -> None:
    submit(org).wait(hours=1).move(org.chicago)
    found = conversion.rows(asked())
    assert [(row.key, row.name) for row in found] == [("0606", "SCORE Chicago")]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (By.CHAPTER, {"0010": 2, "0071": 1, "0850": 1}),
        (By.DISTRICT, {"D0": 3, "D2": 1}),
        (By.REGION, {"R1": 3, "R2": 1}),
        (By.MONTH, {"2026-03": 3, "2026-04": 1}),
        (By.ALL, {"all": 4}),
    ],
)
def test_groups(org: Organisation, by: By, expected: dict[str, int]) -> None:
    submit(org)
    submit(org, at=MONDAY + timedelta(days=30))
    submit(org, chapter=org.newark)
    submit(org, chapter=org.phoenix)
    found = conversion.rows(asked(by=by))
    assert {row.key: row.counts[Step.REQUESTS] for row in found} == expected
    for row in found:
        behind = conversion.reached(asked(by=by), Step.REQUESTS, row.key)
        assert behind.count() == row.counts[Step.REQUESTS]


def test_nobody_asked(org: Organisation) -> None:
    assert conversion.rows(asked()) == []
    assert conversion.rows(asked(by=By.MONTH)) == []
    assert conversion.total([]).share(Step.ACCEPTED) is None


def reach_of(org: Organisation, reader: str) -> Reach:
    return requests_reach(duties(getattr(org, reader), MONDAY))


def test_only_the_chapters_of_the_reader_count(org: Organisation) -> None:
    submit(org)
    submit(org, chapter=org.chicago)
    submit(org, chapter=org.phoenix)
    submit(org, suspended=True)
    expected = {"rcic": 1, "leader": 1, "leader_region": 2, "rcic_elsewhere": 1, "admin": 4}
    for reader, number in expected.items():
        for at in (LATER, MONDAY + timedelta(hours=1)):
            found = counts(asked(at=at, reach=reach_of(org, reader)))
            assert found[Step.REQUESTS] == number, reader
    assert counts(asked(reach=reach_of(org, "chair"))) == Counter()


# --- As of then -----------------------------------------------------------------------------------


def test_what_is_said_of_the_past_is_what_was_said_then(org: Organisation) -> None:
    """Looked at after each step of a long story, and again when all is over."""
    story = submit(org)
    steps: list[Callable[[], Any]] = [
        lambda: story.move(org.newark),
        lambda: story.assign(org.nora),
        story.decline,
        lambda: story.move(org.new_york),
        lambda: story.assign().wait(hours=1).replace(org.grace),
        story.accept,
        lambda: story.attempt(ContactResult.REACHED),
        story.transfer,
        lambda: story.assign(org.ben).accept().hold(notes="Prices."),
        story.complete,
        story.reopen,
        lambda: story.assign(org.grace),
        story.withdraw,
    ]
    said = {story.now: counts(asked(at=story.now, now=story.now))}
    for step in steps:
        story.wait(hours=1)
        step()
        said[story.now] = counts(asked(at=story.now, now=story.now))
    assert {at: counts(asked(at=at)) for at in said} == said
    assert len(set(map(str, said.values()))) > 5


def test_steps_appear_one_after_the_other(org: Organisation) -> None:
    story = submit(org)
    instants = [story.now]
    for step in (
        lambda: story.wait(hours=1).assign(),
        lambda: story.wait(hours=1).accept(),
        lambda: story.wait(hours=1).attempt(ContactResult.REACHED),
        lambda: story.wait(hours=1).hold(),
        lambda: story.wait(hours=1).complete(),
    ):
        step()
        instants.append(story.now)
    for far, at in enumerate(instants, 1):
        rest = [] if far == len(WAY) else [Step.OPEN]
        assert counts(asked(at=at)) == came(*WAY[:far], *rest)
    assert counts(asked(at=MONDAY - timedelta(seconds=1))) == Counter()


def test_a_session_counts_from_when_it_was_written_down(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=5).hold()
    half_an_hour_ago = story.now - timedelta(minutes=30)
    assert counts(asked(at=half_an_hour_ago)) == came(*WAY[:3], Step.OPEN)
    assert counts(asked(at=story.now)) == came(*WAY[:5], Step.OPEN)


def test_what_was_closed_and_opened_again_was_closed_in_between(org: Organisation) -> None:
    story = request_in("complete", org)
    closed_at = story.now
    story.wait(days=3).reopen(to_mentor=True).wait(days=3).complete()
    assert counts(asked(at=closed_at))[Step.COMPLETE] == 1
    assert counts(asked(at=closed_at + timedelta(days=4)))[Step.OPEN] == 1
    assert counts(asked(at=story.now))[Step.COMPLETE] == 1


def test_before_it_was_moved_it_was_elsewhere(org: Organisation) -> None:
    story = submit(org).wait(days=1).move(org.newark).wait(days=1).move(org.phoenix)
    for days, code in ((0, "0010"), (1, "0071"), (2, "0850")):
        [row] = conversion.rows(asked(at=MONDAY + timedelta(days=days)))
        assert row.key == code
    assert counts(asked(at=MONDAY, reach=reach_of(org, "rcic"))) == came(WAY[0], Step.OPEN)
    assert counts(asked(at=story.now, reach=reach_of(org, "rcic"))) == Counter()


# --- What it costs --------------------------------------------------------------------------------


def test_it_costs_the_same_for_one_and_for_six(
    org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more, number in ((1, 1), (5, 6)):
        for _ in range(more):
            submit(org)
        for by, queries in ((By.CHAPTER, 2), (By.MONTH, 1)):
            for at in (LATER, MONDAY + timedelta(hours=1)):
                with django_assert_num_queries(queries):
                    found = conversion.rows(asked(at=at, by=by))
                assert conversion.total(found).counts[Step.REQUESTS] == number


def test_without_a_period_everything_counts(org: Organisation) -> None:
    submit(org, at=MONDAY - timedelta(days=1000))
    assert counts(asked(period=ALWAYS))[Step.REQUESTS] == 1
