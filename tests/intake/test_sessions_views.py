"""The pages about sessions: planning, recording, notes, the edit lock, co-mentors."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from intake.actions import team
from intake.enums import SessionMode, SessionState
from intake.models import Session
from mentors.models import Volunteer
from tests.factories import Organisation, Story, mentor, request_in, submit
from tests.intake.conftest import SetClock

TOOK = {"minutes": "60", "preparation": "15", "travel": "0"}
ACTS = ("move", "cancel", "held", "missed", "notes", "edit")

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


def request_url(story: Story, act: str = "request") -> str:
    return reverse(f"intake:{act}", args=[story.mre_id])


def session_url(story: Story, act: str) -> str:
    return reverse(f"intake:session_{act}", args=[story.session_id])


@pytest.fixture
def joan(org: Organisation, client: Browser) -> Browser:
    """Joan's browser, signed in for as long as a story lasts."""
    client.force_login(org.joan)
    session = client.session
    session.set_expiry(timedelta(days=365))
    session.save()
    return client


@pytest.fixture
def accepted(org: Organisation, at: SetClock) -> Story:
    """Joan's client since Mon 16 Mar 2026, 13:00 in New York."""
    story = request_in("accepted", org)
    at(story.now)
    return story


@pytest.fixture
def planned(accepted: Story) -> Story:
    """A video session on Wed 18 Mar, 13:00."""
    return accepted.schedule(days=2)


@pytest.fixture
def met(planned: Story, at: SetClock) -> Story:
    """An hour after the planned session began; nobody has said how it went."""
    at(planned.wait(days=2, hours=1).now)
    return planned


class TestPlanning:
    def test_is_on_the_clock_of_his_chapter_and_invites_the_client(
        self, accepted: Story, joan: Browser
    ) -> None:
        page = request_url(accepted, "session_schedule")
        assert "Time in New York." in words_of(joan.get(page))
        response = joan.post(page, {"starts_at": "2026-03-24T14:00", "mode": "video"})
        assertRedirects(response, request_url(accepted), fetch_redirect_response=False)
        session = Session.objects.get()
        assert session.starts_at == datetime(2026, 3, 24, 18, tzinfo=UTC)
        assert "client_session_invited" in accepted.mails

    def test_takes_what_the_client_prefers_as_the_likely_way(
        self, accepted: Story, joan: Browser
    ) -> None:
        mre = accepted.mre
        mre.meet_by = "phone"
        mre.save(update_fields=["meet_by"])
        page = main_of(joan.get(request_url(accepted, "session_schedule")))
        assert [str(way["value"]) for way in page.select("input[name=mode][checked]")] == ["phone"]
        assert "Maria prefers phone." in page.get_text(" ", strip=True)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("2026-03-16T12:00", "That is in the past; record a session that was held instead."),
            ("2027-03-14T02:30", "The clocks are changed that night"),
            ("2026-11-01T01:30", "The clocks are changed that night"),
            ("9999-12-31T23:59", "Look at the year again: 9999."),
            ("soon", "Enter a day and a time"),
            ("", "This field is required."),
        ],
    )
    def test_says_what_is_wrong_with_a_time_and_keeps_the_rest(
        self, accepted: Story, joan: Browser, typed: str, sentence: str
    ) -> None:
        said = {"starts_at": typed, "mode": "chat"}
        response = joan.post(request_url(accepted, "session_schedule"), said)
        assert sentence in complaints(response)
        checked = main_of(response).select("input[name=mode][checked]")
        assert [str(way["value"]) for way in checked] == ["chat"]
        assert not Session.objects.exists()

    def test_moving_updates_the_invitation(self, planned: Story, joan: Browser) -> None:
        page = session_url(planned, "move")
        field = main_of(joan.get(page)).select_one("input[name=starts_at]")
        assert field is not None
        assert field["value"] == "2026-03-18T13:00"
        joan.post(page, {"starts_at": "2026-03-19T09:30", "mode": "phone"})
        assert planned.session.starts_at == datetime(2026, 3, 19, 13, 30, tzinfo=UTC)
        assert planned.session.mode == SessionMode.PHONE
        assert "client_session_changed" in planned.mails

    def test_cancelling_asks_first(self, planned: Story, joan: Browser) -> None:
        assert "Cancel this session?" in words_of(joan.get(session_url(planned, "cancel")))
        assert planned.session.state == SessionState.SCHEDULED
        joan.post(session_url(planned, "cancel"))
        assert planned.session.state == SessionState.CANCELLED
        assert "client_session_cancelled" in planned.mails

    def test_a_second_cancelling_is_told_that_it_is_done(
        self, planned: Story, joan: Browser
    ) -> None:
        joan.post(session_url(planned, "cancel"))
        for act in ("cancel", "move", "held", "missed"):
            response = joan.post(session_url(planned, act), follow=True)
            assert response.redirect_chain == [(request_url(planned), 302)]
            assert "This session is already cancelled." in words_of(response)


