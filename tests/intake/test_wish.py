"""A client asked for a mentor: what the coordinator reads of the wish, and fulfils with a click."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse

from intake.enums import Outcome, Status
from mentors.models import Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    an_ask,
    pause,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.usefixtures("at")


def ask_for(org: Organisation, **profile: Any) -> Story:
    """A client asks for Joan."""
    return submit(org, ask=an_ask(requested_mentor=set_profile(org.joan, **profile)))


def wish_on(client: Browser, story: Story, person: Volunteer) -> list[Tag]:
    """What the pane and the page say of the wish: the same in both."""
    client.force_login(person)
    pane = client.get(reverse("intake:preview", args=[story.mre_id]), headers=HTMX)
    page = client.get(reverse("intake:request", args=[story.mre_id]))
    boxes = [BeautifulSoup(one.content, "html.parser").select_one("#wish") for one in (pane, page)]
    return [box for box in boxes if box is not None]


def said(boxes: list[Tag]) -> str:
    told = {box.get_text(" ", strip=True) for box in boxes}
    assert len(boxes) == 2
    assert len(told) == 1
    return told.pop()


def paused(org: Organisation) -> Story:
    pause(org.joan, org, now=MONDAY)
    return ask_for(org, accepts_direct=True)


def full(org: Organisation) -> Story:
    submit(org).assign()
    return ask_for(org, accepts_direct=True, weekly_limit=1)


def declined(org: Organisation) -> Story:
    return ask_for(org, accepts_direct=True).wait(hours=1).decline()


def gone(org: Organisation) -> Story:
    story = ask_for(org)
    Volunteer.objects.filter(pk=org.joan.pk).update(status="resigned", is_active=False)
    return story


@pytest.mark.parametrize(
    ("make", "sentence", "step"),
    [
        (ask_for, "who can be assigned now. Assign to Joan Whitfield, as asked", "button"),
        (paused, "who is paused until Mon 23 Mar. Joan cannot be assigned now", ""),
        (full, "who has 1 of 1 this week, free again Sun 22 Mar. Assign to Joan Whitfield", "a"),
        (declined, "who declined this request: no capacity now. Assign to Joan Whitfield", "a"),
        (gone, "who is resigned, not active. Joan cannot be assigned now", ""),
    ],
)
def test_the_coordinator_reads_what_stands_against_it_and_what_it_takes(
    org: Organisation, client: Browser, at: SetClock, make: Any, sentence: str, step: str
) -> None:
    story = make(org)
    at(story.now)
    boxes = wish_on(client, story, org.rcic)
    assert f"The client asked for Joan Whitfield, {sentence}" in said(boxes)
    assert [bool(box.select_one("button, a")) for box in boxes] == [bool(step)] * 2
    assert all(box.select_one(step) for box in boxes if step)


def test_one_click_fulfils_it(org: Organisation, client: Browser) -> None:
    story = ask_for(org)
    [_, box] = wish_on(client, story, org.rcic)
    form, button = box.select_one("form"), box.select_one("button")
    assert form is not None
    assert button is not None
    sent = {str(i["name"]): str(i["value"]) for i in [*form.select("input[value]"), button]}
    sent.pop("csrfmiddlewaretoken", None)
    client.post(str(form["action"]), sent)
    assert (story.mre.status, story.mentor) == (Status.ASSIGNED, org.joan)
    assert story.assignment.assigned_by == org.rcic


def test_with_a_note_it_leads_to_the_form_with_him_chosen(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    story = declined(org)
    at(story.now)
    [_, box] = wish_on(client, story, org.rcic)
    link = box.select_one("a")
    assert link is not None
    page = BeautifulSoup(client.get(str(link["href"])).content, "html.parser")
    pressed = page.select_one("input[name=mentor][checked]")
    assert pressed is not None
    assert pressed["value"] == str(org.joan.pk)


def test_a_colleague_who_was_faster_is_named(org: Organisation, client: Browser) -> None:
    story = ask_for(org)
    wish_on(client, story, org.rcic)
    story.assign(org.ben)
    address = reverse("intake:assign", args=[story.mre_id])
    page = client.post(address, {"step": "assign", "mentor": org.joan.pk}, follow=True)
    assert "assigned to Ben Okafor" in page.content.decode()
    assert story.assignment.outcome == Outcome.PENDING
    assert story.mentor == org.ben


@pytest.mark.parametrize("situation", ["assigned", "accepted", "withdrawn"])
def test_it_is_no_question_any_more_once_somebody_has_it(
    org: Organisation, client: Browser, at: SetClock, situation: str
) -> None:
    story = ask_for(org).wait(hours=1)
    if situation == "withdrawn":
        story.withdraw()
    else:
        story.assign(org.ben)
    if situation == "accepted":
        story.accept()
    at(story.now + timedelta(hours=1))
    assert wish_on(client, story, org.rcic) == []


def test_without_a_wish_nothing_is_said(org: Organisation, client: Browser) -> None:
    assert wish_on(client, submit(org), org.rcic) == []


@pytest.mark.parametrize("who", ["leader", "joan"])
def test_who_does_not_coordinate_reads_nothing_of_it(
    org: Organisation, client: Browser, who: str
) -> None:
    """Why a mentor cannot be assigned is for coordinators."""
    story = ask_for(org)
    client.force_login(getattr(org, who))
    page = client.get(reverse("intake:request", args=[story.mre_id]))
    assert b"The client asked for" not in page.content


def test_the_row_of_the_queue_carries_a_badge(org: Organisation, client: Browser) -> None:
    story, other = ask_for(org), submit(org)
    client.force_login(org.rcic)
    page = BeautifulSoup(client.get(reverse("intake:queue")).content, "html.parser")
    rows = {pk: page.select_one(f"#row-{pk}") for pk in (story.mre_id, other.mre_id)}
    told = {pk: row.get_text(" ", strip=True) for pk, row in rows.items() if row}
    assert "Mentor asked for by name" in told[story.mre_id]
    assert "asks for J. Whitfield" in told[story.mre_id]
    assert "by name" not in told[other.mre_id]
