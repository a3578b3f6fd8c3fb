"""Due dates are moved while mentors answer and others move them: once each, and nobody is stuck."""

from datetime import date

import pytest

from intake.actions.closed_days import change_closed_days, move_due_dates
from intake.enums import Outcome
from intake.models import RequestEvent
from tests.concurrency.rig import race, race_through
from tests.concurrency.test_races import accept
from tests.factories import Organisation, Story, request_in
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)

WEDNESDAY = date(2026, 3, 18)


def assigned_before_a_closed_day(org: Organisation, number: int = 1) -> list[Story]:
    stories = [request_in("assigned", org).wait(hours=1) for _ in range(number)]
    change_closed_days(
        by=org.admin, now=stories[0].now, add={WEDNESDAY: "Snow"}, remove=(), move=False
    )
    return stories


def move(story: Story) -> int:
    return move_due_dates(by=story.org.admin, now=story.now)


def recounts() -> int:
    return RequestEvent.objects.filter(kind="recomputed").count()


def test_an_answer_that_comes_first_keeps_its_due_date(org: Organisation) -> None:
    [story] = assigned_before_a_closed_day(org)
    before = story.assignment.respond_by
    answered, moved = race_through(story.mre, lambda: accept(story), lambda: move(story))
    assert (answered.error, moved.error, moved.result) == (None, None, 0)
    assert story.assignment.outcome == Outcome.ACCEPTED_IN_TIME
    assert story.assignment.respond_by == before
    assert_sound(story.mre_id)


def test_an_answer_that_comes_second_is_in_time_by_the_moved_one(org: Organisation) -> None:
    [story] = assigned_before_a_closed_day(org)
    before = story.assignment.respond_by
    moved, answered = race_through(story.mre, lambda: move(story), lambda: accept(story))
    assert (answered.error, moved.error, moved.result) == (None, None, 2)
    assert story.assignment.outcome == Outcome.ACCEPTED_IN_TIME
    assert story.assignment.respond_by > before
    assert_sound(story.mre_id)


def test_two_administrators_move_each_due_date_once(org: Organisation) -> None:
    stories = assigned_before_a_closed_day(org, 3)
    turns = race_through(stories[1].mre, lambda: move(stories[0]), lambda: move(stories[0]))
    assert [turn.error for turn in turns] == [None, None]
    assert sorted(turn.result for turn in turns) == [0, 6]  # type: ignore[type-var]
    assert recounts() == 3


def test_moving_many_and_answering_many_at_once_never_gets_stuck(org: Organisation) -> None:
    stories = assigned_before_a_closed_day(org, 6)
    acts = [lambda story=story: accept(story) for story in stories]
    turns = race(lambda: move(stories[0]), *acts)
    assert [turn.error for turn in turns] == [None] * 7
    for story in stories:
        assert story.assignment.outcome == Outcome.ACCEPTED_IN_TIME
        assert_sound(story.mre_id)
