"""The rows behind a figure as a file: as many as the figure says, and recorded."""

import csv
import io
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client

from intake.models import Export
from reports.measuring import Metric
from tests.factories import MONDAY, Organisation, request_in, submit
from tests.intake.conftest import SetClock

YEAR = {"first": "2026-01-01", "last": "2026-12-31"}


@pytest.fixture
def at_work(org: Organisation, at: SetClock) -> Organisation:
    for situation in ("new", "assigned", "accepted", "counseled", "complete"):
        request_in(situation, org)
    submit(org, chapter=org.chicago)
    at(MONDAY + timedelta(days=30))
    return org


def lines(client: Client, address: str, **asked: Any) -> list[dict[str, str]]:
    answer = client.get(address, {**YEAR, **asked, "format": "csv"})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_the_requests_behind_a_timing_figure(client: Client, at_work: Organisation) -> None:
    client.force_login(at_work.rcic)
    for metric in Metric:
        address = f"/reports/timing/{metric}/"
        figure = client.get(address, YEAR).context["figure"]
        found = lines(client, address)
        assert len(found) == figure.measured > 0
        days = [float(row["Business days"]) for row in found]
        assert days == sorted(days, reverse=True)
        assert sum(days) / len(days) == pytest.approx(figure.mean_business_days, abs=0.0001)
        waiting = lines(client, address, waiting="on")
        assert len(waiting) == figure.waiting
        assert all(row["To"] == "" for row in waiting)


def test_the_requests_behind_a_step_of_the_conversion(
    client: Client, at_work: Organisation
) -> None:
    client.force_login(at_work.rcic)
    for step, missed in product(("requests", "accepted", "complete"), ({}, {"missed": "on"})):
        address = f"/reports/conversion/{step}/"
        page = client.get(address, {**YEAR, **missed}).context["table"]
        found = lines(client, address, **missed)
        assert [row["Number"] for row in found] == [row.record.number for row in page.rows]


def test_the_requests_for_an_area(client: Client, at_work: Organisation) -> None:
    client.force_login(at_work.rcic)
    area = request_in("new", at_work).mre.area
    assert len(lines(client, f"/reports/coverage/{area.pk}/requests/")) == 6
    assert len(lines(client, f"/reports/coverage/{area.pk}/open/")) == 5


def test_what_one_mentor_received_without_clients(client: Client, at_work: Organisation) -> None:
    client.force_login(at_work.rcic)
    address = f"/reports/fairness/{at_work.joan.pk}/"
    assert "format=xlsx" in client.get(address, YEAR).content.decode()
    found = lines(client, address)
    assert [row["Outcome"] for row in found].count("Accepted in time") == 3
    assert len(found) == 4
    assert "Client" not in found[0]


def test_it_is_recorded_and_only_within_scope(client: Client, at_work: Organisation) -> None:
    client.force_login(at_work.leader)
    assert len(lines(client, "/reports/conversion/requests/")) == 5
    export = Export.objects.get()
    assert (export.by, export.what, export.rows) == (at_work.leader, "Requests", 5)
    client.force_login(at_work.chair)
    answer = client.get("/reports/conversion/requests/", {"format": "csv"})
    assert answer.status_code == 403
