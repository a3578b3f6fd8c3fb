"""Positions: named with dates, ended by who keeps the roster."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from mentors.enums import Role
from mentors.models import Position, Volunteer
from mentors.roles import duties
from tests.factories import LONG_AGO, MONDAY, Organisation, position, volunteer

pytestmark = pytest.mark.usefixtures("at")


def today_of(person: Volunteer) -> date:
    return MONDAY.astimezone(person.zone).date()


def naming(org: Organisation, **changes: str) -> dict[str, str]:
    return {
        "role": "rcic",
        "chapter": str(org.new_york.pk),
        "starts_on": today_of(org.joan).isoformat(),
        "ends_on": "",
    } | changes


def name_joan(client: Client, org: Organisation, **changes: str) -> Any:
    client.force_login(org.manager)
    address = reverse("mentors:position_add", args=[org.joan.pk])
    return client.post(address, naming(org, **changes), follow=True)


def ending(held: Position) -> str:
    return reverse("mentors:position_end", args=[held.pk])


# --- Naming ---------------------------------------------------------------------------------------


def test_a_coordinator_is_named_and_may_act_at_once(client: Client, org: Organisation) -> None:
    response = name_joan(client, org)
    assertRedirects(response, reverse("mentors:person", args=[org.joan.pk]))
    assertContains(response, "Regional Client Intake Coordinator, SCORE New York")
    org.joan.refresh_from_db()
    assert duties(org.joan, MONDAY).rcic == {org.new_york.pk}


def test_a_position_that_begins_later_does_nothing_yet(client: Client, org: Organisation) -> None:
    later = today_of(org.joan) + timedelta(days=3)
    name_joan(client, org, starts_on=later.isoformat())
    assert duties(org.joan, MONDAY).rcic == frozenset()
    assert duties(org.joan, MONDAY + timedelta(days=3)).rcic == {org.new_york.pk}


def test_a_position_ends_with_its_last_day(client: Client, org: Organisation) -> None:
    name_joan(client, org, ends_on=today_of(org.joan).isoformat())
    assert duties(org.joan, MONDAY).rcic == {org.new_york.pk}
    assert duties(org.joan, MONDAY + timedelta(days=1)).rcic == frozenset()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"role": ""}, "This field is required."),
        ({"role": "king"}, "Select a valid choice"),
        ({"starts_on": "soon"}, "Enter a valid date."),
        ({"ends_on": "2019-12-31"}, "The last day is before the first."),
        ({"starts_on": "0000-00-00"}, "Enter a valid date."),
    ],
)
def test_what_will_not_do_is_said_beside_the_field(
    client: Client, org: Organisation, changes: dict[str, str], sentence: str
) -> None:
    before = Position.objects.count()
    assertContains(name_joan(client, org, **changes), sentence)
    assert Position.objects.count() == before


def test_the_same_position_is_held_once(client: Client, org: Organisation) -> None:
    name_joan(client, org)
    assertContains(name_joan(client, org), "Joan Whitfield already holds this position.")


def test_a_manager_names_at_his_own_chapter_only(client: Client, org: Organisation) -> None:
    response = name_joan(client, org, chapter=str(org.newark.pk))
    assertContains(response, "Select a valid choice")


def test_an_administrator_names_anywhere(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    address = reverse("mentors:position_add", args=[org.joan.pk])
    client.post(address, naming(org, chapter=str(org.newark.pk)))
    assert duties(org.joan, MONDAY).rcic == {org.newark.pk}


@pytest.mark.parametrize("role", ["rcic", "chair", "leader"])
def test_nobody_else_names_anybody(client: Client, org: Organisation, role: str) -> None:
    client.force_login(getattr(org, role))
    address = reverse("mentors:position_add", args=[org.joan.pk])
    for response in (client.get(address), client.post(address, naming(org))):
        assertContains(response, "Only a Chapter Manager can change the roster.", status_code=403)


# --- Ending ---------------------------------------------------------------------------------------


def test_a_position_ends_at_once_and_stays_on_record(client: Client, org: Organisation) -> None:
    held = org.chair.positions.get()
    client.force_login(org.manager)
    assertContains(client.get(ending(held)), "End this position now?")
    held.refresh_from_db()
    assert held.ends_on is None

    done = client.post(ending(held), follow=True)

    assertContains(done, "Cher Chair no longer holds: Membership Chair, SCORE New York.")
    assertContains(done, "Positions that have ended")
    org.chair.refresh_from_db()
    assert duties(org.chair, MONDAY).chairs == frozenset()


@pytest.mark.parametrize("days", [0, 5])
def test_a_position_that_has_hardly_begun_is_taken_back(
    client: Client, org: Organisation, days: int
) -> None:
    name_joan(client, org, starts_on=(today_of(org.joan) + timedelta(days=days)).isoformat())
    client.post(ending(org.joan.positions.get()))
    assert not org.joan.positions.exists()
    org.joan.refresh_from_db()
    assert duties(org.joan, MONDAY + timedelta(days=days)).rcic == frozenset()


def test_what_has_ended_cannot_end_again(client: Client, org: Organisation) -> None:
    held = org.chair.positions.get()
    client.force_login(org.manager)
    client.post(ending(held))
    assertContains(client.post(ending(held), follow=True), "This position has ended already.")


def test_positions_above_chapters_are_for_administrators(client: Client, org: Organisation) -> None:
    held = org.rcic_district.positions.get()
    client.force_login(org.manager)
    assertContains(client.post(ending(held)), "ended by an administrator", status_code=403)


@pytest.mark.parametrize("role", ["rcic", "chair", "leader"])
def test_nobody_else_ends_anything(client: Client, org: Organisation, role: str) -> None:
    client.force_login(getattr(org, role))
    response = client.post(ending(org.manager.positions.get()))
    assertContains(response, "Only the Chapter Manager of SCORE New York", status_code=403)


def test_positions_elsewhere_do_not_exist(client: Client, org: Organisation) -> None:
    client.force_login(org.manager)
    assert client.post(ending(org.manager_elsewhere.positions.get())).status_code == 404


def test_a_stranger_who_serves_the_chapter_can_be_ended(client: Client, org: Organisation) -> None:
    held = position(org.nora, Role.RCIC, org.new_york)
    client.force_login(org.manager)
    done = client.post(ending(held), follow=True)
    assertRedirects(done, reverse("mentors:positions"))
    assertContains(done, "Nora Baptiste no longer holds")


# --- The list -------------------------------------------------------------------------------------


def test_the_list_shows_who_serves_a_chapter(client: Client, org: Organisation) -> None:
    position(org.nora, Role.RCIC, org.new_york)
    client.force_login(org.manager)
    page = client.get(reverse("mentors:positions"))
    assertContains(page, "Nora Baptiste")
    assertNotContains(page, reverse("mentors:person", args=[org.nora.pk]))
    assertContains(page, reverse("mentors:person", args=[org.rcic.pk]))
    assertNotContains(page, "Elsa")
    assertNotContains(page, "Fay")


def test_only_who_keeps_the_roster_is_offered_to_end(client: Client, org: Organisation) -> None:
    client.force_login(org.leader)
    assertNotContains(client.get(reverse("mentors:positions")), "/end/")
    client.force_login(org.manager)
    page = client.get(reverse("mentors:positions"))
    assertContains(page, ending(org.chair.positions.get()))
    assertNotContains(page, ending(org.rcic_district.positions.get()))


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(
    client: Client, org: Organisation, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Position.objects.filter(role=Role.LEADER, chapter=org.new_york).delete()
    for number in range(rows):
        position(volunteer(org.new_york, f"Ann{number}"), Role.LEADER, org.new_york)
    client.force_login(org.manager)
    query = {"role": "leader", "chapter": str(org.new_york.pk)}
    with django_assert_num_queries(7):
        response = client.get(reverse("mentors:positions"), query)
    assert len(response.context["table"].rows) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_person_costs_the_same_with_one_and_with_thirty_positions(
    client: Client, org: Organisation, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        ended = LONG_AGO + timedelta(days=number)
        position(org.joan, Role.LEADER, org.new_york, ends_on=ended)
    client.force_login(org.manager)
    with django_assert_num_queries(9):
        client.get(reverse("mentors:person", args=[org.joan.pk]))


# --- Where they hold ------------------------------------------------------------------------------


def test_a_position_holds_for_every_chapter_of_its_unit(org: Organisation) -> None:
    position(org.joan, Role.RCIC, org.phoenix)
    position(org.joan, Role.RCIC, org.lakes)
    position(org.joan, Role.LEADER, org.east)
    position(org.joan, Role.MEMBERSHIP_CHAIR, org.honolulu)
    mine = duties(org.joan, MONDAY)
    assert mine.rcic == {org.phoenix.pk, org.chicago.pk}
    assert mine.leads == {org.new_york.pk, org.newark.pk, org.national.pk, org.chicago.pk}
    assert mine.chairs == {org.honolulu.pk}
    assert mine.manages == frozenset()


@pytest.mark.parametrize(("unit", "queries"), [("new_york", 1), ("hudson", 2), ("east", 2)])
def test_who_serves_one_chapter_costs_one_query(
    org: Organisation, unit: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    position(org.joan, Role.RCIC, getattr(org, unit))
    with django_assert_num_queries(queries):
        assert org.new_york.pk in duties(org.joan, MONDAY).rcic
