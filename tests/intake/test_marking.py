"""How a planned session went, in one tap; a wrong tap put right; outlines for the notes."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse
from django.utils.timezone import localtime

from intake.actions import recording
from intake.actions.recording import Minutes
from intake.enums import SessionState, Status, WordsFor
from intake.models import CoMentor, NoteTemplate, Session
from intake.pages.outlines import INTRODUCTION
from mentors.errors import AlreadyDone, NotAllowed
from tests.factories import Organisation, Story, request_in
from tests.intake.conftest import SetClock
from tests.soundness import assert_sound

DESK = reverse("intake:desk")

pytestmark = pytest.mark.usefixtures("at")


def main_of(response: Any) -> Tag:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag)
    return main


def page_of(story: Story) -> str:
    return reverse("intake:request", args=[story.mre_id])


def held(story: Story) -> Session:
    return recording.held(
        session_id=story.session.pk, by=story.mentor, now=story.now, took=Minutes(minutes=60)
    )


def missed(story: Story) -> Session:
    return recording.missed(session_id=story.session.pk, by=story.mentor, now=story.now)


@pytest.fixture
def met(org: Organisation, at: SetClock, client: Browser) -> Story:
    """A session of Joan's, planned for three quarters of an hour, has just begun."""
    story = request_in("session_planned", org)
    Session.objects.update(planned_minutes=45)
    at(story.until(story.session.starts_at).wait(minutes=50).now)
    client.force_login(org.joan)
    return story


# --- In one tap -----------------------------------------------------------------------------------


@pytest.mark.parametrize("came", ["desk", "request"])
def test_held_is_one_tap_with_the_minutes_that_were_planned(
    met: Story, client: Browser, came: str
) -> None:
    address = reverse("intake:session_held", args=[met.session.pk])
    page = main_of(client.get(DESK if came == "desk" else page_of(met)))
    [form] = page.select(f'form[action="{address}"]')
    typed = {str(field["name"]): str(field.get("value", "")) for field in form.select("input")}
    typed |= {str(area["name"]): area.get_text().strip() for area in form.select("textarea")}
    client.post(address, typed)
    session = met.session
    assert (session.state, session.minutes) == (SessionState.HELD, 45)
    assert (session.preparation_minutes, session.travel_minutes, session.notes) == (0, 0, "")


@pytest.mark.parametrize("came", ["desk", "request"])
def test_missed_is_one_tap(met: Story, client: Browser, came: str) -> None:
    address = reverse("intake:session_missed", args=[met.session.pk])
    page = main_of(client.get(DESK if came == "desk" else page_of(met)))
    assert len(page.select(f'button[formaction="{address}"]')) == 1
    client.post(address)
    assert met.session.state == SessionState.MISSED


def test_one_tap_leaves_who_was_to_come_along(met: Story, client: Browser) -> None:
    CoMentor.objects.create(session=met.session, volunteer=met.org.ben)
    client.post(reverse("intake:session_held", args=[met.session.pk]), {"minutes": "45"})
    assert [co.volunteer for co in met.session.co_mentorships.all()] == [met.org.ben]


def test_before_it_begins_nobody_is_asked_how_it_went(
    org: Organisation, at: SetClock, client: Browser
) -> None:
    story = request_in("session_planned", org)
    at(story.now)
    client.force_login(org.joan)
    for page in (DESK, page_of(story)):
        assert not main_of(client.get(page)).select("form[action*=held]")


# --- A wrong tap ----------------------------------------------------------------------------------


def test_what_was_held_after_all_is_put_right(met: Story) -> None:
    missed(met)
    held(met.wait(days=1))
    assert met.session.state == SessionState.HELD
    assert met.assignment.counseled_at == met.session.starts_at
    assert_sound(met.mre_id)


def test_what_was_missed_after_all_is_put_right(met: Story) -> None:
    held(met)
    missed(met.wait(days=1))
    session = met.session
    assert (session.state, session.minutes, session.notes_due_at) == ("missed", None, None)
    assert met.assignment.counseled_at is None
    assert met.no_show().mre.status == Status.NO_SHOW
    assert_sound(met.mre_id)