class TestRecording:
    def test_before_it_has_begun_is_off_with_the_reason(
        self, planned: Story, joan: Browser
    ) -> None:
        assert "It begins Wed 18 Mar 13:00." in words_of(joan.get(request_url(planned)))
        response = joan.post(session_url(planned, "held"), TOOK)
        assert "That is in the future" in complaints(response)
        response = joan.post(session_url(planned, "missed"))
        assert "That session has not begun yet." in complaints(response)

    def test_with_notes_is_one_step(self, met: Story, joan: Browser) -> None:
        page = session_url(met, "held") + "?from=desk"
        response = joan.post(page, {**TOOK, "notes": "Prices,\r\nthen margins."})
        assertRedirects(response, reverse("intake:desk"))
        session = met.session
        assert (session.state, session.minutes, session.preparation_minutes) == ("held", 60, 15)
        assert session.notes == "Prices,\nthen margins."
        assert session.notes_entered_at == met.now

    def test_refused_on_the_desk_still_leads_back_there(self, met: Story, joan: Browser) -> None:
        page = main_of(joan.post(session_url(met, "held"), {"minutes": "0", "from": "desk"}))
        kept = page.select_one("form input[name=from]")
        assert kept is not None
        assert kept["value"] == "desk"
        assert page.find("a", string="Back, change nothing")["href"] == reverse("intake:desk")  # type: ignore[index]

    def test_notes_can_follow_and_are_asked_for(self, met: Story, joan: Browser) -> None:
        response = joan.post(session_url(met, "held"), {"minutes": "45"}, follow=True)
        assert "Its notes are still due." in words_of(response)
        assert (met.session.minutes, met.session.travel_minutes) == (45, 0)
        desk = main_of(joan.get(reverse("intake:desk")))
        assert desk.find("form", action=session_url(met, "notes"))

    @pytest.mark.parametrize(
        ("minutes", "sentence"),
        [
            ("", "This field is required."),
            ("0", "Between 1 and 1440 minutes."),
            ("-5", "greater than or equal to 0"),
            ("1441", "less than or equal to 1440"),
            ("an hour", "Enter a whole number."),
            ("9" * 400, "less than or equal to 1440"),
        ],
    )
    def test_needs_minutes_that_make_sense_and_keeps_the_notes(
        self, met: Story, joan: Browser, minutes: str, sentence: str
    ) -> None:
        said = {"minutes": minutes, "notes": "We spoke about prices."}
        response = joan.post(session_url(met, "held"), said)
        assert sentence in complaints(response)
        assert "We spoke about prices." in words_of(response)
        assert met.session.state == SessionState.SCHEDULED

    def test_that_the_client_did_not_come(self, met: Story, joan: Browser) -> None:
        desk = main_of(joan.get(reverse("intake:desk")))
        assert desk.find("button", formaction=session_url(met, "missed"))
        joan.post(session_url(met, "missed"))
        assert met.session.state == SessionState.MISSED

    def test_one_that_was_not_planned(self, met: Story, joan: Browser) -> None:
        page = request_url(met, "session_record")
        said = {**TOOK, "starts_at": "2026-03-17T10:00", "mode": "phone", "notes": "By chance."}
        joan.post(page, said)
        session = Session.objects.latest("pk")
        assert session.starts_at == datetime(2026, 3, 17, 14, tzinfo=UTC)
        assert (session.state, session.mode) == (SessionState.HELD, SessionMode.PHONE)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("2026-03-19T10:00", "That is in the future"),
            ("2026-03-15T10:00", "That is before the day on which the request was submitted."),
            ("2026-03-08T02:30", "The clocks are changed that night"),
        ],
    )
    def test_one_that_was_not_planned_only_in_the_past(
        self, met: Story, joan: Browser, typed: str, sentence: str
    ) -> None:
        said = {**TOOK, "starts_at": typed, "mode": "phone"}
        response = joan.post(request_url(met, "session_record"), said)
        assert sentence in complaints(response)

    def test_a_coordinator_can_do_it_for_him(self, met: Story, client: Browser) -> None:
        client.force_login(met.org.rcic)
        client.post(session_url(met, "held"), TOOK)
        assert met.session.state == SessionState.HELD
        assert met.session.assignment.mentor == met.org.joan


