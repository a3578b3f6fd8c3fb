"""Closing from the page of a request: the right status in one click, every other one explained."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse

from intake.enums import Status
from intake.pages.ends import Ends, ends
from tests.factories import Organisation, Story, request_in
from tests.intake.conftest import SetClock

TWO_WEEKS = timedelta(days=14)

pytestmark = pytest.mark.usefixtures("at")


def ends_of(story: Story) -> Ends:
    return ends(story.mre, list(story.mre.sessions.all()), story.org.joan, story.now)


def three_attempts(story: Story) -> Story:
    return story.wait(days=1).attempt().wait(days=1).attempt()


FITS: list[tuple[str, Callable[[Story], Any], Status | None]] = [
    ("accepted", lambda story: story, None),
    ("contacted", lambda story: story, None),
    ("counseled", lambda story: story, Status.COMPLETE),
    ("session_missed", lambda story: story, Status.NO_SHOW),
    ("unreachable", lambda story: story, Status.INCORRECT_CONTACT),
    ("tried_three_times", lambda story: story, Status.NO_RESPONSE),
    ("accepted", three_attempts, None),
    ("session_missed", lambda story: story.hold(), Status.COMPLETE),
]


@pytest.mark.parametrize(("situation", "then", "status"), FITS)
def test_the_status_that_suits_what_happened_is_offered(
    org: Organisation, situation: str, then: Callable[[Story], Any], status: Status | None
) -> None:
    found = ends_of(then(request_in(situation, org)))
    assert (found.fitting.status if found.fitting else None) == status
    shown = [each.status for each in found.others] + ([status] if status else [])
    assert sorted(shown) == sorted(each for each in Status if each.is_closed)


@pytest.mark.parametrize("situation", ["accepted", "counseled", "tried_three_times"])
def test_every_other_status_is_possible_or_says_why_not(org: Organisation, situation: str) -> None:
    for each in ends_of(request_in(situation, org)).others:
        assert each.means.endswith(".")
        assert each.refused.endswith(".") or each.refused == ""


def test_before_two_weeks_no_response_takes_a_note_and_says_until_when(org: Organisation) -> None:
    story = three_attempts(request_in("accepted", org))
    [early] = [each for each in ends_of(story).others if each.status == Status.NO_RESPONSE]
    assert early.refused == ""
    assert "over on Mon 30 Mar; before that, a note says why" in early.asks


def test_what_is_planned_is_never_called_off_in_one_click(org: Organisation) -> None:
    story = request_in("counseled", org).wait(days=1)
    fitting = ends_of(story).fitting
    assert fitting is not None
    assert fitting.asks == ""
    fitting = ends_of(story.schedule()).fitting
    assert fitting is not None
    assert fitting.asks == "What is planned would be called off."


class TestOnThePage:
    @pytest.fixture
    def close_of(self, org: Organisation, at: SetClock, client: Browser) -> Callable[[Story], Tag]:
        def look(story: Story) -> Tag:
            at(story.now)
            client.force_login(org.joan)
            page = client.get(reverse("intake:request", args=[story.mre_id]))
            card = BeautifulSoup(page.content, "html.parser").select_one("#close")
            assert isinstance(card, Tag)
            return card

        return look

    @pytest.mark.parametrize(
        ("situation", "status"),
        [
            ("counseled", Status.COMPLETE),
            ("session_missed", Status.NO_SHOW),
            ("unreachable", Status.INCORRECT_CONTACT),
            ("tried_three_times", Status.NO_RESPONSE),
        ],
    )
    def test_one_click_closes_it(
        self,
        org: Organisation,
        client: Browser,
        close_of: Callable[[Story], Tag],
        situation: str,
        status: Status,
    ) -> None:
        story = request_in(situation, org)
        [form] = close_of(story).select("form")
        assert form.get_text(strip=True) == f"Close as {status.label}"
        client.post(str(form["action"]))
        assert story.mre.status == status

    def test_with_a_planned_session_it_asks_first(
        self, org: Organisation, close_of: Callable[[Story], Tag]
    ) -> None:
        card = close_of(request_in("counseled", org).wait(days=1).schedule())
        assert not card.select("form")
        assert "What is planned would be called off." in card.get_text(" ", strip=True)

    def test_where_nothing_fits_it_says_so(
        self, org: Organisation, close_of: Callable[[Story], Tag]
    ) -> None:
        card = close_of(request_in("accepted", org))
        words = card.get_text(" ", strip=True)
        assert not card.select("form")
        assert "No way of closing fits what has happened so far." in words
        assert "Not now: No Response needs 3 contact attempts; 1 so far." in words
