"""Reports as files: the rows of the page, within scope, recorded, and nothing in them that runs."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from openpyxl import load_workbook
from pytest_django.asserts import assertContains, assertRedirects

from intake.actions.exporting import counted, note_export
from intake.models import Export
from mentors.spreadsheets import Format
from reports.catalogue import BY_NAME, OF_MENTORS, OF_REQUESTS
from tests.factories import MONDAY, Organisation, mentor, request_in, submit
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

OF_CLIENTS = sorted(name for name, one in BY_NAME.items() if one.audience is OF_REQUESTS)
OF_PEOPLE = sorted(name for name, one in BY_NAME.items() if one.audience is OF_MENTORS)


def get(client: Client, name: str, **asked: Any) -> HttpResponseBase:
    return client.get(f"/reports/{name}/file/", asked)


def content(response: HttpResponseBase) -> bytes:
    assert response.status_code == 200
    return b"".join(response)


def lines(client: Client, name: str, **asked: Any) -> list[dict[str, str]]:
    text = content(get(client, name, **asked)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- For whom -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["chair", "manager", "joan"])
def test_clients_who_wait_are_not_for_everybody(
    client: Client, org: Organisation, role: str, subtests: pytest.Subtests
) -> None:
    submit(org)
    client.force_login(getattr(org, role))
    for name in OF_CLIENTS:
        with subtests.test(name=name):
            assertContains(get(client, name), "Reports are for leaders", status_code=403)
    assert not Export.objects.exists()


@pytest.mark.parametrize("role", ["manager", "joan"])
def test_the_mentors_activity_is_not_for_everybody(
    client: Client, org: Organisation, role: str, subtests: pytest.Subtests
) -> None:
    client.force_login(getattr(org, role))
    for name in OF_PEOPLE:
        with subtests.test(name=name):
            assertContains(get(client, name), "for Membership Chairs", status_code=403)


@pytest.mark.parametrize("name", OF_PEOPLE)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_chair_finds_no_client(
    client: Client, org: Organisation, at: SetClock, name: str, kind: str
) -> None:
    stories = [request_in(situation, org) for situation in ("overdue", "counseled", "declined")]
    at(max(story.now for story in stories))
    client.force_login(org.chair)
    found = content(get(client, name, format=kind))
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(found)).worksheets[0]
        found = str(list(sheet.iter_rows(values_only=True))).encode()
    assert b"Joan" in found
    for story in stories:
        about = story.mre
        for secret in (about.client.last_name, about.client.email, about.number, about.question):
            assert secret.encode() not in found


def test_nobody_gets_more_than_his_chapters(client: Client, org: Organisation) -> None:
    submit(org, chapter=org.chicago)
    here = submit(org)
    client.force_login(org.leader)
    assert [row["Request"] for row in lines(client, "not-yet-assigned")] == [here.mre.number]
    client.force_login(org.rcic_region)
    assert len(lines(client, "not-yet-assigned")) == 2


def test_a_report_or_a_format_that_does_not_exist(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    assert get(client, "nothing").status_code == 404
    assert get(client, "mentors-activity", format="pdf").status_code == 404


def test_what_cannot_be_asked_leads_to_the_page_that_says_why(
    client: Client, org: Organisation
) -> None:
    client.force_login(org.chair)
    response = get(client, "mentors-activity", first="2026-03-02", last="2026-03-01", format="csv")
    assertRedirects(response, "/reports/activity/?first=2026-03-02&last=2026-03-01")
    assertContains(client.get(response["Location"]), "The last day is before the first.")


# --- What is in them ------------------------------------------------------------------------------


def test_a_sheet_has_dates_and_numbers_and_people_read_words(
    client: Client, org: Organisation, at: SetClock
) -> None:
    story = request_in("overdue", org)
    at(story.now)
    client.force_login(org.rcic)
    sheet = load_workbook(
        io.BytesIO(content(get(client, "not-yet-accepted", format="xlsx")))
    ).worksheets[0]
    titles, cells = (list(row) for row in sheet.iter_rows())
    found = dict(zip([cell.value for cell in titles], cells, strict=True))
    assert found["Chapter"].value == "SCORE New York"
    assert found["Mentor"].value == "Joan Whitfield"
    assert found["Submitted"].value == datetime(2026, 3, 16, 10)  # noqa: DTZ001
    assert found["Business days"].data_type == "n"
    assert found["Detail"].value == "Overdue"
    assert sheet.column_dimensions["C"].width > 20


def test_a_name_that_would_run_is_made_harmless(client: Client, org: Organisation) -> None:
    mentor(org.new_york, "=cmd|' /C calc'!A0", "Doe")
    client.force_login(org.chair)
    names = [row["Mentor"] for row in lines(client, "mentors-activity")]
    assert "'=cmd|' /C calc'!A0 Doe" in names


# --- Who took what --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Format)
def test_it_is_recorded_who_took_what(client: Client, org: Organisation, kind: Format) -> None:
    submit(org)
    submit(org)
    client.force_login(org.rcic)
    content(get(client, "not-yet-assigned", format=kind, page=3))
    export = Export.objects.get()
    assert (export.by, export.at, export.kind, export.rows) == (org.rcic, MONDAY, kind, 2)
    assert export.what == BY_NAME["not-yet-assigned"].title
    assert export.query == ""


def test_the_question_is_recorded_too(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    content(get(client, "mentors-activity", first="2026-03-01", last="2026-03-02", format="csv"))
    assert "first=2026-03-01&last=2026-03-02" in Export.objects.get().query


def test_of_a_download_that_breaks_off_the_rows_that_went_out_are_recorded(
    org: Organisation,
) -> None:
    export = note_export(by=org.admin, now=MONDAY, what="List", query="", kind=Format.CSV)
    rows = counted(export, range(10))
    assert [next(rows), next(rows)] == [0, 1]
    assert Export.objects.get().rows == 0
    rows.close()
    assert Export.objects.get().rows == 2


# --- How much it costs ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "queries"), [("not-yet-assigned", 11), ("mentors-activity", 15)])
def test_a_file_costs_the_same_for_one_and_for_six(
    client: Client, org: Organisation, django_assert_num_queries: Any, name: str, queries: int
) -> None:
    client.force_login(org.rcic)
    lines(client, name)  # reads what is kept from then on
    for more, number in ((1, 1), (5, 6)):
        for _ in range(more):
            submit(org)
            mentor(org.new_york, "Ann", "Tester")
        with django_assert_num_queries(queries):
            assert len(lines(client, name)) >= number
