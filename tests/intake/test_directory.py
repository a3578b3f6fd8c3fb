"""The public directory: whom strangers find, in which order, and what they cannot learn."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from intake.calendar import week_start
from intake.pages import directory
from intake.pages.near import place
from intake.shortlist import taking_direct, why_not_direct
from intake.wishes import listed as listed_mentors
from mentors.enums import Classification, VolunteerStatus
from mentors.models import BusinessType, MentoringArea, Pause, Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    an_ask,
    area,
    mentor,
    pause,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

LIST = reverse("intake:directory")
DAY = timedelta(days=1)
SAYS = "takes no new requests at the moment."

pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture
def listed(org: Organisation) -> Organisation:
    """Every mentor but Ben is listed, and takes direct requests."""
    for person in (org.joan, org.grace, org.nora, org.carla, org.dan, org.leilani):
        set_profile(person, in_directory=True, accepts_direct=True)
    return org


def address(person: Volunteer) -> str:
    return reverse("intake:directory_entry", args=[person.pk])


def main_of(response: Any) -> Tag:
    assert response.status_code == 200, response.status_code
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag)
    return main


def words(response: Any) -> str:
    return main_of(response).get_text(" ", strip=True)


def names(response: Any) -> list[str]:
    return [title.get_text(strip=True).split()[0] for title in main_of(response).select("h2")]


class TestWhoIsListed:
    def test_nobody_who_has_not_said_so(self, org: Organisation, client: Browser) -> None:
        assert "Nobody here fits all of this" in words(client.get(LIST))
        assert client.get(address(org.joan)).status_code == 404

    def test_who_has(self, listed: Organisation, client: Browser) -> None:
        shown = set(names(client.get(LIST)))
        assert shown == {"Joan", "Grace", "Nora", "Carla", "Dan", "Leilani"}
        assert "Joan Whitfield" in words(client.get(address(listed.joan)))

    @pytest.mark.parametrize(
        "change",
        [
            {"status": VolunteerStatus.INACTIVE},
            {"status": VolunteerStatus.RESIGNED},
            {"status": VolunteerStatus.PROVISIONAL},
            {"classification": Classification.SME},
            {"is_active": False},
        ],
    )
    def test_who_is_no_mentor_any_more_is_gone_at_once(
        self, listed: Organisation, client: Browser, change: dict[str, Any]
    ) -> None:
        Volunteer.objects.filter(pk=listed.joan.pk).update(**change)
        assert "Joan" not in names(client.get(LIST))
        assert client.get(address(listed.joan)).status_code == 404

    @pytest.mark.parametrize("who", ["joan", "rcic", "manager", "admin"])
    def test_who_is_not_listed_is_not_there_whoever_asks(
        self, listed: Organisation, client: Browser, who: str
    ) -> None:
        set_profile(listed.joan, in_directory=False)
        client.force_login(getattr(listed, who))
        assert client.get(address(listed.joan)).status_code == 404
        assert client.get(address(listed.dan)).status_code == 200

    def test_a_number_that_nobody_has_looks_the_same(
        self, listed: Organisation, client: Browser
    ) -> None:
        pages = [
            client.get(reverse("intake:directory_entry", args=[pk]))
            for pk in (listed.ben.pk, listed.sam.pk, listed.admin.pk, 10**12)
        ]
        assert {page.status_code for page in pages} == {404}
        tokens = re.compile('name="csrfmiddlewaretoken" value="[^"]*"|/mentors/[0-9]+/')
        assert len({tokens.sub("", page.content.decode()) for page in pages}) == 1


class TestTheSearch:
    def found(self, client: Browser, **asked: Any) -> set[str]:
        return set(names(client.get(LIST, asked)))

    def test_by_area_type_and_language(self, listed: Organisation, client: Browser) -> None:
        pricing = MentoringArea.objects.get(name="Pricing")
        retail = BusinessType.objects.get(name="Retail")
        listed.nora.profile.areas.add(pricing)
        listed.dan.profile.business_types.add(retail)
        Volunteer.objects.filter(pk=listed.carla.pk).update(languages=["English", "Polish"])
        assert self.found(client, area=pricing.pk) == {"Nora"}
        assert self.found(client, type=retail.pk) == {"Dan"}
        assert self.found(client, language="Polish") == {"Carla"}
        assert self.found(client, language="Polish", area=area().pk) == {"Carla"}

    def test_by_words_that_everybody_may_read(self, listed: Organisation, client: Browser) -> None:
        set_profile(
            listed.joan,
            public_words="I ran a bakery in Queens.",
            keywords="divorce",
            summary="Had a burnout in 2019.",
        )
        assert self.found(client, q="baking queens") == {"Joan"}
        assert self.found(client, q="whit") == {"Joan"}
        for hidden in ("divorce", "burnout", "2019", "joan.", listed.joan.email):
            assert "Joan" not in self.found(client, q=hidden) or hidden == "joan."

    @pytest.mark.parametrize(
        ("typed", "there"),
        [
            ("10001", {"Joan", "Grace", "Nora", "Carla"}),
            ("85001", {"Dan", "Leilani"}),
            ("85001-1234", {"Dan", "Leilani"}),
            ("850", {"Dan", "Leilani"}),
            ("Phoenix", {"Dan"}),
            ("hudson", {"Joan", "Grace", "Nora"}),
            ("East", {"Joan", "Grace", "Nora", "Carla"}),
            ("SCORE Honolulu", {"Leilani"}),
        ],
    )
    def test_by_place(
        self, listed: Organisation, client: Browser, typed: str, there: set[str]
    ) -> None:
        assert self.found(client, place=typed) == there

    def test_the_nearest_come_first(self, listed: Organisation, client: Browser) -> None:
        for day in range(5):
            page = client.get(LIST, {"place": "07101", "turn": str((MONDAY - day * DAY).date())})
            assert names(page)[0] == "Nora"
            assert names(page)[-1] == "Carla"
        assert "This zip code belongs to SCORE Newark" in words(page)

    def test_a_zip_code_without_a_chapter_leads_to_the_national_one(
        self, listed: Organisation, client: Browser
    ) -> None:
        mentor(listed.national, "Nat", in_directory=True)
        page = client.get(LIST, {"place": "99501"})
        assert names(page) == ["Nat"]
        assert "No chapter is near this zip code." in words(page)

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"place": "Atlantis"}, "We know no place like this."),
            ({"place": "&|!"}, "We know no place like this."),
            ({"place": "4"}, "We know no place like this."),
            ({"area": "0"}, "Choose one of the areas in the list."),
            ({"area": "x' OR 1=1"}, "Choose one of the areas in the list."),
            ({"type": "9" * 40}, "Choose one of the types in the list."),
            ({"language": "Klingon"}, "Choose one of the languages in the list."),
            ({"q": "x" * 101}, "at most 100 characters"),
            ({"q": "a\x00b"}, "Null characters"),
        ],
    )
    def test_says_what_it_does_not_understand_and_keeps_it(
        self, listed: Organisation, client: Browser, asked: dict[str, str], sentence: str
    ) -> None:
        assert sentence in words(client.get(LIST, asked))

    @pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 40, ""])
    def test_a_page_that_is_not_there_is_no_error(
        self, listed: Organisation, client: Browser, page: str
    ) -> None:
        assert len(names(client.get(LIST, {"page": page}))) == 6

    def test_helps_when_nobody_fits(self, listed: Organisation, client: Browser) -> None:
        page = client.get(LIST, {"q": "zoology"})
        assert "Take something out of the search." in words(page)
        assert main_of(page).select_one(f'a[href="{reverse("intake:submit")}"]')

    def test_only_the_plain_list_and_the_entries_are_for_search_engines(
        self, listed: Organisation, client: Browser
    ) -> None:
        for page, hidden in (
            (client.get(LIST), False),
            (client.get(address(listed.joan)), False),
            (client.get(LIST, {"q": "joan"}), True),
        ):
            assert (b'name="robots" content="noindex' in page.content) == hidden
            assert "X-Robots-Tag" not in page


class TestTheOrder:
    def everybody(self, client: Browser, **asked: Any) -> list[str]:
        first, second = (client.get(LIST, {"page": n, **asked}) for n in (1, 2))
        return [
            str(link["href"])
            for page in (first, second)
            for link in main_of(page).select("h2 a[href]")
        ]

    @pytest.fixture
    def crowd(self, listed: Organisation) -> Organisation:
        for n in range(14):
            mentor(listed.newark, f"Nell{n}", in_directory=True)
        return listed

    @pytest.mark.usefixtures("crowd")
    def test_is_the_same_all_day_and_shows_everybody_once(
        self, client: Browser, at: SetClock
    ) -> None:
        morning = self.everybody(client)
        at(MONDAY + timedelta(hours=9))
        assert self.everybody(client) == morning
        assert len(morning) == len(set(morning)) == 20

    @pytest.mark.usefixtures("crowd")
    def test_is_another_one_the_next_day(self, client: Browser, at: SetClock) -> None:
        before = self.everybody(client)
        at(MONDAY + DAY)
        after = self.everybody(client)
        assert before != after
        assert set(before) == set(after)

    @pytest.mark.usefixtures("crowd")
    def test_does_not_change_under_who_leafs_through_it_past_midnight(
        self, client: Browser, at: SetClock
    ) -> None:
        before = self.everybody(client)
        forward = main_of(client.get(LIST)).select_one("a[rel=next]")
        assert forward is not None
        at(MONDAY + DAY)
        second = client.get(f"{LIST}{forward['href']}")
        assert [str(a["href"]) for a in main_of(second).select("h2 a[href]")] == before[12:]

    @pytest.mark.usefixtures("listed")
    @pytest.mark.parametrize("turn", ["2026-03-14", "2026-03-17", "2020-01-01", "x", "', pk)--"])
    def test_nobody_chooses_it(self, client: Browser, turn: str) -> None:
        assert names(client.get(LIST, {"turn": turn})) == names(client.get(LIST))

    @pytest.mark.usefixtures("listed")
    def test_is_fair(self) -> None:
        """In a hundred days each of the six stands first about as often as the others."""
        firsts = [
            directory.in_turn(listed_mentors(), (MONDAY + n * DAY).date().isoformat())[0].pk
            for n in range(100)
        ]
        counted = [firsts.count(pk) for pk in set(firsts)]
        assert len(counted) == 6
        assert min(counted) >= 7
        assert max(counted) <= 30

    def test_does_not_depend_on_who_takes_requests(
        self, listed: Organisation, client: Browser
    ) -> None:
        before = names(client.get(LIST))
        pause(listed.joan, listed, now=MONDAY)
        set_profile(listed.dan, weekly_limit=0)
        assert names(client.get(LIST)) == before


def be_paused(org: Organisation) -> None:
    pause(org.joan, org, now=MONDAY)


def be_paused_with_a_reason(org: Organisation) -> None:
    Pause.objects.create(
        mentor=org.joan,
        starts_on=MONDAY.date() - 40 * DAY,
        ends_on=MONDAY.date() + 40 * DAY,
        reason="An operation",
        created_at=MONDAY,
    )


def be_full(org: Organisation) -> None:
    set_profile(org.joan, weekly_limit=1)
    submit(org).assign()


def take_none(org: Organisation) -> None:
    set_profile(org.joan, weekly_limit=0)


def not_be_asked_by_name(org: Organisation) -> None:
    set_profile(org.joan, accepts_direct=False)


REASONS = (be_paused, be_paused_with_a_reason, be_full, take_none, not_be_asked_by_name)


class TestWhoTakesNoRequests:
    @pytest.mark.parametrize("why", REASONS)
    def test_says_so_in_one_sentence_and_leads_to_others(
        self, listed: Organisation, client: Browser, why: Callable[[Organisation], None]
    ) -> None:
        why(listed)
        page = client.get(address(listed.joan))
        assert f"Joan {SAYS}" in words(page)
        links = [str(link["href"]) for link in main_of(page).select("a[href]")]
        assert f"/request/?mentor={listed.joan.pk}" not in links
        assert "/request/" in links
        assert links.count(address(listed.grace)) == 1

    def test_why_makes_no_difference_to_a_stranger(
        self, listed: Organisation, client: Browser
    ) -> None:
        """The very same bytes, headers and number of questions to the database."""
        seen = set()
        for why in REASONS:
            set_profile(listed.joan, weekly_limit=None, accepts_direct=True)
            Pause.objects.all().delete()
            why(listed)
            for page in (client.get(address(listed.joan)), client.get(LIST, {"q": "joan"})):
                body = re.sub('name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())
                seen.add((page.status_code, str(sorted(page.headers.items())), body))
        assert len(seen) == 2

    def test_can_be_left_out_of_the_list(self, listed: Organisation, client: Browser) -> None:
        be_paused(listed)
        set_profile(listed.dan, accepts_direct=False)
        shown = set(names(client.get(LIST, {"free": "on"})))
        assert shown == {"Grace", "Nora", "Carla", "Leilani"}

    def test_the_others_are_the_nearest_who_know_the_same_and_take_requests(
        self, listed: Organisation
    ) -> None:
        be_paused(listed)
        set_profile(listed.nora, weekly_limit=0)
        pricing = MentoringArea.objects.get(name="Pricing")
        for person in (listed.joan, listed.leilani):
            person.profile.areas.add(pricing)
        listed.grace.profile.areas.set([MentoringArea.objects.get(name="Sales")])
        others = directory.similar(listed.joan.pk, "2026-03-16", MONDAY)
        assert [one.first_name for one in others] == ["Carla", "Leilani", "Dan"]

    @pytest.mark.parametrize("why", REASONS)
    def test_is_who_would_not_get_a_direct_request(
        self, listed: Organisation, why: Callable[[Organisation], None]
    ) -> None:
        """The list and the act that decides ask the same question."""
        why(listed)
        everybody = Volunteer.objects.filter(pk__in=[listed.joan.pk, listed.ben.pk, listed.dan.pk])
        assert taking_direct(everybody, MONDAY) == {
            one.pk
            for one in everybody.select_related("chapter", "profile")
            if not why_not_direct(one, MONDAY)
        }


class TestWhatStrangersLearn:
    def test_nothing_but_what_the_profile_makes_public(
        self, listed: Organisation, client: Browser
    ) -> None:
        set_profile(
            listed.joan,
            keywords="private-keyword",
            summary="For coordinators only.",
            weekly_limit=7,
            serves_outside=True,
            public_words="I ran a bakery.",
        )
        Volunteer.objects.filter(pk=listed.joan.pk).update(
            phone="212-555-0133", external_id="old-4711"
        )
        submit(listed, ask=an_ask(question="A secret recipe")).assign().accept()
        be_paused_with_a_reason(listed)
        for page in (client.get(LIST), client.get(address(listed.joan))):
            shown = page.content.decode()
            assert "I ran a bakery." in shown
            for secret in (
                *(listed.joan.email, "0133", "old-4711", "private-keyword", "coordinators only"),
                *("limit", "outside", "paus", "operation", "recipe", "Maria", "in time"),
                *("open client", "25 Apr", "@example"),
            ):
                assert secret not in shown, secret

    def test_their_own_words_are_text(self, listed: Organisation, client: Browser) -> None:
        set_profile(listed.joan, public_words="<script>alert(1)</script>")
        Volunteer.objects.filter(pk=listed.joan.pk).update(last_name='"><b>Whit</b>')
        for page in (client.get(LIST), client.get(address(listed.joan))):
            assert b"<script>alert" not in page.content
            assert b"<b>Whit" not in page.content

    @pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
    def test_it_is_only_read(self, listed: Organisation, client: Browser, method: str) -> None:
        for page in (LIST, address(listed.joan)):
            assert getattr(client, method)(page).status_code == 405

    def test_who_gathers_pages_is_slowed_down_and_people_are_not(
        self, listed: Organisation, client: Browser, settings: Settings
    ) -> None:
        settings.PAGE_RATES = {"directory": "3/h"}
        answers = [client.get(address(listed.joan)).status_code for _ in range(5)]
        assert answers == [200, 200, 200, 429, 429]
        slower = client.get(LIST)
        assert slower.status_code == 429
        assert 0 < int(slower["Retry-After"]) <= 3600
        assert b"ask for a mentor" in slower.content
        client.force_login(listed.joan)
        assert client.get(LIST).status_code == 200

    def test_it_is_kept_by_the_readers_browser_only(
        self, listed: Organisation, client: Browser
    ) -> None:
        assert client.get(LIST)["Cache-Control"] == "private, max-age=120"


class TestTheSearchWithNothingInIt:
    """It is drawn once, for everybody who reads the same language."""

    def options(self, client: Browser, speech: str = "en") -> list[str]:
        page = client.get(LIST, headers={"Accept-Language": speech})
        shown = BeautifulSoup(page.content, "html.parser").select("select[name=area] option")
        return [option.get_text() for option in shown]

    def test_offers_at_once_what_a_picklist_offers(
        self, org: Organisation, client: Browser
    ) -> None:
        one = MentoringArea.objects.filter(pk=area().pk)
        before = self.options(client)
        one.update(name="Bookkeeping by hand")
        assert len(self.options(client)) == len(before)
        assert "Bookkeeping by hand" in self.options(client)
        one.update(is_offered=False)
        assert "Bookkeeping by hand" not in self.options(client)

    def test_speaks_to_each_reader_in_his_language(
        self, org: Organisation, client: Browser
    ) -> None:
        firsts = [self.options(client, speech)[0] for speech in ("en", "es", "en")]
        assert firsts == ["Any", "Cualquiera", "Any"]

    @pytest.mark.parametrize("typed", ["nell", "  "])
    def test_is_another_one_with_something_in_it(
        self, org: Organisation, client: Browser, typed: str
    ) -> None:
        for words in ("", typed, ""):
            page = BeautifulSoup(client.get(LIST, {"q": words}).content, "html.parser")
            [field] = page.select("[name=q]")
            assert field.get("value", "") == words


class TestWhatItCosts:
    def test_the_list_costs_the_same_for_one_and_for_many(
        self,
        org: Organisation,
        client: Browser,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        set_profile(org.joan, in_directory=True, accepts_direct=True)
        with django_assert_num_queries(9):
            client.get(LIST)
        for n in range(30):
            mentor(org.newark, f"Nell{n}", in_directory=True, accepts_direct=True)
        with django_assert_num_queries(9):
            client.get(LIST)
        with django_assert_num_queries(13):
            client.get(LIST, {"free": "on", "q": "nell marketing", "place": "10001"})

    def test_an_entry_does_too(
        self,
        listed: Organisation,
        client: Browser,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_num_queries(6):
            client.get(address(listed.joan))
        set_profile(listed.joan, accepts_direct=False)
        with django_assert_num_queries(13):
            client.get(address(listed.joan))


def test_a_place_of_one_letter_is_a_whole_word(org: Organisation) -> None:
    assert place("n") is None


def test_a_week_begins_where_the_mentor_lives(listed: Organisation, client: Browser) -> None:
    """Full until Sunday 00:00 in Honolulu, not in New York."""
    set_profile(listed.leilani, weekly_limit=1)
    submit(listed).assign(listed.leilani)
    sunday = week_start(MONDAY + 7 * DAY, listed.leilani.zone)
    everybody = Volunteer.objects.filter(pk=listed.leilani.pk)
    assert taking_direct(everybody, sunday - timedelta(seconds=1)) == set()
    assert taking_direct(everybody, sunday) == {listed.leilani.pk}
