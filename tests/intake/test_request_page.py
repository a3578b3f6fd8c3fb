"""The page of a request: what each reader is shown, and above all what he is not."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.actions import contacting
from intake.enums import DeclineReason, NoteLevel, Status, WithdrawReason
from intake.models import CoMentor, DuplicateFlag
from mentors.models import Volunteer
from tests.factories import (
    MONDAY,
    SITUATIONS,
    Organisation,
    Story,
    a_person,
    an_ask,
    mentor,
    pause,
    request_in,
    submit,
)
from tests.intake.conftest import SetClock

MARIBEL = {
    "first_name": "Maribel",
    "last_name": "Ortizwho",
    "email": "maribel@secret.example",
    "phone": "216-555-0143",
    "zip": "10044",
}
ASK = {
    "question": "How do I price for wholesale?",
    "business_name": "Ortiz Bakery",
    "website": "https://bakery.example",
}
CONTACT = ("maribel@secret.example", "216-555-0143", "10044", "bakery.example")
NOTES = "She cried about the loan."

pytestmark = pytest.mark.django_db


def story_of(situation: str, org: Organisation) -> Story:
    return request_in(situation, org, person=a_person(**MARIBEL), ask=an_ask(**ASK))


@pytest.fixture
def look(client: Browser, at: SetClock) -> Callable[..., BeautifulSoup]:
    """The page as somebody sees it a minute after the story."""

    def look_at(story: Story, who: Volunteer, **query: Any) -> BeautifulSoup:
        at(story.now + timedelta(minutes=1))
        client.force_login(who)
        response = client.get(reverse("intake:request", args=[story.mre_id]), query)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return look_at


@pytest.fixture
def status_for(client: Browser, at: SetClock) -> Callable[..., int]:
    def status(story: Story, who: Volunteer) -> int:
        at(story.now + timedelta(minutes=1))
        client.force_login(who)
        return client.get(reverse("intake:request", args=[story.mre_id])).status_code

    return status


def words(part: Tag | None) -> str:
    """What is read, without the gaps that markup leaves before a sign."""
    assert part is not None
    return re.sub(r" ([:.,])", r"\1", part.get_text(" ", strip=True))


def buttons(shown: BeautifulSoup) -> list[str]:
    return [words(button) for button in shown.select(".page-top .btn")]


def timeline(shown: BeautifulSoup) -> list[str]:
    """What happened, without what is folded away."""
    for fold in shown.select("#timeline details"):
        fold.extract()
    return [words(entry) for entry in shown.select("#timeline ol.timeline-compact > li")]


Look = Callable[..., BeautifulSoup]


class TestScope:
    @pytest.mark.parametrize("situation", ["new", "assigned", "accepted", "complete"])
    def test_who_can_open_it(
        self, org: Organisation, status_for: Callable[..., int], situation: str
    ) -> None:
        story = request_in(situation, org)
        expected = {
            "rcic": 200,
            "rcic_district": 200,
            "rcic_region": 200,
            "leader": 200,
            "leader_region": 200,
            "admin": 200,
            "rcic_elsewhere": 404,
            "rcic_former": 404,
            "manager": 404,
            "chair": 404,
            "grace": 404,
            "sam": 404,
        }
        assert {who: status_for(story, getattr(org, who)) for who in expected} == expected

    @pytest.mark.parametrize("situation", ["declined", "timed_out", "replaced", "transferred"])
    def test_a_mentor_who_does_not_have_it_any_more_cannot_open_it(
        self, org: Organisation, status_for: Callable[..., int], situation: str
    ) -> None:
        story = request_in(situation, org)
        before = story.mre.assignments.earliest("pk").mentor
        assert status_for(story, before) == 404

    def test_a_mentor_keeps_what_he_closed(
        self, org: Organisation, status_for: Callable[..., int]
    ) -> None:
        assert status_for(request_in("complete", org), org.joan) == 200

    def test_a_parked_request_exists_for_administrators_only(
        self, org: Organisation, status_for: Callable[..., int], look: Look
    ) -> None:
        story = submit(org, suspended=True)
        assert status_for(story, org.rcic) == 404
        shown = look(story, org.admin)
        assert "Service to this client is suspended." in words(shown)
        assert "Release…" in buttons(shown)
        assert not shown.select("#assign")


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_coordinator_sees_all_of_it_a_leader_the_name_and_what_happened(
    org: Organisation, look: Look, situation: str
) -> None:
    story = story_of(situation, org)
    for_rcic, for_leader = look(story, org.rcic), look(story, org.leader)
    for shown in (for_rcic, for_leader):
        assert [words(heading) for heading in shown.select("h1")] == [
            "Maribel Ortizwho · Ortiz Bakery"
        ]
        assert len(timeline(shown)) == len(story.kinds)
    assert Status(story.mre.status).label in words(for_rcic.select_one(".page-subtitle"))
    assert all(part in str(for_rcic) for part in CONTACT)
    assert "“" not in words(for_leader.main)
    assert not [part for part in CONTACT if part in str(for_leader)]


class TestContact:
    @pytest.mark.parametrize("situation", ["accepted", "contacted", "complete", "no_show"])
    def test_the_mentor_sees_it_once_he_has_accepted(
        self, org: Organisation, look: Look, situation: str
    ) -> None:
        shown = str(look(story_of(situation, org), org.joan))
        assert all(part in shown for part in (*CONTACT, "Ortizwho"))

    @pytest.mark.parametrize("situation", ["assigned", "overdue"])
    def test_a_mentor_who_is_asked_sees_the_first_name_and_the_question(
        self, org: Organisation, look: Look, situation: str
    ) -> None:
        shown = str(look(story_of(situation, org), org.joan))
        assert "Maribel" in shown
        assert "How do I price for wholesale?" in shown
        assert not [part for part in (*CONTACT, "Ortizwho", "Ortiz Bakery") if part in shown]

    def test_that_service_was_suspended_is_shown_to_administrators_only(
        self, org: Organisation, look: Look
    ) -> None:
        story = submit(org, suspended=True)
        from intake.actions.submission import release

        release(mre_id=story.mre_id, by=org.admin, now=story.now)
        story.wait(hours=1).assign().accept()
        for who in (org.rcic, org.leader, org.joan):
            shown = look(story, who)
            assert "suspended" not in words(shown)
        assert "suspended" in words(look(story, org.admin))
        assert not [entry for entry in timeline(look(story, org.joan)) if "Released" in entry]


class TestSessionNotes:
    def counseled(self, org: Organisation) -> Story:
        story = story_of("accepted", org).wait(days=1)
        return story.hold(notes=NOTES)

    def test_the_mentor_and_the_coordinator_read_them(self, org: Organisation, look: Look) -> None:
        story = self.counseled(org)
        for who in (org.joan, org.rcic, org.admin):
            assert NOTES in words(look(story, who))

    @pytest.mark.parametrize("ending", ["", "complete", "transfer"])
    def test_a_leader_does_not(self, org: Organisation, look: Look, ending: str) -> None:
        story = self.counseled(org)
        if ending:
            getattr(story, ending)()
        shown = look(story, org.leader)
        assert NOTES not in str(shown)
        assert "Held" in words(shown)

    def test_the_next_mentor_reads_them_when_he_has_accepted_and_not_before(
        self, org: Organisation, look: Look
    ) -> None:
        story = self.counseled(org).transfer().wait(hours=1).assign(org.ben)
        assert NOTES not in str(look(story, org.ben))
        story.wait(hours=1).accept()
        assert NOTES in words(look(story, org.ben))

    def test_a_co_mentor_reads_those_of_his_session_and_sees_no_contact(
        self, org: Organisation, look: Look
    ) -> None:
        story = self.counseled(org)
        CoMentor.objects.create(session=story.session, volunteer=org.sam, minutes=30)
        story.wait(hours=2).hold(notes="Only Joan was there.")
        shown = look(story, org.sam)
        assert NOTES in words(shown)
        assert "Only Joan was there." not in str(shown)
        assert not [part for part in CONTACT if part in str(shown)]


class TestNotes:
    def write(self, story: Story, by: Volunteer, level: NoteLevel, text: str) -> None:
        contacting.add_note(mre_id=story.mre_id, by=by, now=story.now, level=level, text=text)

    def test_a_coordinators_own_note_is_never_shown_to_the_mentor(
        self, org: Organisation, look: Look
    ) -> None:
        story = story_of("accepted", org)
        self.write(story, org.rcic, NoteLevel.COORDINATOR, "Joan is slow.")
        shown = look(story, org.joan)
        assert "Joan is slow." not in str(shown)
        assert not [entry for entry in timeline(shown) if "Note" in entry]
        assert "Joan is slow." in words(look(story, org.rcic))

    def test_mentor_and_coordinator_read_what_is_for_both_and_a_leader_nothing(
        self, org: Organisation, look: Look
    ) -> None:
        story = story_of("accepted", org)
        self.write(story, org.joan, NoteLevel.MENTOR, "She is in Ohio till May.")
        self.write(story, org.rcic, NoteLevel.CLIENT, "Dear Maribel, we are on it.")
        for who in (org.joan, org.rcic):
            shown = words(look(story, who))
            assert "She is in Ohio till May." in shown
            assert "Dear Maribel, we are on it." in shown
        for_leader = str(look(story, org.leader))
        assert "She is in Ohio till May." not in for_leader
        assert "Dear Maribel, we are on it." not in for_leader

    def test_a_mentor_who_is_asked_reads_what_was_written_to_him_since(
        self, org: Organisation, look: Look
    ) -> None:
        story = story_of("accepted", org)
        self.write(story, org.joan, NoteLevel.MENTOR, "Her cell is 216-555-0143.")
        story.wait(hours=1).transfer().wait(hours=1).assign(org.ben).wait(hours=1)
        self.write(story, org.rcic, NoteLevel.MENTOR, "Ben, please hurry.")
        shown = look(story, org.ben)
        assert "Ben, please hurry." in words(shown)
        assert "Her cell" not in str(shown)
        story.accept()
        assert "Her cell is 216-555-0143." in words(look(story, org.ben))


class TestTimeline:
    def test_latest_first_in_words(self, org: Organisation, look: Look) -> None:
        story = story_of("timed_out", org)
        assert timeline(look(story, org.rcic)) == [
            (
                "Returned to the queue end of Mon 23 Mar · "
                "by the 5-day clock: Joan Whitfield did not answer"
            ),
            (
                "Overdue end of Wed 18 Mar · no answer from Joan Whitfield in 2 business days "
                "· recorded Tue 24 Mar 00:00"
            ),
            "Assigned to Joan Whitfield · Mon 16 Mar 11:00 by Ada Admin “She asked for you.”",
            "Submitted · Mon 16 Mar 10:00 Web form",
        ]

    def test_a_leader_is_quoted_nothing(self, org: Organisation, look: Look) -> None:
        story = story_of("assigned", org).wait(hours=1)
        story.decline(DeclineReason.OTHER, text="I know her husband.").wait(hours=1)
        story.assign(org.ben, note="Ben, please.").wait(hours=1).accept("Dear Maribel, hello.")
        story.wait(hours=1).transfer()
        told = " ".join(timeline(look(story, org.leader)))
        assert "Declined by Joan Whitfield" in told
        assert "“" not in told
        for_coordinator = " ".join(timeline(look(story, org.rcic)))
        for text in ("I know her husband.", "Ben, please.", "Dear Maribel, hello.", "about tax"):
            assert text in for_coordinator

    def test_a_mentor_is_not_quoted_what_others_gave_as_their_reason(
        self, org: Organisation, look: Look
    ) -> None:
        story = story_of("assigned", org).wait(hours=1)
        story.decline(DeclineReason.OTHER, text="I know her husband.").wait(hours=1)
        story.assign(org.ben, note="Ben, please.").wait(hours=1)
        asked = str(look(story, org.ben))
        assert "I know her husband." not in asked
        assert "Declined by Joan Whitfield · Mon 16 Mar" in words(look(story, org.ben))
        assert "other" not in " ".join(timeline(look(story, org.ben)))
        assert "Ben, please." in asked
        story.accept("Dear Maribel, hello.")
        leads = str(look(story, org.ben))
        assert "I know her husband." not in leads
        assert "Dear Maribel, hello." in leads

    def test_the_next_mentor_reads_why_it_was_transferred_once_he_leads(
        self, org: Organisation, look: Look
    ) -> None:
        story = story_of("transferred", org).wait(hours=1).assign(org.ben).wait(hours=1)
        assert "This is about tax." not in str(look(story, org.ben))
        story.accept()
        assert "This is about tax." in " ".join(timeline(look(story, org.ben)))


class TestSituation:
    @pytest.mark.parametrize(
        ("situation", "sentence"),
        [
            ("new", "new since Mon 16 Mar 10:00 · client has waited 0.0 business days"),
            ("declined", "declined by Joan Whitfield on Mon 16 Mar 12:00: no capacity now"),
            ("timed_out", "returned by the 5-day clock after Mon 23 Mar · client has waited 5.6"),
            ("moved_here", "moved here from another chapter"),
            ("mentor_unavailable", "Joan Whitfield is unavailable"),
            ("reopened", "reopened on "),
            ("assigned", "Joan Whitfield is asked to answer by Wed 18 Mar"),
            ("overdue", ("Joan Whitfield did not answer by Wed 18 Mar · goes back to the queue "
             "after Mon 23 Mar")),
            ("accepted", "client not reached yet, 1 of 3 attempts made"),
            ("contacted", "in contact since Tue 17 Mar, no session held yet"),
            ("counseled", "first session Tue 17 Mar"),
            ("withdrawn", ": out of scope"),
            ("complete", "closed on Wed 18 Mar"),
        ],
    )  # fmt: skip
    def test_says_who_has_to_do_what_by_when(
        self, org: Organisation, look: Look, situation: str, sentence: str
    ) -> None:
        shown = look(request_in(situation, org), org.rcic)
        assert sentence in words(shown.select_one(".page-subtitle"))

    @pytest.mark.parametrize(
        ("situation", "sentence"),
        [
            ("assigned", "you are asked to answer by Wed 18 Mar"),
            ("overdue", "you did not answer by Wed 18 Mar"),
            ("accepted", "you lead it since Mon 16 Mar 13:00"),
        ],
    )
    def test_speaks_to_the_mentor_who_has_it(
        self, org: Organisation, look: Look, situation: str, sentence: str
    ) -> None:
        shown = look(request_in(situation, org), org.joan)
        assert sentence in words(shown.select_one(".page-subtitle"))

    def test_the_wait_in_this_queue_is_told_apart(self, org: Organisation, look: Look) -> None:
        shown = look(request_in("declined", org), org.rcic)
        assert "0.1 business days, 0.0 of them in this queue" in words(shown)


class TestButtons:
    @pytest.mark.parametrize(
        ("situation", "offered"),
        [
            ("new", {"rcic": ["Add note", "Move to another chapter…", "Withdraw…"]}),
            (
                "assigned",
                {
                    "rcic": ["Nudge…", "Add note", "Withdraw…"],
                    "admin": ["Nudge…", "Add note", "Hand back…", "Withdraw…"],
                },
            ),
            (
                "accepted",
                {
                    "rcic": ["Give to another mentor…", "Nudge…", "Add note"],
                    "joan": ["Add note"],
                },
            ),
            ("complete", {"rcic": ["Add note", "Reopen…"], "joan": ["Add note", "Reopen…"]}),
        ],
    )
    def test_by_status_and_reader(
        self, org: Organisation, look: Look, situation: str, offered: dict[str, list[str]]
    ) -> None:
        story = request_in(situation, org)
        assert {who: buttons(look(story, getattr(org, who))) for who in offered} == offered
        main = look(story, org.leader).main
        assert main is not None
        assert not main.select("form, .btn"), "a leader finds nothing to press"

    def test_what_is_refused_says_why(self, org: Organisation, look: Look) -> None:
        story = request_in("complete", org).wait(days=31)
        shown = look(story, org.joan)
        assert "more than 30 days ago; ask your coordinator" in words(
            shown.select_one(".page-top .refused")
        )


class TestRelated:
    def test_a_possible_duplicate_is_shown_on_both_to_the_coordinator_alone(
        self, org: Organisation, look: Look
    ) -> None:
        first = request_in("accepted", org, person=a_person(phone="216-555-0143"))
        second = submit(org, at=first.now, person=a_person(phone="(216) 555 0143"))
        assert DuplicateFlag.objects.count() == 1
        one = words(look(first, org.rcic).select_one("#client"))
        assert f"{second.mre.number}: same phone." in one
        other = look(second, org.rcic).select_one("#client")
        assert f"{first.mre.number}: same phone." in words(other)
        assert other is not None
        link = other.find("a", string="Withdraw this one as a duplicate…")
        assert isinstance(link, Tag)
        assert f"duplicate_of={first.mre.number}" in str(link["href"])
        assert "same phone" not in words(look(first, org.leader))
        assert "same phone" not in words(look(first, org.joan))

    def test_a_duplicate_that_was_withdrawn_as_one_is_settled(
        self, org: Organisation, look: Look
    ) -> None:
        first = submit(org, person=a_person(phone="216-555-0143"))
        second = submit(org, person=a_person(phone="216-555-0143"))
        second.withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=first.mre_id)
        assert "same phone" not in words(look(first, org.rcic))
        assert "duplicate of MR-" in words(look(second, org.rcic).select_one(".page-subtitle"))

    def test_a_duplicate_elsewhere_is_told_without_the_name(
        self, org: Organisation, look: Look
    ) -> None:
        elsewhere = submit(
            org, person=a_person(last_name="Hidden", phone="216-555-0143", zip="85001")
        )
        here = submit(org, person=a_person(phone="216-555-0143"))
        shown = look(here, org.rcic).select_one("#client")
        assert f"{elsewhere.mre.number} in SCORE Phoenix: same phone." in words(shown)
        assert "Hidden" not in str(shown)
        assert shown is not None
        assert not shown.select(f"a[href='/requests/{elsewhere.mre_id}/']")

    def test_earlier_requests_of_the_client_with_what_came_of_them(
        self, org: Organisation, look: Look
    ) -> None:
        person = a_person()
        earlier = request_in("complete", org, person=person)
        story = submit(org, at=earlier.now, person=person)
        shown = words(look(story, org.rcic))
        assert f"{earlier.mre.number} · Marketing · Complete" in shown
        assert "Joan Whitfield · 1 session held" in shown

    def test_a_parked_request_of_the_client_is_not_mentioned(
        self, org: Organisation, look: Look
    ) -> None:
        person = a_person()
        first = submit(org, person=person)
        first.mre.client.__class__.objects.filter(pk=first.mre.client_id).update(
            service_suspended=True
        )
        parked = submit(org, at=MONDAY + timedelta(hours=1), person=person)
        assert parked.mre.parked
        first.wait(hours=2)
        assert parked.mre.number not in words(look(first, org.rcic))
        assert parked.mre.number in words(look(first, org.admin))


class TestHostileWords:
    def test_nothing_that_a_client_types_becomes_markup(
        self, org: Organisation, look: Look
    ) -> None:
        evil = "<script>alert(1)</script>"
        person = a_person(first_name=evil[:60], last_name="{{ x }}", phone="<b>1</b>")
        story = submit(
            org,
            person=person,
            ask=an_ask(
                question=evil, business_name=evil, origination_url=evil, website="javascript:x"
            ),
        )
        shown = look(story, org.rcic)
        assert "alert(1)" in words(shown.main)
        assert not [script for script in shown.select("script") if "alert" in script.text]
        assert not shown.select("a[href^='javascript']")


class TestCost:
    """The same number of queries for a request with little and with a lot of history."""

    def busy(self, org: Organisation, times: int) -> Story:
        person = a_person()
        for _ in range(times):
            request_in("complete", org, person=person, at=MONDAY - timedelta(days=20))
            mentor(org.new_york)
        pause(mentor(org.new_york), org, now=MONDAY)
        story = submit(org, person=person).wait(hours=1)
        for _ in range(times):
            story.assign().wait(hours=1).accept().wait(hours=1).hold(notes="Talked.")
            story.wait(hours=1).transfer().wait(hours=1)
            contacting.add_note(
                mre_id=story.mre_id, by=org.rcic, now=story.now, level=NoteLevel.MENTOR, text="Hm."
            )
        return story

    @pytest.mark.parametrize("times", [1, 6])
    def test_with_the_shortlist(
        self,
        org: Organisation,
        client: Browser,
        at: SetClock,
        django_assert_num_queries: DjangoAssertNumQueries,
        times: int,
    ) -> None:
        story = self.busy(org, times)
        at(story.now)
        client.force_login(org.rcic)
        with django_assert_num_queries(23):  # one for the requests that are flagged with it
            response = client.get(reverse("intake:request", args=[story.mre_id]))
        assert 'id="assign"' in response.content.decode()

    @pytest.mark.parametrize("times", [1, 6])
    def test_with_the_mentors_work(
        self,
        org: Organisation,
        client: Browser,
        at: SetClock,
        django_assert_num_queries: DjangoAssertNumQueries,
        times: int,
    ) -> None:
        story = self.busy(org, times).assign().wait(hours=1).accept()
        at(story.now)
        client.force_login(org.joan)
        with django_assert_num_queries(17):
            client.get(reverse("intake:request", args=[story.mre_id]))


def test_withdrawing_keeps_the_request_for_its_mentor(
    org: Organisation, status_for: Callable[..., int]
) -> None:
    story = request_in("accepted", org).wait(hours=1).withdraw(WithdrawReason.OTHER)
    assert status_for(story, org.joan) == 200
