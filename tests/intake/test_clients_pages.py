"""The pages of a client in the browser: who sees what, who corrects, merges and undoes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.actions import merging
from intake.models import Client, ClientAlias, ClientMerge
from intake.pages import clients as pages
from mentors.enums import Role
from mentors.models import Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    a_person,
    position,
    request_in,
    submit,
)
from tests.intake.conftest import SetClock

PABLO = {
    "first_name": "Pablo",
    "last_name": "Ruiz",
    "email": "pablo@secret.example",
    "phone": "(212) 555-0199",
}
CONTACT = ("pablo@secret.example", "555-0199", "former@secret.example")
NOTES = "She cried about the loan."

pytestmark = pytest.mark.django_db


class Desk:
    """Somebody's browser, at one time for all."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def get(self, who: Volunteer, name: str, *args: int, **query: Any) -> Any:
        self.browser.force_login(who)
        return self.browser.get(reverse(f"intake:{name}", args=args), query, follow=True)

    def look(self, who: Volunteer, name: str, *args: int, **query: Any) -> BeautifulSoup:
        response = self.get(who, name, *args, **query)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def send(self, who: Volunteer, name: str, *args: int, **data: Any) -> BeautifulSoup:
        self.browser.force_login(who)
        response = self.browser.post(reverse(f"intake:{name}", args=args), data, follow=True)
        return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def desk(client: Browser, at: SetClock) -> Desk:
    at(MONDAY + timedelta(days=60))
    return Desk(client)


def words(part: Tag | BeautifulSoup | None) -> str:
    assert part is not None
    return re.sub(r" ([:.,])", r"\1", part.get_text(" ", strip=True))


