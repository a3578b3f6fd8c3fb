"""The links in mails to mentors: opening shows, a button decides, and they end with the asking."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.core.signing import Signer
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse

from intake.actions import availability
from intake.actions.note_templates import keep_note_template
from intake.enums import DeclineReason, EventKind, Outcome, QueueReason, Speech, Status, WordsFor
from intake.links import Purpose, answer_path, status_token
from intake.models import Assignment, NoteTemplate, OutboxMail
from mentors.enums import Classification, VolunteerStatus
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Pause
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

SIGN_IN = reverse("account_login")
NOTE = {"note": "Hello Maria, shall we talk on Friday?"}
DECLINE = {"reason": "no_capacity", "text": ""}

pytestmark = pytest.mark.usefixtures("at")


def words_of(response: Any) -> str:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert main is not None
    return main.get_text(" ", strip=True)


def link(story: Story, purpose: Purpose = Purpose.ACCEPT) -> str:
    return answer_path(story.assignment, purpose)


@pytest.fixture
def asked(org: Organisation, at: SetClock) -> Story:
    """A request that waits for Joan's answer."""
    story = request_in("assigned", org, ask=an_ask(question="Where do <b>I</b> find customers?"))
    at(story.now)
    return story


class TestLooking:
    @pytest.mark.parametrize("purpose", Purpose)
    def test_shows_what_is_asked_for_without_a_sign_in(
        self, asked: Story, client: Browser, purpose: Purpose
    ) -> None:
        response = client.get(link(asked, purpose))
        words = words_of(response)
        assert response.status_code == 200
        for part in (
            "Maria",
            "Marketing",
            "Where do <b>I</b> find customers?",
            "She asked for you.",
            "Ada Admin",
            "Answer by Wed 18 Mar",
        ):
            assert part in words
        assert BeautifulSoup(response.content, "html.parser").select("h1")[1:] == []

    @pytest.mark.parametrize("purpose", Purpose)
    def test_offers_the_two_other_answers(
        self, asked: Story, client: Browser, purpose: Purpose
    ) -> None:
        source = client.get(link(asked, purpose)).content.decode()
        for other in set(Purpose) - {purpose}:
            assert link(asked, other) in source

    @pytest.mark.parametrize("purpose", Purpose)
    def test_hides_how_to_reach_the_client(
        self, asked: Story, client: Browser, purpose: Purpose
    ) -> None:
        source = client.get(link(asked, purpose)).content.decode()
        known = asked.mre.client
        for secret in (known.last_name, known.email, known.phone, known.zip):
            assert secret not in source

    def test_is_kept_from_caches_searches_and_other_sites(
        self, asked: Story, client: Browser
    ) -> None:
        response = client.get(link(asked))
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"

    def test_a_direct_request_names_nobody_who_chose(
        self, org: Organisation, client: Browser
    ) -> None:
        set_profile(org.joan, accepts_direct=True)
        story = submit(org, ask=an_ask(requested_mentor=org.joan))
        response = client.get(link(story))
        assert response.status_code == 200
        assert "From" not in words_of(response)


def everything() -> dict[str, list[Any]]:
    """Every row there is."""
    models = [
        model
        for app in ("mentors", "intake", "sessions", "account")
        for model in apps.get_app_config(app).get_models()
    ]
    return {str(model): list(model._default_manager.order_by("pk").values()) for model in models}


