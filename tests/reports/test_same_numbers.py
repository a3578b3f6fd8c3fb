"""The same question gets the same rows and numbers on a page, in its file and from the command."""

import csv
import io
import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.utils.html import strip_tags
from django.utils.http import urlencode
from openpyxl import load_workbook

from intake.enums import Stage
from mentors.spreadsheets import Column
from reports.catalogue import BY_NAME, Report
from reports.question import By
from reports.scope import Unit, key_of
from reports.waiting import NAMES
from tests.factories import MONDAY, Organisation, organisation, request_in, submit
from tests.intake.conftest import SetClock

Rows = list[dict[str, str]]

SITUATIONS = (
    "new", "declined", "timed_out", "assigned", "overdue", "accepted_late", "tried_three_times",
    "contacted", "counseled", "transferred", "complete",
)  # fmt: skip
LATER = MONDAY + timedelta(days=30)
QUESTIONS: list[Mapping[str, str]] = [
    {"first": "2026-01-01"},
    {"first": "2026-03-16", "last": "2026-03-16"},
    {"first": "2026-01-01", "at": "2026-03-18T13:30"},
]
WHEN: list[Mapping[str, str]] = [{}, {"at": "2026-03-18T13:30"}]
OPTIONS = {"first": "--from", "last": "--to", "at": "--as-of", "unit": "--unit", "by": "--by"}


@pytest.fixture(scope="class")
def kept_at_work(kept: None) -> Organisation:
    """Requests in many situations in New York, and some elsewhere."""
    org = organisation()
    for situation in SITUATIONS:
        request_in(situation, org)
    submit(org, chapter=org.newark)
    submit(org, chapter=org.chicago, at=MONDAY + timedelta(days=1))
    return org


@pytest.fixture
def organisation_at_work(kept_at_work: Organisation, db: None, at: SetClock) -> Organisation:
    """The organisation that all tests of the class begin with, seen weeks later."""
    at(LATER)
    return deepcopy(kept_at_work)


def of_file(client: Client, report: Report, asked: Mapping[str, str]) -> list[tuple[Any, ...]]:
    answer = client.get(f"/reports/{report.name}/file/", {**asked, "format": "xlsx"})
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(answer)))
    return list(book.worksheets[0].iter_rows(values_only=True, min_row=2))


