"""The lists of clients who wait, as pages: who sees what, and what can be done on a row."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from intake.actions import snoozing
from intake.enums import Stage
from mentors.enums import Role
from reports import list_form
from reports.waiting import NAMES, Waiting
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    area,
    position,
    request_in,
    submit,
)
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

OPEN = {
    Stage.NOT_ASSIGNED: "declined",
    Stage.NOT_ACCEPTED: "assigned",
    Stage.NOT_CONTACTED: "tried_three_times",
    Stage.NOT_COUNSELED: "contacted",
    Stage.IN_MENTORING: "counseled",
}
STEPS = {
    Stage.NOT_ASSIGNED: ["Assign", "Withdraw", "Move", "Snooze"],
    Stage.NOT_ACCEPTED: ["Nudge", "Give to another", "Withdraw", "Snooze"],
    Stage.NOT_CONTACTED: ["Nudge", "Log attempt", "Close", "Give to another", "Snooze"],
    Stage.NOT_COUNSELED: ["Nudge", "Record session", "Close", "Give to another", "Snooze"],
    Stage.IN_MENTORING: ["Nudge", "Record session", "Close"],
}


def address(stage: Stage, **asked: Any) -> str:
    return reverse(f"reports:{NAMES[stage]}", query=asked)


def shown(client: Client, stage: Stage, **asked: Any) -> list[Waiting]:
    """The rows of the page, in order."""
    table = client.get(address(stage, **asked)).context["table"]
    return [row.record for row in table.paginated_rows]


def numbers(client: Client, stage: Stage, **asked: Any) -> list[int]:
    return [row.mre.pk for row in shown(client, stage, **asked)]


def steps(client: Client, stage: Stage, story: Story) -> dict[str, Any]:
    known = client.get(address(stage)).context["table"].known
    return {step.label: step for step in known[story.mre_id].steps}


def snooze(story: Story) -> None:
    snoozing.snooze(
        mre_id=story.mre_id,
        by=story.org.rcic,
        now=story.now,
        until=(story.now + timedelta(days=7)).date(),
        reason="Back next week.",
        stage=Stage.NOT_ASSIGNED,
    )


# --- Who -----------------------------------------------------------------------------------------


def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, subtests: pytest.Subtests
) -> None:
    names = {stage: request_in(OPEN[stage], org).mre.client.last_name for stage in Stage}
    for role in ("manager", "chair", "joan"):
        client.force_login(getattr(org, role))
        for stage in Stage:
            with subtests.test(role=role, stage=stage):
                response = client.get(address(stage))
                assertContains(response, "Reports are for leaders", status_code=403)
                assertNotContains(response, names[stage], status_code=403)


@pytest.mark.parametrize(("stage", "situation"), OPEN.items())
def test_a_leader_reads_and_finds_nothing_to_do(
    client: Client, org: Organisation, at: SetClock, stage: Stage, situation: str
) -> None:
    story = request_in(situation, org)
    at(story.now)
    client.force_login(org.leader)
    response = client.get(address(stage))
    assertContains(response, story.mre.client.full_name)
    assertNotContains(response, "Next step")
    assertNotContains(response, "data-in-place")
    for secret in (story.mre.client.email, story.mre.client.phone, "We spoke about prices"):
        assertNotContains(response, secret)


def test_a_coordinator_acts_in_his_chapters_and_reads_where_he_leads(
    client: Client, org: Organisation, at: SetClock
) -> None:
    here, there = submit(org), submit(org, chapter=org.newark)
    position(org.rcic, Role.LEADER, org.hudson)
    at(there.now)
    client.force_login(org.rcic)
    assert list(steps(client, Stage.NOT_ASSIGNED, here)) == STEPS[Stage.NOT_ASSIGNED]
    assert steps(client, Stage.NOT_ASSIGNED, there) == {}


# --- What is done next ----------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "situation"), OPEN.items())
def test_the_steps_of_each_stage_open_and_lead_back(
    client: Client, org: Organisation, at: SetClock, stage: Stage, situation: str
) -> None:
    story = request_in(situation, org)
    at(story.now)
    client.force_login(org.rcic)
    offered = steps(client, stage, story)
    assert list(offered) == STEPS[stage]
    for step in offered.values():
        assert not step.refused
        assert parse_qs(urlsplit(step.address).query) == {"back": [address(stage)]}
        assertContains(client.get(step.address), story.mre.number)


def test_a_mentor_is_nudged_once_a_day(client: Client, org: Organisation, at: SetClock) -> None:
    story = request_in("assigned", org)
    at(story.now)
    client.force_login(org.rcic)
    step = steps(client, Stage.NOT_ACCEPTED, story)["Nudge"]
    response = client.post(step.address, {"note": "Have you seen it?"}, follow=True)
    assert response.redirect_chain == [(address(Stage.NOT_ACCEPTED), 302)]
    assertContains(response, "gets a mail with your line")
    refused = steps(client, Stage.NOT_ACCEPTED, story)["Nudge"].refused
    assert refused.startswith("Rosa Rcic nudged Joan Whitfield on")


def test_a_session_that_nobody_recorded_is_recorded_or_was_missed(
    client: Client, org: Organisation, at: SetClock
) -> None:
    story = request_in("session_planned", org).wait(days=3)
    at(story.now)
    client.force_login(org.rcic)
    offered = steps(client, Stage.NOT_COUNSELED, story)
    held = reverse("intake:session_held", args=[story.session_id])
    assert urlsplit(offered["Record session"].address).path == held
    response = client.post(offered["Client did not come"].address, follow=True)
    assert response.redirect_chain == [(address(Stage.NOT_COUNSELED), 302)]
    assertContains(response, "missed by the client")


def test_one_tap_logs_an_attempt_and_leads_back(
    client: Client, org: Organisation, at: SetClock
) -> None:
    story = request_in("accepted", org)
    at(story.now)
    client.force_login(org.rcic)
    page = steps(client, Stage.NOT_CONTACTED, story)["Log attempt"].address
    back = urlsplit(page).query
    tap = f"{reverse('intake:attempt_tap', args=[story.mre_id])}?{back}"
    assertContains(client.get(page), f'action="{tap}"')
    response = client.post(tap, {"tap": "reached"}, follow=True)
    assert response.redirect_chain == [(address(Stage.NOT_CONTACTED), 302)]
    assert numbers(client, Stage.NOT_CONTACTED) == []
    assert numbers(client, Stage.NOT_COUNSELED) == [story.mre_id]


def test_the_ways_to_close_say_why_not_now(client: Client, org: Organisation, at: SetClock) -> None:
    story = request_in("tried_three_times", org)
    at(story.now)
    client.force_login(org.rcic)
    page = steps(client, Stage.NOT_CONTACTED, story)["Close"].address
    response = client.get(page)
    close = reverse("intake:close", args=[story.mre_id, "no_response"])
    assertContains(response, f'href="{close}?{urlsplit(page).query}"')
    assertContains(response, "Not now: Complete needs at least one session")
    followed = client.post(f"{close}?{urlsplit(page).query}", follow=True)
    assert followed.redirect_chain == [(address(Stage.NOT_CONTACTED), 302)]
    assertContains(followed, "is closed: No Response from Client")


def test_closing_is_for_who_works_on_it(client: Client, org: Organisation) -> None:
    story = request_in("accepted", org)
    page = reverse("intake:end", args=[story.mre_id])
    client.force_login(org.leader)
    assert client.get(page).status_code == 403
    client.force_login(org.rcic_elsewhere)
    assert client.get(page).status_code == 404
    client.force_login(org.joan)
    assert client.get(page).status_code == 200


def test_a_parked_request_is_released_first(client: Client, org: Organisation) -> None:
    story = submit(org, suspended=True)
    client.force_login(org.admin)
    assert list(steps(client, Stage.NOT_ASSIGNED, story)) == ["Release", "Withdraw"]


def test_a_chapter_without_coordinator_is_called_out(client: Client, org: Organisation) -> None:
    submit(org)
    submit(org, chapter=org.honolulu)
    client.force_login(org.admin)
    response = client.get(address(Stage.NOT_ASSIGNED))
    assertContains(response, "Coordinator: Rosa Rcic")
    assertContains(response, "No coordinator is named for this chapter", count=1)


def test_who_coordinates_the_district_or_region_counts(client: Client, org: Organisation) -> None:
    submit(org, chapter=org.newark)
    submit(org, chapter=org.chicago)
    client.force_login(org.admin)
    response = client.get(address(Stage.NOT_ASSIGNED))
    assertContains(response, "Coordinator: Dora Rcic District")
    assertContains(response, "Coordinator: Regina Rcic Region")


# --- What it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "stage", "words"),
    [
        ("declined", Stage.NOT_ASSIGNED, "Declined"),
        ("assigned", Stage.NOT_ACCEPTED, "Wed 18 Mar"),
        ("overdue", Stage.NOT_ACCEPTED, "answer was due"),
        ("tried_three_times", Stage.NOT_CONTACTED, "3 of 3 attempts"),
        ("accepted", Stage.NOT_CONTACTED, "next on"),
        ("session_planned", Stage.NOT_COUNSELED, "planned"),
        ("session_missed", Stage.NOT_COUNSELED, "missed by the client"),
        ("contacted", Stage.NOT_COUNSELED, "None planned"),
        ("counseled", Stage.IN_MENTORING, "1 held, the last"),
    ],
)
def test_how_far_it_has_come(
    client: Client, org: Organisation, at: SetClock, situation: str, stage: Stage, words: str
) -> None:
    at(request_in(situation, org).now)
    client.force_login(org.rcic)
    assertContains(client.get(address(stage)), words)


def test_an_empty_list_says_where_people_wait(client: Client, org: Organisation) -> None:
    submit(org)
    client.force_login(org.rcic)
    response = client.get(address(Stage.NOT_ACCEPTED))
    assertContains(response, "Nobody waits here")
    assertContains(response, "1 open request, each in one list")
    assertContains(response, "not yet assigned 1")


# --- Narrowed and sorted --------------------------------------------------------------------------


def test_by_unit_mentor_and_area(client: Client, org: Organisation, at: SetClock) -> None:
    joans = request_in("assigned", org)
    bens = submit(org, ask=an_ask(area=area("Pricing")), chapter=org.newark).assign(org.ben)
    at(joans.now)
    client.force_login(org.admin)
    stage = Stage.NOT_ACCEPTED
    assert numbers(client, stage, mentor=org.ben.pk) == [bens.mre_id]
    assert numbers(client, stage, area=area().pk) == [joans.mre_id]
    assert numbers(client, stage, unit=f"chapter:{org.newark.code}") == [bens.mre_id]
    assert set(numbers(client, stage, unit="region:R1")) == {joans.mre_id, bens.mre_id}


def test_a_mentor_of_others_is_not_named(client: Client, org: Organisation) -> None:
    submit(org, chapter=org.phoenix).assign(org.dan)
    client.force_login(org.rcic)
    response = client.get(address(Stage.NOT_ACCEPTED, mentor=org.dan.pk))
    assertContains(response, "Holds none of your requests")
    assertNotContains(response, "Yazzie")


def test_too_many_mentors_are_named_unit_by_unit(
    client: Client, org: Organisation, at: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(org).assign(org.joan)
    at(submit(org, chapter=org.newark).assign(org.ben).now)
    client.force_login(org.admin)
    monkeypatch.setattr(list_form, "MOST_PEOPLE", 1)
    assert offered(client) == []
    assert offered(client, mentor=org.ben.pk) == [org.ben.pk]
    assert offered(client, unit=f"chapter:{org.newark.code}") == [org.ben.pk]
    assert offered(client, unit="region:R1") == []


def offered(client: Client, **asked: Any) -> list[int]:
    """The mentors by whom the list of those not yet accepted can be narrowed."""
    response = client.get(address(Stage.NOT_ACCEPTED, **asked))
    (_, *mentors) = response.context["filter"]["form"].fields["mentor"].choices
    return [key for key, _ in mentors]


def test_age_bands_count_what_they_open(client: Client, org: Organisation) -> None:
    for days in (0, 3, 4, 5, 7, 14, 21):
        submit(org, at=MONDAY - timedelta(days=days))
    client.force_login(org.rcic)
    bands = client.get(address(Stage.NOT_ASSIGNED)).context["bands"]
    assert {band.key: band.count for band in bands} == {
        "": 7, "0-1": 1, "1-2": 1, "2-5": 2, "5-10": 1, "10": 2,
    }  # fmt: skip
    for band in bands:
        assert len(numbers(client, Stage.NOT_ASSIGNED, age=band.key)) == band.count


def test_the_lists_count_what_they_open(client: Client, org: Organisation, at: SetClock) -> None:
    stories = [request_in(situation, org) for situation in OPEN.values()]
    at(max(story.now for story in stories))
    client.force_login(org.leader_region)
    opened: dict[str, int] = {}
    for stage in Stage:
        lists = client.get(address(stage)).context["lists"]
        assert [one.is_chosen for one in lists] == [each == stage for each in Stage]
        for one in lists:
            if one.key not in opened:
                opened[one.key] = len(client.get(one.key).context["table"].rows)
        assert [one.count for one in lists] == [opened[one.key] for one in lists] == [1] * 5


def test_sorted_by_any_column_both_ways(
    client: Client, org: Organisation, at: SetClock, subtests: pytest.Subtests
) -> None:
    first = submit(
        org, person=a_person(last_name="abel"), ask=an_ask(area=area("Advertising"))
    ).assign(org.grace)
    second = submit(
        org,
        at=MONDAY + timedelta(hours=1),
        person=a_person(last_name="Zorn"),
        chapter=org.newark,
    ).assign()
    at(second.now)
    client.force_login(org.admin)
    for column in ("since", "client", "area", "chapter", "mentor", "submitted"):
        with subtests.test(column=column):
            there = numbers(client, Stage.NOT_ACCEPTED, sort=column)
            assert there == [first.mre_id, second.mre_id]
            assert numbers(client, Stage.NOT_ACCEPTED, sort=f"-{column}") == there[::-1]


def test_what_is_snoozed_comes_last_and_counts_all_the_same(
    client: Client, org: Organisation
) -> None:
    first, second = submit(org, at=MONDAY - timedelta(hours=1)), submit(org)
    snooze(first)
    client.force_login(org.rcic)
    stage = Stage.NOT_ASSIGNED
    for column in ("since", "-since", "-client"):
        assert numbers(client, stage, sort=column) == [second.mre_id, first.mre_id], column
    assert numbers(client, stage, aside="hidden") == [second.mre_id]
    assert numbers(client, stage, aside="alone") == [first.mre_id]
    assert list(steps(client, stage, first))[-1] == "Take up again"
    counted = client.get(address(stage, aside="hidden")).context
    assert (counted["total"], counted["bands"][0].count, counted["lists"][0].count) == (2, 2, 2)
    assertContains(client.get(address(stage, aside="hidden")), "1 request of 2")


def test_bad_input_is_told_beside_the_field(client: Client, org: Organisation) -> None:
    submit(org)
    client.force_login(org.rcic)
    asked = {"first": "2026-13-40", "age": "old", "mentor": "x", "at": "soon", "page": "99"}
    response = client.get(address(Stage.NOT_ASSIGNED, **asked))
    assert set(response.context["filter"]["form"].errors) == {"first", "age", "mentor", "at"}
    assertContains(response, "Enter a day, e.g.")


def test_a_page_too_far_is_the_last(client: Client, org: Organisation) -> None:
    story = submit(org)
    client.force_login(org.rcic)
    assert numbers(client, Stage.NOT_ASSIGNED, page=99, sort="nonsense") == [story.mre_id]


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "situation"), OPEN.items())
def test_the_page_costs_the_same_for_one_and_for_four(
    client: Client,
    org: Organisation,
    at: SetClock,
    stage: Stage,
    situation: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    met = stage in (Stage.NOT_COUNSELED, Stage.IN_MENTORING)
    queries = 13 if stage == Stage.NOT_ASSIGNED else 15 if met else 14  # mentors; their sessions
    for more, number in ((1, 1), (3, 4)):
        for _ in range(more):
            at(request_in(situation, org).now)
        client.force_login(org.rcic_region)
        with django_assert_num_queries(queries):
            response = client.get(address(stage))
        assert len(response.context["table"].rows) == number
