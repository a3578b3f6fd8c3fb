"""Open requests by unit and stage, as a file and on the command line: they add up everywhere."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from intake.enums import Stage
from tests.factories import MONDAY, Organisation, request_in, submit
from tests.intake.conftest import SetClock

Rows = list[dict[str, str]]
STAGES = [stage.value for stage in Stage]


def commanded(*options: str) -> Rows:
    out = io.StringIO()
    call_command("report", "open-requests", *options, "--format=csv", stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def downloaded(client: Client, **asked: str) -> Rows:
    answer = client.get("/reports/open-requests/file/", asked)
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


@pytest.fixture
def at_work(org: Organisation, at: SetClock) -> Organisation:
    for situation in ("new", "overdue", "accepted", "contacted", "counseled", "complete"):
        request_in(situation, org)
    submit(org, chapter=org.newark)
    submit(org, chapter=org.phoenix)
    at(MONDAY + timedelta(days=30))
    return org


def test_the_stages_add_up_and_so_do_the_units(at_work: Organisation) -> None:
    (whole,) = commanded()
    assert whole["group"] == "all"
    assert [whole[stage] for stage in STAGES] == ["3", "1", "1", "1", "1"]
    for level in ("region", "district", "chapter"):
        units = commanded(f"--by={level}")
        for unit in units:
            assert sum(int(unit[stage]) for stage in STAGES) == int(unit["open"])
        for column in (*STAGES, "open"):
            assert sum(int(unit[column]) for unit in units) == int(whole[column])


def test_the_file_of_the_overview_has_the_chapters_of_the_reader(
    client: Client, at_work: Organisation
) -> None:
    client.force_login(at_work.leader_region)
    found = {row["Unit"]: int(row["Open"]) for row in downloaded(client, span="quarter")}
    assert found == {
        "SCORE National": 0,
        "SCORE New York": 5,
        "SCORE Newark": 1,
        "SCORE Chicago": 0,
    }
    assert [row["Unit"] for row in downloaded(client, by="district")] == ["Hudson", "Lakes"]


def test_a_past_instant_is_told_from_the_timelines(client: Client, at_work: Organisation) -> None:
    client.force_login(at_work.admin)
    before = downloaded(client, at="2026-03-16T14:00", by="region")
    assert {row["Unit"]: row["Not yet assigned"] for row in before} == {"East": "7", "West": "1"}


@pytest.mark.parametrize("number", [1, 20])
def test_it_costs_the_same_for_one_and_for_twenty(
    client: Client,
    org: Organisation,
    at: SetClock,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for _ in range(number):
        submit(org)
    client.force_login(org.leader)
    with django_assert_num_queries(9):
        downloaded(client)
