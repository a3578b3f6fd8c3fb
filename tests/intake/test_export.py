"""The lists as files: the rows and columns of the page, and who took them along."""

import csv
import io
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from intake.models import Export
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, a_person, an_ask, request_in, submit
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.django_db

PAGES = ("queue", "watch", "requests")


@pytest.fixture(autouse=True)
def _monday(at: SetClock) -> None:
    at(MONDAY)


def get(browser: Browser, user: Volunteer, which: str, **query: Any) -> Any:
    browser.force_login(user)
    return browser.get(reverse(f"intake:{which}_export"), query)


def content(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def lines(browser: Browser, user: Volunteer, which: str, **query: Any) -> list[dict[str, str]]:
    text = content(get(browser, user, which, **query)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_all_requests_as_filtered_and_sorted(org: Organisation, client: Browser) -> None:
    first = submit(org, person=a_person(last_name="Zuniga"), ask=an_ask(business_name="=cmd"))
    second = submit(org, person=a_person(last_name="Abel"))
    request_in("withdrawn", org)
    found = lines(client, org.rcic, "requests", status="need_action", sort="client", page="9")
    assert [row["Number"] for row in found] == [second.mre.number, first.mre.number]
    assert found[1]["Business name"] == "'=cmd"
    assert found[1]["Submitted"] == "2026-03-16 10:00"
    assert found[1]["Status"] == "Need Action"


def test_the_queue_with_its_wait_and_why(org: Organisation, client: Browser, at: SetClock) -> None:
    story = request_in("declined", org)
    submit(org)
    at(story.now)
    found = lines(client, org.rcic, "queue", lane="declined")
    assert [row["Number"] for row in found] == [story.mre.number]
    assert found[0]["Why here"] == "Declined"
    assert "no capacity now" in found[0]["Details"]
    assert found[0]["Waiting (business days)"] == "0.1"


def test_the_watch_list_with_what_is_the_matter(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    story = request_in("overdue", org).wait(days=1)
    at(story.now)
    found = lines(client, org.rcic, "watch")
    assert [row["Number"] for row in found] == [story.mre.number]
    assert found[0]["Mentor"] == str(org.joan)
    assert "Joan Whitfield was asked to answer by" in found[0]["Why"]


@pytest.mark.parametrize("page", PAGES)
def test_a_workbook_has_the_same_rows(
    org: Organisation, client: Browser, at: SetClock, page: str
) -> None:
    at(request_in("overdue", org).wait(days=1).now)
    submit(org)
    book = load_workbook(io.BytesIO(content(get(client, org.rcic, page, format="xlsx"))))
    assert book.active is not None
    assert book.active.max_row == 1 + len(lines(client, org.rcic, page))


class TestSight:
    def test_only_what_the_reader_sees(self, org: Organisation, client: Browser) -> None:
        mine = submit(org)
        submit(org, person=a_person(zip="85001"))
        parked = submit(org, suspended=True)
        for who in (org.rcic, org.leader):
            found = lines(client, who, "requests")
            assert [row["Number"] for row in found] == [mine.mre.number]
        assert parked.mre.number in [row["Number"] for row in lines(client, org.admin, "requests")]

    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("who", ["admin", "rcic"])
    def test_no_address_and_no_number_of_a_client(
        self, org: Organisation, client: Browser, at: SetClock, page: str, who: str
    ) -> None:
        story = request_in("overdue", org).wait(days=1)
        submit(org)
        at(story.now)
        text = content(get(client, getattr(org, who), page)).decode()
        assert story.mre.client.email not in text
        assert story.mre.client.phone not in text

    @pytest.mark.parametrize(
        ("who", "pages"),
        [("joan", PAGES), ("chair", PAGES), ("manager", PAGES), ("leader", ("queue", "watch"))],
    )
    def test_who_has_no_list_has_no_file(
        self, org: Organisation, client: Browser, who: str, pages: tuple[str, ...]
    ) -> None:
        for page in pages:
            assert get(client, getattr(org, who), page).status_code == 403
        assert not Export.objects.exists()


class TestAccount:
    def test_each_export_is_written_down(self, org: Organisation, client: Browser) -> None:
        submit(org)
        submit(org)
        get(client, org.rcic, "requests", status="need_action", q="", page=2, format="xlsx")
        export = Export.objects.get()
        assert (export.by, export.at, export.what) == (org.rcic, MONDAY, "All requests")
        assert (export.query, export.rows, export.kind) == ("status=need_action", 2, "xlsx")

    def test_administrators_read_it(self, org: Organisation, client: Browser) -> None:
        get(client, org.rcic, "requests", status="accepted")
        client.force_login(org.admin)
        shown = client.get(reverse("admin:intake_export_changelist")).content.decode()
        assert "status=accepted" in shown

    def test_another_kind_of_file_is_not_found(self, org: Organisation, client: Browser) -> None:
        assert get(client, org.rcic, "requests", format="pdf").status_code == 404
        assert not Export.objects.exists()

    def test_only_a_download_is_one(self, org: Organisation, client: Browser) -> None:
        client.force_login(org.rcic)
        assert client.head(reverse("intake:requests_export")).status_code == 405


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize(("page", "queries"), [("queue", 9), ("watch", 11), ("requests", 6)])
def test_the_cost_does_not_grow_with_the_rows(
    org: Organisation,
    client: Browser,
    at: SetClock,
    page: str,
    queries: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        submit(org)
        story = request_in("overdue", org)
    at(story.wait(days=1).now)
    client.force_login(org.rcic)
    with django_assert_num_queries(queries):
        content(client.get(reverse(f"intake:{page}_export")))