def test_a_session_with_notes_was_held(met: Story) -> None:
    held(met)
    met.enter_notes()
    with pytest.raises(NotAllowed, match="has notes: it was held"):
        missed(met)


def test_a_session_that_was_never_planned_cannot_have_been_missed(org: Organisation) -> None:
    with pytest.raises(NotAllowed, match="not planned here"):
        missed(request_in("accepted", org).wait(days=1).hold())


def test_the_same_tap_twice_is_one(met: Story) -> None:
    held(met)
    with pytest.raises(AlreadyDone, match="already held"):
        held(met)


def test_when_the_month_is_closed_only_a_coordinator_puts_it_right(met: Story) -> None:
    missed(met)
    met.wait(days=30)  # it was entered in March, and this is after the 5th of April
    assert localtime(met.now).day > 5
    with pytest.raises(NotAllowed, match="Ask your coordinator"):
        held(met)
    recording.held(
        session_id=met.session.pk, by=met.org.rcic, now=met.now, took=Minutes(minutes=60)
    )
    assert met.session.state == SessionState.HELD


def test_the_page_offers_to_put_a_wrong_tap_right(met: Story, client: Browser) -> None:
    missed(met)
    words = main_of(client.get(page_of(met))).get_text(" ", strip=True)
    assert "Session 1 was held after all" in words
    held(met)
    words = main_of(client.get(page_of(met))).get_text(" ", strip=True)
    assert "Session 1 was missed" in words


# --- Outlines -------------------------------------------------------------------------------------


def notes_page(story: Story, client: Browser, words: str = "") -> Tag:
    address = reverse("intake:session_notes", args=[story.session.pk])
    return main_of(client.get(f"{address}?words={words}" if words else address))


def in_the_field(page: Tag) -> str:
    [area] = page.select("textarea[name=notes]")
    return area.get_text().strip()


def test_the_first_session_has_an_outline_at_hand(met: Story, client: Browser) -> None:
    held(met)
    page = notes_page(met, client)
    assert [button.get_text() for button in page.select("[data-insert]")] == [
        "Introductory session"
    ]
    assert in_the_field(page) == ""
    assert in_the_field(notes_page(met, client, "introduction")) == INTRODUCTION.strip()


def test_a_later_session_has_only_ones_own(met: Story, client: Browser, at: SetClock) -> None:
    held(met)
    met.enter_notes().wait(hours=2).schedule()
    at(met.until(met.session.starts_at).wait(hours=1).now)
    held(met)
    client.force_login(met.org.joan)
    assert not notes_page(met, client).select("[data-insert]")


def test_ones_own_outline_stands_there_from_the_start(met: Story, client: Browser) -> None:
    kept = {"purpose": WordsFor.SESSION, "owner": met.org.joan, "begins": True}
    NoteTemplate.objects.create(name="Mine", text="Goals of {client}:", **kept)
    held(met)
    outline = f"Goals of {met.mre.client.first_name}:"
    assert in_the_field(notes_page(met, client)) == outline
    met.enter_notes("She wants to sell online.")
    assert in_the_field(notes_page(met, client)) == "She wants to sell online."


def test_an_outline_as_it_stands_is_no_note(met: Story, client: Browser) -> None:
    typed = {"minutes": "45", "notes": INTRODUCTION}
    client.post(reverse("intake:session_held", args=[met.session.pk]), typed)
    assert met.session.notes_entered_at is None
    address = reverse("intake:session_notes", args=[met.session.pk])
    response = client.post(address, typed)
    assert "fill it in first" in main_of(response).get_text(" ", strip=True)
    client.post(address, typed | {"notes": INTRODUCTION + "Wed 25 Mar"})
    assert "Wed 25 Mar" in met.session.notes


def test_the_notes_page_says_until_when_they_can_be_changed(met: Story, client: Browser) -> None:
    held(met)
    words = notes_page(met, client).get_text(" ", strip=True)
    assert "You can change it until Sun 5 Apr ; afterwards only a coordinator can." in words
