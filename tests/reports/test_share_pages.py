"""The pages of conversion, coverage and fairness: who sees what, and what is behind each number."""

import csv
import re
from copy import deepcopy
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from mentors.models import MentoringArea
from tests.factories import (
    MONDAY,
    Organisation,
    an_ask,
    area,
    mentor,
    organisation,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

CONVERSION, COVERAGE, FAIRNESS = "/reports/conversion/", "/reports/coverage/", "/reports/fairness/"
MARCH = "first=2026-03-01&last=2026-03-31"


def pages(org: Organisation) -> list[str]:
    marketing = area().pk
    return [
        CONVERSION,
        f"{CONVERSION}assigned/",
        COVERAGE,
        f"{COVERAGE}{marketing}/",
        f"{COVERAGE}{marketing}/requests/",
        f"{COVERAGE}{marketing}/open/",
        FAIRNESS,
        f"{FAIRNESS}{org.joan.pk}/",
    ]


STORIES = (
    "new", "declined", "replaced", "accepted", "contacted", "counseled", "complete", "withdrawn",
)  # fmt: skip


@pytest.fixture(scope="class")
def kept_at_work(kept: None) -> Organisation:
    """A request at every step, and one that was closed otherwise."""
    org = organisation()
    for number, situation in enumerate(STORIES):
        request_in(situation, org, at=MONDAY + timedelta(hours=number))
    return org


@pytest.fixture
def at_work(kept_at_work: Organisation, db: None) -> Organisation:
    """The organisation that the tests of a class begin with."""
    return deepcopy(kept_at_work)


# --- Who ------------------------------------------------------------------------------------------


def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, subtests: pytest.Subtests
) -> None:
    name = request_in("accepted", org).mre.client.last_name
    for role in ("chair", "manager", "joan", "sam"):
        client.force_login(getattr(org, role))
        for address in pages(org):
            with subtests.test(role=role, address=address):
                response = client.get(address)
                sentence = "Reports are for leaders and coordinators"
                assertContains(response, sentence, status_code=403)
                assertNotContains(response, name, status_code=403)


def test_who_leads_sees_them_without_anything(client: Client, org: Organisation) -> None:
    client.force_login(org.leader)
    assert [client.get(address).status_code for address in pages(org)] == [200] * 8


def test_nothing_of_other_chapters_is_shown(client: Client, org: Organisation) -> None:
    foreign = submit(org, chapter=org.phoenix).assign(org.dan).accept()
    parked = submit(org, suspended=True)
    client.force_login(org.rcic)
    elsewhere = [f"{FAIRNESS}{org.dan.pk}/"]
    for address in pages(org):
        for asked in ("", f"?unit=chapter:{org.phoenix.code}", "?unit=region:R2", "?group=0850"):
            page = client.get(f"{address}{asked}").content.decode()
            for secret in ("Yazzie", foreign.mre.number, parked.mre.number):
                assert secret not in page, address + asked
            for story in (foreign, parked):
                assert story.mre.client.last_name not in page
    assert [client.get(address).status_code for address in elsewhere] == [404]


def test_of_a_client_elsewhere_a_mentors_coordinator_sees_nothing(
    client: Client, org: Organisation
) -> None:
    """Joan serves a client of Phoenix, too; her own coordinator sees that she was asked."""
    foreign = submit(org, chapter=org.phoenix).assign(org.joan)
    own = submit(org).assign(org.joan)
    client.force_login(org.rcic)
    response = client.get(f"{FAIRNESS}{org.joan.pk}/")
    assertContains(response, own.mre.number)
    assertNotContains(response, foreign.mre.number)
    for story in (own, foreign):
        assertNotContains(response, story.mre.client.last_name)
        assertNotContains(response, story.mre.question)
    assert len(response.context["page"].object_list) == 2


