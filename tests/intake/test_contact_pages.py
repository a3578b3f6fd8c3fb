"""Reaching the client in the browser: one tap, a wrong one, a mail, how far one is."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from intake.enums import Channel, ContactResult, WordsFor
from intake.models import Client, ContactAttempt, NoteTemplate
from tests.factories import Organisation, Story, request_in
from tests.intake.conftest import SetClock

DESK = reverse("intake:desk")

pytestmark = pytest.mark.usefixtures("at")


def main_of(response: Any) -> Tag:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag)
    return main


def words_of(response: Any) -> str:
    return main_of(response).get_text(" ", strip=True)


def url(page: str, story: Story) -> str:
    return reverse(f"intake:{page}", args=[story.mre_id])


@pytest.fixture
def story(org: Organisation, at: SetClock, client: Browser) -> Story:
    """A client of Joan, to whom she has written her first note; Joan is signed in."""
    told = request_in("accepted", org).wait(hours=3)
    at(told.now)
    client.force_login(org.joan)
    return told


def contact_of(client: Browser, story: Story) -> Tag:
    card = main_of(client.get(url("request", story))).select_one("#contact")
    assert isinstance(card, Tag)
    return card


class TestOneTap:
    @pytest.mark.parametrize(
        ("tap", "channel", "result"),
        [
            ("no_answer", Channel.PHONE, ContactResult.NO_ANSWER),
            ("left_message", Channel.PHONE, ContactResult.LEFT_MESSAGE),
            ("texted", Channel.TEXT, ContactResult.AWAITING_ANSWER),
            ("reached", Channel.PHONE, ContactResult.REACHED),
        ],
    )
    def test_logs_an_attempt(
        self, story: Story, client: Browser, tap: str, channel: Channel, result: ContactResult
    ) -> None:
        response = client.post(url("attempt_tap", story), {"tap": tap, "from": "desk"})
        assertRedirects(response, DESK)
        made = ContactAttempt.objects.latest("pk")
        assert (made.channel, made.result, made.at) == (channel, result, story.now)

    def test_is_offered_on_the_request_and_on_the_card_of_the_desk(
        self, story: Story, at: SetClock, client: Browser
    ) -> None:
        def buttons(tag: Tag) -> list[str]:
            return [str(button["value"]) for button in tag.select("button[name=tap]")]

        taps = ["no_answer", "left_message", "texted", "reached"]
        assert buttons(contact_of(client, story)) == taps
        at(story.wait(days=8).now)
        client.force_login(story.org.joan)
        assert buttons(main_of(client.get(DESK))) == taps

    def test_twice_counts_once_and_says_so(self, story: Story, client: Browser) -> None:
        client.post(url("attempt_tap", story), {"tap": "no_answer"})
        response = client.post(url("attempt_tap", story), {"tap": "no_answer"}, follow=True)
        assert "logged already; it counts once" in words_of(response)
        assert story.assignment.attempts_made == 2

    def test_of_a_button_that_there_is_not_asks_for_all(
        self, story: Story, client: Browser
    ) -> None:
        response = client.post(url("attempt_tap", story), {"tap": "smoke_signal"})
        assertRedirects(response, url("attempt", story))
        assert story.assignment.attempts_made == 1

    def test_changes_nothing_by_get(self, story: Story, client: Browser) -> None:
        assert client.get(url("attempt_tap", story), {"tap": "reached"}).status_code == 405

    def test_is_not_for_people_who_do_not_work_on_it(self, story: Story, client: Browser) -> None:
        for person, status in [(story.org.ben, 404), (story.org.leader, 403)]:
            client.force_login(person)
            assert client.post(url("attempt_tap", story), {"tap": "reached"}).status_code == status
        assert story.assignment.attempts_made == 1

    def test_can_be_taken_back_from_the_request(self, story: Story, client: Browser) -> None:
        client.post(url("attempt_tap", story), {"tap": "reached"})
        [form] = contact_of(client, story).select("form[action*=take-back]")
        response = client.post(str(form["action"]), follow=True)
        assert "taken back; it counts no more" in words_of(response)
        assert (story.assignment.attempts_made, story.assignment.contacted_at) == (1, None)
        assert "Contact attempt taken back" in words_of(response)
        assert not contact_of(client, story).select("form[action*=take-back]")

    def test_of_others_cannot_be_taken_back_nor_found(self, story: Story, client: Browser) -> None:
        story.attempt()
        made = ContactAttempt.objects.latest("pk")
        address = reverse("intake:take_back", args=[made.pk])
        for person, status in [(story.org.ben, 404), (story.org.rcic, 403)]:
            client.force_login(person)
            assert client.post(address).status_code == status
        assert story.assignment.attempts_made == 2


class TestAMail:
    def test_is_sent_and_logged(self, story: Story, client: Browser) -> None:
        said = {"subject": "Your prices", "text": "When can we talk?"}
        response = client.post(url("mail_client", story), said, follow=True)
        assert "it is logged as an attempt" in words_of(response)
        assert story.mails.count("client_message") == 1
        assert "Mail sent to the client" in words_of(response)

    def test_begins_with_the_words_that_stand_there_from_the_start(
        self, story: Story, client: Browser
    ) -> None:
        text = "Dear {client}, about {area}"
        kept = {"purpose": WordsFor.CLIENT, "owner": story.org.joan, "begins": True}
        NoteTemplate.objects.create(name="Usual", text=text, **kept)
        client_name, area = story.mre.client.first_name, story.mre.area
        page = client.get(url("mail_client", story))
        assert f"Dear {client_name}, about {area}" in words_of(page)

    def test_says_what_is_missing_and_keeps_the_words(self, story: Story, client: Browser) -> None:
        response = client.post(url("mail_client", story), {"subject": "", "text": "Long words"})
        words = words_of(response)
        assert "A mail needs a subject." in words
        assert "Long words" in words
        assert "client_message" not in story.mails

    def test_says_before_writing_that_the_address_fails(
        self, story: Story, client: Browser
    ) -> None:
        assert "may not arrive" not in words_of(client.get(url("mail_client", story)))
        Client.objects.update(mail_trouble="bounced", mail_trouble_at=story.now)
        page = main_of(client.get(url("mail_client", story)))
        assert "may not arrive" in page.get_text(" ", strip=True)
        assert page.select(".alert a[href^=tel]")

    def test_stays_between_the_mentor_the_client_and_the_coordinator(
        self, story: Story, client: Browser
    ) -> None:
        client.post(url("mail_client", story), {"subject": "Debts", "text": "About your debts."})
        for person, reads in [(story.org.rcic, True), (story.org.leader, False)]:
            client.force_login(person)
            page = client.get(url("request", story)).content.decode()
            assert ("About your debts." in page) == reads, person
            assert ("Debts" in page) == reads, person

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_for_the_mentor_and_the_coordinator(
        self, story: Story, client: Browser, method: str
    ) -> None:
        said = {"subject": "Your prices", "text": "When can we talk?"}
        for person, status in [(story.org.ben, 404), (story.org.leader, 403)]:
            client.force_login(person)
            response = getattr(client, method)(url("mail_client", story), said)
            assert response.status_code == status
        client.force_login(story.org.rcic)
        response = getattr(client, method)(url("mail_client", story), said)
        assert response.status_code in (200, 302)


class TestHowFarHeIs:
    def steps(self, client: Browser, story: Story) -> list[str]:
        steps = contact_of(client, story).select(".step-item")
        return [" ".join(step.get_text(" ", strip=True).split()) for step in steps]

    def test_shows_the_attempts_that_are_needed_and_when_close_out_opens(
        self, story: Story, client: Browser
    ) -> None:
        assert self.steps(client, story) == [
            "First attempt made Mon 16 Mar",
            "Second attempt by Mon 23 Mar",
            "Third attempt",
            "Close-out not before Mon 30 Mar",
        ]

    def test_links_each_due_date_to_how_it_was_counted(self, story: Story, client: Browser) -> None:
        clocks = reverse("intake:clocks", args=[story.mre_id])
        steps = contact_of(client, story).select(".step-item a")
        assert [str(link["href"]) for link in steps] == [f"{clocks}#attempt-{story.assignment.pk}"]

    def test_opens_close_out_after_three_attempts_and_two_weeks(
        self, org: Organisation, at: SetClock, client: Browser
    ) -> None:
        story = request_in("accepted", org).wait(days=1).attempt().wait(days=1).attempt()
        at(story.now)
        client.force_login(org.joan)
        assert self.steps(client, story)[-1] == "Close-out opens Mon 30 Mar"
        at(story.wait(days=13).now)
        client.force_login(org.joan)
        assert self.steps(client, story)[-1] == "Close-out open since Mon 30 Mar"

    def test_ends_when_the_client_is_reached(self, story: Story, client: Browser) -> None:
        client.post(url("attempt_tap", story), {"tap": "reached"})
        assert self.steps(client, story) == []


def test_the_page_of_a_mail_costs_the_same_for_one_attempt_and_for_twenty(
    story: Story, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(url("mail_client", story))
    with django_assert_num_queries(9):
        client.get(url("mail_client", story))
    for _ in range(20):
        story.wait(minutes=1).attempt()
    with django_assert_num_queries(9):
        client.get(url("mail_client", story))


def test_no_page_of_contact_has_two_elements_of_one_id(story: Story, client: Browser) -> None:
    for page in ("attempt", "mail_client", "request"):
        html = BeautifulSoup(client.get(url(page, story)).content, "html.parser")
        ids = [str(tag["id"]) for tag in html.select("[id]")]
        assert len(ids) == len(set(ids)), page
