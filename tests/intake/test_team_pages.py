"""What who helps is shown of a request, and how he is found, asked, and logs his time."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from intake.actions import company, contacting, team
from intake.enums import NoteLevel
from intake.models import CoMentor, TeamMember
from mentors.enums import Classification, VolunteerStatus
from mentors.models import Volunteer
from tests.factories import (
    Organisation,
    Story,
    a_person,
    an_ask,
    mentor,
    pause,
    request_in,
    set_profile,
    volunteer,
)
from tests.intake.conftest import SetClock

CLIENT = {
    "first_name": "Maribel",
    "last_name": "Ortizwho",
    "email": "maribel@secret.example",
    "phone": "216-555-0143",
    "zip": "10044",
}
CONTACT = ("maribel@secret.example", "216-555-0143", "10044")
QUESTION = "How do I price for wholesale?"
NOTES = "She cried about the loan."
LATER_NOTES = "Only Joan was there."

pytestmark = pytest.mark.django_db


def story_of(situation: str, org: Organisation) -> Story:
    ask = an_ask(question=QUESTION, website="https://bakery.example")
    return request_in(situation, org, person=a_person(**CLIENT), ask=ask)


def ask(story: Story, who: Volunteer, line: str = "Tax?") -> TeamMember:
    return team.add_member(
        mre_id=story.mre_id, volunteer_id=who.pk, by=story.mentor, now=story.now, line=line
    )


def join(story: Story, who: Volunteer) -> CoMentor:
    return company.add_companion(
        session_id=story.session.pk, volunteer_id=who.pk, by=story.mentor, now=story.now
    )


def note(story: Story, level: NoteLevel, text: str, by: Volunteer | None = None) -> None:
    contacting.add_note(
        mre_id=story.mre_id, by=by or story.mentor, now=story.now, level=level, text=text
    )


@pytest.fixture
def browse(client: Browser, at: SetClock) -> Any:
    """A browser of somebody, a minute after the story."""

    def as_somebody(story: Story, who: Volunteer) -> Browser:
        at(story.now + timedelta(minutes=1))
        client.force_login(who)
        return client

    return as_somebody


def page(response: Any) -> Tag:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag), response.status_code
    return main


def words(response: Any) -> str:
    return page(response).get_text(" ", strip=True)


def url(story: Story, name: str = "request") -> str:
    pk = story.session_id if name in SESSION_PAGES else story.mre_id
    return reverse(f"intake:{name}", args=[pk])


SESSION_PAGES = ("companions", "leave_session", "log_time", "drop_companion", "session_edit")


# --- What is shown --------------------------------------------------------------------------------


class TestSight:
    def test_a_member_sees_what_he_needs_to_help_and_no_more(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("counseled", org)
        note(story, NoteLevel.MENTOR, "Call before noon.", by=org.rcic)
        note(story, NoteLevel.COORDINATOR, "Joan is slow.", by=org.rcic)
        note(story, NoteLevel.CLIENT, "Dear Maribel, your prices.")
        ask(story, org.sam, line="Could you look at her tax?")
        response = browse(story, org.sam).get(url(story))
        shown, whole = words(response), response.content.decode()
        for part in (QUESTION, "Maribel Ortizwho", "bakery.example", "Call before noon."):
            assert part in shown
        assert "Could you look at her tax?" in shown
        for secret in (*CONTACT, "Joan is slow.", "Dear Maribel", NOTES, "We spoke about prices."):
            assert secret not in whole

    def test_he_is_offered_to_leave_and_nothing_that_is_the_leads(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("counseled", org)
        ask(story, org.sam)
        shown = page(browse(story, org.sam).get(url(story)))
        buttons = {link.get_text(strip=True) for link in shown.select("a.btn, button")}
        assert buttons == {"Leave the team…"}

    @pytest.mark.parametrize(
        "act",
        ["attempt", "session_schedule", "session_record", "transfer", "withdraw", "note", "team"],
    )
    def test_he_cannot_act_on_the_request(self, org: Organisation, browse: Any, act: str) -> None:
        story = story_of("counseled", org)
        ask(story, org.sam)
        assert browse(story, org.sam).get(url(story, act)).status_code == 403

    def test_notes_from_before_the_leads_time_are_not_for_him(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("counseled", org)
        note(story, NoteLevel.MENTOR, "He owes the bank.", by=org.rcic)
        story.wait(hours=1).reassign(org.ben).wait(hours=1).accept()
        ask(story, org.sam)
        browser = browse(story, org.sam)
        assert "He owes the bank." not in browser.get(url(story)).content.decode()
        browser.force_login(org.ben)
        assert "He owes the bank." in words(browser.get(url(story)))

    def test_session_notes_are_for_who_took_part_in_that_session(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("counseled", org)
        ask(story, org.sam)
        join(story, org.sam)
        story.wait(hours=2).hold(notes=LATER_NOTES)
        response = browse(story, org.sam).get(url(story))
        assert "We spoke about prices." in words(response)
        assert LATER_NOTES not in response.content.decode()
        assert len(page(response).select("#sessions h3")) == 2

    @pytest.mark.parametrize("end", ["leave", "complete", "transfer"])
    def test_afterwards_he_keeps_the_sessions_in_which_he_took_part_and_no_more(
        self, org: Organisation, browse: Any, end: str
    ) -> None:
        story = story_of("counseled", org)
        member = ask(story, org.sam)
        join(story, org.sam)
        story.wait(hours=2).hold(notes=LATER_NOTES)
        note(story, NoteLevel.MENTOR, "Call before noon.", by=org.rcic)
        if end == "leave":
            team.end_membership(member_id=member.pk, by=org.sam, now=story.now)
        else:
            getattr(story.wait(hours=1), end)()
        response = browse(story, org.sam).get(url(story))
        shown, whole = words(response), response.content.decode()
        assert "We spoke about prices." in shown
        assert len(page(response).select("#sessions h3")) == 1
        for secret in (
            *CONTACT,
            LATER_NOTES,
            "Call before noon.",
            "bakery.example",
            "This is about",
        ):
            assert secret not in whole
        told = [entry.get_text() for entry in page(response).select(".timeline-compact li")]
        assert not [entry for entry in told if "Contact attempt" in entry or "Accepted" in entry]
        assert [entry for entry in told if "Sam Expert joined the team" in entry]

    def test_a_member_without_sessions_sees_nothing_afterwards(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("accepted", org)
        member = ask(story, org.sam)
        browser = browse(story, org.sam)
        assert browser.get(url(story)).status_code == 200
        team.end_membership(member_id=member.pk, by=org.joan, now=story.now)
        for name in ("request", "clocks", "team"):
            assert browser.get(url(story, name)).status_code == 404
        assert browser.get(reverse("intake:leave_team", args=[member.pk])).status_code == 404

    def test_nobody_else_sees_it_for_that(self, org: Organisation, browse: Any) -> None:
        story, other = story_of("accepted", org), request_in("accepted", org)
        ask(story, org.sam)
        ask(other, org.ben)
        expert = volunteer(org.new_york, "Eve", classification=Classification.SME)
        for person in (org.ben, expert, org.nora, org.chair, org.manager):
            assert browse(story, person).get(url(story)).status_code == 404
        assert browse(story, org.sam).get(url(other)).status_code == 404

    def test_a_paused_member_helps_on_and_one_who_is_inactive_does_not(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("accepted", org)
        ask(story, org.ben)
        pause(org.ben, org, now=story.now)
        browser = browse(story, org.ben)
        assert browser.get(url(story)).status_code == 200
        Volunteer.objects.filter(pk=org.ben.pk).update(status=VolunteerStatus.INACTIVE)
        assert browser.get(url(story)).status_code == 404

    def test_leaders_see_who_is_on_the_team_and_change_nothing(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("accepted", org)
        member = ask(story, org.sam)
        browser = browse(story, org.leader)
        shown = page(browser.get(url(story))).select_one("#team")
        assert shown is not None
        assert "Sam Expert" in shown.get_text()
        assert not shown.select("a")
        for name, pk in (("team", story.mre_id), ("leave_team", member.pk)):
            assert browser.post(reverse(f"intake:{name}", args=[pk])).status_code == 403


# --- Finding and asking ---------------------------------------------------------------------------


class TestAsking:
    def names(self, response: Any) -> list[str]:
        return [
            label.select_one(".fw-medium").get_text(strip=True)  # type: ignore[union-attr]
            for label in page(response).select(".mentor-choice")
        ]

    def test_the_own_chapter_is_listed_and_everybody_is_found(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("accepted", org)
        resigned = volunteer(
            org.new_york, "Rex", status=VolunteerStatus.RESIGNED, classification=Classification.SME
        )
        browser = browse(story, org.joan)
        listed = self.names(browser.get(url(story, "team")))
        assert listed == ["Sam Expert", "Grace Lindqvist", "Ben Okafor"]
        assert str(resigned) not in listed
        found = browser.get(url(story, "team"), {"q": "marketing"})
        assert self.names(found) == [
            "Grace Lindqvist",
            "Ben Okafor",
            "Nora Baptiste",
            "Carla Kowalski",
            "Leilani Kahale",
            "Dan Yazzie",
        ]
        assert self.names(browser.get(url(story, "team"), {"q": "phoenix yaz"})) == ["Dan Yazzie"]
        assert "Nobody fits" in words(browser.get(url(story, "team"), {"q": "zzz"}))

    def test_a_search_keeps_what_was_typed_and_asks_nobody(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("accepted", org)
        said = {"q": "dan", "line": "Could you look?", "find": "1"}
        response = browse(story, org.joan).post(url(story, "team"), said)
        assert self.names(response) == ["Dan Yazzie"]
        assert "Could you look?" in words(response)
        assert not page(response).select("#form-errors")
        assert not TeamMember.objects.exists()

    def test_who_is_chosen_is_asked(self, org: Organisation, browse: Any) -> None:
        story = story_of("accepted", org)
        browser = browse(story, org.joan)
        said = {"volunteer": org.dan.pk, "line": "Could you look?", "q": "dan"}
        assertRedirects(browser.post(url(story, "team"), said), url(story))
        shown = page(browser.get(url(story))).select_one("#team")
        assert shown is not None
        assert "Dan Yazzie" in shown.get_text()
        again = browser.post(url(story, "team"), said, follow=True)
        assert "Dan Yazzie is on the team since" in again.content.decode()
        assert TeamMember.objects.count() == 1

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({}, "Choose somebody."),
            ({"volunteer": "99999999"}, "not on the roster any more"),
            ({"volunteer": "x'\""}, "not on the roster any more"),
            ({"volunteer": "joan"}, "Joan Whitfield leads this request already."),
            ({"volunteer": "sam", "line": ""}, "Say in a line what you hope for."),
            ({"volunteer": "sam", "line": "x" * 1001}, "1001"),
            ({"volunteer": "sam", "q": "x" * 101}, "101"),
        ],
    )
    def test_bad_input_gets_a_sentence(
        self, org: Organisation, browse: Any, said: dict[str, str], sentence: str
    ) -> None:
        story = story_of("accepted", org)
        named = {"joan": str(org.joan.pk), "sam": str(org.sam.pk)}
        sent = {"line": "Tax?"} | {key: named.get(value, value) for key, value in said.items()}
        response = browse(story, org.joan).post(url(story, "team"), sent)
        assert response.status_code == 200
        complaint = page(response).select_one("#form-errors")
        assert complaint is not None
        assert sentence.replace("1001", "1,001") in complaint.get_text() or (
            sentence in complaint.get_text()
        )
        assert not TeamMember.objects.exists()

    @pytest.mark.parametrize("number", [1, 20])
    def test_it_costs_the_same_for_few_and_for_many(
        self,
        org: Organisation,
        browse: Any,
        django_assert_num_queries: DjangoAssertNumQueries,
        number: int,
    ) -> None:
        story = story_of("accepted", org)
        for one in range(number):
            helper = mentor(org.new_york, "Mia", f"Mentor{one}")
            pause(helper, org, now=story.now)
        browser = browse(story, org.joan)
        with django_assert_num_queries(11):
            response = browser.get(url(story, "team"), {"q": "mia"})
        assert len(self.names(response)) == min(number, 12)


# --- The company of a session, and own time -------------------------------------------------------


class TestCompany:
    def test_somebody_is_added_and_taken_out_by_the_lead(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("session_planned", org)
        browser = browse(story, org.joan)
        assertRedirects(
            browser.post(url(story, "companions"), {"volunteer": org.dan.pk}),
            url(story, "companions"),
        )
        assert "Dan Yazzie" in words(browser.get(url(story)))
        browser.post(url(story, "drop_companion"), {"volunteer": org.dan.pk})
        assert not story.session.co_mentorships.exists()
        gone = browser.post(url(story, "drop_companion"), {"volunteer": org.dan.pk})
        assert gone.status_code == 404

    def test_who_is_invited_sees_the_session_and_can_say_no(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("session_planned", org)
        browser = browse(story, org.sam)
        assert browser.get(url(story)).status_code == 404
        join(story, org.sam)
        response = browser.get(url(story))
        assert "Not join session 1…" in words(response)
        assert not [secret for secret in CONTACT if secret in response.content.decode()]
        assert browser.get(url(story, "companions")).status_code == 403
        browser.post(url(story, "leave_session"))
        assert browser.get(url(story)).status_code == 404

    def test_a_co_mentor_logs_his_time_from_the_page(self, org: Organisation, browse: Any) -> None:
        story = story_of("counseled", org)
        row = join(story, org.sam)
        browser = browse(story, org.sam)
        assert "Log my time for session 1" in words(browser.get(url(story)))
        form = page(browser.get(url(story, "log_time"))).select_one("input[name=minutes]")
        assert form is not None
        assert form["value"] == "60"
        said = {"minutes": "45", "preparation": "20", "travel": ""}
        assertRedirects(browser.post(url(story, "log_time"), said), url(story))
        row.refresh_from_db()
        assert (row.minutes, row.preparation_minutes, row.travel_minutes) == (45, 20, 0)
        assert "Sam Expert (45 minutes, 20 preparation)" in words(browser.get(url(story)))

    @pytest.mark.parametrize("minutes", ["", "0", "1441", "x"])
    def test_wrong_numbers_get_a_sentence(
        self, org: Organisation, browse: Any, minutes: str
    ) -> None:
        story = story_of("counseled", org)
        row = join(story, org.sam)
        response = browse(story, org.sam).post(url(story, "log_time"), {"minutes": minutes})
        assert page(response).select_one("#form-errors")
        row.refresh_from_db()
        assert row.logged_at is None

    def test_a_coordinator_corrects_the_time_of_somebody(
        self, org: Organisation, browse: Any
    ) -> None:
        story = story_of("counseled", org)
        row = join(story, org.sam)
        address = reverse("intake:log_time_for", args=[story.session.pk, org.sam.pk])
        assert browse(story, org.joan).get(address).status_code == 403
        browser = browse(story, org.rcic)
        assert address in browser.get(url(story, "companions")).content.decode()
        browser.post(address, {"minutes": "15"})
        row.refresh_from_db()
        assert row.minutes == 15


def test_an_expert_without_a_profile_is_found_by_name(org: Organisation, browse: Any) -> None:
    story = story_of("accepted", org)
    set_profile(org.ben, keywords="taxidermy")
    browser = browse(story, org.joan)
    assert TestAsking().names(browser.get(url(story, "team"), {"q": "taxi"})) == ["Ben Okafor"]
    found = browser.get(url(story, "team"), {"q": "expert"})
    assert TestAsking().names(found) == ["Sam Expert"]
    assert "Subject Matter Expert · SCORE New York" in words(found)
