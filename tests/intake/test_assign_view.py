"""Choosing a mentor, and the other acts that a coordinator has pages for."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from intake.enums import ContactResult, EventKind, NoteLevel, Outcome, QueueReason, Status
from intake.models import Note
from mentors.models import Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    mentor,
    pause,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.django_db


def words(part: Tag | None) -> str:
    assert part is not None
    return re.sub(r" ([:.,;])", r"\1", part.get_text(" ", strip=True))


class Desk:
    """A browser in which somebody works on one request, a minute after its story."""

    def __init__(self, browser: Browser, at: SetClock, story: Story, who: Volunteer) -> None:
        self.browser, self.at, self.story, self.who = browser, at, story, who

    def come(self) -> None:
        """Sign in now: a session does not last as long as some stories."""
        self.at(self.story.now + timedelta(minutes=1))
        self.browser.force_login(self.who)

    def get(self, page: str, *args: Any, **query: Any) -> HttpResponse:
        self.come()
        address = reverse(f"intake:{page}", args=[self.story.mre_id, *args])
        return self.browser.get(address, query)  # type: ignore[return-value]

    def shown(self, page: str, *args: Any, **query: Any) -> BeautifulSoup:
        response = self.get(page, *args, **query)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def post(self, page: str, *args: Any, **data: Any) -> HttpResponse:
        self.come()
        address = reverse(f"intake:{page}", args=[self.story.mre_id, *args])
        return self.browser.post(address, data)  # type: ignore[return-value]

    def send(self, page: str, **typed: Any) -> HttpResponse:
        """Fill in the form that the page of the request or of the act shows, and send it."""
        shown = self.shown(page)
        hidden = {
            str(field["name"]): str(field.get("value", ""))
            for field in shown.select("main form[method=post] input[type=hidden]")
        }
        return self.post("assign", **(hidden | typed))


@pytest.fixture
def desk(client: Browser, at: SetClock) -> Callable[[Story, Volunteer], Desk]:
    return lambda story, who: Desk(client, at, story, who)


AtDesk = Callable[[Story, Volunteer], Desk]


def messages(browser: Browser) -> str:
    """What the next page says."""
    shown = BeautifulSoup(browser.get("/requests/").content, "html.parser")
    return words(shown.select_one("#messages"))


def rows(shown: BeautifulSoup) -> list[str]:
    return [words(label) for label in shown.select("#assign tbody label")]


def tabs(shown: BeautifulSoup) -> list[str]:
    return [words(tab) for tab in shown.select("#assign .nav-pills a")]


class TestShortlist:
    def test_offers_the_chapter_with_reasons_and_counts(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        set_profile(org.grace, keywords="wholesale, retail", weekly_limit=3)
        shown = desk(submit(org, ask=an_ask(question="How do I sell wholesale?")), org.rcic).shown(
            "request"
        )
        assert rows(shown) == ["Grace Lindqvist", "Ben Okafor", "Joan Whitfield"]
        assert tabs(shown) == ["SCORE New York 3", "District 4", "Region 4", "All"]
        first = words(shown.select("#assign tbody tr")[0])
        assert "Marketing “wholesale” 0 of 3 0 –" in first

    def test_tells_how_they_answered(self, org: Organisation, desk: AtDesk) -> None:
        request_in("accepted", org)
        request_in("timed_out", org)
        shown = desk(submit(org, at=MONDAY + timedelta(days=9)), org.rcic).shown("request")
        joan = next(row for row in shown.select("#assign tbody tr") if "Joan" in words(row))
        assert "1 of 2 in time" in words(joan)

    @pytest.mark.parametrize(
        ("tier", "names"),
        [
            ("district", ["Ben Okafor", "Grace Lindqvist", "Joan Whitfield", "Nora Baptiste"]),
            (
                "outside",
                ["Ben Okafor", "Grace Lindqvist", "Joan Whitfield", "Leilani Kahale",
                 "Nora Baptiste"],
            ),
        ],
    )  # fmt: skip
    def test_widens_by_hand(
        self, org: Organisation, desk: AtDesk, tier: str, names: list[str]
    ) -> None:
        set_profile(org.leilani, serves_outside=True)
        shown = desk(submit(org), org.rcic).shown("request", tier=tier)
        assert sorted(rows(shown)) == names

    @pytest.mark.parametrize("query", [{"q": "grace"}, {"q": "WHOLE"}, {"language": "Spanish"}])
    def test_searches_by_name_keyword_and_language(
        self, org: Organisation, desk: AtDesk, query: dict[str, str]
    ) -> None:
        set_profile(org.grace, keywords="wholesale")
        Volunteer.objects.filter(pk=org.grace.pk).update(languages=["English", "Spanish"])
        shown = desk(submit(org), org.rcic).shown("request", **query)
        assert rows(shown) == ["Grace Lindqvist"]
        assert [words(one) for one in shown.select("#assign option")] == [
            "Any language",
            "Spanish",
        ]

    @pytest.mark.parametrize(
        "query",
        [{"tier": "moon"}, {"q": "\x00"}, {"p": "x"}, {"p": "99"}, {"mentor": "x"},
         {"q": "a" * 999}, {"mentor": "9" * 40}, {"language": "Klingon"}],
    )  # fmt: skip
    def test_a_search_that_makes_no_sense_is_no_error(
        self, org: Organisation, desk: AtDesk, query: dict[str, str]
    ) -> None:
        desk(submit(org), org.rcic).shown("request", **query)

    def test_pages_through_many(self, org: Organisation, desk: AtDesk) -> None:
        for number in range(12):
            mentor(org.new_york, last_name=f"Extra{number}")
        work = desk(submit(org), org.rcic)
        first, second = rows(work.shown("request")), rows(work.shown("request", p=2))
        assert (len(first), len(second)) == (12, 3)
        assert not set(first) & set(second)

    def test_names_who_is_not_available_and_why(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("declined", org)
        pause(org.ben, org, now=story.now)
        set_profile(org.grace, weekly_limit=0)
        shown = desk(story, org.rcic).shown("request")
        fold = shown.select_one("#assign details.fold")
        assert fold is not None
        told = words(fold)
        assert "3 not available in SCORE New York, and why" in words(
            desk(story, org.rcic).shown("request", tier="chapter").select_one("#assign details")
        )
        assert "Joan Whitfield: declined this request: no capacity now assign anyway…" in told
        assert re.search(r"Ben Okafor.*?: paused until \w+ \d+ \w+", told)
        assert "Grace Lindqvist" in told
        anyway = [link["href"] for link in fold.select("a")]
        assert not [link for link in anyway if f"mentor={org.ben.pk}" in str(link)]

    def test_a_chapter_without_anybody_goes_on_to_the_district(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        for person in (org.joan, org.ben, org.grace):
            pause(person, org, now=MONDAY)
        shown = desk(submit(org), org.rcic).shown("request")
        assert rows(shown) == ["Nora Baptiste"]
        assert "District 1" in tabs(shown)

    def test_says_by_when_he_is_asked_before_the_click(
        self, org: Organisation, desk: AtDesk, at: SetClock
    ) -> None:
        from datetime import UTC, datetime

        story = submit(org, at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
        footer = words(desk(story, org.rcic).shown("request").select_one("#assign .card-footer"))
        assert (
            "Asked to answer by Wed 25 Nov, end of day; back in this queue after Tue 1 Dec "
            "(Thanksgiving Day is not counted)." in footer
        )
        assert "Sat 28 Nov (weekend)" in footer

    def test_a_mentor_for_whom_it_is_another_day_gets_another_date(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        set_profile(org.leilani, serves_outside=True)
        story = submit(
            org, at=MONDAY.replace(hour=23) + timedelta(hours=6)
        )  # Tue 01:00 in New York
        shown = desk(story, org.rcic).shown("request", tier="outside", q="leilani")
        footer = words(shown.select_one("#assign .card-footer"))
        assert "Asked to answer by Thu 19 Mar" in footer
        assert "In Honolulu: asked to answer by Wed 18 Mar" in footer


class TestAssign:
    def test_gives_it_to_the_mentor_and_goes_back_to_the_queue(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        story = submit(org)
        work = desk(story, org.rcic)
        response = work.send("request", mentor=org.joan.pk, note="She asked for you.")
        assert response.status_code == 302
        assert response["Location"] == reverse("intake:queue")
        assert (story.mre.status, story.mentor) == (Status.ASSIGNED, org.joan)
        assert story.assignment.note == "She asked for you."
        assert story.assignment.assigned_by == org.rcic
        assert f"{story.mre} is assigned to Joan Whitfield" in messages(work.browser)

    def test_looking_changes_nothing(self, org: Organisation, desk: AtDesk) -> None:
        story = submit(org)
        desk(story, org.rcic).shown("assign", mentor=org.joan.pk)
        assert story.mre.status == Status.NEED_ACTION

    def test_without_a_mentor_says_so_and_keeps_the_note(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        response = desk(submit(org), org.rcic).post("assign", step="assign", note="For whom?")
        shown = BeautifulSoup(response.content, "html.parser")
        assert "Choose a mentor." in words(shown.select_one("#form-errors"))
        assert words(shown.select_one("textarea[name=note]")) == "For whom?"

    @pytest.mark.parametrize("who", ["0", "999999", "x", "9" * 30, "-1"])
    def test_a_mentor_who_does_not_exist(self, org: Organisation, desk: AtDesk, who: str) -> None:
        response = desk(submit(org), org.rcic).post("assign", step="assign", mentor=who)
        assert response.status_code == 200
        assert "choose another one" in response.content.decode()

    def test_a_note_is_required_once_it_was_assigned_before(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        story = request_in("declined", org)
        work = desk(story, org.rcic)
        assert work.shown("request").select("label.required[for=id_note]")
        response = work.send("request", mentor=org.ben.pk, note="  ")
        shown = BeautifulSoup(response.content, "html.parser")
        assert "Say why this mentor now" in words(shown.select_one("#form-errors"))
        assert shown.select(f"input[name=mentor][value='{org.ben.pk}'][checked]")
        assert story.mre.status == Status.NEED_ACTION

    def test_assign_anyway_asks_for_a_note_and_then_does_it(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        set_profile(org.joan, weekly_limit=0)
        story = submit(org)
        work = desk(story, org.rcic)
        shown = work.shown("assign", mentor=org.joan.pk, tier="chapter")
        chosen = shown.select("#assign tbody tr")[0]
        assert "Joan Whitfield" in words(chosen)
        assert "0 of 0 this week" in words(chosen)
        assert "A note is needed." in words(chosen)
        assert "Assign to Joan Whitfield anyway" in words(shown.select_one("#assign .card-footer"))
        refused = work.send("request", mentor=org.joan.pk)
        assert "A note is needed, because Joan Whitfield" in refused.content.decode()
        done = work.send("request", mentor=org.joan.pk, note="She told me she can.")
        assert done.status_code == 302
        assert story.mentor == org.joan

    def test_a_paused_mentor_cannot_be_assigned_at_all(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        pause(org.joan, org, now=MONDAY)
        response = desk(submit(org), org.rcic).send("request", mentor=org.joan.pk, note="But why?")
        assert "Joan Whitfield cannot be assigned: paused until" in response.content.decode()

    def test_who_comes_second_learns_it_and_takes_nothing_away(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        story = submit(org)
        work = desk(story, org.rcic)
        story.assign(org.joan)
        for sent in ({"step": "assign"}, {}):
            response = work.post("assign", mentor=org.ben.pk, note="Ben it is.", **sent)
            assert response["Location"] == reverse("intake:request", args=[story.mre_id])
            assert "This request was assigned to Joan Whitfield on" in messages(work.browser)
        assert story.mentor == org.joan

    @pytest.mark.parametrize(
        ("who", "status"),
        [("leader", 403), ("joan", 404), ("rcic_elsewhere", 404), ("manager", 404)],
    )
    def test_only_by_its_coordinators(
        self, org: Organisation, desk: AtDesk, who: str, status: int
    ) -> None:
        story = submit(org)
        work = desk(story, getattr(org, who))
        assert work.get("assign").status_code == status
        sent = work.post("assign", step="assign", mentor=org.ben.pk)
        assert sent.status_code == status
        assert story.mre.status == Status.NEED_ACTION

    def test_a_mentor_may_not_give_his_own_away(self, org: Organisation, desk: AtDesk) -> None:
        response = desk(request_in("accepted", org), org.joan).get("assign")
        assert response.status_code == 403
        assert "Only a coordinator (RCIC) for SCORE New York" in response.content.decode()

    def test_parked_is_released_first(self, org: Organisation, desk: AtDesk) -> None:
        response = desk(submit(org, suspended=True), org.admin).get("assign")
        assert response.status_code == 403
        assert "release it first" in response.content.decode()


class TestGiveToAnother:
    def test_replaces_who_has_not_answered(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("assigned", org)
        before = story.assignment
        work = desk(story, org.rcic)
        shown = work.shown("request")
        assert "Give to another mentor" in words(shown.select_one("#assign"))
        joan = next(row for row in shown.select("#assign tbody tr") if "Joan" in words(row))
        assert "has this request now" in words(joan)
        assert not joan.select("input")
        assert "Joan Whitfield is told" in words(shown.select_one("#assign"))
        response = work.send("request", mentor=org.ben.pk, note="Ben is free.")
        assert response["Location"] == reverse("intake:request", args=[story.mre_id])
        before.refresh_from_db()
        assert (before.outcome, story.mentor) == (Outcome.REPLACED, org.ben)

    def test_transfers_and_assigns_what_was_accepted(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("accepted", org)
        work = desk(story, org.rcic)
        assert "Transfer and assign" in words(work.shown("assign").h1)
        work.send("assign", mentor=org.ben.pk, note="Joan has no time.")
        assert (story.mre.status, story.mentor) == (Status.ASSIGNED, org.ben)
        assert "client_new_mentor" in story.mails

    def test_a_note_is_required(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("assigned", org)
        response = desk(story, org.rcic).send("request", mentor=org.ben.pk)
        assert "Say why this mentor now" in response.content.decode()
        assert story.mentor == org.joan

    def test_if_a_colleague_gave_it_away_meanwhile_nothing_is_done(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        story = request_in("assigned", org)
        seen = story.assignment.pk
        story.replace(org.grace)
        work = desk(story, org.rcic)
        work.post("assign", step="replace", seen=seen, mentor=org.ben.pk, note="Ben is free.")
        assert "Somebody else gave this request to another mentor" in messages(work.browser)
        assert story.mentor == org.grace

    def test_if_the_mentor_accepted_meanwhile_he_keeps_it(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        story = request_in("assigned", org)
        seen = story.assignment.pk
        story.accept()
        work = desk(story, org.rcic)
        work.post("assign", step="replace", seen=seen, mentor=org.ben.pk, note="Ben is free.")
        assert "Joan Whitfield accepted this request on" in messages(work.browser)
        assert (story.mre.status, story.mentor) == (Status.ACCEPTED, org.joan)


class TestOtherActs:
    """Each has a page that asks, works without JavaScript, and says what it has done."""

    def test_move_to_another_chapter(self, org: Organisation, desk: AtDesk) -> None:
        story = submit(org)
        work = desk(story, org.rcic_district)
        offered = [words(one) for one in work.shown("move_request").select("option")]
        assert "SCORE Phoenix, Desert" in offered
        assert "SCORE New York, Hudson" not in offered
        work.post("move_request", chapter=org.newark.pk, note="The shop is there.")
        assert (story.mre.chapter, story.mre.queue_reason) == (org.newark, QueueReason.MOVED_HERE)
        assert "is in the queue of SCORE Newark now." in messages(work.browser)

    def test_moving_out_of_ones_own_scope_leads_to_a_page_that_exists(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        story = submit(org)
        work = desk(story, org.rcic)
        response = work.post("move_request", chapter=org.phoenix.pk, note="The shop is there.")
        assert response["Location"] == "/"

    def test_withdraw_as_a_duplicate(self, org: Organisation, desk: AtDesk) -> None:
        stays, story = submit(org), submit(org)
        work = desk(story, org.rcic)
        shown = work.shown("withdraw", reason="duplicate", duplicate_of=str(stays.mre))
        assert shown.select("option[value=duplicate][selected]")
        assert shown.select(f"input[name=duplicate_of][value={stays.mre}]")
        work.post("withdraw", reason="duplicate", duplicate_of=str(stays.mre), note="Same shop.")
        assert (story.mre.status, story.mre.duplicate_of) == (Status.WITHDRAWN, stays.mre)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({}, "Choose a reason."),
            ({"reason": "other"}, "Say in a few words why it is withdrawn."),
            ({"reason": "duplicate", "note": "x"}, "Name the request that stays, e.g. MR-123."),
            (
                {"reason": "duplicate", "note": "x", "duplicate_of": "the other"},
                "Name the request that stays by its number",
            ),
            (
                {"reason": "duplicate", "note": "x", "duplicate_of": "MR-999999"},
                "Name the request that stays, e.g. MR-123.",
            ),
            ({"reason": "nonsense", "note": "x"}, "Select a valid choice."),
            ({"reason": "other", "note": "x" * 4001}, "At most 4,000 characters"),
        ],
    )
    def test_withdraw_needs_reason_and_note(
        self, org: Organisation, desk: AtDesk, typed: dict[str, str], sentence: str
    ) -> None:
        story = submit(org)
        response = desk(story, org.rcic).post("withdraw", **typed)
        assert response.status_code == 200
        errors = BeautifulSoup(response.content, "html.parser").select_one("#form-errors")
        assert sentence in words(errors)
        assert story.mre.status == Status.NEED_ACTION

    def test_transfer_by_the_mentor_leads_him_home(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("accepted", org)
        work = desk(story, org.joan)
        refused = work.post("transfer", reason=" ")
        assert "Say why; the coordinator and the next mentor read it." in refused.content.decode()
        response = work.post("transfer", reason="It is about tax.")
        assert response["Location"] == "/"
        assert story.mre.queue_reason == QueueReason.TRANSFERRED

    @pytest.mark.parametrize(
        ("situation", "kind"),
        [
            ("counseled", "complete"),
            ("session_missed", "no_show"),
            ("tried_three_times", "no_response"),
            ("unreachable", "incorrect_contact"),
        ],
    )
    @pytest.mark.parametrize("who", ["joan", "rcic"])
    def test_close(
        self, org: Organisation, desk: AtDesk, situation: str, kind: str, who: str
    ) -> None:
        story = request_in(situation, org)
        work = desk(story, getattr(org, who))
        assert "The client gets a short mail" in words(work.shown("close", kind).main)
        response = work.post("close", kind)
        assert response["Location"] == reverse("intake:request", args=[story.mre_id])
        assert story.mre.status == kind

    def test_closing_early_takes_a_note(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("accepted", org).wait(days=1).attempt().wait(days=1).attempt()
        work = desk(story, org.rcic)
        response = work.post("close", "no_response")
        assert "Two weeks have not passed" in response.content.decode()
        work.post("close", "no_response", note="She moved abroad.")
        assert story.mre.status == Status.NO_RESPONSE

    def test_closing_says_what_is_cancelled_with_it(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("counseled", org).schedule()
        shown = desk(story, org.rcic).shown("close", "complete")
        assert "1 planned session is cancelled." in words(shown.main)

    @pytest.mark.parametrize("kind", ["withdrawn", "need_action", "x"])
    def test_there_are_four_ways_to_close(self, org: Organisation, desk: AtDesk, kind: str) -> None:
        assert desk(request_in("counseled", org), org.rcic).get("close", kind).status_code == 404

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_what_the_rules_do_not_allow_is_refused_with_the_reason(
        self, org: Organisation, desk: AtDesk, method: str
    ) -> None:
        response = getattr(desk(request_in("accepted", org), org.joan), method)("close", "complete")
        assert response.status_code == 403
        assert "Complete needs at least one session" in response.content.decode()

    @pytest.mark.parametrize(
        "page", ["assign", "move_request", "transfer", "withdraw", "hand_back"]
    )
    def test_what_has_happened_meanwhile_is_a_sentence_on_the_request(
        self, org: Organisation, desk: AtDesk, page: str
    ) -> None:
        story = request_in("complete", org)
        work = desk(story, org.rcic)
        response = work.post(page)
        assert response["Location"] == reverse("intake:request", args=[story.mre_id])
        assert "This request was closed on" in messages(work.browser)

    def test_reopen_to_the_queue_and_to_the_same_mentor(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        first, second = request_in("complete", org), request_in("complete", org)
        desk(first, org.rcic).post("reopen", to_mentor="queue", reason="She wrote again.")
        assert first.mre.queue_reason == QueueReason.REOPENED
        desk(second, org.rcic).post("reopen", to_mentor="mentor", reason="She wrote again.")
        assert (second.mre.status, second.mentor) == (Status.ACCEPTED, org.joan)

    def test_reopen_offers_the_mentor_only_if_he_can_take_it(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        story = request_in("complete", org)
        pause(org.joan, org, now=story.now)
        shown = desk(story, org.rcic).shown("reopen")
        assert "Joan Whitfield cannot take it back: paused until" in words(shown.main)
        assert not shown.select("input[value=mentor]")

    def test_hand_back_by_an_administrator(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("assigned", org)
        assert desk(story, org.rcic).get("hand_back").status_code == 403
        desk(story, org.admin).post("hand_back")
        assert story.mre.queue_reason == QueueReason.MENTOR_UNAVAILABLE

    def test_release(self, org: Organisation, desk: AtDesk) -> None:
        story = submit(org, suspended=True)
        assert desk(story, org.rcic).get("release").status_code == 404
        work = desk(story, org.admin)
        assert "Release it" in words(work.shown("release").main)
        work.post("release")
        assert not story.mre.parked
        assert EventKind.RELEASED in story.kinds


class TestNote:
    @pytest.mark.parametrize(
        ("situation", "who", "levels"),
        [
            ("accepted", "rcic", ["mentor", "coordinator", "client"]),
            ("accepted", "joan", ["mentor", "client"]),
            ("assigned", "joan", ["mentor"]),
        ],
    )
    def test_who_can_write_to_whom(
        self, org: Organisation, desk: AtDesk, situation: str, who: str, levels: list[str]
    ) -> None:
        shown = desk(request_in(situation, org), getattr(org, who)).shown("note")
        assert [one["value"] for one in shown.select("input[name=level]")] == levels

    def test_a_mentor_who_is_asked_cannot_write_to_the_client(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        story = request_in("assigned", org)
        response = desk(story, org.joan).post("note", level="client", text="Hello, I am Joan.")
        assert response.status_code == 200
        assert not Note.objects.exists()
        assert "client_note" not in story.mails

    def test_writes_it(self, org: Organisation, desk: AtDesk) -> None:
        story = request_in("accepted", org)
        work = desk(story, org.rcic)
        work.post("note", level=NoteLevel.CLIENT, text="We are on it.\r\nSoon.")
        note = Note.objects.get()
        assert (note.text, note.by, note.level) == ("We are on it.\nSoon.", org.rcic, "client")
        assert "The note is sent." in messages(work.browser)

    def test_a_leader_cannot(self, org: Organisation, desk: AtDesk) -> None:
        assert desk(request_in("accepted", org), org.leader).get("note").status_code == 403


def test_reached_clients_cannot_be_closed_for_no_response(org: Organisation, desk: AtDesk) -> None:
    story = request_in("accepted", org, person=a_person()).wait(days=1)
    story.attempt(ContactResult.REACHED).attempt().wait(minutes=1).attempt()
    response = desk(story, org.rcic).get("close", "no_response")
    assert "The client was reached" in response.content.decode()
