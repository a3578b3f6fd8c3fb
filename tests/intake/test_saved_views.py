"""Saved views of the lists: whose they are, what they keep, and with which one a list opens."""

from collections.abc import Mapping
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.enums import ListPage
from intake.models import DefaultView, SavedView
from intake.pages.saved_views import canonical
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, a_person, submit
from tests.intake.conftest import SetClock

ALL, VIEWS = reverse("intake:requests"), reverse("intake:saved_views")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(at: SetClock) -> None:
    at(MONDAY)


def save(
    browser: Browser,
    user: Volunteer,
    query: str = "status=complete",
    page: str = "requests",
    **fields: Any,
) -> Any:
    browser.force_login(user)
    address = reverse("intake:save_view", args=[page])
    return browser.post(f"{address}?{query}", {"name": "Done", "shared": "", **fields})


def begin(browser: Browser, user: Volunteer, view: SavedView) -> Any:
    browser.force_login(user)
    return browser.post(reverse("intake:begin_with_view", args=[view.pk]))


def names(browser: Browser, user: Volunteer, path: str = ALL) -> list[str]:
    """What the menu above the list offers."""
    browser.force_login(user)
    shown = BeautifulSoup(browser.get(path, {"all": ""}).content, "html.parser")
    return [
        str(item.find(string=True, recursive=False)).strip()
        for item in shown.select(".page-top .dropdown-item[href^='/requests/?']")
    ]


class TestWhatIsKept:
    def test_filters_and_order_come_back(self, org: Organisation, client: Browser) -> None:
        saved = save(client, org.rcic, "sort=-client&status=complete&page=3&x=1&q=&all=")
        assert saved["Location"] == f"{ALL}?status=complete&sort=-client"
        assert SavedView.objects.get().query == "status=complete&sort=-client"

    @pytest.mark.parametrize(
        ("chosen", "kept"),
        [
            ("page=2", ""),
            ("status=&q=+", ""),
            ("q=a%26b&sort=x", "q=a%26b&sort=x"),
            ("sort=client&lane=new", "lane=new&sort=client"),
        ],
    )
    def test_in_one_order_and_nothing_else(self, chosen: str, kept: str) -> None:
        assert canonical(ListPage.QUEUE, QueryDict(chosen)) == kept

    def test_the_whole_list_needs_no_view(self, org: Organisation, client: Browser) -> None:
        assert save(client, org.rcic, "page=2")["Location"] == f"{ALL}?all"
        assert not SavedView.objects.exists()

    def test_too_much_is_refused_with_a_sentence(self, org: Organisation, client: Browser) -> None:
        refused = save(client, org.rcic, "q=" + "x" * 1500)
        assert refused.status_code == 403
        assert "This is too much to keep" in refused.text

    def test_a_name_is_given_once(self, org: Organisation, client: Browser) -> None:
        save(client, org.rcic)
        again = save(client, org.rcic, "status=withdrawn")
        assert "You have a view of this name already." in again.text
        assert save(client, org.rcic, "lane=new", "queue").status_code == 302
        assert save(client, org.rcic_district).status_code == 302

    def test_the_menu_marks_the_view_that_is_shown(
        self, org: Organisation, client: Browser
    ) -> None:
        save(client, org.rcic)
        shown = client.get(ALL, {"page": "1", "status": "complete"}).text
        assert "View: Done" in shown
        assert "Save this view" not in shown


class TestWhoSeesIt:
    def test_ones_own_is_nobody_elses(self, org: Organisation, client: Browser) -> None:
        save(client, org.rcic)
        assert names(client, org.rcic) == ["All, without any filter", "Done"]
        assert names(client, org.rcic_district) == ["All, without any filter"]

    def test_a_shared_one_is_for_who_serves_the_unit(
        self, org: Organisation, client: Browser
    ) -> None:
        save(client, org.rcic, shared=f"district-{org.hudson.pk}")
        for who in (org.rcic_district, org.rcic_region, org.leader, org.admin):
            assert "Done" in names(client, who)
        assert "Done" not in names(client, org.rcic_elsewhere)

    def test_a_unit_that_one_does_not_serve_is_no_choice(
        self, org: Organisation, client: Browser
    ) -> None:
        assert save(client, org.rcic, shared=f"region-{org.west.pk}").status_code == 200
        assert not SavedView.objects.exists()

    def test_a_reader_sees_only_his_own_requests_in_it(
        self, org: Organisation, client: Browser
    ) -> None:
        story = submit(org, person=a_person(zip="07101", first_name="Newarka"))
        query = f"chapter={org.newark.pk}"
        save(client, org.rcic_district, query, shared=f"district-{org.hudson.pk}")
        client.force_login(org.rcic)
        shown = client.get(f"{ALL}?{query}")
        assert "None of your chapters: this is left out here." in shown.text
        assert f"/requests/{story.mre_id}/" not in shown.text
        assert "Newarka" not in shown.text

    @pytest.mark.parametrize("who", ["joan", "chair", "manager"])
    def test_who_has_no_list_keeps_none(self, org: Organisation, client: Browser, who: str) -> None:
        assert save(client, getattr(org, who)).status_code == 403
        assert client.get(VIEWS).status_code == 403

    def test_a_leader_keeps_views_of_all_requests_only(
        self, org: Organisation, client: Browser
    ) -> None:
        assert save(client, org.leader).status_code == 302
        assert save(client, org.leader, "lane=new", "queue").status_code == 403


