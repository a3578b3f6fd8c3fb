"""The lists at an instant that is over are what they were at that instant."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from intake.actions import snoozing
from intake.enums import Stage
from mentors.spreadsheets import Cell
from reports import waiting
from reports.periods import Period
from reports.question import Question
from reports.scope import Reach
from reports.waiting import NAMES
from tests.factories import MONDAY, SITUATIONS, Organisation, Story, area, request_in, submit
from tests.intake.conftest import SetClock
from tests.reports.test_waiting_rows import ask

Lists = dict[Stage, list[list[Cell]]]


def lists(question: Question) -> Lists:
    """Every cell of every list."""
    return {
        stage: [
            [column.code(row) if column.code else column.value(row) for column in waiting.COLUMNS]
            for row in waiting.rows(question, stage)
        ]
        for stage in Stage
    }


def snooze(story: Story, until: datetime) -> None:
    snoozing.snooze(
        mre_id=story.mre_id,
        by=story.org.rcic,
        now=story.now,
        until=until.date(),
        reason="Back next week.",
        stage=Stage.NOT_ASSIGNED,
    )


def past(question: Question) -> Question:
    return replace(question, now=question.now + timedelta(days=900))


def test_every_list_at_many_an_instant(org: Organisation) -> None:
    """Stories follow each other; after every third the lists are written down, and asked for later.

    What came before stands in them as well, so that every situation is told at some instant.
    """
    seen: list[tuple[Question, Lists, Any]] = []
    now = MONDAY
    for number, situation in enumerate(SITUATIONS, 1):
        now = request_in(situation, org, at=now + timedelta(minutes=1)).now
        if number % 3 == 0:
            question = ask(org, now, "rcic" if number % 2 else "admin")
            seen.append((question, lists(question), waiting.counts(question)))
    assert len(seen) == len(SITUATIONS) // 3
    for question, then, counted in seen:
        assert lists(past(question)) == then
        assert waiting.counts(past(question)) == counted


def test_narrowed_like_the_present(org: Organisation, subtests: pytest.Subtests) -> None:
    aside = submit(org)
    snooze(aside, MONDAY + timedelta(days=20))
    submit(org, at=MONDAY + timedelta(days=1)).assign()
    submit(org, at=MONDAY + timedelta(days=2)).assign(org.ben).accept()
    submit(org, at=MONDAY + timedelta(days=3))
    ways: list[dict[str, Any]] = [
        {"least_days": 1.0},
        {"below_days": 1.0},
        {"least_days": 1.0, "below_days": 4.0},
        {"period": Period(last=MONDAY.date())},
        {"period": Period(first=MONDAY.date() + timedelta(days=1))},
        {"snoozed": True},
        {"snoozed": False},
        {"area": area("Marketing").pk},
        {"area": area("Pricing").pk},
        {"mentor": org.joan.pk},
        {"mentor": org.ben.pk},
    ]
    for asked in ways:
        with subtests.test(asked=asked):
            question = ask(org, MONDAY + timedelta(days=4), **asked)
            then, counted = lists(question), waiting.counts(question)
            assert lists(past(question)) == then
            assert waiting.counts(past(question)) == counted


def test_what_was_snoozed_then(org: Organisation) -> None:
    story = submit(org)
    snooze(story, MONDAY + timedelta(days=7))
    snoozing.take_up(mre_id=story.mre_id, by=org.rcic, now=MONDAY + timedelta(days=2))
    end = MONDAY + timedelta(days=30)

    def is_snoozed(at: datetime) -> bool:
        question = Question(reach=Reach("All", None), now=end, at=at)
        (row,) = waiting.rows(question, Stage.NOT_ASSIGNED)
        return row.snooze is not None

    days = [timedelta(hours=-1) + timedelta(days=2), timedelta(days=2), timedelta(days=6)]
    assert [is_snoozed(MONDAY + later) for later in days] == [True, False, False]
    assert is_snoozed(MONDAY)


# --- The page -------------------------------------------------------------------------------------


def page(**asked: Any) -> str:
    return reverse(f"reports:{NAMES[Stage.NOT_ACCEPTED]}", query=asked)


def test_the_page_as_of_an_instant_is_read_only(
    client: Client, org: Organisation, at: SetClock
) -> None:
    story = request_in("assigned", org)
    then = story.now
    story.wait(hours=1).accept()
    at(story.now)
    client.force_login(org.rcic)
    asked = {"at": f"{then.astimezone(org.new_york.zone):%Y-%m-%dT%H:%M}"}
    response = client.get(page(**asked))
    assertContains(response, story.mre.client.full_name)
    assertContains(response, "Joan Whitfield")
    assertContains(response, "told by the timelines")
    assertNotContains(response, "data-in-place")
    assert not client.get(page()).context["count"]


def test_sorted_like_the_present(
    client: Client, org: Organisation, at: SetClock, subtests: pytest.Subtests
) -> None:
    first = submit(org).assign(org.grace)
    second = submit(org, at=MONDAY + timedelta(minutes=5), chapter=org.newark).assign()
    client.force_login(org.rcic_district)

    def order(**asked: Any) -> list[int]:
        table = client.get(page(**asked)).context["table"]
        return [row.record.mre.pk for row in table.paginated_rows]

    then = f"{second.now.astimezone(org.new_york.zone):%Y-%m-%dT%H:%M}"
    for column in ("since", "client", "area", "chapter", "mentor", "submitted"):
        with subtests.test(column=column):
            at(second.now + timedelta(minutes=5))
            now = [order(sort=column), order(sort=f"-{column}")]
            assert sorted(now[0]) == [first.mre_id, second.mre_id]
            at(second.now + timedelta(days=1))
            assert [order(sort=column, at=then), order(sort=f"-{column}", at=then)] == now


def test_the_page_costs_the_same_for_one_and_for_five(
    client: Client,
    org: Organisation,
    at: SetClock,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(org.rcic)
    for more, number in ((1, 1), (4, 5)):
        for _ in range(more):
            story = request_in("assigned", org)
        at(story.now + timedelta(hours=1))
        then = f"{story.now.astimezone(org.new_york.zone):%Y-%m-%dT%H:%M}"
        with django_assert_num_queries(15):
            response = client.get(page(at=then))
        assert len(response.context["table"].rows) == number
