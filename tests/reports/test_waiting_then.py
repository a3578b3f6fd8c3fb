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


def test_every_list_at_every_instant(org: Organisation) -> None:
    """Stories follow each other; after each the lists are written down, and asked for later."""
    seen: list[tuple[Question, Lists, Any]] = []
    now = MONDAY
    for situation in SITUATIONS:
        now = request_in(situation, org, at=now + timedelta(minutes=1)).now
        for reader in ("admin", "rcic"):
            question = ask(org, now, reader)
            seen.append((question, lists(question), waiting.counts(question)))
    for question, then, counted in seen:
        assert lists(past(question)) == then
        assert waiting.counts(past(question)) == counted


@pytest.mark.parametrize(
    "asked",
    [
        {"least_days": 1.0},
        {"below_days": 1.0},
        {"least_days": 1.0, "below_days": 4.0},
        {"period": Period(last=MONDAY.date())},
        {"period": Period(first=MONDAY.date() + timedelta(days=1))},
        {"snoozed": True},
        {"snoozed": False},
        {"area": "Marketing"},
        {"area": "Pricing"},
        {"mentor": "joan"},
        {"mentor": "ben"},
    ],
)
def test_narrowed_like_the_present(org: Organisation, asked: dict[str, Any]) -> None:
    aside = submit(org)
    snooze(aside, MONDAY + timedelta(days=20))
    submit(org, at=MONDAY + timedelta(days=1)).assign()
    submit(org, at=MONDAY + timedelta(days=2)).assign(org.ben).accept()
    submit(org, at=MONDAY + timedelta(days=3))
    if "area" in asked:
        asked = {"area": area(asked["area"]).pk}
    if "mentor" in asked:
        asked = {"mentor": getattr(org, asked["mentor"]).pk}
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


@pytest.mark.parametrize("column", ["since", "client", "area", "chapter", "mentor", "submitted"])
def test_sorted_like_the_present(
    client: Client, org: Organisation, at: SetClock, column: str
) -> None:
    first = submit(org).assign(org.grace)
    second = submit(org, at=MONDAY + timedelta(minutes=5), chapter=org.newark).assign()
    client.force_login(org.rcic_district)

    def order(**asked: Any) -> list[int]:
        table = client.get(page(**asked)).context["table"]
        return [row.record.mre.pk for row in table.paginated_rows]

    at(second.now + timedelta(minutes=5))
    now = [order(sort=column), order(sort=f"-{column}")]
    assert sorted(now[0]) == [first.mre_id, second.mre_id]
    at(second.now + timedelta(days=1))
    then = f"{second.now.astimezone(org.new_york.zone):%Y-%m-%dT%H:%M}"
    assert [order(sort=column, at=then), order(sort=f"-{column}", at=then)] == now


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_for_one_and_for_twelve(
    client: Client,
    org: Organisation,
    at: SetClock,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number):
        story = request_in("assigned", org)
    at(story.now + timedelta(hours=1))
    then = f"{story.now.astimezone(org.new_york.zone):%Y-%m-%dT%H:%M}"
    client.force_login(org.rcic)
    with django_assert_num_queries(15):
        response = client.get(page(at=then))
    assert len(response.context["table"].rows) == number