def test_what_is_not_there_is_not_found(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    for address in (f"{CONVERSION}happy/", f"{COVERAGE}99999/", f"{FAIRNESS}{org.sam.pk}/"):
        assert client.get(address).status_code == 404


# --- Every number opens to as many rows -----------------------------------------------------------


def numbers_on(page: str) -> list[tuple[str, int]]:
    """The links of a page whose words are a number."""
    links = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(\d+)</a>', page)
    return [(address.replace("&amp;", "&"), int(number)) for address, number in links]


def rows_at(client: Client, address: str) -> int:
    response = client.get(address)
    assert response.status_code == 200, address
    shown: Any = response.context
    if shown.get("page") is not None:
        return int(shown["page"].paginator.count)
    table = shown.get("mentors") or shown["table"]
    return int(table.page.paginator.count)


class TestAtWork:
    def test_who_leads_or_coordinates_sees_them(
        self, client: Client, at_work: Organisation
    ) -> None:
        for reader in (at_work.admin, at_work.leader, at_work.rcic):
            client.force_login(reader)
            assert [client.get(address).status_code for address in pages(at_work)] == [200] * 8

    @pytest.mark.parametrize("asked", ["by=region", "by=month", "at=2026-03-16T19:00&by=chapter"])
    def test_every_number_of_the_conversion_opens(
        self, client: Client, at_work: Organisation, at: SetClock, asked: str
    ) -> None:
        submit(at_work, chapter=at_work.newark).assign(at_work.nora)
        submit(at_work, chapter=at_work.phoenix, at=MONDAY + timedelta(days=20))
        at(MONDAY + timedelta(days=28))
        client.force_login(at_work.admin)
        found = numbers_on(client.get(f"{CONVERSION}?{asked}").content.decode())
        assert len(found) > 12
        for address, number in found:
            assert rows_at(client, address) == number, address

    def test_every_number_of_the_coverage_opens(
        self, client: Client, at_work: Organisation, at: SetClock
    ) -> None:
        submit(at_work, chapter=at_work.phoenix)
        set_profile(at_work.joan, weekly_limit=0)
        at(MONDAY + timedelta(days=28))
        client.force_login(at_work.admin)
        marketing = f"{COVERAGE}{area().pk}/"
        for asked in ("", "?at=2026-03-18T10:00"):
            page = client.get(f"{COVERAGE}{asked}").content.decode()
            found = [it for it in numbers_on(page) if urlsplit(it[0]).path != marketing]
            assert len(found) == 2
            for address, number in found:
                assert rows_at(client, address) == number, address
            opened = client.get(f"{marketing}{asked}")
            for address, number in numbers_on(opened.content.decode()):
                assert rows_at(client, address) == number, address

    def test_every_number_of_the_fairness_opens(
        self, client: Client, at_work: Organisation, at: SetClock
    ) -> None:
        at(MONDAY + timedelta(days=28))
        client.force_login(at_work.admin)
        found = numbers_on(client.get(FAIRNESS).content.decode())
        assert len(found) == 5
        for address, number in found:
            assert rows_at(client, urljoin(FAIRNESS, address)) == number, address

    @pytest.mark.parametrize("name", ["conversion", "coverage", "fairness"])
    def test_the_file_has_the_rows_of_the_page(
        self, client: Client, at_work: Organisation, name: str
    ) -> None:
        submit(at_work, chapter=at_work.phoenix)
        client.force_login(at_work.leader)
        page = client.get(f"/reports/{name}/?{MARCH}")
        file = client.get(f"/reports/{name}/file/?{MARCH}&format=csv")
        lines = list(csv.reader(StringIO(b"".join(file).decode("utf-8-sig"))))
        assert len(lines) == 1 + len(page.context["table"].rows)
        assert "Phoenix" not in str(lines)
        assert "Yazzie" not in str(lines)
        client.force_login(at_work.chair)
        assert client.get(f"/reports/{name}/file/?format=csv").status_code == 403


# --- What is said ---------------------------------------------------------------------------------


def test_the_page_says_whose_fate_it_tells(client: Client, org: Organisation) -> None:
    request_in("complete", org)
    client.force_login(org.leader)
    response = client.get(f"{CONVERSION}?{MARCH}")
    assertContains(response, "requests that were <strong>submitted</strong> in the period")
    assertContains(response, "SCORE New York, requests submitted from")


def test_where_to_recruit_stands_on_top_in_words(client: Client, org: Organisation) -> None:
    nobody, full, *_ = MentoringArea.objects.exclude(name="Marketing").order_by("name")
    mentor(org.new_york, areas=(full.name,), weekly_limit=0)
    submit(org, ask=an_ask(area=full))
    for _ in range(2):
        submit(org, ask=an_ask(area=nobody))
    submit(org)
    client.force_login(org.rcic)
    response = client.get(COVERAGE)
    assert [(str(about), words) for about, words in response.context["first"]] == [
        (nobody.name, "Nobody offers it: 2 requests, 2 open now."),
        (full.name, "1 mentor for 1 request, 1 open now; no place left this week."),
        ("Marketing", "3 mentors for 1 request, 1 open now."),
    ]
    assertContains(response, "<strong>1 area</strong> that clients ask for is offered by")
    assertContains(response, "Nobody offers it</span>")


def test_free_places_in_words(client: Client, org: Organisation) -> None:
    client.force_login(org.rcic)

    def places() -> str:
        table = client.get(COVERAGE).context["table"]
        row = next(row for row in table.rows if row.record.about.name == "Marketing")
        return str(row.get_cell("places"))

    assert places() == "no limit"
    set_profile(org.joan, weekly_limit=4)
    assert places() == "4, 2 without limit"
    set_profile(org.ben, weekly_limit=1)
    set_profile(org.grace, weekly_limit=0)
    assert places() == "5"


def test_who_received_nothing_is_named_with_the_limit(client: Client, org: Organisation) -> None:
    set_profile(org.ben, weekly_limit=0)
    set_profile(org.grace, weekly_limit=2)
    submit(org).assign()
    client.force_login(org.leader)
    response = client.get(FAIRNESS)
    assertContains(response, "takes none (limit 0)")
    assertContains(response, "2 a week")
    assertContains(response, "100%")
    band = client.get(f"{FAIRNESS}?band=0")
    assert [str(row.record.mentor) for row in band.context["table"].rows] == [
        "Grace Lindqvist",
        "Ben Okafor",
    ]
    for odd in ("x", "4", "-1", "²"):
        assert len(client.get(FAIRNESS, {"band": odd}).context["table"].rows) == 3


@pytest.mark.parametrize("address", [CONVERSION, COVERAGE, FAIRNESS])
def test_what_will_not_do_is_refused_in_words(
    client: Client, org: Organisation, address: str
) -> None:
    client.force_login(org.leader)
    for asked in ("last=2026-03-01&first=2026-03-02", "at=2030-01-01T10:00"):
        response = client.get(f"{address}?{asked}")
        assert response.status_code == 200
        assert "question" not in response.context
        assertContains(response, "invalid-feedback")
    assert client.get(f"{address}?by=mood&unit=nowhere&sort=nothing&page=x").status_code == 200


def test_names_are_shown_as_they_are_and_never_run(client: Client, org: Organisation) -> None:
    mentor(org.new_york, "<script>alert(1)</script>", "X")
    client.force_login(org.admin)
    for address in (FAIRNESS, f"{COVERAGE}{area().pk}/"):
        assertNotContains(client.get(address), "<script>alert")


# --- What it costs --------------------------------------------------------------------------------


def test_the_pages_cost_the_same_for_one_and_for_six(client: Client, org: Organisation) -> None:
    client.force_login(org.leader_region)
    costs = [7, 9, 11, 13, 10, 10, 8, 8]
    for more in (1, 5):
        for _ in range(more):
            submit(org).assign(mentor(org.new_york, weekly_limit=3))
        got = []
        for address in pages(org):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            got.append(len(queries))
        assert got == costs