class TestCoMentors:
    def test_are_chosen_from_the_team_and_his_own_chapter(self, met: Story, joan: Browser) -> None:
        self.ask(met, met.org.dan)
        page = main_of(joan.get(session_url(met, "held")))
        choice = page.select_one("select[name=co_mentor_0]")
        assert choice is not None
        groups = [group["label"] for group in choice.select("optgroup")]
        names = [option.get_text(strip=True) for option in choice.select("option")]
        assert groups == ["In the session or on the team", "SCORE New York"]
        assert names == ["Nobody", "Dan Yazzie", "Ben Okafor", "Grace Lindqvist", "Sam Expert"]

    def ask(self, met: Story, who: Volunteer) -> None:
        team.add_member(
            mre_id=met.mre_id, volunteer_id=who.pk, by=met.org.joan, now=met.now, line="Tax?"
        )

    def test_have_minutes_of_their_own_or_those_of_the_session(
        self, met: Story, joan: Browser
    ) -> None:
        sam, ben = met.org.sam, met.org.ben
        said = {"co_mentor_0": sam.pk, "co_minutes_0": "20", "co_mentor_1": ben.pk}
        joan.post(session_url(met, "held"), {**TOOK, **said, "co_minutes_1": ""})
        present = met.session.co_mentorships.values_list("volunteer", "minutes")
        assert dict(present) == {sam.pk: 20, ben.pk: 60}
        assert "Sam Expert (20 minutes, not logged yet)" in words_of(joan.get(request_url(met)))

    @pytest.mark.parametrize(
        ("first", "second", "sentence"),
        [
            ("sam", "sam", "This co-mentor is named twice."),
            ("carla", "", "Select a valid choice."),
            ("joan", "", "Select a valid choice."),
        ],
    )
    def test_are_checked(
        self, met: Story, joan: Browser, first: str, second: str, sentence: str
    ) -> None:
        said = {
            f"co_mentor_{row}": getattr(met.org, name).pk if name else ""
            for row, name in enumerate((first, second))
        }
        response = joan.post(session_url(met, "held"), {**TOOK, **said})
        assert sentence in complaints(response)

    def test_minutes_of_nobody_are_asked_about(self, met: Story, joan: Browser) -> None:
        response = joan.post(session_url(met, "held"), {**TOOK, "co_minutes_0": "20"})
        assert "Say whose minutes these are." in complaints(response)

    def test_stay_when_only_the_notes_are_written(self, met: Story, joan: Browser) -> None:
        said = {"co_mentor_0": met.org.sam.pk, "co_minutes_0": "20"}
        joan.post(session_url(met, "held"), {**TOOK, **said})
        joan.post(session_url(met, "notes"), {**TOOK, "notes": "Prices."})
        assert met.session.co_mentorships.get().minutes == 20

    def test_who_has_left_the_chapter_stays_a_choice_when_it_is_edited(
        self, met: Story, joan: Browser
    ) -> None:
        sam = met.org.sam
        joan.post(session_url(met, "held"), {**TOOK, "co_mentor_0": sam.pk, "notes": "Prices."})
        sam.chapter = met.org.phoenix
        sam.save()
        page = main_of(joan.get(session_url(met, "edit")))
        chosen = page.select_one("select[name=co_mentor_0] option[selected]")
        assert chosen is not None
        assert chosen.get_text(strip=True) == "Sam Expert"


class TestNotes:
    @pytest.fixture
    def held(self, accepted: Story, at: SetClock) -> Story:
        """Held on Tue 17 Mar without notes, which are due by Wed 18 Mar."""
        accepted.wait(days=1).hold()
        at(accepted.now)
        return accepted

    def test_are_required_on_their_page(self, held: Story, joan: Browser) -> None:
        response = joan.post(session_url(held, "notes"), {**TOOK, "notes": " "})
        assert "Write what you talked about" in complaints(response)

    def test_put_the_minutes_right_on_the_way(self, held: Story, joan: Browser) -> None:
        said = {"minutes": "90", "preparation": "10", "travel": "5", "notes": "Prices."}
        response = joan.post(session_url(held, "notes"), {**said, "from": "desk"})
        assertRedirects(response, reverse("intake:desk"))
        session = held.session
        assert (session.minutes, session.preparation_minutes, session.travel_minutes) == (90, 10, 5)
        assert session.notes == "Prices."

    def test_in_time_are_not_called_late(self, held: Story, at: SetClock, joan: Browser) -> None:
        assert "session note by Wed 18 Mar" in words_of(joan.get(request_url(held)))
        held.until(datetime(2026, 3, 19, 3, 59, tzinfo=UTC)).enter_notes()
        at(held.wait(days=1).now)
        sessions = main_of(joan.get(request_url(held))).select_one("#sessions")
        assert sessions is not None
        assert not sessions.select("[data-level=late]")

    def test_that_came_late_stay_marked(self, held: Story, at: SetClock, joan: Browser) -> None:
        at(held.until(datetime(2026, 3, 19, 4, 0, tzinfo=UTC)).now)
        assert "session note was due Wed 18 Mar" in words_of(joan.get(request_url(held)))
        held.enter_notes()
        at(held.wait(days=1).now)
        sessions = main_of(joan.get(request_url(held))).select_one("#sessions")
        assert sessions is not None
        [mark] = sessions.select("[data-level=late]")
        assert mark.get_text() == "late"

    def test_that_are_too_long_are_kept_on_the_page(self, held: Story, joan: Browser) -> None:
        response = joan.post(session_url(held, "notes"), {**TOOK, "notes": "word " * 5000})
        assert "At most 20,000 characters" in complaints(response)
        assert words_of(response).count("word") >= 5000

    def test_are_owed_by_the_mentor_who_held_it_even_when_another_one_leads(
        self, held: Story, at: SetClock, joan: Browser
    ) -> None:
        held.reassign(held.org.ben)
        at(held.now)
        joan.post(session_url(held, "notes"), {**TOOK, "notes": "Prices."})
        assert held.session.notes == "Prices."
        assert joan.get(request_url(held)).status_code == 404


