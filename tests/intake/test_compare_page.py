"""Comparing two requests in the browser: what each reader sees of them, and what he may press."""

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.models import DuplicateFlag
from mentors.models import Volunteer
from tests.factories import Organisation, Story, a_person, an_ask, request_in, submit
from tests.intake.conftest import SetClock

PHONE = "212-555-0143"
MARIA = {"first_name": "Maria", "last_name": "Hidden", "email": "maria@secret.example"}
PABLO = {"first_name": "Pablo", "last_name": "Covert", "email": "pablo@secret.example"}
SECRETS = ("Covert", "pablo@secret.example", PHONE, "Where do I get a loan?", "Vault Bakery")

pytestmark = pytest.mark.django_db


def two(org: Organisation, first: str = "accepted") -> tuple[Story, Story]:
    """Requests of Pablo, in this situation, and of Maria, new; they share a phone."""
    one = request_in(
        first,
        org,
        person=a_person(phone=PHONE, **PABLO),
        ask=an_ask(question="Where do I get a loan?", business_name="Vault Bakery"),
    )
    return one, submit(org, at=one.now, person=a_person(phone="(212) 555 0143", **MARIA))


class Desk:
    """A coordinator's browser, a minute after the story."""

    def __init__(self, browser: Browser, at: SetClock) -> None:
        self.browser, self.at = browser, at

    def get(self, who: Volunteer, one: Story, other: Story) -> Any:
        self._sit_down(who, one, other)
        return self.browser.get(reverse("intake:compare", args=[one.mre_id, other.mre_id]))

    def look(self, who: Volunteer, one: Story, other: Story) -> BeautifulSoup:
        response = self.get(who, one, other)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def send(
        self, act: str, who: Volunteer, one: Story, other: Story, **data: Any
    ) -> BeautifulSoup:
        self._sit_down(who, one, other)
        address = reverse(f"intake:compare_{act}", args=[one.mre_id, other.mre_id])
        response = self.browser.post(address, data, follow=True)
        return BeautifulSoup(response.content, "html.parser")

    def _sit_down(self, who: Volunteer, one: Story, other: Story) -> None:
        self.at(max(one.now, other.now) + timedelta(minutes=1))
        self.browser.force_login(who)


@pytest.fixture
def desk(client: Browser, at: SetClock) -> Desk:
    return Desk(client, at)


def words(part: Tag | BeautifulSoup | None) -> str:
    assert part is not None
    return re.sub(r" ([:.,])", r"\1", part.get_text(" ", strip=True))


def rows(shown: BeautifulSoup) -> dict[str, list[str]]:
    """Both values and the mark, by field."""
    return {
        words(row.th): [words(cell) for cell in row.select("td")]
        for row in shown.select(".compare tbody tr")
    }


