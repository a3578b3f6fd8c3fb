"""The proposal for the whole queue as a page: dry run, changed by hand, carried out row by row."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.enums import Status
from intake.models import Assignment, MentoringRequest, OutboxMail
from intake.pages import proposal
from mentors.models import Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    area,
    mentor,
    pause,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.django_db

PAGE = reverse("intake:proposal")
NOON = MONDAY + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _noon(at: SetClock) -> None:
    at(NOON)


def words(part: Tag | None) -> str:
    assert part is not None
    return re.sub(r" ([:.,;?])", r"\1", part.get_text(" ", strip=True))


Show = Callable[..., BeautifulSoup]


@pytest.fixture
def show(client: Browser) -> Show:
    """Shows the proposal to somebody."""

    def show(who: Volunteer, **query: Any) -> BeautifulSoup:
        client.force_login(who)
        response = client.get(PAGE, query)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return show


def rows(shown: BeautifulSoup) -> dict[int, Tag]:
    found = {}
    for row in shown.select("#proposal tbody tr"):
        number = re.search(r"MR-(\d+)", row.get_text())
        assert number
        found[int(number[1])] = row
    return found


def chosen(shown: BeautifulSoup) -> dict[str, Any]:
    """The form as the browser would send it without a change."""
    sent: dict[str, Any] = {"mre": [box["value"] for box in shown.select("input[name=mre]")]}
    for select in shown.select("#proposal select"):
        sent[str(select["name"])] = select.select("option")[0]["value"]
    for note in shown.select("#proposal textarea"):
        sent[str(note["name"])] = note.get_text()
    return sent


def confirm(browser: Browser, sent: dict[str, Any]) -> BeautifulSoup:
    response = browser.post(PAGE, sent, follow=True)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def some(org: Organisation, number: int, **more: Any) -> list[Story]:
    return [submit(org, at=MONDAY + timedelta(minutes=n), **more) for n in range(number)]


def mentors_of(stories: Sequence[Story]) -> list[str]:
    return [story.mentor.first_name for story in stories]


# --- What it shows ------------------------------------------------------------------------------


class TestDryRun:
    def test_a_mentor_for_each_with_reasons_and_places(self, org: Organisation, show: Show) -> None:
        for person in (org.joan, org.ben, org.grace):
            set_profile(person, weekly_limit=2)
        stories = some(org, 4)
        shown = show(org.rcic)
        assert list(rows(shown)) == [story.mre_id for story in stories]
        assert "4 of 4 get a mentor, 4 of them in their own chapter." in words(
            shown.select_one("#proposal")
        )
        first, *_, last = rows(shown).values()
        assert "Marketing own chapter · 1 of 2 after this" in words(first)
        assert "own chapter · 2 of 2 after this" in words(last)
        assert not Assignment.objects.exists()

    def test_who_is_left_and_why(self, org: Organisation, show: Show) -> None:
        story = submit(org, ask=an_ask(area=area("Legal"), question="?"))
        shown = show(org.rcic)
        assert "0 of 1 get a mentor" in words(shown.select_one("#proposal"))
        assert "1 stays in the queue; why stands beside it." in words(shown.select_one("#proposal"))
        assert "Nobody in the region offers Legal." in words(rows(shown)[story.mre_id])
        assert not shown.select("#proposal input[name=mre], #proposal button")

    def test_who_only_serves_elsewhere_is_counted_where_nobody_can_be_proposed(
        self, org: Organisation, show: Show
    ) -> None:
        set_profile(org.carla, keywords="wholesale", serves_outside=False)
        left = submit(org, ask=an_ask(area=area("Legal"), question="Wholesale?"))
        shown = rows(show(org.rcic))
        sentence = "Nobody in the region who fits is free: 1 serve only their local area."
        assert sentence in words(shown[left.mre_id])

    def test_how_much_better_it_is_only_if_it_is(self, org: Organisation, show: Show) -> None:
        pause(org.ben, org, now=MONDAY)
        for person, keywords in ((org.joan, "wholesale, bakery"), (org.grace, "")):
            set_profile(person, weekly_limit=1, keywords=keywords)
        first = submit(org, ask=an_ask(question="Wholesale?"))
        assert "better" not in words(show(org.rcic).select_one("#proposal"))
        second = submit(org, at=NOON, ask=an_ask(question="Wholesale from a bakery?"))
        shown = show(org.rcic)
        assert re.search(r"All together this fits \d\.\d % better", shown.get_text())
        options = [row.select("option")[0] for row in rows(shown).values()]
        assert [words(one).split()[0] for one in options] == ["Grace", "Joan"]
        assert [first.mre_id, second.mre_id] == list(rows(shown))

    def test_the_next_best_can_be_chosen_instead(self, org: Organisation, show: Show) -> None:
        [story] = some(org, 1)
        options = [words(one) for one in rows(show(org.rcic))[story.mre_id].select("option")]
        assert options[0].startswith("Ben Okafor: Marketing (1 this week after this)")
        assert options[1].startswith("Grace Lindqvist: Marketing (0 this week, no limit)")
        assert "Nora Baptiste, SCORE Newark: Marketing" in options[3]
        assert options[-1] == "Leave in the queue"

    def test_a_request_that_had_a_mentor_has_a_note_made_from_the_reasons(
        self, org: Organisation, show: Show
    ) -> None:
        story = submit(org).assign(org.joan).wait(hours=1).decline()
        shown = rows(show(org.rcic))[story.mre_id]
        assert "Joan" not in words(shown)
        note = shown.select_one("textarea")
        assert words(note) == "Maria has waited since Mon 16 Mar. Why you: Marketing."

    def test_the_filter_and_the_lane_of_the_queue_hold(self, org: Organisation, show: Show) -> None:
        new = submit(org, person=a_person(first_name="Zelda"))
        back = submit(org).assign(org.joan).wait(hours=1).decline()
        assert list(rows(show(org.rcic))) == [new.mre_id, back.mre_id]
        assert list(rows(show(org.rcic, lane="declined"))) == [back.mre_id]
        assert list(rows(show(org.rcic, q="Zelda"))) == [new.mre_id]
        shown = show(org.rcic, q="Nobody")
        assert "With this filter no request waits" in words(shown.select_one("#proposal"))
        assert shown.select_one("#proposal a")["href"] == "/queue/?q=Nobody"  # type: ignore[index]

    def test_parked_requests_are_left_alone(self, org: Organisation, show: Show) -> None:
        submit(org, suspended=True)
        assert not rows(show(org.admin))

    def test_only_the_viewers_chapters(self, org: Organisation, show: Show) -> None:
        own = submit(org)
        submit(org, person=a_person(zip="85001", first_name="Leila"))
        shown = show(org.rcic)
        assert list(rows(shown)) == [own.mre_id]
        assert "Leila" not in shown.get_text()

    @pytest.mark.parametrize("who", ["joan", "leader", "manager", "chair"])
    def test_only_coordinators_have_it(self, org: Organisation, client: Browser, who: str) -> None:
        client.force_login(getattr(org, who))
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"mre": "1"}).status_code == 403


class TestLongQueue:
    def test_shows_the_page_first_and_then_the_proposal(
        self, org: Organisation, show: Show, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("intake.views.proposal.AT_ONCE", 1)
        stories = some(org, 2)
        shown = show(org.rcic, q="Maria")
        assert not rows(shown)
        [link] = shown.select("#proposal a[hx-get]")
        assert link["href"] == link["hx-get"] == f"{PAGE}?q=Maria&show=1"
        assert list(rows(show(org.rcic, q="Maria", show=1))) == [s.mre_id for s in stories]

    def test_takes_those_that_have_waited_longest(
        self, org: Organisation, show: Show, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(proposal, "MOST", 2)
        stories = some(org, 3)
        shown = show(org.rcic)
        assert list(rows(shown)) == [story.mre_id for story in stories[:2]]
        assert "3 wait; here are the 2 that have waited longest" in words(shown)

    def test_the_form_of_a_full_page_may_be_sent(self) -> None:
        assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS >= 3 * proposal.MOST + 1


# --- Carried out --------------------------------------------------------------------------------


class TestConfirm:
    def test_assigns_each_with_one_mail_to_each_mentor(
        self, org: Organisation, show: Show, client: Browser
    ) -> None:
        stories = some(org, 6)
        shown = confirm(client, chosen(show(org.rcic)))
        assert words(shown.select_one("#results > h2")) == "6 done"
        assert sorted(mentors_of(stories)) == ["Ben", "Ben", "Grace", "Grace", "Joan", "Joan"]
        mails = OutboxMail.objects.filter(kind__startswith="mentor_assigned")
        assert {mail.kind for mail in mails} == {"mentor_assigned_several"}
        assert mails.count() == 3

    def test_what_was_changed_by_hand_counts(
        self, org: Organisation, show: Show, client: Browser
    ) -> None:
        other, stays, unticked = stories = some(org, 3)
        sent = chosen(show(org.rcic)) | {
            f"to_{other.mre_id}": org.nora.pk,
            f"to_{stays.mre_id}": "",
            "mre": [other.mre_id, stays.mre_id],
        }
        shown = confirm(client, sent)
        assert words(shown.select_one("#results > h2")) == "1 done"
        assert other.mentor == org.nora
        assert [story.mre.status for story in stories[1:]] == [Status.NEED_ACTION] * 2
        assert unticked.mre.status == Status.NEED_ACTION

    def test_what_changed_meanwhile_has_its_sentence(
        self, org: Organisation, show: Show, client: Browser
    ) -> None:
        gone, fine = some(org, 2)
        sent = chosen(show(org.rcic))
        gone.until(NOON).assign(org.joan)
        shown = confirm(client, sent)
        assert words(shown.select_one("#results > h2")) == "1 done, 1 not"
        assert "This request was assigned to Joan Whitfield on Mon 16 Mar 12:00." in words(
            shown.select_one("main")
        )
        assert fine.mre.status == Status.ASSIGNED

    def test_who_was_paused_meanwhile_gets_nothing(
        self, org: Organisation, show: Show, client: Browser
    ) -> None:
        [story] = some(org, 1)
        sent = chosen(show(org.rcic))
        pause(Volunteer.objects.get(pk=sent[f"to_{story.mre_id}"]), org, now=NOON)
        shown = confirm(client, sent)
        assert words(shown.select_one("#results > h2")) == "0 done, 1 not"
        assert "cannot be assigned: paused until" in words(shown.select_one("main"))

    def test_the_note_goes_with_a_request_that_had_a_mentor(
        self, org: Organisation, show: Show, client: Browser
    ) -> None:
        story = submit(org).assign(org.joan).wait(hours=1).decline()
        sent = chosen(show(org.rcic))
        shown = confirm(client, sent | {f"note_{story.mre_id}": ""})
        assert "A note is needed: say why this mentor now." in words(shown.select_one("main"))
        shown = confirm(client, sent | {f"note_{story.mre_id}": "x" * 4001})
        assert "The note: At most 4,000 characters" in words(shown.select_one("main"))
        confirm(client, sent)
        assert story.assignment.note == "Maria has waited since Mon 16 Mar. Why you: Marketing."

    def test_another_chapters_requests_cannot_be_slipped_in(
        self, org: Organisation, client: Browser
    ) -> None:
        other = submit(org, person=a_person(zip="85001"))
        client.force_login(org.rcic)
        confirm(client, {"mre": other.mre_id, f"to_{other.mre_id}": org.dan.pk})
        assert other.mre.status == Status.NEED_ACTION

    @pytest.mark.parametrize("to", ["x", "0", "9" * 18, "9" * 40, ""])
    def test_nonsense_is_no_error(self, org: Organisation, client: Browser, to: str) -> None:
        [story] = some(org, 1)
        client.force_login(org.rcic)
        confirm(client, {"mre": [story.mre_id, "x", "9" * 40], f"to_{story.mre_id}": to})
        assert story.mre.status == Status.NEED_ACTION


# --- What it costs ------------------------------------------------------------------------------


def test_the_page_costs_the_same_for_5_requests_and_for_50(
    org: Organisation, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(org.rcic)
    for number in (5, 50):
        some(org, number - MentoringRequest.objects.count())
        submit(org).assign(org.joan).wait(hours=1).decline()
        mentor(org.new_york, last_name=f"Number{number}")
        with django_assert_num_queries(13):
            response = client.get(PAGE, {"show": 1})
        assert len(rows(BeautifulSoup(response.content, "html.parser"))) > number