def of_text_file(client: Client, report: Report, asked: Mapping[str, str]) -> Rows:
    answer = client.get(f"/reports/{report.name}/file/", {**asked, "format": "csv"})
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def of_command(report: Report, asked: Mapping[str, str]) -> Rows:
    """The administrator who reads the pages belongs to no chapter: his clock is in UTC."""
    said = [
        f"{OPTIONS[name]}={words}{':00+00:00' if name == 'at' else ''}"
        for name, words in asked.items()
    ]
    out = io.StringIO()
    call_command("report", report.name, *said, "--format=csv", stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def is_figure(column: Column[Any]) -> bool:
    """A column of which people and programs are given the same."""
    return bool(column.name) and column.code is None and column.name not in INSTANTS


INSTANTS = ("submitted_at", "since", "paused_over_30")


def asked_of(report: Report, asked: Mapping[str, str]) -> list[Mapping[str, str]]:
    """The question, in every grouping that a page of it knows."""
    groups = report.form.base_fields.get("by")
    if groups is None:
        return [asked]
    offered = {str(key) for key, _ in getattr(groups, "choices", ())} or set(report.by)
    return [{**asked, "by": by} for by in report.by if by != By.ALL and by in offered]


class TestOfAnOrganisationAtWork:
    def test_the_file_of_every_report_says_what_the_command_says(
        self, client: Client, organisation_at_work: Organisation
    ) -> None:
        org = organisation_at_work
        client.force_login(org.admin)
        for report in BY_NAME.values():
            for question in asked_of(report, QUESTIONS[-1]):
                compare(client, report, question)
            for asked in QUESTIONS[:-1]:
                compare(client, report, asked_of(report, asked)[0], org.new_york)

    def test_the_page_of_a_list_has_the_rows_of_its_file(
        self, client: Client, organisation_at_work: Organisation
    ) -> None:
        client.force_login(organisation_at_work.admin)
        for stage, asked in product(Stage, QUESTIONS):
            report = BY_NAME[NAMES[stage]]
            page = client.get(f"{report.address}?{urlencode(asked)}")
            listed = [row.mre.number for row in page.context["table"].paginated_rows.data]
            commanded = of_command(report, asked)
            assert listed == [row["request"] for row in commanded]
            assert page.context["count"] == len(commanded)

    def test_the_page_of_the_activity_shows_the_numbers_of_its_file(
        self, client: Client, organisation_at_work: Organisation
    ) -> None:
        client.force_login(organisation_at_work.admin)
        for asked in QUESTIONS:
            compare_activity(client, asked)

    def test_the_lists_and_in_mentoring_add_up_to_the_open_requests_of_every_unit(
        self, client: Client, organisation_at_work: Organisation
    ) -> None:
        org = organisation_at_work
        client.force_login(org.admin)
        units: list[Unit] = [org.east, org.hudson, org.new_york, org.chicago]
        for when, unit in product(WHEN, units):
            chosen = {**when, "unit": key_of(unit)}
            listed = [
                row["request"]
                for name in NAMES.values()
                for row in of_command(BY_NAME[name], chosen)
            ]
            assert len(listed) == len(set(listed))
            assert client.get("/reports/", chosen).context["whole"].total == len(listed) > 0


def compare(
    client: Client, report: Report, asked: Mapping[str, str], unit: Unit | None = None
) -> None:
    chosen = {**asked, "unit": key_of(unit)} if unit else asked
    commanded = of_command(report, chosen)
    written = of_text_file(client, report, chosen)
    same = [column for column in report.columns if is_figure(column)]
    assert len(written) == len(commanded), (report.name, asked)
    for file_row, row in zip(written, commanded, strict=True):
        for column in same:
            assert equal(file_row[column.title], row[column.name]), (report.name, column.name)
    sheet = of_file(client, report, chosen)
    assert len(sheet) == len(commanded)
    for cells, row in zip(sheet, commanded, strict=True):
        for cell, column in zip(cells, report.columns, strict=True):
            if column in same and isinstance(cell, int | float):
                assert float(row[column.name]) == pytest.approx(cell, abs=0.00005)


def equal(people: str, programs: str) -> bool:
    """Numbers are the same however many decimals are written."""
    if re.fullmatch(r"-?\d+\.\d+", people) or re.fullmatch(r"-?\d+\.\d+", programs):
        return float(people) == pytest.approx(float(programs), abs=0.00005)
    return people == programs


def compare_activity(client: Client, asked: Mapping[str, str]) -> None:
    report = BY_NAME["mentors-activity"]
    page = client.get(f"{report.address}?{urlencode(asked)}").context["table"]
    commanded = of_command(report, asked)
    assert len(page.rows) == len(commanded) > 0
    counted = [name for name in page.columns.names() if name in commanded[0] and name != "mentor"]
    assert "received" in counted
    for row, expected in zip(page.rows, commanded, strict=True):
        for name in counted:
            shown = strip_tags(str(row.get_cell(name))).removesuffix("%").replace("—", "")
            assert as_shown(name, expected[name]) == (shown or "0").strip(), name


def as_shown(name: str, figure: str) -> str:
    """A share in per cent, days with one decimal; nothing, like none, as 0."""
    if name == "in_time_share":
        return f"{float(figure) * 100:.0f}" if figure else "0"
    return f"{float(figure):.1f}" if "." in figure else figure or "0"


def test_a_question_survives_the_way_from_page_to_file(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    page = client.get("/reports/activity/?span=quarter&at=2026-03-01T10:00&page=2")
    links = re.findall(r'href="/reports/mentors-activity/file/\?([^"]+)"', page.content.decode())
    asked = [QueryDict(link.replace("&amp;", "&")) for link in links]
    assert [one["format"] for one in asked] == ["xlsx", "csv"]
    for one in asked:
        assert one["span"] == "quarter"
        assert one["at"] == "2026-03-01T10:00"
        assert "page" not in one
