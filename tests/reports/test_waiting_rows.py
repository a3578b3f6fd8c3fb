"""The rows of the four lists: who waits, since when, how long, in which order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from intake.calendar import local_date
from intake.enums import Stage
from mentors.roles import duties
from reports import waiting
from reports.periods import Period
from reports.question import Question
from reports.scope import requests_reach
from tests.factories import MONDAY, Organisation, Story, an_ask, area, request_in, submit

OPEN = {
    Stage.NOT_ASSIGNED: "declined",
    Stage.NOT_ACCEPTED: "assigned",
    Stage.NOT_CONTACTED: "accepted",
    Stage.NOT_COUNSELED: "contacted",
    Stage.IN_MENTORING: "counseled",
}


def ask(org: Organisation, at: datetime, reader: str = "admin", **more: Any) -> Question:
    reach = requests_reach(duties(getattr(org, reader), at))
    return Question(reach=reach, now=at, at=at, **more)


def numbers(question: Question, stage: Stage) -> list[int]:
    return [row.mre.pk for row in waiting.rows(question, stage)]


def began(story: Story, stage: Stage) -> datetime | None:
    """Since when, read from the rows that the acts wrote."""
    held = story.assignment
    return {
        Stage.NOT_ASSIGNED: story.mre.status_since,
        Stage.NOT_ACCEPTED: held.assigned_at,
        Stage.NOT_CONTACTED: held.answered_at,
        Stage.NOT_COUNSELED: held.contacted_at,
        Stage.IN_MENTORING: story.session.starts_at if story.session_id else None,
    }[stage]


@pytest.mark.parametrize(("stage", "situation"), OPEN.items())
def test_a_row_says_since_when_and_how_many_business_days(
    org: Organisation, stage: Stage, situation: str
) -> None:
    story = request_in(situation, org)
    since = began(story, stage)
    assert since is not None
    (row,) = waiting.rows(ask(org, since + timedelta(days=1)), stage)
    assert (row.mre, row.since, row.business_days) == (story.mre, since, pytest.approx(1))
    assert row.mentor == (None if stage == Stage.NOT_ASSIGNED else org.joan)


def test_the_wait_is_counted_on_the_clock_of_the_chapter(org: Organisation) -> None:
    story = submit(org, at=datetime(2026, 3, 20, 22, tzinfo=UTC), chapter=org.honolulu)
    (row,) = waiting.rows(ask(org, datetime(2026, 3, 23, 19, tzinfo=UTC)), Stage.NOT_ASSIGNED)
    # Friday 12:00 to midnight and Monday 00:00 to 09:00 in Honolulu
    assert (row.mre, row.business_days) == (story.mre, pytest.approx(21 / 24))


def test_a_move_does_not_begin_the_wait_anew(org: Organisation) -> None:
    story = submit(org).wait(days=1).move()
    (row,) = waiting.rows(ask(org, story.now), Stage.NOT_ASSIGNED)
    assert (row.since, row.code, row.chapter) == (MONDAY, "moved_here", org.newark)


def test_overdue_from_the_deadline_on_whether_the_clock_has_noticed_or_not(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    by = story.assignment.respond_by
    (before,) = waiting.rows(ask(org, by - timedelta(seconds=1)), Stage.NOT_ACCEPTED)
    (then,) = waiting.rows(ask(org, by), Stage.NOT_ACCEPTED)
    assert [(row.detail, row.code) for row in (before, then)] == [
        ("", None),
        ("Overdue", "overdue"),
    ]


def test_attempts_are_those_of_the_mentor_who_leads_it(org: Organisation) -> None:
    story = request_in("tried_three_times", org)
    (row,) = waiting.rows(ask(org, story.now), Stage.NOT_CONTACTED)
    assert (row.detail, row.code) == ("3 attempts", 3)
    story.reassign().accept()
    (row,) = waiting.rows(ask(org, story.now), Stage.NOT_CONTACTED)
    assert (row.detail, row.code) == ("1 attempt", 1)


def test_what_has_lasted_longest_comes_first(org: Organisation) -> None:
    late, early = submit(org, at=MONDAY + timedelta(hours=1)), submit(org)
    found = numbers(ask(org, late.now), Stage.NOT_ASSIGNED)
    assert found == [early.mre_id, late.mre_id]


# --- What is asked for ----------------------------------------------------------------------------


def test_by_mentor_and_by_area(org: Organisation) -> None:
    joans = request_in("assigned", org)
    bens = submit(org, ask=an_ask(area=area("Pricing"))).assign(org.ben)
    now = joans.now
    assert numbers(ask(org, now, mentor=org.ben.pk), Stage.NOT_ACCEPTED) == [bens.mre_id]
    assert numbers(ask(org, now, area=area().pk), Stage.NOT_ACCEPTED) == [joans.mre_id]


def test_by_the_day_of_submission_in_the_chapter(org: Organisation) -> None:
    night = datetime(2026, 3, 17, 5, tzinfo=UTC)  # Monday 19:00 in Honolulu, Tuesday in New York
    far = submit(org, at=night, chapter=org.honolulu)
    near = submit(org, at=night)
    day = local_date(MONDAY, org.new_york.zone)
    monday = ask(org, night, period=Period(day, day))
    assert numbers(monday, Stage.NOT_ASSIGNED) == [far.mre_id]
    later = ask(org, night, period=Period(day + timedelta(days=1)))
    assert numbers(later, Stage.NOT_ASSIGNED) == [near.mre_id]


def test_by_age_from_the_first_to_below_the_last_bound(org: Organisation) -> None:
    stories = {days: submit(org, at=MONDAY - timedelta(days=days)) for days in (0, 3, 5, 7)}
    # Friday, Wednesday and Monday before: one, three and five business days
    found = {
        bounds: numbers(ask(org, MONDAY, least_days=bounds[0], below_days=bounds[1]), at)
        for at in [Stage.NOT_ASSIGNED]
        for bounds in [(None, 1), (1, 3), (3, 5), (5, None)]
    }
    assert found == {
        (None, 1): [stories[0].mre_id],
        (1, 3): [stories[3].mre_id],
        (3, 5): [stories[5].mre_id],
        (5, None): [stories[7].mre_id],
    }


def test_nobody_is_listed_whom_the_reader_does_not_see(org: Organisation) -> None:
    here, there = submit(org), submit(org, chapter=org.phoenix)
    assert numbers(ask(org, MONDAY, "rcic"), Stage.NOT_ASSIGNED) == [here.mre_id]
    assert numbers(ask(org, MONDAY, "rcic_elsewhere"), Stage.NOT_ASSIGNED) == [there.mre_id]


def test_parked_requests_are_listed_for_administrators_only(org: Organisation) -> None:
    parked = submit(org, suspended=True)
    assert numbers(ask(org, MONDAY), Stage.NOT_ASSIGNED) == [parked.mre_id]
    assert numbers(ask(org, MONDAY, "rcic"), Stage.NOT_ASSIGNED) == []


# --- Counts ---------------------------------------------------------------------------------------


def test_counts_are_the_lengths_of_the_lists_chapter_by_chapter(org: Organisation) -> None:
    stories = [request_in(situation, org) for situation in OPEN.values()]
    submit(org, chapter=org.newark)
    question = ask(org, max(story.now for story in stories))
    assert waiting.counts(question) == {
        org.new_york.pk: dict.fromkeys(Stage, 1),
        org.newark.pk: {Stage.NOT_ASSIGNED: 1},
    }
    assert [len(numbers(question, stage)) for stage in Stage] == [2, 1, 1, 1, 1]


def test_counts_know_what_is_asked_for(org: Organisation) -> None:
    request_in("assigned", org)
    submit(org, ask=an_ask(area=area("Pricing"))).assign(org.ben)
    question = ask(org, MONDAY + timedelta(hours=2), mentor=org.ben.pk, least_days=0.01)
    assert waiting.counts(question) == {org.new_york.pk: {Stage.NOT_ACCEPTED: 1}}


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "situation"), OPEN.items())
def test_the_rows_cost_the_same_for_one_and_for_four(
    org: Organisation,
    stage: Stage,
    situation: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for more, number in ((1, 1), (3, 4)):
        for _ in range(more):
            story = request_in(situation, org)
        question = ask(org, story.now, "leader_region")
        with django_assert_num_queries(2):  # closed days, rows
            found = [
                [column.value(row) for column in waiting.COLUMNS]
                for row in waiting.rows(question, stage)
            ]
        assert len(found) == number