class TestTheEditLock:
    @pytest.fixture
    def written(self, accepted: Story, at: SetClock) -> Story:
        """Held and written down on Tue 17 Mar: Joan can change it until Sun 5 Apr."""
        accepted.wait(days=1).hold(notes="We spoke about prices.")
        at(accepted.now)
        return accepted

    def test_until_the_fifth_it_can_be_changed(
        self, written: Story, at: SetClock, joan: Browser
    ) -> None:
        assert "until Sun 5 Apr" in words_of(joan.get(session_url(written, "edit")))
        at(datetime(2026, 4, 6, 3, 59, tzinfo=UTC))
        said = {**TOOK, "mode": "chat", "notes": "We spoke about prices and margins."}
        joan.post(session_url(written, "edit"), said)
        assert written.session.notes == "We spoke about prices and margins."
        assert written.session.mode == SessionMode.CHAT

    def test_afterwards_only_a_coordinator_can(
        self, written: Story, at: SetClock, joan: Browser
    ) -> None:
        at(datetime(2026, 4, 6, 4, 0, tzinfo=UTC))
        said = {**TOOK, "mode": "chat", "notes": "Changed."}
        for response in (
            joan.get(session_url(written, "edit")),
            joan.post(session_url(written, "edit"), said),
            joan.post(session_url(written, "notes"), said),
        ):
            assert response.status_code == 403
            assert "This session can no longer be changed" in words_of(response)
        page = main_of(joan.get(request_url(written)))
        assert not page.find("a", href=session_url(written, "edit"))
        assert "This session can no longer be changed" in page.get_text(" ", strip=True)
        joan.force_login(written.org.rcic)
        joan.post(session_url(written, "edit"), said)
        assert written.session.notes == "Changed."

    def test_notes_can_be_changed_but_not_emptied(self, written: Story, joan: Browser) -> None:
        said = {**TOOK, "mode": "phone", "notes": ""}
        response = joan.post(session_url(written, "edit"), said)
        assert "Notes can be changed, not emptied." in complaints(response)


class TestWhoMay:
    def test_another_mentors_session_does_not_exist(self, met: Story, client: Browser) -> None:
        client.force_login(mentor(met.org.new_york))
        for act in ACTS:
            assert client.get(session_url(met, act)).status_code == 404
            assert client.post(session_url(met, act), TOOK).status_code == 404
        for act in ("session_schedule", "session_record"):
            assert client.get(request_url(met, act)).status_code == 404
            assert client.post(request_url(met, act), TOOK).status_code == 404

    @pytest.mark.parametrize("person", ["leader", "sam"])
    def test_who_only_reads_is_refused_and_sees_no_notes(
        self, met: Story, at: SetClock, client: Browser, person: str
    ) -> None:
        """A leader above the chapter, and a co-mentor of that session."""
        met.session.co_mentorships.create(volunteer=met.org.sam, minutes=30)
        client.force_login(getattr(met.org, person))
        for act in ("move", "cancel", "held", "missed"):
            for response in (client.get(session_url(met, act)), client.post(session_url(met, act))):
                assert response.status_code == 403
        met.now -= timedelta(hours=1)
        met.hold_planned(notes="Confidential.")
        at(met.now)
        for act in ("notes", "edit"):
            response = client.get(session_url(met, act))
            assert response.status_code == 403
            assert b"Confidential." not in response.content

    def test_the_one_who_is_asked_cannot_begin_before_accepting(
        self, org: Organisation, at: SetClock, joan: Browser
    ) -> None:
        story = submit(org).assign()
        at(story.now)
        for act in ("session_schedule", "session_record"):
            response = joan.get(request_url(story, act), follow=True)
            assert response.redirect_chain == [(request_url(story), 302)]
            assert story.mre.client.last_name not in words_of(response)
