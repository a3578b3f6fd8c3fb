"""A mentor's availability in the browser: pauses, weekly limit, expertise."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.enums import Outcome
from intake.wishes import own_link
from mentors.models import BusinessType, MentoringArea, Pause
from tests.factories import MONDAY, Organisation, pause, request_in, set_profile, submit
from tests.intake.conftest import SetClock

PAGE = reverse("intake:availability")
PAUSE = reverse("intake:pause")
RESUME = reverse("intake:resume")
LIMIT = reverse("intake:weekly_limit")
LISTING = reverse("intake:listing")
EXPERTISE = reverse("intake:expertise")
TODAY = date(2026, 3, 16)

pytestmark = pytest.mark.usefixtures("at")


def main_of(response: Any) -> Tag:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag)
    return main


def words_of(response: Any) -> str:
    return main_of(response).get_text(" ", strip=True)


def complaints(response: Any) -> str:
    """What the summary above the form says."""
    summary = main_of(response).select_one("#form-errors")
    return summary.get_text(" ", strip=True) if summary else ""


@pytest.fixture
def joan(org: Organisation, client: Browser) -> Browser:
    """Joan's browser."""
    client.force_login(org.joan)
    return client


class TestPausing:
    def test_offers_to_hand_back_what_is_unanswered_and_says_which(
        self, org: Organisation, joan: Browser
    ) -> None:
        story = submit(org).assign()
        page = joan.get(PAGE)
        box = main_of(page).select_one("input[name=hand_back]")
        assert box is not None
        assert box.has_attr("checked")
        assert f"MR-{story.mre_id} Maria, Marketing, answer by Wed 18 Mar" in words_of(page)
        assert story.mre.client.last_name not in words_of(page)

    def test_from_today_hands_them_back(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        story = request_in("assigned", org)
        at(story.now)
        said = {"starts_on": "2026-03-16", "ends_on": "2026-03-20", "hand_back": "on"}
        words = words_of(joan.post(PAUSE, said, follow=True))
        assert "You get no new requests from Mon 16 Mar to Fri 20 Mar." in words
        assert f"Handed back to your coordinator: MR-{story.mre_id}." in words
        assert "Paused until Fri 20 Mar" in words
        assert story.assignment.outcome == Outcome.HANDED_BACK

    def test_can_keep_them(self, org: Organisation, at: SetClock, joan: Browser) -> None:
        story = request_in("assigned", org)
        at(story.now)
        joan.post(PAUSE, {"starts_on": "2026-03-16", "ends_on": "2026-03-20"})
        assert story.assignment.outcome == Outcome.PENDING

    def test_can_be_planned_and_called_off(self, org: Organisation, joan: Browser) -> None:
        said = {"starts_on": "2026-07-01", "ends_on": "2026-07-14", "reason": "Holidays"}
        words = words_of(joan.post(PAUSE, said, follow=True))
        assert "Wed 1 Jul to Tue 14 Jul 2026 · planned · Holidays" in words
        assert "Coordinators can offer you requests" in words
        joan.post(reverse("intake:cancel_pause", args=[Pause.objects.get().pk]))
        assert not Pause.objects.exists()

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "sentence"),
        [
            ("2026-03-16", "", "This field is required."),
            ("", "2026-03-20", "This field is required."),
            ("2026-03-20", "2026-03-19", "The pause ends before it starts."),
            ("2026-03-15", "2026-03-20", "A pause cannot start before today."),
            ("2026-03-01", "2026-03-02", "That is over already."),
            ("2026-03-16", "2027-04-16", "A pause is a year at most"),
            ("tomorrow", "2026-03-20", "Enter a day"),
            ("2026-02-30", "2026-03-20", "Enter a day"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_reason(
        self, org: Organisation, joan: Browser, starts_on: str, ends_on: str, sentence: str
    ) -> None:
        said = {"starts_on": starts_on, "ends_on": ends_on, "reason": "Away with Tom"}
        response = joan.post(PAUSE, said)
        assert sentence in complaints(response)
        field = main_of(response).select_one("input[name=reason]")
        assert field is not None
        assert field["value"] == "Away with Tom"
        assert not Pause.objects.exists()

    def test_back_early_ends_it(self, org: Organisation, at: SetClock, joan: Browser) -> None:
        story = submit(org)
        pause(org.joan, org, now=story.now, days=20)
        at(story.wait(days=3).now)
        assert "Back from my pause" in words_of(joan.get(PAGE))
        words = words_of(joan.post(RESUME, follow=True))
        assert "Welcome back." in words
        assert "in force" not in words
        assert Pause.objects.get().resumed_on == TODAY + timedelta(days=3)

    def test_back_without_a_pause_is_explained(self, joan: Browser) -> None:
        assert "You are not paused." in words_of(joan.post(RESUME, follow=True))

    def test_one_that_has_begun_is_not_called_off(self, org: Organisation, joan: Browser) -> None:
        pause(org.joan, org, now=submit(org).now)
        page = reverse("intake:cancel_pause", args=[Pause.objects.get().pk])
        assert "This pause has begun" in words_of(joan.post(page, follow=True))
        assert Pause.objects.exists()

    def test_of_somebody_else_does_not_exist(self, org: Organisation, joan: Browser) -> None:
        planned = Pause.objects.create(
            mentor=org.ben,
            starts_on=TODAY + timedelta(days=9),
            ends_on=TODAY + timedelta(days=10),
            created_at=submit(org).now,
        )
        assert joan.post(reverse("intake:cancel_pause", args=[planned.pk])).status_code == 404
        assert Pause.objects.exists()

    def test_today_is_that_of_his_chapter(
        self, org: Organisation, at: SetClock, client: Browser
    ) -> None:
        """Tue 17 Mar 05:00 UTC is still Monday in Honolulu."""
        at(submit(org).wait(hours=15).now)
        client.force_login(org.leilani)
        field = main_of(client.get(PAGE)).select_one("input[name=starts_on]")
        assert field is not None
        assert field["value"] == "2026-03-16"
        client.post(PAUSE, {"starts_on": "2026-03-16", "ends_on": "2026-03-16"})
        assert Pause.objects.filter(mentor=org.leilani).exists()

    def test_looking_changes_nothing(self, joan: Browser) -> None:
        for page in (PAUSE, LIMIT, EXPERTISE, LISTING):
            assert joan.get(page).status_code == 200
        for page in (RESUME, reverse("intake:cancel_pause", args=[1])):
            assert joan.get(page).status_code == 405


class TestChangingAPause:
    def at_work(self, org: Organisation, at: SetClock, **dates: str) -> str:
        """A pause from Monday to Friday; the page on which its last day is changed."""
        pause(org.joan, org, now=MONDAY, days=4)
        at(MONDAY + timedelta(days=1))
        return reverse("intake:pause_end", args=[Pause.objects.get().pk])

    def test_begins_with_the_last_day_and_moves_it(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        page = self.at_work(org, at)
        assert f'href="{page}"' in joan.get(PAGE).content.decode()
        field = main_of(joan.get(page)).select_one("input[name=ends_on]")
        assert field is not None
        assert field["value"] == "2026-03-20"
        words = words_of(joan.post(page, {"ends_on": "2026-03-27"}, follow=True))
        assert "You get no new requests from Mon 16 Mar to Fri 27 Mar." in words
        assert "Paused until Fri 27 Mar" in words

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("2026-03-16", "That is over already"),
            ("2026-03-15", "The pause ends before it starts."),
            ("2027-04-16", "A pause is a year at most"),
            ("2026-02-30", "Enter a day"),
            ("", "This field is required."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_it(
        self, org: Organisation, at: SetClock, joan: Browser, typed: str, sentence: str
    ) -> None:
        response = joan.post(self.at_work(org, at), {"ends_on": typed})
        assert sentence in complaints(response)
        field = main_of(response).select_one("input[name=ends_on]")
        assert field is not None
        assert field.get("value", "") == typed
        assert Pause.objects.get().ends_on == TODAY + timedelta(days=4)

    def test_of_one_that_is_over_is_explained(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        page = self.at_work(org, at)
        joan.post(RESUME)
        said = words_of(joan.post(page, {"ends_on": "2026-03-27"}, follow=True))
        assert "This pause is over already." in said

    def test_of_somebody_else_does_not_exist(
        self, org: Organisation, at: SetClock, client: Browser
    ) -> None:
        page = self.at_work(org, at)
        client.force_login(org.ben)
        assert client.get(page).status_code == 404
        assert client.post(page, {"ends_on": "2026-03-27"}).status_code == 404

    def test_what_stays_unanswered_is_named(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        story = request_in("assigned", org)
        at(story.now)
        said = {"starts_on": "2026-03-17", "ends_on": "2026-03-20", "hand_back": "on"}
        words = words_of(joan.post(PAUSE, said, follow=True))
        assert f"Still waiting for your answer: MR-{story.mre_id}." in words
        assert story.assignment.outcome == Outcome.PENDING


class TestTheWeeklyLimit:
    def test_says_how_much_is_used_and_when_it_is_free_again(
        self, org: Organisation, joan: Browser
    ) -> None:
        set_profile(org.joan, weekly_limit=3)
        for _ in range(2):
            submit(org).assign()
        submit(org).assign().replace()
        words = words_of(joan.get(PAGE))
        assert "2 of 3 used this week, free again on Sun 22 Mar" in words

    def test_none_is_said_too(self, org: Organisation, joan: Browser) -> None:
        assert "0 new requests this week; you have no limit." in words_of(joan.get(PAGE))

    @pytest.mark.parametrize(("typed", "kept"), [("4", 4), ("0", 0), ("", None)])
    def test_is_changed(
        self, org: Organisation, joan: Browser, typed: str, kept: int | None
    ) -> None:
        set_profile(org.joan, weekly_limit=2)
        joan.post(LIMIT, {"weekly_limit": typed})
        org.joan.profile.refresh_from_db()
        assert org.joan.profile.weekly_limit == kept

    @pytest.mark.parametrize("typed", ["-1", "51", "many", "2.5", "9" * 50])
    def test_has_bounds(self, org: Organisation, joan: Browser, typed: str) -> None:
        response = joan.post(LIMIT, {"weekly_limit": typed})
        assert complaints(response)
        field = main_of(response).select_one("input[name=weekly_limit]")
        assert field is not None
        assert field["value"] == typed


class TestExpertise:
    def said(self, **changes: Any) -> dict[str, Any]:
        areas = MentoringArea.objects.order_by("name").values_list("pk", flat=True)[:2]
        return {
            "areas": list(areas),
            "business_types": [],
            "languages": "English, Spanish",
            "keywords": "export, pricing",
            "summary": "Thirty years of retail.",
        } | changes

    def test_is_changed(self, org: Organisation, joan: Browser) -> None:
        words = words_of(joan.post(EXPERTISE, self.said(), follow=True))
        for part in ("English, Spanish", "export, pricing", "Thirty years of retail."):
            assert part in words, part
        org.joan.refresh_from_db()
        assert org.joan.languages == ["English", "Spanish"]
        assert org.joan.profile.areas.count() == 2
        assert not org.joan.profile.serves_outside

    @pytest.mark.parametrize(
        ("name", "number", "sentence"),
        [
            ("areas", 0, "Choose one to 6 areas."),
            ("areas", 7, "Choose one to 6 areas."),
            ("business_types", 7, "Choose at most 6 types of business."),
        ],
    )
    def test_has_bounds_and_keeps_what_was_chosen(
        self, org: Organisation, joan: Browser, name: str, number: int, sentence: str
    ) -> None:
        model = {"areas": MentoringArea, "business_types": BusinessType}[name]
        chosen = list(model._default_manager.order_by("name").values_list("pk", flat=True)[:number])
        response = joan.post(EXPERTISE, self.said(**{name: chosen}))
        assert sentence in complaints(response)
        assert len(main_of(response).select(f"input[name={name}][checked]")) == number
        assert list(org.joan.profile.areas.values_list("name", flat=True)) == ["Marketing"]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("", "Name at least one language."),
            (" , ,", "Name at least one language."),
            ("x" * 41, "That is too long for a language"),
            (",".join(f"L{n}" for n in range(11)), "At most 10 languages."),
            ("Eng\x00lish", "cannot be shown"),
        ],
    )
    def test_needs_languages(
        self, org: Organisation, joan: Browser, typed: str, sentence: str
    ) -> None:
        response = joan.post(EXPERTISE, self.said(languages=typed))
        assert sentence in words_of(response)

    def test_languages_are_kept_once_each(self, org: Organisation, joan: Browser) -> None:
        joan.post(EXPERTISE, self.said(languages=" Spanish ,English,  Spanish,"))
        org.joan.refresh_from_db()
        assert org.joan.languages == ["Spanish", "English"]

    def test_a_retired_choice_stays_with_who_has_it(self, org: Organisation, joan: Browser) -> None:
        MentoringArea.objects.filter(name__in=["Marketing", "Pricing"]).update(is_offered=False)
        words = words_of(joan.get(EXPERTISE))
        assert "Marketing" in words
        assert "Pricing" not in words


class TestWhatClientsSee:
    def said(self, **changes: Any) -> dict[str, Any]:
        return {
            "in_directory": "on",
            "accepts_direct": "on",
            "public_words": "I ran a bakery.",
        } | changes

    def test_is_nothing_until_he_says_so(self, org: Organisation, joan: Browser) -> None:
        words = words_of(joan.get(PAGE))
        assert "Public directory You are not listed Clients may ask for you by name No" in words
        assert "Your own link" not in words

    def test_is_changed_and_shown_as_clients_read_it(
        self, org: Organisation, joan: Browser, client: Browser
    ) -> None:
        words = words_of(joan.post(LISTING, self.said(), follow=True))
        assert "You are listed" in words
        assert own_link(org.joan) in words
        preview = words_of(joan.get(LISTING))
        assert "Your entry as it is Joan Whitfield SCORE New York I ran a bakery." in preview
        client.logout()
        entry = client.get(reverse("intake:directory_entry", args=[org.joan.pk]))
        assert "I ran a bakery." in words_of(entry)

    def test_can_be_taken_back(self, org: Organisation, joan: Browser) -> None:
        joan.post(LISTING, self.said())
        joan.post(LISTING, {"public_words": "I ran a bakery."})
        org.joan.profile.refresh_from_db()
        assert not org.joan.profile.in_directory
        assert not org.joan.profile.accepts_direct
        assert org.joan.profile.public_words == "I ran a bakery."

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("Write to joan@example.org", "Leave out e-mail addresses"),
            ("x" * 1001, "At most 1,000 characters"),
            ("a\x00b", "cannot be shown"),
        ],
    )
    def test_has_bounds_and_keeps_what_was_typed(
        self, org: Organisation, joan: Browser, typed: str, sentence: str
    ) -> None:
        response = joan.post(LISTING, self.said(public_words=typed))
        assert sentence in complaints(response)
        field = main_of(response).select_one("textarea[name=public_words]")
        assert field is not None
        assert field.get_text().strip("\n") == typed
        org.joan.profile.refresh_from_db()
        assert not org.joan.profile.in_directory

    def test_needs_an_area_by_which_clients_look(self, org: Organisation, joan: Browser) -> None:
        org.joan.profile.areas.clear()
        assert "Choose your areas of expertise first" in complaints(joan.post(LISTING, self.said()))
        joan.post(LISTING, {"accepts_direct": "on"})
        org.joan.profile.refresh_from_db()
        assert org.joan.profile.accepts_direct


class TestWhoMay:
    @pytest.mark.parametrize("person", ["rcic", "leader", "sam", "admin"])
    def test_who_is_no_mentor_is_told_so(
        self, org: Organisation, client: Browser, person: str
    ) -> None:
        client.force_login(getattr(org, person))
        for page in (PAGE, PAUSE, LIMIT, EXPERTISE, LISTING):
            response = client.get(page)
            assert response.status_code == 403
            assert "Only mentors have an availability." in words_of(response)
        assert client.post(RESUME).status_code == 403

    def test_costs_the_same_whatever_is_there(
        self,
        org: Organisation,
        joan: Browser,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        joan.get(PAGE)
        with django_assert_num_queries(9):
            joan.get(PAGE)
        for days in range(1, 10):
            submit(org).assign()
            Pause.objects.create(
                mentor=org.joan,
                starts_on=TODAY + timedelta(days=days * 9),
                ends_on=TODAY + timedelta(days=days * 9 + 3),
                created_at=submit(org).now,
            )
        with django_assert_num_queries(9):
            joan.get(PAGE)