class TestSideBySide:
    def test_every_field_says_in_a_word_whether_it_is_the_same(
        self, org: Organisation, desk: Desk
    ) -> None:
        shown = rows(desk.look(org.rcic, *two(org)[::-1]))
        assert shown["Last name"] == ["Hidden", "Covert", "different"]
        assert shown["Phone"] == ["(212) 555 0143", PHONE, "same"]
        assert shown["Business"] == ["–", "Vault Bakery", "only one"]
        assert shown["Area"] == ["Marketing", "Marketing", "same"]
        assert shown["Question"][1:] == ["Where do I get a loan?", "different"]
        assert "Website" not in shown

    def test_where_each_stands_with_sessions_and_mentors(
        self, org: Organisation, desk: Desk
    ) -> None:
        held, new = two(org, "counseled")
        shown = rows(desk.look(org.rcic, new, held))
        assert shown["Now"][0].startswith("Need Action (new), since Tue 17 Mar")
        assert shown["Now"][1] == "Accepted, Joan Whitfield, since Mon 16 Mar 13:00"
        assert shown["Sessions"][1] == "Tue 17 Mar 2026, Joan Whitfield: held"
        assert shown["Mentors so far"] == ["–", f"Joan Whitfield ({held.mre}, 2026)", "–"]

    def test_why_they_were_flagged_and_when(self, org: Organisation, desk: Desk) -> None:
        shown = desk.look(org.rcic, *two(org))
        assert "Possible duplicates: same phone, found Mon 16 Mar" in words(
            shown.select_one(".page-subtitle")
        )

    def test_the_request_links_to_it_with_reason_and_date(
        self, org: Organisation, desk: Desk, client: Browser
    ) -> None:
        one, other = two(org)
        desk.get(org.rcic, one, other)
        page = client.get(reverse("intake:request", args=[one.mre_id]))
        shown = BeautifulSoup(page.content, "html.parser").select_one("#client")
        assert f"{other.mre.number}: same phone." in words(shown)
        assert "noticed Mon 16 Mar" in words(shown)
        assert shown is not None
        assert shown.select(f"a[href='/requests/{one.mre_id}/compare/{other.mre_id}/']")

    @pytest.mark.parametrize("sessions", [0, 3])
    def test_it_costs_the_same_however_much_happened(
        self,
        org: Organisation,
        desk: Desk,
        sessions: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        held, new = two(org)
        for _ in range(sessions):
            held.wait(days=1).hold()
        desk.get(org.rcic, new, held)
        with django_assert_num_queries(16):
            desk.browser.get(reverse("intake:compare", args=[new.mre_id, held.mre_id]))


class TestWhoLooks:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("rcic", 200),
            ("rcic_region", 200),
            ("admin", 200),
            ("leader", 403),
            ("joan", 404),
            ("rcic_elsewhere", 404),
            ("chair", 404),
            ("manager", 404),
        ],
    )
    def test_who_coordinates_the_request(
        self, org: Organisation, desk: Desk, who: str, status: int
    ) -> None:
        one, other = two(org)
        assert desk.get(getattr(org, who), other, one).status_code == status

    def test_the_mentor_of_one_does_not_compare(self, org: Organisation, desk: Desk) -> None:
        assert desk.get(org.joan, *two(org)).status_code == 403

    def test_of_one_elsewhere_only_where_it_is_and_whom_to_ask(
        self, org: Organisation, desk: Desk
    ) -> None:
        there, here = two(org, "new")
        there.move(org.phoenix)
        response = desk.get(org.rcic, here, there)
        shown = words(BeautifulSoup(response.content, "html.parser").main)
        assert f"{there.mre.number} This request is in another chapter." in shown
        for told in ("SCORE Phoenix", "Need Action", "same phone", "Elsa Rcic Elsewhere"):
            assert told in shown
        for secret in SECRETS:
            assert secret not in response.content.decode()

    def test_what_is_not_flagged_is_not_there_for_who_does_not_coordinate_it(
        self, org: Organisation, desk: Desk
    ) -> None:
        far = submit(org, person=a_person(zip="85001"))
        assert desk.get(org.rcic, submit(org), far).status_code == 404
        assert desk.get(org.admin, submit(org), far).status_code == 200

    def test_a_parked_one_is_not_there_for_coordinators(
        self, org: Organisation, desk: Desk
    ) -> None:
        parked = submit(org, person=a_person(phone=PHONE), suspended=True)
        here = submit(org, person=a_person(phone=PHONE))
        assert DuplicateFlag.objects.exists()
        assert desk.get(org.rcic, here, parked).status_code == 404
        assert desk.get(org.admin, here, parked).status_code == 200

    def test_that_a_parked_one_is_alike_is_not_told_in_the_queue(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        parked = submit(org, person=a_person(phone=PHONE), suspended=True)
        here = submit(org, person=a_person(phone=PHONE))
        assert list(here.mre.flags.values_list("other", flat=True)) == [parked.mre_id]
        client.force_login(org.rcic)
        shown = client.get(reverse("intake:queue")).content.decode()
        assert here.mre.client.full_name in shown
        assert "Possible duplicate" not in shown

    def test_one_request_is_not_two(self, org: Organisation, desk: Desk) -> None:
        story = submit(org)
        assert desk.get(org.rcic, story, story).status_code == 404


class TestActs:
    def test_withdraw_either(self, org: Organisation, desk: Desk) -> None:
        one, other = two(org, "new")
        said = desk.send("withdraw", org.rcic, one, other, goes=one.mre_id, note="Twice.")
        assert f"{one.mre} is withdrawn as a duplicate of {other.mre}." in words(said.main)
        assert (one.mre.status, other.mre.status) == ("withdrawn", "need_action")

    def test_the_accepted_one_stays_and_the_page_says_why(
        self, org: Organisation, desk: Desk
    ) -> None:
        accepted, new = two(org)
        shown = desk.look(org.rcic, new, accepted).select_one("#one")
        assert f"Joan Whitfield has accepted {accepted.mre}, so that one stays." in words(shown)
        assert shown is not None
        assert [button["value"] for button in shown.select("button[name=goes]")] == [
            str(new.mre_id)
        ]

    def test_a_note_is_asked_for_and_nothing_typed_is_lost(
        self, org: Organisation, desk: Desk
    ) -> None:
        one, other = two(org, "new")
        said = desk.send("withdraw", org.rcic, one, other, goes=one.mre_id, note=" ")
        assert "Say in a few words why it is withdrawn." in words(said.main)
        said = desk.send("withdraw", org.rcic, one, other, goes="77", note="Sent twice.")
        assert "Choose which of the two is withdrawn." in words(said.main)
        assert "Sent twice." in words(said.select_one("#one textarea"))

    @pytest.mark.parametrize(
        ("kind", "different", "says"),
        [
            ("another_request", False, "are two requests of the same person"),
            ("another_person", True, "are two different people"),
        ],
    )
    def test_not_a_duplicate(
        self, org: Organisation, desk: Desk, kind: str, different: bool, says: str
    ) -> None:
        one, other = two(org)
        assert says in words(desk.send("settle", org.rcic, one, other, kind=kind).main)
        assert DuplicateFlag.objects.get().different_people == different
        shown = desk.look(org.rcic, one, other)
        assert "Rosa Rcic said on" in words(shown.select_one(".page-subtitle"))
        assert not shown.select("#two button[name=kind]")
        assert "no duplicates" in words(shown.select_one("#two"))

    def test_neither_is_asked_again(self, org: Organisation, desk: Desk) -> None:
        one, other = two(org)
        said = desk.send("settle", org.rcic, one, other, kind="something")
        assert "Choose what they are instead of duplicates." in words(said.main)

    def test_who_comes_too_late_reads_who_was_faster(self, org: Organisation, desk: Desk) -> None:
        one, other = two(org)
        desk.send("settle", org.rcic, one, other, kind="another_person")
        said = desk.send("settle", org.rcic_district, one, other, kind="another_request")
        assert "Rosa Rcic said on" in words(said.select_one("#messages"))

    def test_the_clients_can_be_merged_from_here(self, org: Organisation, desk: Desk) -> None:
        one, other = two(org)
        shown = desk.look(org.rcic, one, other).select_one("#clients")
        assert shown is not None
        ids = (one.mre.client_id, other.mre.client_id)
        assert shown.select("a[href='/clients/{}/merge/{}/']".format(*ids))
