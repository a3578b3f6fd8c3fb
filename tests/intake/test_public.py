"""The public form: what it takes, what it refuses in words, and what it never does twice."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.forms import BoundField
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from pytest_django.asserts import assertRedirects

from intake.enums import Status
from intake.forms.public import LONGEST_QUESTION, origin
from intake.forms.text import usual_form
from intake.links import status_token
from intake.models import Client, MentoringRequest, OutboxMail
from intake.wishes import own_link
from mentors.models import Chapter, MentoringArea
from tests.factories import MONDAY, Organisation, area, pause, set_profile

FORM = reverse("intake:submit")
MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.usefixtures("at")


def filled_in(**changes: Any) -> dict[str, Any]:
    """A form as a client sends it."""
    return {
        "key": str(uuid4()),
        "first_name": "Maria",
        "last_name": "Garcia",
        "email": "maria@example.com",
        "phone": "212-555-0142",
        "zip": "10001",
        "notify_by": "email",
        "area": area().pk,
        "question": "How do I find customers?",
        "stage": "new",
        "consent_contact": "on",
    } | changes


def page_of(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def complaints(response: Any) -> str:
    """What the summary above the form says."""
    summary = page_of(response).select_one("#form-errors")
    return summary.get_text(" ", strip=True) if summary else ""


class TestAGoodForm:
    def test_makes_one_request_of_the_chapter_of_its_zip_code(
        self, org: Organisation, client: Browser
    ) -> None:
        response = client.post(FORM, filled_in())
        mre = MentoringRequest.objects.get()
        assert response.status_code == 302
        assert response["Location"].startswith("/request/thanks/")
        assert (mre.status, mre.chapter, mre.source) == (Status.NEED_ACTION, org.new_york, "web")
        assert mre.client.phone == "(212) 555-0142"
        assert mre.consent_contact
        assert not mre.consent_news
        assert OutboxMail.objects.filter(kind="client_received", client=mre.client).count() == 1

    def test_keeps_everything_it_was_told(self, org: Organisation, client: Browser) -> None:
        client.post(
            FORM,
            filled_in(
                zip="11201-1234",
                notify_by="text",
                stage="existing",
                meet_by="video",
                language="Spanish",
                business_name="Garcia’s Bakery",
                website="bakery.example.com/shop",
                business_type=org.joan.profile.business_types.model.objects.get(name="Retail").pk,
                year_formed="2019",
                employees="3",
                heard_about="friend",
                consent_news="on",
                origination_url="https://partner.example.org/page?a=1",
            ),
        )
        mre = MentoringRequest.objects.get()
        kept = {
            name: getattr(mre, name)
            for name in (
                "existing",
                "meet_by",
                "language",
                "business_name",
                "website",
                "year_formed",
                "employees",
                "heard_about",
                "consent_news",
                "origination_url",
            )
        }
        assert kept == {
            "existing": True,
            "meet_by": "video",
            "language": "Spanish",
            "business_name": "Garcia’s Bakery",
            "website": "https://bakery.example.com/shop",
            "year_formed": 2019,
            "employees": 3,
            "heard_about": "friend",
            "consent_news": True,
            "origination_url": "https://partner.example.org/page?a=1",
        }
        assert str(mre.business_type) == "Retail"
        assert (mre.client.zip, mre.client.notify_by) == ("11201-1234", "text")

    @pytest.mark.parametrize(
        ("zip_code", "chapter"),
        [("10001", "new_york"), ("07102", "newark"), ("60601", "chicago"), ("99501", "national")],
    )
    def test_finds_the_chapter(
        self, org: Organisation, client: Browser, zip_code: str, chapter: str
    ) -> None:
        client.post(FORM, filled_in(zip=zip_code))
        assert MentoringRequest.objects.get().chapter == getattr(org, chapter)

    def test_works_with_a_cookie_only_for_the_protection_of_the_form(
        self, org: Organisation
    ) -> None:
        browser = Browser(enforce_csrf_checks=True)
        token = page_of(browser.get(FORM)).select_one("[name=csrfmiddlewaretoken]")
        assert token is not None
        sent = browser.post(FORM, filled_in(csrfmiddlewaretoken=token["value"]))
        assert sent.status_code == 302
        assert "sessionid" not in browser.cookies

    def test_has_no_chapter_to_go_to_when_none_takes_the_rest(
        self, org: Organisation, client: Browser
    ) -> None:
        Chapter.objects.filter(is_national=True).update(is_national=False)
        response = client.post(FORM, filled_in(zip="99501"))
        assert response.status_code == 200
        assert "no chapter for this zip code" in complaints(response)


class TestTheThankYou:
    def test_says_what_happens_next_and_by_which_day(
        self, org: Organisation, client: Browser
    ) -> None:
        response = client.post(FORM, filled_in(), follow=True)
        words = page_of(response).get_text(" ", strip=True)
        mre = MentoringRequest.objects.get()
        assert mre.number in words
        assert "Thank you, Maria" in words
        assert "answers by Wed 18 Mar" in words
        link = page_of(response).find("a", string="See where my request stands")
        assert link is not None
        assert client.get(str(link["href"])).status_code == 200

    @pytest.mark.usefixtures("org")
    def test_is_for_the_client_alone(self, client: Browser) -> None:
        response = client.post(FORM, filled_in(), follow=True)
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"

    @pytest.mark.usefixtures("org")
    @pytest.mark.parametrize("token", ["1.forged", "0", "x" * 500, "%00", "é"])
    def test_opens_with_a_whole_link_only(self, client: Browser, token: str) -> None:
        response = client.get(f"/request/thanks/{token}/")
        assert response.status_code == 404
        assert reverse("intake:lost_link") in response.content.decode()


def test_a_suspended_client_is_received_as_politely_as_everybody(
    org: Organisation, client: Browser
) -> None:
    polite = client.post(FORM, filled_in(), follow=True).content.decode()
    number = MentoringRequest.objects.get().number
    Client.objects.update(service_suspended=True)
    again = client.post(FORM, filled_in(question="Me again"), follow=True).content.decode()
    parked = MentoringRequest.objects.get(parked=True)

    def plain(text: str, own_number: str) -> str:
        words = BeautifulSoup(text, "html.parser").find("main").get_text(" ", strip=True)  # type: ignore[union-attr]
        return words.replace(own_number, "MR-n")

    assert plain(again, parked.number) == plain(polite, number)


NAMES = ("first_name", "last_name")
ONE_LINE = (*NAMES, "email", "phone", "zip", "business_name", "website")

HARMLESS = {
    "4-byte": "Zoë 🎉𝒳",
    "html": "<script>alert(1)</script>",
    "formula": '=HYPERLINK("https://evil.example","x")',
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "sql": "Robert'); DROP TABLE students;--",
    "template": "{{ 7*7 }}{% debug %}",
    "right to left": "مريم",
    "joined": "👩‍👩‍👧",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=list(HARMLESS))
def test_strange_words_are_stored_as_typed_and_shown_as_text(
    org: Organisation, client: Browser, text: str
) -> None:
    typed = dict.fromkeys((*NAMES, "business_name", "question"), text)
    response = client.post(FORM, filled_in(**typed), follow=True)
    assert response.status_code == 200
    mre = MentoringRequest.objects.get()
    stored = {field: getattr(mre.client if field in NAMES else mre, field) for field in typed}
    assert stored == typed
    assert "<script>alert(1)" not in response.content.decode()


REFUSED = {
    "line break": "Maria\r\nBcc: everybody@example.com",
    "line feed": "maria@example.com\nBcc: everybody@example.com",
    "line separator": "Maria\u2028Bcc: x@example.com",
    "next line": "Maria\x85x",
    "null": "Ma\x00ria",
    "bell": "Ma\x07ria",
    "escape": "Ma\x1b[31mria",
    "direction": "Maria\u202eaicraG",
    "too long": "a" * 400,
    "a megabyte": "a" * MEGABYTE,
    "a megabyte of 4 bytes each": "🎉" * (MEGABYTE // 4),
}


@pytest.mark.django_db
@pytest.mark.parametrize("text", REFUSED.values(), ids=list(REFUSED))
def test_every_field_of_one_line_refuses_in_words(client: Browser, text: str) -> None:
    response = client.post(FORM, filled_in(**dict.fromkeys(ONE_LINE, text)))
    assert response.status_code == 200
    assert not MentoringRequest.objects.exists()
    page = page_of(response)
    for field in ONE_LINE:
        assert page.select_one(f"#id_{field}[aria-invalid=true]"), field
        assert page.select_one(f'#form-errors a[href="#id_{field}"]'), field
    kept = page.select_one("#id_question")
    assert kept is not None
    assert kept.get_text().strip() == "How do I find customers?"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This field is required."),
        ("   \n ", "This field is required."),
        ("a" * MEGABYTE, "At most 5,000 characters, please; this has 1,048,576."),
        ("a\x00b", "characters that cannot be shown"),
        ("a\x1bb", "characters that cannot be shown"),
    ],
)
def test_the_question_refuses_in_words(client: Browser, text: str, sentence: str) -> None:
    response = client.post(FORM, filled_in(question=text))
    assert response.status_code == 200
    assert sentence in complaints(response)
    assert not MentoringRequest.objects.exists()


@pytest.mark.usefixtures("org")
def test_the_longest_question_counts_a_line_break_once(client: Browser) -> None:
    text = "ab\r\n" * (LONGEST_QUESTION // 3)
    client.post(FORM, filled_in(question=text.strip() + "\x0bq"))
    assert MentoringRequest.objects.get().question.endswith("ab\nq")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("email", "maria", "Enter an e-mail address like name@example.com."),
        ("email", "Maria <maria@example.com>", "Enter an e-mail address like name@example.com."),
        ("email", "a@example.com,b@example.com", "Enter an e-mail address"),
        ("phone", "555-1234", "with its area code"),
        ("phone", "call me", "with its area code"),
        ("phone", "000-000-0000", "with its area code"),
        ("zip", "1000", "five digits"),
        ("zip", "100011", "five digits"),
        ("zip", "١٠٠٠١", "five digits"),
        ("zip", "10001-12", "five digits"),
        ("website", "javascript:alert(1)", "web address"),
        ("website", "not a page", "web address"),
        ("website", "ftp://example.com", "web address"),
        ("year_formed", "1066", "Enter a year from 1600 to 2026."),
        ("year_formed", "2027", "Enter a year from 1600 to 2026."),
        ("year_formed", "soon", "Enter a year, like 2019."),
        ("year_formed", "9" * 5000, "Enter a year, like 2019."),
        ("employees", "-1", "Enter 0 or more"),
        ("employees", "9" * 30, "up to 1,000,000"),
        ("employees", "1.5", "Enter a number, like 3."),
        ("area", "", "This field is required."),
        ("area", "0", "Choose one of the areas"),
        ("area", "9" * 40, "Choose one of the areas"),
        ("area", "1 OR 1=1", "Choose one of the areas"),
        ("area", "1\x00", "Null characters are not allowed."),
        ("business_type", "0", "Choose one of the types"),
        ("stage", "", "This field is required."),
        ("meet_by", "telepathy", "Select a valid choice."),
        ("language", "x" * 500, "Select a valid choice."),
        ("heard_about", "\x00", "Select a valid choice."),
        ("notify_by", "<b>", "Select a valid choice."),
        ("consent_contact", "", "without it nobody may answer you"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    client: Browser, field: str, text: str, sentence: str
) -> None:
    response = client.post(FORM, filled_in(**{field: text}))
    assert response.status_code == 200
    assert sentence in complaints(response)
    assert not MentoringRequest.objects.exists()


@pytest.mark.django_db
def test_an_empty_form_asks_for_what_is_needed_and_nothing_else(client: Browser) -> None:
    response = client.post(FORM, {})
    asked_for = {link["href"] for link in page_of(response).select("#form-errors a")}
    fields = (*NAMES, "email", "phone", "zip", "notify_by_0", "area", "question", "stage_0")
    assert asked_for == {f"#id_{field}" for field in (*fields, "consent_contact")}


@pytest.mark.django_db
def test_more_than_the_form_can_hold_gets_a_page_of_its_own(
    client: Browser, settings: Settings
) -> None:
    text = "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    sent = client.post(FORM, f"question={text}", content_type="application/x-www-form-urlencoded")
    assert sent.status_code == 413


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2125550142", "(212) 555-0142"),
        ("+1 (212) 555 0142", "(212) 555-0142"),
        ("212.555.0142 x 7", "(212) 555-0142 ext. 7"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
    ],
)
def test_a_phone_number_is_kept_in_its_usual_form(typed: str, shown: str) -> None:
    assert usual_form(typed) == shown


class TestWhereItCameFrom:
    @pytest.mark.parametrize(
        ("address", "kept"),
        [
            ("https://partner.example.org/a?b=c", "https://partner.example.org/a?b=c"),
            ("http://partner.example.org", "http://partner.example.org"),
            ("https://" + "a" * 9_000, "https://" + "a" * 492),
            ("javascript:alert(1)//https://x.example", ""),
            ("data:text/html,<script>alert(1)</script>", ""),
            ("//partner.example.org/", ""),
            ("https:///nowhere", ""),
            ("https://[", ""),
            ("https://x.example/\r\nSet-Cookie: a=b", ""),
            ("https://x.example/\x00", ""),
            ("", ""),
        ],
    )
    def test_only_an_address_of_the_web_is_kept(self, address: str, kept: str) -> None:
        assert origin(address) == kept

    @pytest.mark.usefixtures("org")
    def test_is_taken_from_the_address_or_else_from_the_browser(self, client: Browser) -> None:
        def hidden(**request: Any) -> str:
            found = page_of(client.get(FORM, **request)).select_one("[name=origination_url]")
            return str(found.get("value", "")) if found else "none"

        there = "https://partner.example.org/"
        assert hidden(headers={"referer": there}) == there
        assert hidden(headers={"referer": "http://testserver/"}) == ""
        assert (
            hidden(query_params={"from": "https://a.example/"}, headers={"referer": there})
            == "https://a.example/"
        )
        assert hidden(query_params={"from": "javascript:alert(1)"}) == ""

    @pytest.mark.usefixtures("org")
    def test_a_script_is_left_out_without_a_word(self, client: Browser) -> None:
        client.post(FORM, filled_in(origination_url="javascript:alert(document.cookie)"))
        assert MentoringRequest.objects.get().origination_url == ""

    @pytest.mark.usefixtures("org")
    def test_html_in_it_is_text(self, client: Browser) -> None:
        address = 'https://x.example/"><script>alert(1)</script>'
        page = client.get(FORM, query_params={"from": address})
        assert b"<script>alert(1)" not in page.content
        client.post(FORM, filled_in(origination_url=address))
        assert MentoringRequest.objects.get().origination_url == address


class TestTheMentorWishedFor:
    def test_of_the_directory_gets_the_request_at_once(
        self, org: Organisation, client: Browser
    ) -> None:
        set_profile(org.joan, accepts_direct=True, in_directory=True)
        page = client.get(FORM, {"mentor": org.joan.pk})
        assert "I ask for Joan Whitfield" in main_words(page)
        thanks = client.post(FORM, filled_in(requested_mentor=wish_in(page)), follow=True)
        mre = MentoringRequest.objects.get()
        assert mre.status == Status.ASSIGNED
        assert mre.current is not None
        assert mre.current.mentor == org.joan
        assert "expect an answer by Wed 18 Mar" in main_words(thanks)

    def test_is_found_by_the_link_that_he_hands_out(
        self, org: Organisation, client: Browser
    ) -> None:
        set_profile(org.joan, accepts_direct=True)
        page = client.get(own_link(org.joan))
        assert "I ask for Joan Whitfield Your request goes to Joan at once." in main_words(page)
        client.post(FORM, filled_in(requested_mentor=wish_in(page)))
        assert MentoringRequest.objects.get().status == Status.ASSIGNED

    @pytest.mark.parametrize("accepts", [True, False])
    def test_is_not_found_by_trying_numbers(
        self, org: Organisation, client: Browser, accepts: bool
    ) -> None:
        """Who is not listed looks like a number that nobody has."""
        set_profile(org.joan, accepts_direct=accepts)
        pages = [client.get(FORM, {"mentor": pk}) for pk in (org.joan.pk, org.sam.pk, 10**9)]
        bodies = {KEY.sub("", page.content.decode()) for page in pages}
        assert len(bodies) == 1
        assert wish_in(pages[0]) == ""
        client.post(FORM, filled_in(requested_mentor=org.joan.pk))
        assert MentoringRequest.objects.get().requested_mentor is None

    @pytest.mark.parametrize("why", ["paused", "full", "takes none by name"])
    def test_who_takes_nobody_now_is_described_in_one_way_and_the_wish_is_kept(
        self, org: Organisation, client: Browser, why: str
    ) -> None:
        profile = {"accepts_direct": why != "takes none by name", "in_directory": True}
        set_profile(org.joan, **profile, weekly_limit=0 if why == "full" else None)
        if why == "paused":
            pause(org.joan, org, now=MONDAY)
        page = client.get(FORM, {"mentor": org.joan.pk})
        assert "Joan takes no new requests at the moment." in main_words(page)
        for told in ("paus", "limit", "direct", "23 Mar"):
            assert told not in main_words(page)
        client.post(FORM, filled_in(requested_mentor=wish_in(page)))
        mre = MentoringRequest.objects.get()
        assert (mre.status, mre.requested_mentor) == (Status.NEED_ACTION, org.joan)

    def test_unticked_is_no_wish(self, org: Organisation, client: Browser) -> None:
        set_profile(org.joan, accepts_direct=True, in_directory=True)
        client.get(FORM, {"mentor": org.joan.pk})
        client.post(FORM, filled_in())
        assert MentoringRequest.objects.get().requested_mentor is None

    def test_stays_named_on_a_form_that_is_refused(
        self, org: Organisation, client: Browser
    ) -> None:
        set_profile(org.joan, in_directory=True)
        wish = wish_in(client.get(FORM, {"mentor": org.joan.pk}))
        refused = client.post(FORM, filled_in(requested_mentor=wish, zip="none"))
        assert "I ask for Joan Whitfield" in main_words(refused)
        assert wish_in(refused) == wish

    def test_who_has_left_meanwhile_is_still_a_wish(
        self, org: Organisation, client: Browser
    ) -> None:
        set_profile(org.joan, accepts_direct=True, in_directory=True)
        wish = wish_in(client.get(FORM, {"mentor": org.joan.pk}))
        type(org.joan).objects.filter(pk=org.joan.pk).update(status="resigned", is_active=False)
        client.post(FORM, filled_in(requested_mentor=wish))
        mre = MentoringRequest.objects.get()
        assert (mre.status, mre.requested_mentor) == (Status.NEED_ACTION, org.joan)
        assert wish_in(client.get(own_link(org.joan))) == ""

    @pytest.mark.parametrize(
        "wish", ["0", "-1", "abc", "\x00", "9" * 60, "²", "1 OR 1=1", "", ".", "1.", "1.abc"]
    )
    def test_nobody_by_that_id_is_no_wish(
        self, org: Organisation, client: Browser, wish: str
    ) -> None:
        assert client.get(FORM, {"mentor": wish}).status_code == 200
        client.post(FORM, filled_in(requested_mentor=wish))
        assert MentoringRequest.objects.get().requested_mentor is None

    def test_of_a_status_link_is_no_wish(self, org: Organisation, client: Browser) -> None:
        """Each signature is for one purpose."""
        set_profile(org.joan, in_directory=True)
        status = status_token(MentoringRequest(pk=org.joan.pk))
        client.post(FORM, filled_in(requested_mentor=status))
        assert MentoringRequest.objects.get().requested_mentor is None


KEY = re.compile('<input type="hidden" name="(key|csrfmiddlewaretoken|next)"[^>]*>')


def main_words(response: Any) -> str:
    main = page_of(response).select_one("main")
    assert main is not None
    return main.get_text(" ", strip=True)


def wish_in(response: Any) -> str:
    """What the form sends along for the mentor it names; nothing if it names nobody."""
    box = page_of(response).select_one("input[name=requested_mentor][checked]")
    return str(box["value"]) if box else ""


class TestSentTwice:
    def test_makes_one_request_and_leads_to_the_same_thank_you(
        self, org: Organisation, client: Browser
    ) -> None:
        form = filled_in()
        first, second = client.post(FORM, form), client.post(FORM, form)
        assert MentoringRequest.objects.count() == 1
        assertRedirects(second, first["Location"])

    def test_something_else_asked_from_the_same_page_is_another_request(
        self, org: Organisation, client: Browser
    ) -> None:
        form = filled_in()
        client.post(FORM, form)
        client.post(FORM, form | {"question": "And how do I hire somebody?"})
        assert MentoringRequest.objects.count() == 2

    def test_a_key_that_was_tampered_with_is_no_obstacle(
        self, org: Organisation, client: Browser
    ) -> None:
        for key in ("", "x", "\x00", "9" * 5000):
            assert client.post(FORM, filled_in(key=key)).status_code == 302

    @pytest.mark.django_db(transaction=True)
    def test_at_the_same_instant(self, org: Organisation) -> None:
        form = filled_in()
        with ThreadPoolExecutor(4) as pool:
            sent = [pool.submit(post_apart, form) for _ in range(4)]
            places = {each.result()["Location"] for each in sent}
        assert MentoringRequest.objects.count() == 1
        assert len(places) == 1
        assert OutboxMail.objects.filter(kind="client_received").count() == 1


def post_apart(form: dict[str, Any]) -> Any:
    """Send a form from a thread with a connection of its own."""
    try:
        return Browser().post(FORM, form)
    finally:
        connection.close()


class TestPrograms:
    def test_fill_in_what_nobody_sees_and_are_thanked_for_nothing(
        self, org: Organisation, client: Browser
    ) -> None:
        response = client.post(FORM, filled_in(reference="buy now"), follow=True)
        assert response.status_code == 200
        assert "Thank you" in page_of(response).find("h1").get_text()  # type: ignore[union-attr]
        assert not MentoringRequest.objects.exists()
        assert not OutboxMail.objects.exists()

    @pytest.mark.usefixtures("org")
    def test_the_trap_is_hidden_from_eyes_ears_and_keyboard(self, client: Browser) -> None:
        trap = page_of(client.get(FORM)).select_one("[name=reference]")
        assert trap is not None
        assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
        around = trap.parent
        assert around is not None
        assert around["aria-hidden"] == "true"
        assert "d-none" in around["class"]


class TestTooOften:
    @pytest.fixture(autouse=True)
    def _few(self, settings: Settings) -> None:
        settings.PUBLIC_RATES = {"request": ("3/h", "2/h")}

    def test_from_one_place_is_held_back_and_nothing_typed_is_lost(
        self, org: Organisation, client: Browser
    ) -> None:
        for number in range(3):
            client.post(FORM, filled_in(email=f"maria{number}@example.com"))
        response = client.post(FORM, filled_in(email="m@example.com", question="The fourth one"))
        assert response.status_code == 429
        assert 0 < int(response["Retry-After"]) <= 3600
        assert "please send it again in" in complaints(response)
        assert "The fourth one" in response.content.decode()
        assert MentoringRequest.objects.count() == 3
        elsewhere = client.post(FORM, filled_in(email="n@example.com"), REMOTE_ADDR="192.0.2.9")
        assert elsewhere.status_code == 302

    def test_for_one_address_is_held_back_wherever_it_comes_from(
        self, org: Organisation, client: Browser
    ) -> None:
        answers = [
            client.post(FORM, filled_in(email=email), REMOTE_ADDR=f"192.0.2.{number}").status_code
            for number, email in enumerate(["a@example.com", "A@example.com", "a@Example.com"])
        ]
        assert answers == [302, 302, 429]

    def test_a_form_with_mistakes_or_sent_twice_does_not_count(
        self, org: Organisation, client: Browser
    ) -> None:
        form = filled_in()
        for _ in range(5):
            client.post(FORM, filled_in(zip="x"))
            assert client.post(FORM, form).status_code == 302

    def test_without_its_cache_nobody_is_turned_away(
        self, org: Organisation, client: Browser, settings: Settings
    ) -> None:
        from config.settings.base import cache_at

        settings.CACHES = {"default": cache_at("unix:///nowhere/valkey.sock")}
        answers = [client.post(FORM, filled_in(key=str(uuid4()))) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {302}

    def test_the_place_is_the_one_that_the_proxy_saw(
        self, org: Organisation, client: Browser, settings: Settings
    ) -> None:
        def send(forwarded: str) -> int:
            form = filled_in(email=f"{uuid4()}@example.com")
            return client.post(FORM, form, headers={"X-Forwarded-For": forwarded}).status_code

        assert [send(f"192.0.2.{n}") for n in range(4)] == [302, 302, 302, 429]
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert [send(f"192.0.2.{n}") for n in range(4)] == [302] * 4
        assert [send(f"198.51.100.{n}, 192.0.2.50") for n in range(4)] == [302, 302, 302, 429]


class TestTheStartPage:
    def test_offers_both_ways_in(self, db: None, client: Browser) -> None:
        page = client.get("/").content.decode()
        assert reverse("intake:submit") in page
        assert reverse("account_login") in page

    @pytest.mark.parametrize(
        ("person", "page"),
        [
            ("admin", "intake:queue"),
            ("rcic", "intake:queue"),
            ("rcic_region", "intake:queue"),
            ("joan", "intake:desk"),
            ("manager", "mentors:roster"),
        ],
    )
    def test_leads_to_the_first_page_of_the_day(
        self, org: Organisation, client: Browser, person: str, page: str
    ) -> None:
        client.force_login(getattr(org, person))
        assert client.get("/")["Location"] == reverse(page)

    @pytest.mark.parametrize("person", ["chair", "leader"])
    def test_leads_chairs_and_leaders_to_what_there_is(
        self, org: Organisation, client: Browser, person: str
    ) -> None:
        client.force_login(getattr(org, person))
        assert client.get("/").status_code == 302

    def test_tells_somebody_without_duties_whom_to_ask(
        self, org: Organisation, client: Browser
    ) -> None:
        client.force_login(org.rcic_former)
        page = client.get("/")
        assert page.status_code == 200
        assert "chapter manager" in page.content.decode()


@pytest.mark.parametrize("path", ["/", FORM, "/status/lost/"])
def test_public_pages_have_one_heading_and_need_no_sign_in(
    org: Organisation, client: Browser, path: str
) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert len(page_of(response).select("h1")) == 1
    assert client.head(path).status_code == 200


def test_the_form_costs_the_same_for_many_areas(
    org: Organisation, client: Browser, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(2):
        client.get(FORM)


class TestABlankForm:
    """Its questions are drawn once, for everybody who reads the same language."""

    def test_is_not_drawn_again(
        self, org: Organisation, client: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = page_of(client.get(FORM)).select("form .card")
        monkeypatch.setattr(BoundField, "as_field_group", None)
        assert page_of(client.get(FORM)).select("form .card") == first

    def test_offers_at_once_what_a_picklist_offers(
        self, org: Organisation, client: Browser
    ) -> None:
        one = MentoringArea.objects.filter(pk=area().pk)
        client.get(FORM)
        one.update(name="Bookkeeping by hand")
        assert "Bookkeeping by hand" in client.get(FORM).content.decode()
        one.update(is_offered=False)
        assert "Bookkeeping by hand" not in client.get(FORM).content.decode()

    def test_speaks_to_each_reader_in_his_language(
        self, org: Organisation, client: Browser
    ) -> None:
        for speech, label in [("en", "First name"), ("es", "Nombre"), ("en", "First name")]:
            page = page_of(client.get(FORM, headers={"Accept-Language": speech}))
            assert page.select_one("label[for=id_first_name]").get_text() == label  # type: ignore[union-attr]
            chosen = page.select_one("select[name=language] option[selected]")
            assert chosen["value"] == {"en": "English", "es": "Spanish"}[speech]  # type: ignore[index]

    def test_has_a_key_of_its_own_and_what_this_browser_brings(
        self, org: Organisation, client: Browser
    ) -> None:
        pages = [page_of(client.get(FORM, {"from": f"https://{x}.example/"})) for x in "ab"]
        keys = {page.select_one("[name=key]")["value"] for page in pages}  # type: ignore[index]
        came_from = [page.select_one("[name=origination_url]")["value"] for page in pages]  # type: ignore[index]
        assert len(keys) == 2
        assert came_from == ["https://a.example/", "https://b.example/"]

    def test_never_has_what_somebody_else_has_typed(
        self, org: Organisation, client: Browser
    ) -> None:
        client.post(FORM, filled_in(zip="x", last_name="Gutenberg"))
        assert "Gutenberg" not in client.get(FORM).content.decode()


def test_looking_changes_nothing(org: Organisation, client: Browser) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(FORM, {"mentor": str(org.joan.pk), "from": "https://x.example/"})
    assert not [sql for sql in queries if re.match("INSERT|UPDATE|DELETE", sql["sql"])]