class TestChanging:
    @pytest.fixture
    def shared(self, org: Organisation, client: Browser) -> SavedView:
        save(client, org.rcic, shared=f"district-{org.hudson.pk}")
        view: SavedView = SavedView.objects.get()
        return view

    def test_is_for_the_owner(self, org: Organisation, client: Browser, shared: SavedView) -> None:
        change = reverse("intake:change_view", args=[shared.pk])
        drop = reverse("intake:drop_view", args=[shared.pk])
        client.force_login(org.rcic_district)
        for refused in (client.get(change), client.post(change), client.post(drop)):
            assert refused.status_code == 403
            assert f"kept by {org.rcic}" in refused.text
        client.force_login(org.rcic_elsewhere)
        for unknown in (client.get(change), client.post(drop), begin(client, org.sam, shared)):
            assert unknown.status_code == 404
        client.force_login(org.rcic)
        assert client.post(change, {"name": "Finished", "shared": ""}).status_code == 302
        shared.refresh_from_db()
        assert (shared.name, shared.unit) == ("Finished", None)
        assert client.post(drop).status_code == 302
        assert not SavedView.objects.exists()
        assert client.post(drop).status_code == 404

    def test_nothing_is_changed_by_looking(
        self, org: Organisation, client: Browser, shared: SavedView
    ) -> None:
        client.force_login(org.rcic)
        for name in ("drop_view", "begin_with_view"):
            assert client.get(reverse(f"intake:{name}", args=[shared.pk])).status_code == 405

    def test_the_page_lists_them_by_list(
        self, org: Organisation, client: Browser, shared: SavedView
    ) -> None:
        save(client, org.rcic, "lane=new", "queue", name="New ones")
        shown = client.get(VIEWS).text
        assert f"{reverse('intake:queue')}?lane=new" in shown
        assert f"Shared with {org.hudson}" in shown


class TestDefault:
    @pytest.fixture
    def view(self, org: Organisation, client: Browser) -> SavedView:
        save(client, org.rcic, shared=f"district-{org.hudson.pk}")
        view: SavedView = SavedView.objects.get()
        return view

    def look(self, browser: Browser, query: Mapping[str, str] | None = None) -> str:
        return str(browser.get(ALL, query or {}).headers.get("Location", ""))

    def test_the_bare_list_opens_with_it(
        self, org: Organisation, client: Browser, view: SavedView
    ) -> None:
        begin(client, org.rcic, view)
        assert self.look(client) == f"{ALL}?status=complete"
        for asked in ({"all": ""}, {"q": ""}, {"page": "2"}, {"status": "accepted"}):
            assert self.look(client, asked) == ""
        client.force_login(org.rcic_district)
        assert self.look(client) == ""

    def test_the_first_pill_leads_out_of_it(self, org: Organisation, client: Browser) -> None:
        save(client, org.rcic, "lane=new", "queue")
        begin(client, org.rcic, SavedView.objects.get())
        shown = BeautifulSoup(
            client.get(reverse("intake:queue"), {"lane": "new"}).text, "html.parser"
        )
        pill = shown.select_one(".nav-pills a")
        assert pill is not None
        assert client.get(str(pill["href"])).status_code == 200
        assert client.get(reverse("intake:queue")).status_code == 302

    def test_another_one_takes_its_place_and_none_too(
        self, org: Organisation, client: Browser, view: SavedView
    ) -> None:
        save(client, org.rcic, "status=withdrawn", name="Withdrawn")
        for one in SavedView.objects.order_by("pk"):
            begin(client, org.rcic, one)
        assert self.look(client) == f"{ALL}?status=withdrawn"
        client.post(reverse("intake:begin_with_all", args=["requests"]))
        assert self.look(client) == ""
        assert not DefaultView.objects.exists()

    def test_what_is_shared_no_longer_is_not_begun_with(
        self, org: Organisation, client: Browser, view: SavedView
    ) -> None:
        begin(client, org.rcic_district, view)
        assert self.look(client) == f"{ALL}?status=complete"
        SavedView.objects.update(district=None)
        assert self.look(client) == ""

    def test_goes_with_the_view(self, org: Organisation, client: Browser, view: SavedView) -> None:
        begin(client, org.rcic_district, view)
        client.force_login(org.rcic)
        client.post(reverse("intake:drop_view", args=[view.pk]))
        client.force_login(org.rcic_district)
        assert self.look(client) == ""

    def test_an_unknown_list_is_not_found(self, org: Organisation, client: Browser) -> None:
        client.force_login(org.rcic)
        assert client.post(reverse("intake:begin_with_all", args=["nothing"])).status_code == 404
        assert client.get(reverse("intake:save_view", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_costs_the_same_for_one_and_for_ten(
    org: Organisation,
    client: Browser,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        shared = f"district-{org.hudson.pk}"
        save(client, org.rcic, f"q={number}", name=f"View {number}", shared=shared)
    client.get(VIEWS)
    with django_assert_num_queries(4):
        client.get(VIEWS)