class TestAccepting:
    def test_sends_the_note_and_then_shows_how_to_reach_the_client(
        self, asked: Story, client: Browser
    ) -> None:
        response = client.post(link(asked), NOTE, follow=True)
        assert asked.mre.status == Status.ACCEPTED
        assert asked.assignment.outcome == Outcome.ACCEPTED_IN_TIME
        mail = OutboxMail.objects.get(kind="client_accepted")
        assert NOTE["note"] in mail.text
        assert mail.reply_to == asked.mentor.email
        words = words_of(response)
        known = asked.mre.client
        for part in (known.full_name, known.email, known.phone, "on its way to Maria"):
            assert part in words

    def test_needs_no_session_but_the_token_of_the_form(self, asked: Story) -> None:
        browser = Browser(enforce_csrf_checks=True)
        assert browser.post(link(asked), NOTE).status_code == 403
        page = BeautifulSoup(browser.get(link(asked)).content, "html.parser")
        token = page.select_one("[name=csrfmiddlewaretoken]")
        assert token is not None
        sent = browser.post(link(asked), NOTE | {"csrfmiddlewaretoken": token["value"]})
        assert sent.status_code == 302
        assert "sessionid" not in browser.cookies
        assert asked.mre.status == Status.ACCEPTED

    def test_offers_a_draft_that_could_go_out(self, asked: Story, client: Browser) -> None:
        page = BeautifulSoup(client.get(link(asked)).content, "html.parser")
        field = page.select_one("#id_note")
        assert field is not None
        draft = field.get_text().strip()
        for part in ("Hello Maria,", "Joan Whitfield", "Marketing", "SCORE New York"):
            assert part in draft
        client.post(link(asked), {"note": draft})
        assert asked.mre.status == Status.ACCEPTED

    @pytest.mark.parametrize("note", ["", " \n ", "a" * 1024 * 1024, "a\x00b"])
    def test_needs_a_note_that_can_be_sent(self, asked: Story, client: Browser, note: str) -> None:
        response = client.post(link(asked), {"note": note})
        assert response.status_code == 200
        assert "Please look at this again" in words_of(response)
        assert asked.mre.status == Status.ASSIGNED

    def test_a_hostile_note_is_text(self, asked: Story, client: Browser) -> None:
        client.post(
            link(asked), {"note": "=1+1 🎉 <script>alert(1)</script>\r\nBcc: x@example.com"}
        )
        mail = OutboxMail.objects.get(kind="client_accepted")
        assert "<script>" not in mail.html
        assert "\r" not in mail.subject + mail.to_email + mail.reply_to

    def test_twice_says_when_it_was_accepted(self, asked: Story, client: Browser) -> None:
        client.post(link(asked), NOTE)
        again = client.post(link(asked), NOTE, follow=True)
        assert "You accepted this request on Mon 16 Mar 11:00." in words_of(again)
        assert asked.kinds.count(EventKind.ACCEPTED) == 1
        for purpose in Purpose:
            assert client.get(link(asked, purpose)).status_code == 200

    def test_works_while_overdue_until_it_went_back(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = request_in("overdue", org)
        at(story.now)
        assert "you can still answer until Mon 23 Mar" in words_of(client.get(link(story)))
        at(story.assignment.requeue_at + timedelta(minutes=1))
        client.post(link(story), NOTE)
        assert story.assignment.outcome == Outcome.ACCEPTED_LATE

    def test_after_the_deadline_and_before_the_clock_came_round_is_late(
        self, asked: Story, client: Browser, at: SetClock
    ) -> None:
        at(asked.assignment.respond_by)
        client.post(link(asked), NOTE)
        assert asked.assignment.outcome == Outcome.ACCEPTED_LATE

    @pytest.mark.django_db(transaction=True)
    def test_at_the_same_instant_as_declining_only_one_counts(
        self, org: Organisation, at: SetClock
    ) -> None:
        story = request_in("assigned", org)
        at(story.now)
        answers = [(link(story), NOTE), (link(story, Purpose.DECLINE), DECLINE)]
        with ThreadPoolExecutor(2) as pool:
            codes = list(pool.map(lambda answer: post_apart(*answer), answers))
        assert set(codes) <= {302, 200}  # 200: the other one had already been faster
        kinds = story.kinds
        assert kinds.count(EventKind.ACCEPTED) + kinds.count(EventKind.DECLINED) == 1


def post_apart(path: str, form: dict[str, Any]) -> int:
    """Send a form from a thread with a connection of its own."""
    try:
        return Browser().post(path, form).status_code
    finally:
        connection.close()


class TestDeclining:
    def test_gives_the_reason_to_the_coordinator(self, asked: Story, client: Browser) -> None:
        given = {"reason": "other", "text": "I sold my shop to her brother."}
        response = client.post(link(asked, Purpose.DECLINE), given, follow=True)
        assert "You declined this request on Mon 16 Mar 11:00." in words_of(response)
        ended = asked.assignment
        assert (ended.outcome, ended.decline_reason) == (Outcome.DECLINED, "other")
        assert ended.decline_text == given["text"]
        assert asked.mre.queue_reason == QueueReason.DECLINED
        assert not Pause.objects.exists()

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({}, "Choose a reason."),
            ({"reason": "because"}, "Choose a reason."),
            ({"reason": "other"}, "Say in a few words why."),
            ({"reason": "other", "text": " "}, "Say in a few words why."),
            ({"reason": "away", "text": "a" * 1024 * 1024}, "At most 2,000 characters"),
            ({"reason": "away", "ends_on": "soon"}, "Enter a day"),
            ({"reason": "away", "starts_on": "2026-03-20"}, "When does the pause end?"),
            ({"reason": "away", "ends_on": "2026-03-15"}, "ends before it starts"),
            (
                {"reason": "away", "starts_on": "2026-03-10", "ends_on": "2026-03-20"},
                "cannot start before today",
            ),
            ({"reason": "away", "ends_on": "9999-12-31"}, "a year at most"),
        ],
    )
    def test_refuses_in_words_and_does_nothing(
        self, asked: Story, client: Browser, given: dict[str, str], sentence: str
    ) -> None:
        response = client.post(link(asked, Purpose.DECLINE), given)
        assert response.status_code == 200
        assert sentence in words_of(response)
        assert asked.mre.status == Status.ASSIGNED
        assert not Pause.objects.exists()

    def test_may_pause_in_the_same_step_and_hand_back_the_others(
        self, org: Organisation, asked: Story, client: Browser
    ) -> None:
        other = submit(org, at=asked.now).assign()
        assert f"{other.mre.number}, Maria: Marketing, answer by Wed 18 Mar" in words_of(
            client.get(link(asked, Purpose.DECLINE))
        )
        given = {"reason": "away", "text": "", "ends_on": "2026-03-27", "hand_back": "on"}
        response = client.post(link(asked, Purpose.DECLINE), given, follow=True)
        assert "a pause from Mon 16 Mar to Fri 27 Mar" in words_of(response)
        pause = Pause.objects.get(mentor=org.joan)
        assert (pause.starts_on, pause.ends_on) == (date(2026, 3, 16), date(2026, 3, 27))
        assert asked.assignment.outcome == Outcome.DECLINED
        assert other.assignment.outcome == Outcome.HANDED_BACK

    def test_may_keep_the_others(self, org: Organisation, asked: Story, client: Browser) -> None:
        other = submit(org, at=asked.now).assign()
        given = {"reason": "away", "text": "", "ends_on": "2026-03-27"}
        client.post(link(asked, Purpose.DECLINE), given)
        assert other.assignment.outcome == Outcome.PENDING


