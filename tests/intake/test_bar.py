"""The bar at the top of a record: the answer, or the next step, for its mentor and nobody else."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse

from intake.phones import dialled
from mentors.models import Volunteer
from tests.factories import Organisation, Story, request_in
from tests.intake.conftest import SetClock

Look = Callable[[Story, Volunteer], Tag]


@pytest.fixture
def look(at: SetClock, client: Browser) -> Look:
    """The page of a request as somebody sees it at that moment."""

    def look_at(story: Story, reader: Volunteer) -> Tag:
        at(story.now)
        client.force_login(reader)
        shown = client.get(reverse("intake:request", args=[story.mre_id])).content
        return BeautifulSoup(shown, "html.parser")

    return look_at


def buttons(page: Tag) -> list[tuple[str, str]]:
    """The buttons of the bar, by their whole names, and where they lead; * marks the primary."""
    return [
        (
            str(link.get("aria-label") or link.text) + "*" * ("btn-primary" in link["class"]),
            str(link["href"]),
        )
        for link in page.select(".act-bar .btn")
    ]


@pytest.mark.parametrize("situation", ["assigned", "overdue"])
def test_who_is_asked_answers_there(org: Organisation, look: Look, situation: str) -> None:
    story = request_in(situation, org)
    page = look(story, org.joan)
    decline = reverse("intake:decline", args=[story.mre_id])
    assert buttons(page) == [("Accept…*", "#answer"), ("Decline…", decline)]
    assert page.select_one("#answer textarea[name=note]")
    assert page.select(".act-bar .age")


NEXT = {
    "accepted": ["Log contact*", "Plan a session", "Record a session"],
    "contacted": ["Log contact", "Plan a session*", "Record a session"],
    "notes_missing": ["Write the note*", "Log contact", "Plan a session", "Record a session"],
    "tried_three_times": [
        "Close: No Response*",
        "Log contact",
        "Plan a session",
        "Record a session",
    ],
}


@pytest.mark.parametrize("situation", NEXT)
def test_who_leads_it_finds_the_next_step_first(
    org: Organisation, look: Look, situation: str
) -> None:
    page = look(request_in(situation, org), org.joan)
    assert [name for name, _ in buttons(page)] == NEXT[situation]
    assert page.select_one("#contact")
    places = [section.get("id") for section in page.select("main section[id]")]
    assert places.index("contact") < places.index("question") < places.index("timeline")


@pytest.mark.parametrize("situation", ["assigned", "accepted", "complete"])
@pytest.mark.parametrize("reader", ["rcic", "leader", "admin"])
def test_is_for_its_mentor_only(org: Organisation, look: Look, situation: str, reader: str) -> None:
    assert not look(request_in(situation, org), getattr(org, reader)).select(".act-bar")


def test_of_a_closed_request_offers_nothing(org: Organisation, look: Look) -> None:
    assert not look(request_in("complete", org), org.joan).select(".act-bar")


@pytest.mark.parametrize(
    ("phone", "called"),
    [
        ("(212) 555-0142", "+12125550142"),
        ("+49 30 901820", "+4930901820"),
        ("212-736-5000 ext. 12", "+12127365000;ext=12"),
        ("none", ""),
    ],
)
def test_a_number_is_called_as_telephones_take_it(phone: str, called: str) -> None:
    assert dialled(phone) == called
