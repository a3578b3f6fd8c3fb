"""The mentor's desk in the browser: what it shows and hides, answers, contact attempts, panels."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from intake.enums import Channel, ContactResult, DeclineReason, Outcome, Status
from intake.models import ContactAttempt, OutboxMail
from mentors.models import Pause
from tests.factories import (
    SITUATIONS,
    Organisation,
    Story,
    a_person,
    an_ask,
    pause,
    request_in,
    submit,
)
from tests.intake.conftest import SetClock

DESK = reverse("intake:desk")
CLOSED = reverse("intake:closed")
SECRETS = {"last_name": "Vasquez-Secret", "email": "ana@secret.example", "phone": "917-555-0199"}
ASKED_AND_WAITING = ("assigned", "overdue")

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


def url(page: str, story: Story) -> str:
    return reverse(f"intake:{page}", args=[story.mre_id])


@pytest.fixture
def joan(org: Organisation, client: Browser) -> Browser:
    """Joan's browser, signed in for as long as a story lasts."""
    client.force_login(org.joan)
    session = client.session
    session.set_expiry(timedelta(days=365))
    session.save()
    return client


@pytest.fixture
def asked(org: Organisation, at: SetClock) -> Story:
    """A request of Ana that waits for Joan's answer."""
    person = a_person(first_name="Ana", **SECRETS)
    ask = an_ask(question="Where do I find <customers>?", business_name="Vasquez-Secret & Sons")
    story = request_in("assigned", org, person=person, ask=ask)
    at(story.now)
    return story