class TestPausing:
    def test_hands_back_what_waits_and_keeps_what_was_accepted(
        self, org: Organisation, asked: Story, client: Browser
    ) -> None:
        other = submit(org, at=asked.now).assign()
        led = submit(org, at=asked.now).assign().accept()
        asking = words_of(client.get(link(asked, Purpose.PAUSE)))
        assert f"these, which wait for your answer too: {other.mre.number}, Maria" in asking
        assert led.mre.number not in asking
        given = {"starts_on": "2026-03-16", "ends_on": "2026-04-30", "hand_back": "on"}
        response = client.post(link(asked, Purpose.PAUSE), given, follow=True)
        words = words_of(response)
        assert f"Handed back: {asked.mre.number}, {other.mre.number}." in words
        assert "This request was handed back." in words
        assert asked.mre.queue_reason == QueueReason.MENTOR_UNAVAILABLE
        assert other.mre.status == Status.NEED_ACTION
        assert led.mre.status == Status.ACCEPTED

    def test_hands_back_unless_told_otherwise(self, asked: Story, client: Browser) -> None:
        page = BeautifulSoup(client.get(link(asked, Purpose.PAUSE)).content, "html.parser")
        assert page.select_one("#id_hand_back[checked]")
        given = {"starts_on": "2026-03-16", "ends_on": "2026-03-20"}
        again = client.post(link(asked, Purpose.PAUSE), given, follow=True)
        assert asked.mre.status == Status.ASSIGNED
        assert "a pause from Mon 16 Mar to Fri 20 Mar" in words_of(again)

    def test_begins_on_the_mentors_own_day(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = submit(org).assign(org.leilani)
        at(story.now.replace(hour=7))  # Mon 16 Mar 07:00 UTC is Sunday in Honolulu
        page = BeautifulSoup(client.get(link(story, Purpose.PAUSE)).content, "html.parser")
        field = page.select_one("#id_starts_on")
        assert field is not None
        assert field["value"] == "2026-03-15"

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"starts_on": "2026-03-16"}, "required"),
            ({"starts_on": "2026-03-20", "ends_on": "2026-03-16"}, "ends before it starts"),
            ({"starts_on": "x\x00", "ends_on": "2026-03-16"}, "Enter a day"),
            (
                {"starts_on": "2026-03-16", "ends_on": "2026-03-16", "reason": "a" * 1024 * 1024},
                "At most 200",
            ),
        ],
    )
    def test_refuses_in_words(
        self, asked: Story, client: Browser, given: dict[str, str], sentence: str
    ) -> None:
        response = client.post(link(asked, Purpose.PAUSE), given)
        assert response.status_code == 200
        assert sentence in words_of(response)
        assert not Pause.objects.exists()
        assert asked.mre.status == Status.ASSIGNED


