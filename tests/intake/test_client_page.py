"""The client's page: it tells where the request stands, and nothing that is not the client's."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.signing import Signer
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings
from pytest_django.asserts import assertRedirects

from intake.actions.contacting import add_note
from intake.enums import EventKind, NoteLevel, Status, WithdrawReason
from intake.links import status_path, status_token
from intake.models import MentoringRequest, OutboxMail
from intake.views.client_page import ANSWER_TAKES
from tests.factories import (
    SITUATIONS,
    Organisation,
    Story,
    a_person,
    an_ask,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock
from tests.kept import Everything

LOST = reverse("intake:lost_link")

pytestmark = pytest.mark.usefixtures("at")


def words_of(response: Any) -> str:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert main is not None
    return main.get_text(" ", strip=True)


def act_path(story: Story, act: str) -> str:
    return reverse(f"intake:status_{act}", args=[status_token(story.mre)])


def look(client: Browser, story: Story, at: SetClock) -> str:
    """What the client reads at this point of the story."""
    at(story.now)
    response = client.get(status_path(story.mre))
    assert response.status_code == 200
    return words_of(response)


SAYS = {
    "new": ["We are choosing a mentor", "knows Marketing", "answers by Wed 18 Mar"],
    "declined": ["cannot take it on", "answers by Wed 18 Mar"],
    "timed_out": ["did not answer in time. We are sorry", "answers by Thu 26 Mar"],
    "transferred": ["Your mentor cannot go on", "answers by Thu 19 Mar"],
    "mentor_unavailable": ["away for a while", "answers by Wed 18 Mar"],
    "reopened": ["open again", "answers by"],
    "moved_here": ["is with SCORE New York now", "answers by"],
    "assigned": ["A mentor has been asked", "expect an answer by Wed 18 Mar"],
    "overdue": ["should have answered by Wed 18 Mar", "no answer by Mon 23 Mar"],
    "replaced": ["A mentor has been asked", "expect an answer by Wed 18 Mar"],
    "accepted": [
        "Joan Whitfield is your mentor",
        "writes to you by e-mail",
        "Joan tries again by Mon 23 Mar",
    ],
    "contacted": ["Joan Whitfield is your mentor", "Agree with Joan on a day"],
    "session_planned": ["You and Joan meet by video on Wed 18 Mar 2026, 2:00 PM EDT"],
    "session_missed": ["Joan Whitfield is your mentor"],
    "counseled": ["You have met", "Joan closes it"],
    "tried_three_times": ["answer it by Mon 30 Mar", "may be closed"],
    "complete": [
        "Your mentoring is complete",
        "Joan Whitfield has closed",
        "you are welcome",
    ],
    "withdrawn": ["Your request was withdrawn", "cannot help with"],
    "withdrawn_from_queue": ["Your request was withdrawn"],
    "withdrawn_before_answer": ["Your request was withdrawn"],
    "no_show": ["closed after a missed meeting"],
    "no_response": ["closed without an answer from you"],
    "incorrect_contact": ["could not reach you", "Neither your e-mail"],
}


def test_the_day_is_the_last_one_on_the_mentors_own_clock(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    story = submit(org).assign(org.leilani)
    assert "answer by Wed 18 Mar" in look(client, story, at)


def test_a_wish_fulfilled_is_said_with_the_name_that_the_client_gave(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    set_profile(org.joan, accepts_direct=True)
    words = look(client, submit(org, ask=an_ask(requested_mentor=org.joan)), at)
    assert "The mentor you asked for has been asked" in words
    assert "You asked for Joan Whitfield, who is looking at your request." in words


@pytest.mark.parametrize(
    "situation", ["new", "declined", "timed_out", "mentor_unavailable", "replaced"]
)
def test_a_wish_is_known_and_what_the_mentor_answered_is_not(
    org: Organisation, client: Browser, at: SetClock, situation: str
) -> None:
    set_profile(org.joan, accepts_direct=situation != "new")
    story = submit(org, ask=an_ask(requested_mentor=org.joan))
    if situation != "new":
        step = {
            "declined": story.decline,
            "timed_out": story.time_out,
            "mentor_unavailable": story.hand_back,
            "replaced": story.replace,
        }[situation]
        step()
    words = look(client, story, at)
    known = situation == "replaced" or "You asked for Joan Whitfield." in words
    assert known
    for told in ("declined", "cannot take it on", "is away", "did not answer", "paused", "Okafor"):
        assert told not in words


def test_a_duplicate_names_the_other_request_of_the_same_client_only(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    person = a_person()
    first = submit(org, person=person)
    second = submit(org, person=person).withdraw(
        WithdrawReason.DUPLICATE, duplicate_of_id=first.mre_id
    )
    third = submit(org).withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=first.mre_id)
    assert f"We go on with your request {first.mre.number}." in look(client, second, at)
    words = look(client, third, at)
    assert "We go on with your other request." in words
    assert first.mre.number not in words


WITHOUT_A_NAME = [
    name
    for name in SITUATIONS
    if not re.search(
        "accepted|contacted|session|counseled|notes|tried|unreach|to_mentor|^complete", name
    )
]


SECRETS = {
    NoteLevel.MENTOR: "Secret between mentor and coordinator",
    NoteLevel.COORDINATOR: "Secret of the coordinator",
    NoteLevel.CLIENT: "A note that went by mail",
}


class TestInEverySituation:
    def test_says_where_it_stands_and_what_comes_next_by_when(
        self, everything: Everything, client: Browser, at: SetClock
    ) -> None:
        missing = []
        for situation, parts in SAYS.items():
            words = look(client, everything.stories[situation], at)
            missing += [(situation, part) for part in parts if part not in words]
        assert missing == []

    def test_names_no_mentor_before_acceptance_and_none_who_is_gone(
        self, everything: Everything, client: Browser, at: SetClock
    ) -> None:
        org, told = everything.org, []
        names = [n for one in (org.joan, org.ben, org.grace) for n in (one.last_name, one.email)]
        for situation in WITHOUT_A_NAME:
            words = look(client, everything.stories[situation], at)
            told += [(situation, name) for name in names if name in words]
        assert told == []

    def test_tells_nothing_that_people_here_write_to_each_other(
        self, everything: Everything, client: Browser, at: SetClock
    ) -> None:
        org, told = everything.org, []
        written = [
            *SECRETS.values(),
            "She asked for you.",  # to the mentor who was chosen
            "Ben is free this week.",
            "We spoke about prices.",  # session notes
            "This is about tax.",
            "He wants a loan from us.",
            "She wrote again.",
            "The shop is over there.",
            org.rcic.last_name,
            org.admin.first_name + " " + org.admin.last_name,
            org.joan.email,
        ]
        for situation, story in everything.stories.items():
            for level, text in SECRETS.items():
                add_note(mre_id=story.mre_id, by=org.admin, now=story.now, level=level, text=text)
            at(story.now)
            source = client.get(status_path(story.mre)).content.decode()
            told += [(situation, text) for text in written if text in source]
        assert told == []


def test_a_parked_request_looks_like_every_other(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    person = a_person()
    parked = look(client, submit(org, person=person, suspended=True), at)
    other = look(
        client, submit(org, person=a_person(**(vars(person) | {"email": "o@example.com"}))), at
    )
    plain = [re.sub(r"MR-\d+|\S+@example.com", "", words) for words in (parked, other)]
    assert plain[0] == plain[1]


def test_html_in_the_question_is_text(org: Organisation, client: Browser, at: SetClock) -> None:
    story = submit(org, ask=an_ask(question="<script>alert(1)</script>\n🎉 second line"))
    at(story.now)
    source = client.get(status_path(story.mre)).content.decode()
    assert "<script>alert(1)" not in source
    assert "🎉 second line" in source


class TestTheLink:
    def test_is_kept_from_caches_searches_and_other_sites(
        self, org: Organisation, client: Browser
    ) -> None:
        response = client.get(status_path(submit(org).mre))
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"

    @pytest.mark.parametrize("act", ["", "contact/", "question/", "withdraw/"])
    def test_tampered_with_offers_a_new_one(
        self, org: Organisation, client: Browser, act: str
    ) -> None:
        story, other = submit(org), submit(org)
        token = status_token(story.mre)
        signature = token.partition(".")[2]
        for wrong in (
            token[:-1],
            token + "x",
            f"{other.mre_id}.{signature}",
            str(story.mre_id),
            "..",
            "é.ü",
            "a" * 2000,
            Signer(sep=".", salt="intake.answer").sign(str(story.mre_id)),
            Signer(sep=".", salt="intake.status").sign("99999999"),
        ):
            for response in (
                client.get(f"/status/{wrong}/{act}"),
                client.post(f"/status/{wrong}/{act}"),
            ):
                assert response.status_code in (404, 405)
            assert client.get(f"/status/{wrong}/{act}").status_code == 404
            assert LOST in client.get(f"/status/{wrong}/{act}").content.decode()
        assert story.mre.status == other.mre.status == Status.NEED_ACTION

    def test_opens_nothing_for_the_mentor(self, org: Organisation, client: Browser) -> None:
        token = status_token(submit(org).mre)
        assert client.get(reverse("intake:answer", args=[token])).status_code == 404

    def test_looking_changes_nothing(self, org: Organisation, client: Browser) -> None:
        story = submit(org).assign()
        paths = [status_path(story.mre), *(act_path(story, act) for act in ACTS)]
        before = state(story.mre)
        for path in paths:
            client.get(path)
            client.head(path)
        assert state(story.mre) == before


ACTS = ("contact", "question", "withdraw")


def state(mre: MentoringRequest) -> tuple[Any, ...]:
    """Everything about a request that an act would change."""
    rows = MentoringRequest.objects.filter(pk=mre.pk).values()
    client = type(mre.client).objects.filter(pk=mre.client_id).values()
    return list(rows), list(client), mre.events.count(), OutboxMail.objects.count()


class TestCorrectingContact:
    def test_changes_it_and_tells_the_mentor(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = request_in("accepted", org)
        at(story.now)
        old = story.mre.client.email
        new = {"email": "maria.new@example.com", "phone": "+1 212 555 0199", "speech": "en"}
        response = client.post(act_path(story, "contact"), new)
        assertRedirects(response, status_path(story.mre))
        known = story.mre.client
        assert (known.email, known.phone) == ("maria.new@example.com", "(212) 555-0199")
        assert known.aliases.get().email == old
        assert story.kinds[-1] == EventKind.CONTACT_CORRECTED
        assert story.mails[-1] == "mentor_client_update"

    @pytest.mark.parametrize(
        ("field", "text", "sentence"),
        [
            ("email", "maria@example.com\r\nBcc: x@example.com", "one line"),
            ("email", "maria", "Enter an e-mail address"),
            ("email", "", "required"),
            ("phone", "12", "area code"),
            ("phone", "2125550142\x00", "cannot be shown"),
            ("phone", "1" * 1024 * 1024, "At most 40 characters"),
        ],
    )
    def test_refuses_in_words_and_keeps_what_was_typed(
        self, org: Organisation, client: Browser, field: str, text: str, sentence: str
    ) -> None:
        story = submit(org)
        before = state(story.mre)
        given = {"email": "typed@example.com", "phone": "212-555-0177", "speech": "en"} | {
            field: text
        }
        response = client.post(act_path(story, "contact"), given)
        assert response.status_code == 200
        assert sentence in words_of(response)
        other = {"email": "212-555-0177", "phone": "typed@example.com"}[field]
        assert other in response.content.decode()
        assert state(story.mre) == before

    def test_another_address_is_trusted_again(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = request_in("accepted", org)
        at(story.now)
        link, person = status_path(story.mre), story.mre.client
        type(person).objects.update(mail_trouble="bounced", mail_trouble_at=story.now)
        assert f"Our e-mails to {person.email} do not arrive" in words_of(client.get(link))
        client.post(act_path(story, "contact"), {"email": person.email, "phone": "212-555-0177"})
        assert story.mre.client.mail_trouble == "bounced"
        new = {"email": "maria.new@example.com", "phone": "212-555-0177"}
        response = client.post(act_path(story, "contact"), new, follow=True)
        assert "do not arrive" not in words_of(response)
        assert (story.mre.client.mail_trouble, story.mre.client.mail_trouble_at) == ("", None)

    def test_the_language_is_that_of_the_next_mail_and_page(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = request_in("assigned", org)
        at(story.now)
        person = story.mre.client
        given = {"email": person.email, "phone": "212-555-0177", "speech": "es"}
        response = client.post(act_path(story, "contact"), given, follow=True)
        assert response["Content-Language"] == "es"
        what = story.mre.events.latest("pk").data["what"]
        assert what == "phone and language of our mails of the client"
        story.accept()
        mail = story.mre.mails.get(kind="client_accepted")
        assert mail.subject == f"Su mentor aceptó la solicitud {story.mre.number}"

    def test_says_when_nothing_is_different(self, org: Organisation, client: Browser) -> None:
        story = submit(org, person=a_person(phone="(212) 555-0142"))
        same = {"email": story.mre.client.email, "phone": "212 555 0142", "speech": "en"}
        assert "Nothing was changed." in words_of(client.post(act_path(story, "contact"), same))


class TestAddingToTheQuestion:
    def test_leaves_what_was_there(self, org: Organisation, client: Browser) -> None:
        story = submit(org)
        response = client.post(act_path(story, "question"), {"text": "=1+1 🎉\r\n<b>more</b>"})
        assertRedirects(response, status_path(story.mre))
        assert story.mre.question == "How do I find customers?\n\n=1+1 🎉\n<b>more</b>"
        assert story.kinds[-1] == EventKind.QUESTION_EXTENDED

    @pytest.mark.parametrize("text", ["", "  ", "a" * 1024 * 1024, "a\x00b"])
    def test_refuses_in_words(self, org: Organisation, client: Browser, text: str) -> None:
        story = submit(org)
        response = client.post(act_path(story, "question"), {"text": text})
        assert response.status_code == 200
        assert "Please look at this again" in words_of(response)
        assert story.mre.question == "How do I find customers?"

    def test_ends_somewhere(self, org: Organisation, client: Browser) -> None:
        story = submit(org)
        answers = [
            client.post(act_path(story, "question"), {"text": "a" * 4_990}) for _ in range(5)
        ]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 302, 200]
        assert "20,000 characters in all" in words_of(answers[-1])

    def test_not_too_often(self, org: Organisation, client: Browser, settings: Settings) -> None:
        settings.PUBLIC_RATES = {"status": ("9/h", "2/h")}
        story, other = submit(org), submit(org)
        answers = [
            client.post(act_path(story, "question"), {"text": "More"}).status_code for _ in range(3)
        ]
        assert answers == [302, 302, 429]
        assert client.post(act_path(other, "question"), {"text": "More"}).status_code == 302


class TestWithdrawing:
    def test_is_asked_once_more_and_then_done(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = request_in("assigned", org)
        at(story.now)
        asked = client.get(act_path(story, "withdraw"))
        assert "Withdraw your request?" in words_of(asked)
        assert story.mre.status == Status.ASSIGNED
        response = client.post(act_path(story, "withdraw"), follow=True)
        assert story.mre.status == Status.WITHDRAWN
        assert "no longer need it" in words_of(response)
        assert {"client_closed", "mentor_withdrawn", "rcic_client_withdrew"} <= set(story.mails)

    def test_twice_is_no_harm(self, org: Organisation, client: Browser) -> None:
        story = submit(org)
        for _ in range(2):
            response = client.post(act_path(story, "withdraw"))
            assertRedirects(response, status_path(story.mre))
        assert story.kinds.count(EventKind.CLOSED) == 1


class TestAskingAgain:
    def test_is_for_closed_requests(self, org: Organisation, client: Browser, at: SetClock) -> None:
        story = request_in("accepted", org)
        at(story.now)
        assertRedirects(client.get(act_path(story, "again")), status_path(story.mre))

    def test_brings_along_who_it_is_and_leaves_the_question_to_him(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        ask = an_ask(existing=True, business_name="Garcia’s Bakery", employees=3, meet_by="video")
        story = request_in("complete", org, ask=ask)
        at(story.now)
        response = client.get(act_path(story, "again"))
        assert "no-store" in response["Cache-Control"]
        initial = response.context["form"].initial
        person = story.mre.client
        assert (initial["email"], initial["zip"]) == (person.email, person.zip)
        assert (initial["business_name"], initial["stage"]) == ("Garcia’s Bakery", "existing")
        assert not {"question", "area", "consent_contact", "requested_mentor"} & set(initial)
        page = BeautifulSoup(response.content, "html.parser")
        form = page.select_one(f"form[action='{reverse('intake:submit')}']")
        assert form is not None
        assert form.select_one("[name=first_name]")["value"] == person.first_name  # type: ignore[index]


@pytest.mark.parametrize("act", ACTS)
def test_acts_end_with_the_request(
    org: Organisation, client: Browser, at: SetClock, act: str
) -> None:
    story = request_in("complete", org)
    at(story.now)
    before = state(story.mre)
    given = {"email": "new@example.com", "phone": "2125550142", "text": "More"}
    for response in (client.get(act_path(story, act)), client.post(act_path(story, act), given)):
        assertRedirects(response, status_path(story.mre))
    assert state(story.mre) == before
    assert act_path(story, act) not in client.get(status_path(story.mre)).content.decode()


class TestALostLink:
    def test_is_sent_to_the_address_on_file(self, org: Organisation, client: Browser) -> None:
        story = submit(org)
        client.post(LOST, {"email": story.mre.client.email.upper()})
        mail = OutboxMail.objects.get(kind="client_status_link")
        assert mail.to_email == story.mre.client.email
        assert status_path(story.mre) in mail.text

    def test_is_sent_to_the_new_address_for_a_former_one(
        self, org: Organisation, client: Browser
    ) -> None:
        story = submit(org)
        old = story.mre.client.email
        client.post(act_path(story, "contact"), {"email": "new@example.com", "phone": "2125550142"})
        client.post(LOST, {"email": old})
        assert OutboxMail.objects.get(kind="client_status_link").to_email == "new@example.com"

    def test_is_answered_alike_whether_the_address_is_known_or_not(
        self, org: Organisation, client: Browser
    ) -> None:
        known = submit(org).mre.client.email
        answers, took = [], []
        for email in (known, "nobody@example.com"):
            began = time.monotonic()
            answers.append(client.post(LOST, {"email": email}, follow=True))
            took.append(time.monotonic() - began)
        assert answers[0].redirect_chain == answers[1].redirect_chain
        assert words_of(answers[0]) == words_of(answers[1])
        assert min(took) >= ANSWER_TAKES
        assert OutboxMail.objects.filter(kind="client_status_link").count() == 1

    def test_not_too_often_and_alike_again(
        self, org: Organisation, client: Browser, settings: Settings
    ) -> None:
        settings.PUBLIC_RATES = {"lost_link": ("9/h", "1/h")}
        for email in (submit(org).mre.client.email, "nobody@example.com"):
            answers = [client.post(LOST, {"email": email}).status_code for _ in range(2)]
            assert answers == [302, 429]

    @pytest.mark.usefixtures("org")
    @pytest.mark.parametrize("email", ["", "x", "a@example.com\nBcc: b@example.com", "\x00"])
    def test_needs_an_address(self, client: Browser, email: str) -> None:
        response = client.post(LOST, {"email": email})
        assert response.status_code == 200
        assert "Please look at this again" in words_of(response)


def test_the_page_costs_the_same_for_many_meetings(
    org: Organisation, client: Browser, at: SetClock, django_assert_num_queries: Any
) -> None:
    story = request_in("session_planned", org)
    at(story.now)
    path = status_path(story.mre)
    with django_assert_num_queries(5):
        client.get(path)
    for days in range(3, 9):
        story.schedule(days=days)
    with django_assert_num_queries(5):
        words = words_of(client.get(path))
    assert words.count("Video with Joan Whitfield") == 7
    assert timedelta(0) < story.session.starts_at - story.now