class TestTheDesk:
    def test_of_somebody_without_requests_helps_on(self, joan: Browser) -> None:
        response = joan.get(DESK)
        words = words_of(response)
        assert "Nothing waits for you" in words
        assert "no open clients" in words
        assert main_of(response).find("a", href=reverse("intake:availability"))

    def test_needs_a_sign_in(self, client: Browser) -> None:
        assertRedirects(client.get(DESK), f"{reverse('account_login')}?next={DESK}")

    def test_shows_what_is_asked_and_by_when(self, asked: Story, joan: Browser) -> None:
        words = words_of(joan.get(DESK))
        for part in (
            "1 waits for your answer · no open clients",
            "Ana asks for a mentor",
            "Where do I find <customers>?",
            "Marketing",
            "answer by Wed 18 Mar",
            "Ada Admin: “She asked for you.”",
            "goes back to the coordinator after Mon 23 Mar",
            "Hello Ana,",
        ):
            assert part in words, part

    @pytest.mark.parametrize("situation", ASKED_AND_WAITING)
    def test_hides_who_the_client_is_before_acceptance(
        self, org: Organisation, at: SetClock, joan: Browser, situation: str
    ) -> None:
        ask = an_ask(business_name="Vasquez-Secret & Sons", website="https://secret.example")
        person = a_person(first_name="Ana", **SECRETS)
        story = request_in(situation, org, person=person, ask=ask)
        at(story.now)
        for page in (DESK, url("request", story), url("accept", story), url("decline", story)):
            html = joan.get(page).content.decode()
            assert "Ana" in html
            for secret in ("Secret", "secret.example", "917", "0199"):
                assert secret not in html, (page, secret)

    def test_shows_who_the_client_is_afterwards(self, asked: Story, joan: Browser) -> None:
        asked.accept()
        assert "Ana Vasquez-Secret" in words_of(joan.get(DESK))
        page = joan.get(url("request", asked)).content.decode()
        assert "mailto:ana@secret.example" in page
        assert "tel:+19175550199" in page

    def test_lists_open_clients_with_where_they_stand_and_one_button(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        story = request_in("contacted", org)
        at(story.now)
        [row] = main_of(joan.get(DESK)).select("tbody tr")
        assert "In contact since Tue 17 Mar, no session yet" in row.get_text(" ", strip=True)
        assert [button["href"] for button in row.select(".btn")] == [
            f"/requests/{story.mre_id}/schedule/?from=desk"
        ]

    def test_closes_an_unanswered_client_with_one_click(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        story = request_in("tried_three_times", org)
        at(story.now)
        [form] = main_of(joan.get(DESK)).select("form[action*=close]")
        joan.post(str(form["action"]))
        assert story.mre.status == Status.NO_RESPONSE

    def test_says_that_he_is_paused(self, org: Organisation, at: SetClock, joan: Browser) -> None:
        story = submit(org)
        pause(org.joan, org, now=story.now, days=3)
        assert "You are paused until Thu 19 Mar" in words_of(joan.get(DESK))

    def test_shows_nothing_of_other_mentors(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        person = a_person(first_name="Zelda")
        story = submit(org, person=person).assign(org.ben).accept().hold()
        at(story.now)
        assert b"Zelda" not in joan.get(DESK).content
        at(story.complete().now)
        assert b"Zelda" not in joan.get(CLOSED).content

    def test_leads_a_co_mentor_to_the_session_he_joined(
        self, org: Organisation, at: SetClock, client: Browser
    ) -> None:
        story = request_in("counseled", org)
        story.session.co_mentorships.create(volunteer=org.sam, minutes=30)
        at(story.now)
        client.force_login(org.sam)
        page = client.get(DESK)
        assert main_of(page).find("a", href=url("request", story))
        assert "We spoke about prices." in words_of(client.get(url("request", story)))

    def test_costs_the_same_for_one_request_of_each_kind_and_for_three(
        self,
        org: Organisation,
        at: SetClock,
        joan: Browser,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        def fill() -> Story:
            for situation in ("counseled", "session_planned", "notes_missing", "complete"):
                request_in(situation, org)
            story = request_in("tried_three_times", org)
            return submit(org, at=story.now).assign()

        at(fill().now)
        joan.get(DESK)
        with django_assert_num_queries(15):
            joan.get(DESK)
        for _ in range(2):
            fill()
        with django_assert_num_queries(15):
            words = words_of(joan.get(DESK))
        assert "3 wait for your answer" in words
        assert "12 open clients" in words

    def test_looks_for_words_only_where_some_are_written(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        at(submit(org).now)
        with CaptureQueriesContext(connection) as asked:
            joan.get(DESK)
        assert "notetemplate" not in str(asked.captured_queries)
        at(submit(org).assign().now)
        with CaptureQueriesContext(connection) as asked:
            joan.get(DESK)
        assert "notetemplate" in str(asked.captured_queries)


class TestClosedRequests:
    def test_are_found_by_name(self, org: Organisation, at: SetClock, joan: Browser) -> None:
        stories = [request_in("complete", org) for _ in range(2)]
        at(stories[-1].now)
        found, other = (story.mre.client.last_name for story in stories)
        words = words_of(joan.get(CLOSED, {"q": found}))
        assert found in words
        assert other not in words

    @pytest.mark.parametrize("typed", ["José", "jose", "orTIZ bak", "{number}", "mr {number}"])
    def test_are_found_by_name_business_and_number(
        self, org: Organisation, at: SetClock, joan: Browser, typed: str
    ) -> None:
        person, ask = a_person(first_name="José"), an_ask(business_name="Ortiz Bakery")
        found = request_in("complete", org, person=person, ask=ask)
        other = request_in("complete", org)
        at(other.now)
        words = words_of(joan.get(CLOSED, {"q": typed.format(number=found.mre_id)}))
        assert found.mre.number in words
        assert other.mre.number not in words

    def test_come_in_pages(self, org: Organisation, at: SetClock, joan: Browser) -> None:
        stories = [request_in("complete", org) for _ in range(26)]
        at(stories[-1].now)
        assert "All my closed requests" in words_of(joan.get(DESK))
        assert len(main_of(joan.get(CLOSED)).select("tbody tr")) == 25
        assert len(main_of(joan.get(CLOSED, {"page": 2})).select("tbody tr")) == 1

    @pytest.mark.parametrize("hostile", ["\x00", "%", "'; --", "9" * 100, "MR-", "x" * 300])
    def test_survive_any_search(
        self, org: Organisation, at: SetClock, joan: Browser, hostile: str
    ) -> None:
        at(request_in("complete", org).now)
        assert joan.get(CLOSED, {"q": hostile}).status_code == 200

    def test_of_nobody_help_on(self, joan: Browser) -> None:
        assert "No request is closed yet" in words_of(joan.get(CLOSED))
        assert "No closed request is called that" in words_of(joan.get(CLOSED, {"q": "Bo"}))


class TestAccepting:
    def test_sends_the_note_and_opens_the_request(self, asked: Story, joan: Browser) -> None:
        response = joan.post(url("accept", asked), {"note": "Hello Ana,\r\nFriday at ten?"})
        assertRedirects(response, url("request", asked), fetch_redirect_response=False)
        assert asked.assignment.outcome == Outcome.ACCEPTED_IN_TIME
        mail = OutboxMail.objects.get(kind="client_accepted")
        assert "Friday at ten?" in mail.text

    def test_needs_a_note_and_keeps_the_request_open(self, asked: Story, joan: Browser) -> None:
        response = joan.post(url("accept", asked), {"note": "  \n "})
        assert "Write a first note" in complaints(response)
        assert asked.mre.status == Status.ASSIGNED

    def test_keeps_what_was_typed_when_it_is_refused(self, asked: Story, joan: Browser) -> None:
        note = "A long note. " * 400
        response = joan.post(url("accept", asked), {"note": note})
        assert "At most 4,000 characters" in complaints(response)
        field = main_of(response).select_one("textarea")
        assert field is not None
        assert field.get_text().strip() == note.strip()

    def test_the_draft_can_be_sent_as_it_is(self, asked: Story, joan: Browser) -> None:
        field = main_of(joan.get(DESK)).select_one("textarea")
        assert field is not None
        joan.post(url("accept", asked), {"note": field.get_text()})
        assert asked.mre.status == Status.ACCEPTED

    def test_looking_changes_nothing(self, asked: Story, joan: Browser) -> None:
        assert joan.get(url("accept", asked)).status_code == 200
        assert asked.mre.status == Status.ASSIGNED

    def test_is_possible_while_overdue_and_counts_as_late(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        story = request_in("overdue", org)
        at(story.now)
        joan.post(url("accept", story), {"note": "Sorry for the delay."})
        assert story.assignment.outcome == Outcome.ACCEPTED_LATE

    def test_twice_is_done_once_and_said(self, asked: Story, joan: Browser) -> None:
        joan.post(url("accept", asked), {"note": "Hello"})
        response = joan.post(url("accept", asked), {"note": "Hello"}, follow=True)
        assert "You accepted this request on Mon 16 Mar 11:00." in words_of(response)
        assert OutboxMail.objects.filter(kind="client_accepted").count() == 1

    @pytest.mark.parametrize(
        ("too_late", "sentence"),
        [
            (Story.replace, "This request was given to another mentor."),
            (Story.withdraw, "This request was withdrawn."),
            (Story.time_out, "This request went back because there was no answer in time."),
            (Story.hand_back, "This request was handed back."),
            (Story.decline, "You declined this request on"),
        ],
    )
    def test_too_late_is_explained(
        self, asked: Story, at: SetClock, joan: Browser, too_late: Any, sentence: str
    ) -> None:
        if too_late is Story.time_out:
            asked.become_overdue()
        too_late(asked)
        at(asked.now)
        for response in (
            joan.get(url("accept", asked), follow=True),
            joan.post(url("accept", asked), {"note": "Hello"}, follow=True),
        ):
            assert response.redirect_chain == [(DESK, 302)]
            assert sentence in words_of(response)

    @pytest.mark.parametrize("page", ["accept", "decline", "attempt", "request"])
    def test_of_another_mentors_request_does_not_exist(
        self, org: Organisation, at: SetClock, joan: Browser, page: str
    ) -> None:
        story = submit(org).assign(org.ben)
        at(story.now)
        assert joan.get(url(page, story)).status_code == 404
        if page != "request":
            assert joan.post(url(page, story), {"note": "Mine!"}).status_code == 404

    @pytest.mark.parametrize("page", ["accept", "decline"])
    @pytest.mark.parametrize("person", ["rcic", "leader", "admin"])
    def test_is_refused_to_others_in_scope(
        self, asked: Story, client: Browser, person: str, page: str
    ) -> None:
        client.force_login(getattr(asked.org, person))
        for response in (client.get(url(page, asked)), client.post(url(page, asked))):
            assert response.status_code == 403
            assert "Only the mentor to whom it is assigned can answer." in words_of(response)


class TestDeclining:
    def test_needs_a_reason(self, asked: Story, joan: Browser) -> None:
        assert "Choose a reason." in complaints(joan.post(url("decline", asked), {"text": "No"}))
        assert asked.mre.status == Status.ASSIGNED

    def test_for_another_reason_needs_words(self, asked: Story, joan: Browser) -> None:
        response = joan.post(url("decline", asked), {"reason": "other"})
        assert "Say in a few words why." in complaints(response)
        joan.post(url("decline", asked), {"reason": "other", "text": "She is my sister."})
        assert asked.assignment.decline_text == "She is my sister."

    def test_gives_the_request_back(self, asked: Story, joan: Browser) -> None:
        response = joan.post(url("decline", asked), {"reason": "no_capacity"})
        assertRedirects(response, DESK)
        assert asked.assignment.outcome == Outcome.DECLINED
        assert asked.assignment.decline_reason == DeclineReason.NO_CAPACITY
        assert not Pause.objects.exists()

    def test_and_pausing_is_one_step(self, asked: Story, joan: Browser) -> None:
        other = submit(asked.org, at=asked.now).assign()
        joan.post(
            url("decline", asked),
            {"reason": "away", "starts_on": "", "ends_on": "2026-03-30", "hand_back": "on"},
        )
        assert asked.assignment.outcome == Outcome.DECLINED
        assert other.assignment.outcome == Outcome.HANDED_BACK
        [paused] = Pause.objects.all()
        assert (paused.starts_on, paused.ends_on) == (date(2026, 3, 16), date(2026, 3, 30))

    def test_is_not_done_when_the_pause_makes_no_sense(self, asked: Story, joan: Browser) -> None:
        response = joan.post(
            url("decline", asked),
            {"reason": "away", "text": "On a boat", "starts_on": "2026-04-02"}
            | {"ends_on": "2026-04-01"},
        )
        assert "The pause ends before it starts." in complaints(response)
        assert "On a boat" in words_of(response)
        assert asked.mre.status == Status.ASSIGNED
        assert not Pause.objects.exists()


class TestLoggingAnAttempt:
    @pytest.fixture
    def accepted(self, asked: Story, at: SetClock) -> Story:
        asked.accept().wait(hours=3)
        at(asked.now)
        return asked

    def test_counts_and_goes_back_to_where_he_came_from(
        self, accepted: Story, joan: Browser
    ) -> None:
        said = {"channel": "phone", "result": "left_message", "note": "Voicemail"}
        response = joan.post(url("attempt", accepted) + "?from=desk", said)
        assertRedirects(response, DESK)
        made = ContactAttempt.objects.latest("pk")
        assert (made.channel, made.result) == (Channel.PHONE, ContactResult.LEFT_MESSAGE)
        assert (made.at, made.note, made.by) == (accepted.now, "Voicemail", accepted.org.joan)
        said["result"] = "no_answer"
        response = joan.post(url("attempt", accepted), said)
        assertRedirects(response, url("request", accepted), fetch_redirect_response=False)
        assert accepted.assignment.attempts_made == 3

    def test_takes_an_earlier_time_on_the_clock_of_his_chapter(
        self, accepted: Story, joan: Browser
    ) -> None:
        page = joan.get(url("attempt", accepted))
        assert "Leave empty for just now. Time in New York." in words_of(page)
        said = {"channel": "phone", "result": "no_answer", "at": "2026-03-16T12:30"}
        joan.post(url("attempt", accepted), said)
        made = ContactAttempt.objects.latest("pk")
        assert made.at.isoformat() == "2026-03-16T16:30:00+00:00"

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("2026-03-17T09:00", "That is in the future"),
            ("2026-03-16T09:00", "That is before the request was accepted."),
            ("2026-03-08T02:30", "The clocks are changed that night"),
            ("2025-11-02T01:30", "The clocks are changed that night"),
            ("yesterday", "Enter a day and a time"),
            ("0001-01-01T00:00", "Look at the year again"),
            ("9999-12-31T23:59", "Look at the year again"),
        ],
    )
    def test_says_what_is_wrong_with_a_time(
        self, accepted: Story, joan: Browser, typed: str, sentence: str
    ) -> None:
        said = {"channel": "phone", "result": "no_answer", "note": "Rang long", "at": typed}
        response = joan.post(url("attempt", accepted), said)
        assert sentence in complaints(response)
        assert "Rang long" in words_of(response)
        assert accepted.assignment.attempts_made == 1

    def test_is_refused_once_it_is_closed(
        self, accepted: Story, at: SetClock, joan: Browser
    ) -> None:
        accepted.hold(notes="Done").complete()
        at(accepted.now)
        response = joan.get(url("attempt", accepted), follow=True)
        assert "This request was closed on" in words_of(response)

    def test_is_refused_to_a_leader_who_only_reads(self, accepted: Story, client: Browser) -> None:
        client.force_login(accepted.org.leader)
        response = client.get(url("attempt", accepted))
        assert response.status_code == 403
        assert "917" not in response.content.decode()

    def test_a_coordinator_can_log_for_him(self, accepted: Story, client: Browser) -> None:
        client.force_login(accepted.org.rcic)
        client.post(url("attempt", accepted), {"channel": "email", "result": "reached"})
        assert accepted.assignment.contacted_at == accepted.now


class TestPanelsOfTheRequestPage:
    def test_offer_the_answer_to_the_mentor_who_is_asked(self, asked: Story, joan: Browser) -> None:
        page = main_of(joan.get(url("request", asked)))
        assert page.find("form", action=url("accept", asked))
        assert page.find("a", href=url("decline", asked))

    def test_offer_the_close_that_fits_and_explain_the_others(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        story = request_in("counseled", org)
        at(story.now)
        page = main_of(joan.get(url("request", story)))
        [fitting] = page.select("#close form")
        assert fitting["action"] == reverse("intake:close", args=[story.mre_id, "complete"])
        words = page.get_text(" ", strip=True)
        for sentence in (
            "A session was held, so this is not a No Show",
            "No Response needs 3 contact attempts; 1 so far.",
            "Log an attempt marked undeliverable or wrong number by e-mail and phone first.",
            "A session was held: close it as Complete, or ask your coordinator.",
        ):
            assert sentence in words, sentence

    @pytest.mark.parametrize(
        ("situation", "status"),
        [
            ("session_missed", "no_show"),
            ("unreachable", "incorrect_contact"),
            ("tried_three_times", "no_response"),
        ],
    )
    def test_follow_what_happened(
        self, org: Organisation, at: SetClock, joan: Browser, situation: str, status: str
    ) -> None:
        story = request_in(situation, org)
        at(story.now)
        [fitting] = main_of(joan.get(url("request", story))).select("#close form")
        assert fitting["action"] == reverse("intake:close", args=[story.mre_id, status])

    def test_count_the_attempts_with_their_days(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        story = request_in("accepted", org).wait(days=2).attempt()
        at(story.now)
        contact = main_of(joan.get(url("request", story))).select_one("#contact")
        assert contact is not None
        words = contact.get_text(" ", strip=True)
        assert "1. E-mail, awaiting answer · Mon 16 Mar 13:00" in words
        assert "2. Phone, no answer · Wed 18 Mar 13:00" in words
        assert "Third attempt by Wed 25 Mar" in words

    def test_show_notes_to_coordinators_and_not_to_leaders(
        self, org: Organisation, at: SetClock, client: Browser
    ) -> None:
        story = request_in("counseled", org)
        at(story.now)
        client.force_login(org.rcic)
        assert "We spoke about prices." in words_of(client.get(url("request", story)))
        client.force_login(org.leader)
        words = words_of(client.get(url("request", story)))
        assert "We spoke about prices." not in words
        assert "The notes are for the mentors of this client and the coordinator." in words

    def test_show_earlier_sessions_to_the_next_mentor_once_he_has_accepted(
        self, org: Organisation, at: SetClock, client: Browser
    ) -> None:
        story = request_in("counseled", org).reassign(org.ben)
        at(story.now)
        client.force_login(org.ben)
        assert "We spoke about prices." not in words_of(client.get(url("request", story)))
        story.accept()
        words = words_of(client.get(url("request", story)))
        assert "We spoke about prices." in words
        assert "Edit session 1" not in words

    @pytest.mark.parametrize("situation", SITUATIONS)
    def test_are_shown_to_the_mentor_who_holds_or_held_it_in_every_situation(
        self, org: Organisation, at: SetClock, joan: Browser, situation: str
    ) -> None:
        """Others read the page in every situation in the tests of the page itself."""
        story = request_in(situation, org)
        at(story.now)
        held = story.mre.current_id is not None and story.mentor == org.joan
        assert joan.get(url("request", story)).status_code == (200 if held else 404)

    def test_cost_the_same_for_one_session_and_for_ten(
        self,
        org: Organisation,
        at: SetClock,
        joan: Browser,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        story = request_in("counseled", org).wait(days=1).schedule()
        story.attempt().wait(minutes=1).attempt()
        at(story.now)
        joan.get(url("request", story))
        with django_assert_num_queries(12):
            joan.get(url("request", story))
        for _ in range(5):
            story.wait(hours=2).attempt().hold(notes="More").schedule(days=3)
        at(story.now)
        with django_assert_num_queries(12):
            joan.get(url("request", story))


def test_times_of_the_days_on_which_clocks_change_are_understood(
    asked: Story, joan: Browser
) -> None:
    """No hour of a day makes the page fail, even one that comes twice or not at all."""
    asked.accept()
    for day in ("2025-11-02", "2026-03-08", "2026-03-16", "2026-11-01", "2027-03-14"):
        for hour in ("00:00", "01:30", "02:30", "23:59"):
            typed = {"channel": "phone", "result": "no_answer", "at": f"{day}T{hour}"}
            assert joan.post(url("attempt", asked), typed).status_code in (200, 302)