GONE = {
    "declined": (200, "You declined this request on"),
    "timed_out": (410, "there was no answer in time"),
    "mentor_unavailable": (410, "was handed back"),
    "withdrawn_before_answer": (410, "was withdrawn"),
    "transferred": (410, "It is no longer with you."),
    "complete": (410, "It is no longer with you."),
    "withdrawn": (410, "It is no longer with you."),
}


class TestADeadLink:
    @pytest.mark.parametrize("situation", GONE)
    def test_explains_itself_and_does_nothing(
        self, org: Organisation, client: Browser, at: SetClock, situation: str
    ) -> None:
        story = request_in(situation, org)
        at(story.now)
        before = everything()
        code, sentence = GONE[situation]
        asker = story.mre.client
        for path in (link(story, purpose) for purpose in Purpose):
            for response in (client.get(path), client.post(path, NOTE | DECLINE, follow=True)):
                assert response.status_code == code, path
                assert sentence in words_of(response), path
                assert SIGN_IN in response.content.decode(), path
                assert asker.email not in response.content.decode(), path
                assert asker.last_name not in response.content.decode(), path
        assert everything() == before

    @pytest.mark.parametrize("purpose", Purpose)
    def test_of_the_mentor_who_was_replaced(
        self, org: Organisation, client: Browser, at: SetClock, purpose: Purpose
    ) -> None:
        story = request_in("replaced", org)
        at(story.now)
        old = Assignment.objects.select_related("mentor__chapter").get(outcome=Outcome.REPLACED)
        response = client.post(answer_path(old, purpose), NOTE | DECLINE)
        assert response.status_code == 410
        assert "was given to another mentor" in words_of(response)
        assert "Okafor" not in response.content.decode()
        assert story.mre.status == Status.ASSIGNED
        assert story.mre.current == story.assignment

    def test_of_a_request_that_came_back_to_the_same_mentor_opens_nothing(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = request_in("timed_out", org)
        old = link(story)
        story.wait(hours=1).assign(org.joan, note="She is back.")
        at(story.now)
        assert client.post(old, NOTE).status_code == 410
        assert story.mre.status == Status.ASSIGNED
        assert client.post(link(story), NOTE).status_code == 302

    @pytest.mark.parametrize("situation", ["assigned", "accepted"])
    def test_of_somebody_who_may_not_sign_in_any_more(
        self, org: Organisation, client: Browser, at: SetClock, situation: str
    ) -> None:
        story = request_in(situation, org)
        at(story.now)
        availability.change_standing(
            volunteer_id=org.joan.pk,
            by=org.admin,
            now=story.now,
            status=VolunteerStatus.RESIGNED,
            classification=Classification.MENTOR,
        )
        response = client.get(link(story))
        assert response.status_code == 410
        assert story.mre.client.email not in response.content.decode()

    def test_of_a_mentor_who_left_says_so(
        self, org: Organisation, asked: Story, client: Browser
    ) -> None:
        org.joan.status = VolunteerStatus.RESIGNED
        org.joan.is_active = False
        org.joan.save()
        for purpose in Purpose:
            response = client.post(link(asked, purpose), NOTE | DECLINE)
            assert response.status_code == 410
            assert "Your account is closed" in words_of(response)
            assert SIGN_IN in response.content.decode()
        assert asked.mre.status == Status.ASSIGNED

    def test_tampered_with_offers_a_sign_in(self, org: Organisation, client: Browser) -> None:
        story, other = submit(org).assign(), submit(org).assign(org.ben)
        path = link(story)
        token = path.removeprefix("/answer/").rstrip("/")
        for wrong in (
            token[:-1],
            token + "x",
            token.replace("accept", "pause"),
            token.replace(str(story.assignment.pk), str(other.assignment.pk)),
            "accept-1",
            "é",
            "a" * 2000,
            status_token(story.mre),
            Signer(sep=".", salt="intake.answer").sign("accept-99999999"),
        ):
            for response in (
                client.get(f"/answer/{wrong}/"),
                client.post(f"/answer/{wrong}/", NOTE),
            ):
                assert response.status_code == 404
                assert SIGN_IN in response.content.decode()
        assert story.mre.status == other.mre.status == Status.ASSIGNED


def forgeries(token: str, story: Story) -> Iterator[str]:
    """The token with one letter of each sort changed, cut off anywhere, or signed for else."""
    swapped = str.maketrans("aA0.-_", "bB1-_.")
    for at, letter in enumerate(token):
        other = letter.translate(swapped)
        yield token[:at] + (other if other != letter else "z") + token[at + 1 :]
    yield from (token[:end] for end in range(1, len(token)))
    pk = story.assignment.pk
    for text in (f"accept-{pk}", f"delete-{pk}", "accept-", "accept-x", "accept-٣", f"{pk}", ""):
        yield Signer(sep=".", salt="intake.status").sign(text)
        yield Signer(sep=".", key="another key", salt="intake.answer").sign(text)
        if text != f"accept-{pk}":
            yield Signer(sep=".", salt="intake.answer").sign(text)


def test_every_forged_link_is_refused_and_offers_a_sign_in(asked: Story, client: Browser) -> None:
    token = link(asked).removeprefix("/answer/").rstrip("/")
    tried = set(forgeries(token, asked)) - {token}
    assert len(tried) > 80
    for wrong in tried:
        response = client.post(reverse("intake:answer", args=[wrong]), NOTE)
        assert response.status_code == 404, wrong
        assert SIGN_IN in response.content.decode(), wrong
    assert asked.mre.status == Status.ASSIGNED


def test_a_link_signed_with_the_key_before_still_works(asked: Story, client: Browser) -> None:
    old = settings.SECRET_KEY
    path, status = link(asked), reverse("intake:status", args=[status_token(asked.mre)])
    with override_settings(SECRET_KEY="the next one", SECRET_KEY_FALLBACKS=[old]):
        assert client.get(path).status_code == client.get(status).status_code == 200
        assert link(asked) != path
    with override_settings(SECRET_KEY="the one after that", SECRET_KEY_FALLBACKS=[]):
        assert client.get(path).status_code == client.get(status).status_code == 404


class TestWording:
    """The draft in the mentor’s own words."""

    def note(self, client: Browser, path: str) -> str:
        page = BeautifulSoup(client.get(path).content, "html.parser")
        field = page.select_one("textarea[name=note]")
        assert field is not None
        return field.get_text().strip()

    def keep(self, owner: Any, **fields: Any) -> NoteTemplate:
        text = {"purpose": WordsFor.FIRST_NOTE, "name": "Mine", "text": "Good day {client}!"}
        return keep_note_template(by=owner, now=MONDAY, **(text | fields))

    def test_his_own_stands_there_from_the_start(
        self, org: Organisation, asked: Story, client: Browser
    ) -> None:
        self.keep(org.joan, begins=True)
        assert self.note(client, link(asked)) == "Good day Maria!"

    def test_others_are_a_tap_away_without_scripts(
        self, org: Organisation, asked: Story, client: Browser
    ) -> None:
        self.keep(org.joan)
        self.keep(org.rcic, name="Of all", shared={"chapter": org.new_york})
        self.keep(org.ben, name="Of Ben")
        page = BeautifulSoup(client.get(link(asked)).content, "html.parser")
        offered = {each.text: str(each["href"]) for each in page.select("a[data-insert]")}
        assert list(offered) == ["Mine", "Of all", "Our draft"]
        assert self.note(client, offered["Mine"]) == "Good day Maria!"
        assert "my name is Joan Whitfield" in self.note(client, offered["Our draft"])

    def test_our_draft_is_in_the_language_of_the_clients_mails(
        self, org: Organisation, client: Browser
    ) -> None:
        story = submit(org, person=a_person(speech=Speech.SPANISH)).assign()
        assert self.note(client, link(story)).startswith("Hola, Maria:")
        assert "Our draft, in Spanish" in words_of(client.get(link(story)))
        assert "Accept and send" in words_of(client.get(link(story)))

    def test_is_kept_for_the_next_client(
        self, org: Organisation, asked: Story, client: Browser
    ) -> None:
        kept = {"note": "Dear Maria, Marketing is fun.", "keep": "on"}
        response = client.post(link(asked), kept, follow=True)
        assert "Your next first note begins with it." in words_of(response)
        after = submit(org, at=asked.now, person=a_person(first_name="Rosa")).assign(org.joan)
        assert self.note(client, link(after)) == "Dear Rosa, Marketing is fun."

    def test_is_not_kept_unless_wished_or_if_the_note_is_refused(
        self, asked: Story, client: Browser
    ) -> None:
        client.post(link(asked), {"note": " ", "keep": "on"})
        client.post(link(asked), NOTE)
        assert asked.mre.status == Status.ACCEPTED
        assert not NoteTemplate.objects.exists()

    def test_places_that_were_typed_reach_the_client_filled_in(
        self, asked: Story, client: Browser
    ) -> None:
        client.post(link(asked), {"note": "Hello {client}, I am {mentor}. {Cheers}"})
        sent = OutboxMail.objects.get(kind="client_accepted").text
        assert "Hello Maria, I am Joan Whitfield. {Cheers}" in sent


class TestDeclineAndPause:
    """The act itself: both, or neither."""

    def act(self, story: Story, **changes: Any) -> Any:
        wanted: dict[str, Any] = {
            "assignment_id": story.assignment.pk,
            "by": story.mentor,
            "now": story.now,
            "reason": DeclineReason.AWAY,
            "starts_on": date(2026, 3, 16),
            "ends_on": date(2026, 3, 27),
        } | changes
        return availability.decline_and_pause(**wanted)

    def test_neither_if_the_pause_cannot_be(self, asked: Story) -> None:
        with pytest.raises(Invalid):
            self.act(asked, ends_on=date(2026, 3, 15))
        assert asked.mre.status == Status.ASSIGNED

    def test_neither_if_it_was_answered(self, org: Organisation) -> None:
        story = request_in("accepted", org)
        with pytest.raises(AlreadyDone):
            self.act(story)
        assert not Pause.objects.exists()

    def test_a_pause_that_begins_later_hands_nothing_back_yet(
        self, org: Organisation, asked: Story
    ) -> None:
        other = submit(org, at=asked.now).assign()
        _, back = self.act(asked, starts_on=date(2026, 3, 20))
        assert back == []
        assert other.mre.status == Status.ASSIGNED

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_do_not_wait_for_each_other(self, org: Organisation) -> None:
        stories = [submit(org).assign() for _ in range(6)]
        with ThreadPoolExecutor(2) as pool:
            ends = list(pool.map(self._apart, [stories[-1], stories[0]]))
        assert sorted(ends) == ["done", "too late"]
        assert {story.mre.status for story in stories} == {Status.NEED_ACTION}

    def _apart(self, story: Story) -> str:
        try:
            self.act(story)
        except AlreadyDone:
            return "too late"
        finally:
            connection.close()
        return "done"


def test_the_page_costs_the_same_for_many_requests(
    org: Organisation, asked: Story, client: Browser, django_assert_num_queries: Any
) -> None:
    path = link(asked, Purpose.PAUSE)
    with django_assert_num_queries(3):
        client.get(path)
    for _ in range(4):
        submit(org, at=asked.now, person=a_person()).assign()
    with django_assert_num_queries(3):
        client.get(path)
