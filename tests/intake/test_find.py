"""The search box: the answer in one step, and nothing that the reader may not see."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake import search
from intake.models import Client, ClientAlias
from intake.search import contact_shown_to, find
from mentors.enums import Role
from mentors.models import Volunteer
from mentors.names import folded_words
from mentors.roles import duties
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    mentor,
    position,
    request_in,
    submit,
)
from tests.intake.conftest import SetClock

FIND = reverse("intake:find")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(at: SetClock) -> None:
    at(MONDAY)


def ask(browser: Browser, user: Volunteer, typed: str) -> Any:
    browser.force_login(user)
    return browser.get(FIND, {"q": typed})


def goes_to(browser: Browser, user: Volunteer, typed: str) -> str:
    """Where the answer leads at once; empty for a page of hits."""
    return str(ask(browser, user, typed).headers.get("Location", ""))


def hits(browser: Browser, user: Volunteer, typed: str) -> dict[str, list[str]]:
    """The names that are shown, by kind."""
    response = ask(browser, user, typed)
    assert response.status_code == 200
    shown = BeautifulSoup(response.content, "html.parser")
    kinds = {
        kind: shown.select(f"#{kind} .fw-medium") for kind in ("requests", "clients", "people")
    }
    return {kind: [name.get_text() for name in names] for kind, names in kinds.items() if names}


def of(story: Story) -> str:
    return reverse("intake:request", args=[story.mre_id])


def maribel(org: Organisation, **fields: Any) -> Story:
    given = {"first_name": "Maribel", "last_name": "Ortiz", "email": "maribel@b.example",
             "phone": "216-555-0143"} | fields  # fmt: skip
    return submit(org, person=a_person(**given), ask=an_ask(business_name="Sunrise Bakery"))


class TestOneStep:
    @pytest.mark.parametrize(
        "typed",
        ["MR-{}", "{}", "Maribel Ortiz", "ortiz mari", "maribel@b.example", "maribel@",
         "2165550143", "(216) 555-0143", "+1 216 555 0143", "50143", "sunrise", "former@b.example"],
    )  # fmt: skip
    def test_one_hit_is_opened(self, org: Organisation, client: Browser, typed: str) -> None:
        story = maribel(org)
        ClientAlias.objects.create(client=story.mre.client, email="Former@b.example")
        submit(org)
        assert goes_to(client, org.rcic, typed.format(story.mre_id)) == of(story)

    @pytest.mark.parametrize("typed", ["C-{}", "c {}", "c{}"])
    def test_the_number_of_a_client_finds_him_and_nothing_that_looks_like_it(
        self, org: Organisation, client: Browser, typed: str
    ) -> None:
        story = maribel(org)
        number = story.mre.client_id
        submit(org, ask=an_ask(business_name=f"C {number}5 Cakes"))
        assert goes_to(client, org.rcic, typed.format(number)) == of(story)

    def test_a_whole_address_finds_whose_it_is_and_no_business_of_such_words(
        self, org: Organisation, client: Browser
    ) -> None:
        story = maribel(org)
        submit(org, ask=an_ask(business_name="Maribel B Example"))
        assert goes_to(client, org.rcic, " maribel@b.example ") == of(story)

    def test_the_number_of_a_client_who_was_merged_finds_who_was_kept(
        self, org: Organisation, client: Browser
    ) -> None:
        story = maribel(org)
        gone = Client.objects.create(
            first_name="Mari", last_name="Ortiz", created_at=MONDAY, merged_into=story.mre.client
        )
        assert goes_to(client, org.rcic, f"C-{gone.pk}") == of(story)

    def test_a_mentor_without_requests_is_opened(self, org: Organisation, client: Browser) -> None:
        address = reverse("mentors:person", args=[org.grace.pk])
        assert goes_to(client, org.rcic, "lindq") == address
        assert goes_to(client, org.rcic, org.grace.email) == address

    def test_several_hits_are_shown_by_kind(self, org: Organisation, client: Browser) -> None:
        maribel(org)
        submit(org, person=a_person(first_name="Oscar", last_name="Ortiz"))
        mentor(org.new_york, "Rita", "Ortiz")
        assert hits(client, org.rcic, "ortiz") == {
            "requests": ["Oscar Ortiz", "Maribel Ortiz"],
            "clients": ["Oscar Ortiz", "Maribel Ortiz"],
            "people": ["Rita Ortiz"],
        }

    def test_a_mentors_name_finds_his_requests(self, org: Organisation, client: Browser) -> None:
        request_in("accepted", org)
        found = hits(client, org.rcic, "joan whit")
        assert found["people"] == ["Joan Whitfield"]
        assert len(found["requests"]) == 1

    def test_words_of_the_question_are_for_the_list(
        self, org: Organisation, client: Browser
    ) -> None:
        submit(org, ask=an_ask(question="Where is flour cheap?"))
        shown = ask(client, org.rcic, "flour").text
        assert "Nothing found" in shown
        assert f"{reverse('intake:requests')}?q=flour" in shown

    def test_ten_of_a_kind_and_the_way_to_all(self, org: Organisation, client: Browser) -> None:
        for _ in range(11):
            submit(org, person=a_person(first_name="Wanda"))
        assert len(hits(client, org.rcic, "wanda")["requests"]) == 10
        assert f"{reverse('intake:requests')}?q=wanda" in ask(client, org.rcic, "wanda").text

    @pytest.mark.parametrize(
        "typed",
        ["", " ", "\x00", "😀", "%", "'; --", ":*", "a&b|!c", "²", "a" * 5000, "9" * 30, "İ"],
    )
    def test_any_text_is_answered(self, org: Organisation, client: Browser, typed: str) -> None:
        submit(org)
        assert "Nothing found" in ask(client, org.rcic, typed).text


class TestAccents:
    @pytest.mark.parametrize(
        "typed", ["jose", "José", "JOSE\u0301", "obrien", "O’Brien", "d'angelo"]
    )
    def test_are_found_both_ways(self, org: Organisation, client: Browser, typed: str) -> None:
        story = submit(org, person=a_person(first_name="José D’Angelo", last_name="O'Brien"))
        assert goes_to(client, org.rcic, typed) == of(story)

    @pytest.mark.parametrize(
        "name",
        ["Łukasz Ødegård", "Nguyễn Đức", "Zoë-Ann Smith/Jones", "J.R. d’Arcy_2", "Ñandú İpek"],
    )
    def test_the_database_folds_like_we_do(self, name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tsvector_to_array(handoff_name_words(%s))", [name])
            assert sorted(cursor.fetchone()[0]) == sorted(set(folded_words(name)))


class TestSight:
    @pytest.mark.parametrize(
        "typed", ["{}", "maribel", "maribel@b.example", "2165550143", "bakery"]
    )
    @pytest.mark.parametrize(
        "who", ["rcic_elsewhere", "chair", "manager", "rcic_former", "sam", "ben"]
    )
    def test_who_may_not_open_it_does_not_find_it(
        self, org: Organisation, client: Browser, who: str, typed: str
    ) -> None:
        story = maribel(org)
        reader = getattr(org, who)
        assert "Nothing found" in ask(client, reader, typed.format(story.mre_id)).text

    @pytest.mark.parametrize(
        "typed", ["maribel@b.example", "maribel@b", "2165550143", "216555", "50143"]
    )
    def test_a_leader_finds_out_no_address_and_no_number(
        self, org: Organisation, client: Browser, typed: str
    ) -> None:
        story = maribel(org)
        assert "Nothing found" in ask(client, org.leader, typed).text
        assert goes_to(client, org.leader, "maribel ortiz") == of(story)

    def test_contact_data_is_shown_to_coordinators_only(
        self, org: Organisation, client: Browser
    ) -> None:
        first, second = maribel(org), maribel(org, last_name="Ortega", email="second@b.example")
        for email in (first.mre.client.email, second.mre.client.email):
            assert email in ask(client, org.rcic, "maribel").text
            assert email not in ask(client, org.leader, "maribel").text

    def test_a_mentor_finds_his_own_clients_once_he_has_accepted(
        self, org: Organisation, client: Browser
    ) -> None:
        story = maribel(org).assign(org.joan)
        assert "Nothing found" in ask(client, org.joan, "ortiz").text
        story.accept()
        for typed in ("ortiz", "maribel@b.example", "50143"):
            assert goes_to(client, org.joan, typed) == of(story)
        assert "Nothing found" in ask(client, org.ben, "ortiz").text

    def test_a_mentor_comes_to_his_newest_request_of_a_client_who_came_back(
        self, org: Organisation, client: Browser
    ) -> None:
        """The page of a client is for coordinators and leaders."""
        maribel(org).assign(org.joan).accept()
        newest = maribel(org).assign(org.joan).accept()
        assert goes_to(client, org.joan, "ortiz") == of(newest)
        assert client.get(of(newest)).status_code == 200

    def test_people_are_those_of_the_readers_chapters(
        self, org: Organisation, client: Browser
    ) -> None:
        assert "Nothing found" in ask(client, org.rcic, "yazzie").text
        assert "Nothing found" in ask(client, org.joan, "lindqvist").text

    def test_a_parked_request_is_for_administrators(
        self, org: Organisation, client: Browser
    ) -> None:
        parked = submit(org, person=a_person(last_name="Parker"), suspended=True)
        assert "Nothing found" in ask(client, org.rcic, "parker").text
        assert goes_to(client, org.admin, "parker") == of(parked)

    @staticmethod
    def joan_mentors_one_of_her_two(org: Organisation) -> None:
        """Maribel asked twice, Alma of the same last name once."""
        maribel(org).assign(org.joan).accept()
        maribel(org)
        maribel(org, first_name="Alma", email="alma@b.example")

    @staticmethod
    def asked_twice(browser: Browser, user: Volunteer) -> list[bool]:
        """Of each client found whether two requests are said, not the one on a desk."""
        page = ask(browser, user, "ortiz")
        shown = BeautifulSoup(page.text, "html.parser").select("#clients .list-group-item")
        return ["2 requests" in client.get_text() for client in shown]

    def test_an_administrator_who_mentors_too_finds_more_than_what_lies_on_his_desk(
        self, org: Organisation, client: Browser
    ) -> None:
        self.joan_mentors_one_of_her_two(org)
        Volunteer.objects.filter(pk=org.joan.pk).update(is_staff=True, is_superuser=True)
        assert self.asked_twice(client, Volunteer.objects.get(pk=org.joan.pk)) == [False, True]

    def test_a_coordinator_who_mentors_too_reads_how_often_a_client_asked(
        self, org: Organisation, client: Browser
    ) -> None:
        self.joan_mentors_one_of_her_two(org)
        position(org.joan, Role.RCIC, org.new_york)
        assert self.asked_twice(client, org.joan) == [False, True]

    def test_a_visitor_has_to_sign_in(self, client: Browser) -> None:
        assert client.get(FIND, {"q": "ortiz"})["Location"].startswith(reverse("account_login"))


class TestWhatIsFound:
    def ids(self, user: Volunteer, typed: str, **more: Any) -> list[int]:
        from intake.models import MentoringRequest

        contact = contact_shown_to(duties(user, MONDAY))
        rows = MentoringRequest.objects.in_duty_of(user, MONDAY)
        found = find(rows, typed, contact=contact, now=MONDAY, **more)
        return found.ids

    def test_words_of_the_question_whatever_their_ending(self, org: Organisation) -> None:
        story = submit(org, ask=an_ask(question="Where do bakeries buy flour at wholesale prices?"))
        for typed in ("bakery", "buying flour", "the price", "wholes"):
            assert self.ids(org.rcic, typed) == [story.mre_id]
        assert self.ids(org.rcic, "flour tax") == []

    def test_words_of_questions_older_than_two_years_are_not_looked_for(
        self, org: Organisation
    ) -> None:
        from datetime import timedelta

        old = submit(org, ask=an_ask(question="flour?"), at=MONDAY - timedelta(days=731))
        assert self.ids(org.rcic, "flour") == []
        assert self.ids(org.rcic, old.mre.client.last_name) == [old.mre_id]

    def test_the_newest_first_and_no_more_than_wanted(self, org: Organisation) -> None:
        made = [submit(org, person=a_person(first_name="Wanda")).mre_id for _ in range(4)]
        assert self.ids(org.rcic, "wanda", most=3) == made[:0:-1]


class TestNamesThatManyHave:
    """What is found is the same, whether people are looked up or the newest requests gone through.

    Each limit is so low that whoever fits is one of many.
    """

    @pytest.fixture(autouse=True, params=["few", "many", "very many"])
    def _many(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        if request.param != "few":
            monkeypatch.setattr(search, "FEW_CLIENTS", 0)
            monkeypatch.setattr(search, "FEW_MENTORS", 0)
        if request.param == "very many":
            monkeypatch.setattr(search, "MANY_MENTORS", 0)

    @pytest.mark.parametrize("typed", ["ortiz", "maribel@", "216555", "50143", "former@"])
    def test_clients(self, org: Organisation, client: Browser, typed: str) -> None:
        stories = [maribel(org, email=f"maribel@b{number}.example") for number in range(2)]
        for story in stories:
            ClientAlias.objects.create(client=story.mre.client, email=f"former@{story.mre_id}.com")
        submit(org)
        shown = hits(client, org.rcic, typed)
        assert shown["clients"] == ["Maribel Ortiz", "Maribel Ortiz"]
        assert len(shown["requests"]) == 2

    @pytest.mark.parametrize("typed", ["ortiz", "maribel@"])
    def test_a_mentors_own(self, org: Organisation, client: Browser, typed: str) -> None:
        maribel(org)
        own = maribel(org).assign().accept()
        assert goes_to(client, own.mentor, typed) == of(own)

    def test_a_mentor(self, org: Organisation, client: Browser) -> None:
        story = submit(org).assign(mentor(org.new_york, "Wanda", "Wu"))
        submit(org).assign()
        shown = hits(client, org.rcic, "wanda")
        assert shown["people"] == ["Wanda Wu"]
        assert [story.mre.client.full_name] == shown["requests"]

    def test_nobody_of_the_name_in_the_chapter(self, org: Organisation, client: Browser) -> None:
        assert hits(client, org.rcic, "ortiz") == {}


class TestCost:
    @pytest.fixture(params=[1, 12])
    def _requests(self, org: Organisation, request: pytest.FixtureRequest) -> None:
        for number in range(request.param + 1):
            submit(org, person=a_person(first_name="Wanda", last_name=f"Wu{number}")).assign()
            mentor(org.new_york, "Wanda", f"Mentor{number}")

    @pytest.mark.usefixtures("_requests")
    def test_the_page_of_hits(
        self,
        org: Organisation,
        client: Browser,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client.force_login(org.rcic)
        with django_assert_num_queries(12):
            client.get(FIND, {"q": "wanda"})