class TestPage:
    def test_all_requests_with_mentors_sessions_and_notes(
        self, org: Organisation, desk: Desk
    ) -> None:
        first = request_in("notes_missing", org, person=a_person(**PABLO)).enter_notes(NOTES)
        second = submit(org, person=a_person(**PABLO), at=first.now)
        shown = desk.look(org.rcic, "client", first.mre.client_id)
        assert f"Client {first.mre.client.number}" in words(shown.select_one(".page-subtitle"))
        visits = [words(item) for item in shown.select("#requests li.list-group-item")]
        assert visits[0].startswith(f"{second.mre} · Marketing Need Action")
        assert "No mentor yet" in visits[0]
        assert "Joan Whitfield" in visits[1]
        assert "1 session" in visits[1]
        assert NOTES in visits[1]

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("rcic", 200),
            ("rcic_district", 200),
            ("rcic_region", 200),
            ("leader", 200),
            ("leader_region", 200),
            ("admin", 200),
            ("rcic_elsewhere", 404),
            ("rcic_former", 404),
            ("manager", 404),
            ("chair", 404),
            ("joan", 404),
            ("sam", 404),
        ],
    )
    def test_who_can_open_it(self, org: Organisation, desk: Desk, who: str, status: int) -> None:
        story = request_in("complete", org)
        response = desk.get(getattr(org, who), "client", story.mre.client_id)
        assert response.status_code == status

    def test_a_leader_reads_neither_contact_data_nor_notes_and_presses_nothing(
        self, org: Organisation, desk: Desk
    ) -> None:
        story = request_in("notes_missing", org, person=a_person(**PABLO)).enter_notes(NOTES)
        ClientAlias.objects.create(client=story.mre.client, email="former@secret.example")
        submit(org, person=a_person(phone=PABLO["phone"], last_name="Twin"))
        shown = desk.look(org.leader, "client", story.mre.client_id).main
        for secret in (*CONTACT, NOTES, "Twin"):
            assert secret not in str(shown)
        assert "Joan Whitfield" in words(shown)
        assert shown is not None
        assert not shown.select("form, .btn")

    def test_requests_elsewhere_are_counted_and_no_more(
        self, org: Organisation, desk: Desk
    ) -> None:
        here = submit(org, person=a_person(**PABLO))
        there = submit(org, person=a_person(**PABLO)).move(org.phoenix)
        shown = desk.look(org.rcic, "client", here.mre.client_id)
        assert "1 more in other chapters." in words(shown.select_one("#requests"))
        assert there.mre.number not in str(shown)
        assert "Phoenix" not in str(shown.main)
        assert "more in" not in words(desk.look(org.leader, "client", here.mre.client_id).main)
        both = words(desk.look(org.admin, "client", here.mre.client_id).select_one("#requests"))
        assert there.mre.number in both

    def test_what_somebody_leads_is_read_without_notes_beside_what_he_coordinates(
        self, org: Organisation, desk: Desk
    ) -> None:
        led = request_in("notes_missing", org, person=a_person(**PABLO)).enter_notes(NOTES)
        submit(org, person=a_person(**PABLO), at=led.now).move(org.phoenix)
        position(org.rcic_elsewhere, Role.LEADER, org.new_york)
        shown = desk.look(org.rcic_elsewhere, "client", led.mre.client_id)
        assert led.mre.number in words(shown.main)
        assert PABLO["email"] in words(shown.main)
        assert NOTES not in str(shown)

    def test_of_a_parked_request_nothing_is_told_but_to_administrators(
        self, org: Organisation, desk: Desk
    ) -> None:
        here = submit(org, person=a_person(**PABLO))
        Client.objects.update(service_suspended=True)
        parked = submit(org, person=a_person(**PABLO))
        shown = desk.look(org.rcic, "client", here.mre.client_id).main
        for secret in (parked.mre.number, "more in", "suspended", "Suspended"):
            assert secret not in str(shown)
        shown = desk.look(org.admin, "client", here.mre.client_id).main
        assert parked.mre.number in words(shown)
        assert "Service to this client is suspended" in words(shown)

    def test_a_client_with_nothing_but_parked_requests_exists_for_administrators_only(
        self, org: Organisation, desk: Desk
    ) -> None:
        parked = submit(org, suspended=True)
        assert desk.get(org.rcic, "client", parked.mre.client_id).status_code == 404
        assert desk.get(org.admin, "client", parked.mre.client_id).status_code == 200

    def test_who_may_be_the_same_person(self, org: Organisation, desk: Desk) -> None:
        story = submit(org, person=a_person(**PABLO))
        near = submit(org, person=a_person(phone=PABLO["phone"], last_name="Near")).mre.client
        far = submit(org, person=a_person(phone=PABLO["phone"], last_name="Distant", zip="85001"))
        submit(org, person=a_person(phone=PABLO["phone"], last_name="Parked"), suspended=True)
        shown = desk.look(org.rcic, "client", story.mre.client_id).select_one("#alike")
        offer = f"Compare and merge… with {near.number}"
        assert [words(item) for item in shown.select("li")] == [  # type: ignore[union-attr]
            f"{far.mre.client.number} in SCORE Phoenix same phone",
            f"Maria Near, {near.number} same phone · SCORE New York {offer}",
        ]

    def test_who_was_merged_leads_to_who_was_kept(self, org: Organisation, desk: Desk) -> None:
        kept, away = submit(org).mre.client, submit(org).mre.client
        merging.merge(kept_id=kept.pk, merged_id=away.pk, chosen={}, by=org.rcic, now=MONDAY)
        for page in ("client", "client_correct"):
            response = desk.get(org.rcic, page, away.pk)
            assert response.redirect_chain == [(reverse("intake:client", args=[kept.pk]), 302)]
        assert desk.get(org.rcic_elsewhere, "client", away.pk).status_code == 404

    def test_the_request_leads_here(self, org: Organisation, desk: Desk) -> None:
        story = request_in("accepted", org)
        link = f"a[href='/clients/{story.mre.client_id}/']"
        assert desk.look(org.rcic, "request", story.mre_id).select(link)
        assert desk.look(org.leader, "request", story.mre_id).select(link)
        assert not desk.look(org.joan, "request", story.mre_id).select(link)

    @pytest.mark.parametrize("rows", [1, 12])
    def test_it_costs_the_same_for_one_request_and_for_many(
        self,
        org: Organisation,
        desk: Desk,
        rows: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(rows):
            story = request_in("counseled", org, person=a_person(**PABLO))
            submit(org, person=a_person(phone=PABLO["phone"], last_name=f"Twin{number}"))
        desk.get(org.rcic, "client", story.mre.client_id)
        with django_assert_num_queries(18):
            desk.browser.get(reverse("intake:client", args=[story.mre.client_id]))

    def test_many_requests_come_in_pages(
        self, org: Organisation, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pages, "PER_PAGE", 2)
        stories = [submit(org, person=a_person(**PABLO)) for _ in range(3)]
        client_id = stories[0].mre.client_id
        last = desk.look(org.rcic, "client", client_id, page="2").select_one("#requests")
        assert [words(link) for link in last.select("h3 a")] == [  # type: ignore[union-attr]
            stories[0].mre.number
        ]
        assert "more in" not in words(last)


class TestCorrect:
    def test_what_is_sent_is_kept_and_the_old_address_too(
        self, org: Organisation, desk: Desk
    ) -> None:
        story = submit(org, person=a_person(**PABLO))
        data = PABLO | {"email": "new@example.com", "zip": "10044"}
        data |= {"notify_by": "text", "speech": "es"}
        said = desk.send(org.rcic, "client_correct", story.mre.client_id, **data)
        assert "The contact data of Pablo Ruiz are corrected." in words(said.main)
        assert PABLO["email"] in words(said.select_one("#contact"))
        assert "new@example.com" in words(said.select_one("#contact"))
        assert "reads our e-mails in Spanish" in words(said.select_one("#contact"))
        shown = desk.look(org.rcic, "request", story.mre_id).select_one("#timeline")
        assert "Contact data corrected" in words(shown)
        assert "by Rosa Rcic" in words(shown)

    def test_what_will_not_do_is_said_beside_its_field(self, org: Organisation, desk: Desk) -> None:
        story = submit(org, person=a_person(**PABLO))
        data = PABLO | {"email": "no address", "phone": "12", "zip": "1", "notify_by": "pigeon"}
        said = words(desk.send(org.rcic, "client_correct", story.mre.client_id, **data).main)
        assert "Enter an e-mail address like name@example.com." in said
        assert "Enter a phone number with its area code" in said
        assert story.mre.client.email == PABLO["email"]

    def test_not_by_a_leader(self, org: Organisation, desk: Desk) -> None:
        story = submit(org)
        response = desk.get(org.leader, "client_correct", story.mre.client_id)
        assert response.status_code == 403


@pytest.fixture
def pair(org: Organisation) -> tuple[Client, Client]:
    """Pablo, who is to be kept; and Pablo again, with a request that was counseled."""
    kept = submit(org, person=a_person(**PABLO)).mre.client
    story = request_in(
        "counseled", org, person=a_person(first_name="Pablo", phone=PABLO["phone"], zip="10044")
    )
    return kept, story.mre.client


class TestMerge:
    def test_the_preview_says_what_differs_and_what_moves(
        self, org: Organisation, desk: Desk, pair: tuple[Client, Client]
    ) -> None:
        kept, merged = pair
        shown = desk.look(org.rcic, "merge", kept.pk, merged.pk)
        fields = [words(part) for part in shown.select("fieldset legend")]
        assert [field.split()[0] for field in fields] == ["Last", "E-mail", "Zip"]
        said = words(shown.main)
        names = f"{merged.full_name}, {merged.number}, into Pablo Ruiz, {kept.number}"
        assert f"Merge {names}?" in said
        assert "1 request (1 open) with 1 session and 0 notes" in said
        assert f"{merged.email}: forms from this address" in said

    def test_it_is_done_as_chosen(
        self, org: Organisation, desk: Desk, pair: tuple[Client, Client]
    ) -> None:
        kept, merged = pair
        data = {"last_name": merged.last_name, "email": kept.email, "zip": merged.zip}
        said = desk.send(org.rcic, "merge", kept.pk, merged.pk, **data)
        assert f"{merged.number} is merged into {kept.number}." in words(said.main)
        assert merged.email in words(said.select_one("#contact"))
        after = Client.objects.get(pk=kept.pk)
        assert (after.last_name, after.email, after.zip) == tuple(data.values())
        assert "Undo" not in words(said.main)

    def test_nothing_is_chosen_for_anybody(
        self, org: Organisation, desk: Desk, pair: tuple[Client, Client]
    ) -> None:
        kept, merged = pair
        said = desk.send(org.rcic, "merge", kept.pk, merged.pk, email="other@example.com")
        assert words(said.main).count("Choose which one stays.") >= 2
        assert "This was changed meanwhile: choose again." in words(said.main)
        assert not ClientMerge.objects.exists()

    def test_suspended_service_is_not_shown_to_a_coordinator(
        self, org: Organisation, desk: Desk, pair: tuple[Client, Client]
    ) -> None:
        kept, merged = pair
        Client.objects.filter(pk=merged.pk).update(service_suspended=True)
        merged.refresh_from_db()
        submit(org, person=a_person(email=merged.email, first_name="Pablo"))
        shown = desk.look(org.rcic, "merge", kept.pk, merged.pk)
        assert "uspen" not in str(shown.main)
        assert "1 request (1 open)" in words(shown.main)

    @pytest.mark.parametrize(
        ("who", "status"),
        [("rcic", 200), ("rcic_region", 200), ("admin", 200), ("leader", 403)]
        + [(who, 404) for who in ("rcic_elsewhere", "joan", "chair", "manager")],
    )
    def test_who_may(
        self, org: Organisation, desk: Desk, pair: tuple[Client, Client], who: str, status: int
    ) -> None:
        ids = [client.pk for client in pair]
        assert desk.get(getattr(org, who), "merge", *ids).status_code == status

    def test_an_open_request_elsewhere_is_named_by_its_chapter_alone(
        self, org: Organisation, desk: Desk, pair: tuple[Client, Client]
    ) -> None:
        kept, merged = pair
        merged.refresh_from_db()
        there = submit(org, person=a_person(email=merged.email, first_name="Pablo"))
        there.move(org.phoenix)
        response = desk.get(org.rcic, "merge", kept.pk, merged.pk)
        assert response.status_code == 403
        shown = response.content.decode()
        assert "has an open request elsewhere: SCORE Phoenix. Ask the coordinator there" in shown
        assert there.mre.number not in shown

    def test_a_client_out_of_scope_is_not_there(self, org: Organisation, desk: Desk) -> None:
        here, far = submit(org).mre.client, submit(org, person=a_person(zip="85001")).mre.client
        assert desk.get(org.rcic, "merge", here.pk, far.pk).status_code == 404
        assert desk.get(org.rcic, "merge", far.pk, here.pk).status_code == 404

    def test_who_comes_too_late_finds_the_one_who_was_kept(
        self, org: Organisation, desk: Desk, pair: tuple[Client, Client]
    ) -> None:
        kept, merged = pair
        merging.merge(kept_id=kept.pk, merged_id=merged.pk, chosen={}, by=org.rcic, now=MONDAY)
        for ids in ((kept.pk, merged.pk), (merged.pk, kept.pk)):
            response = desk.get(org.rcic, "merge", *ids)
            assert response.redirect_chain == [(reverse("intake:client", args=[kept.pk]), 302)]
            assert f"was merged into {kept.number}" in response.content.decode()


class TestUndo:
    @pytest.fixture
    def made(self, org: Organisation, pair: tuple[Client, Client]) -> ClientMerge:
        kept, merged = pair
        chosen = {"zip": "10044"}
        return merging.merge(
            kept_id=kept.pk, merged_id=merged.pk, chosen=chosen, by=org.rcic, now=MONDAY
        )

    def test_an_administrator_takes_it_back(
        self, org: Organisation, desk: Desk, made: ClientMerge
    ) -> None:
        shown = desk.look(org.admin, "client", made.kept_id).select_one("#merges")
        assert f"Undo the merge of {made.merged.number}…" in words(shown)
        Client.objects.filter(pk=made.kept_id).update(zip="10055")
        asked = words(desk.look(org.admin, "merge_undo", made.pk).main)
        stays = f"The zip code of {made.kept.number} was changed since and stays as it is."
        assert stays in asked
        said = desk.send(org.admin, "merge_undo", made.pk)
        assert f"{made.merged.number} is a client of its own again." in words(said.main)
        assert stays in words(said.select_one("#messages"))
        assert "undone" in words(desk.look(org.admin, "client", made.kept_id).main)

    @pytest.mark.parametrize(
        ("who", "status"), [("rcic", 403), ("leader", 403), ("rcic_elsewhere", 404), ("joan", 404)]
    )
    def test_nobody_else(
        self, org: Organisation, desk: Desk, made: ClientMerge, who: str, status: int
    ) -> None:
        response = desk.get(getattr(org, who), "merge_undo", made.pk)
        assert response.status_code == status
        assert "Undo the merge" not in str(desk.get(org.rcic, "client", made.kept_id).content)
