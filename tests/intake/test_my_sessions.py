"""“My sessions”: coming, to be recorded, and the past by month with one's own minutes."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.actions import recording
from intake.enums import SessionMode
from intake.models import CoMentor
from intake.pages import my_sessions
from tests.factories import Organisation, Story, request_in
from tests.intake.conftest import SetClock

URL = reverse("intake:my_sessions")

pytestmark = pytest.mark.usefixtures("at")


def main_of(response: Any) -> Tag:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag)
    return main


@pytest.fixture
def joan(org: Organisation, client: Browser) -> Browser:
    client.force_login(org.joan)
    session = client.session
    session.set_expiry(timedelta(days=365))
    session.save()
    return client


def held(story: Story, days_ago: float, minutes: int, **more: Any) -> None:
    recording.record_held(
        mre_id=story.mre_id,
        by=story.mentor,
        now=story.now,
        starts_at=story.now - timedelta(days=days_ago),
        mode=SessionMode.PHONE,
        took=recording.Minutes(minutes=minutes, **more),
        notes="TOPSECRET",
    )


def test_each_session_stands_where_it_belongs(
    org: Organisation, joan: Browser, at: SetClock
) -> None:
    story = request_in("accepted", org).schedule(days=1).schedule(days=40)
    story.wait(days=35)
    held(story, 1, 60, preparation=15)
    held(story, 30, 30)
    at(story.now)
    page = main_of(joan.get(URL))
    assert page.select_one("#record li a[href*=held]")
    assert len(page.select("#coming li")) == 1
    months = [heading.get_text(strip=True) for heading in page.select("h2")]
    assert months[-2:] == ["April 2026", "March 2026"]
    totals = [cell.get_text(strip=True) for cell in page.select("tfoot td")]
    assert totals == ["60", "75", "30", "30"]
    assert "TOPSECRET" not in page.get_text()


def test_a_co_mentors_minutes_are_his_own(org: Organisation, at: SetClock) -> None:
    story = request_in("accepted", org).wait(days=3)
    held(story, 1, 60, co_mentors={org.sam.pk: 20})
    CoMentor.objects.update(travel_minutes=5)
    mine = my_sessions.read(org.sam, story.now, None)
    [month] = mine.months
    [row] = month.rows
    assert (row.leads, row.minutes, row.total) == (False, 20, 25)
    assert (month.minutes, month.total) == (20, 25)


def test_a_co_mentor_moves_and_cancels_nothing(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    story = request_in("session_planned", org)
    story.session.co_mentorships.create(volunteer=org.sam)
    at(story.now)
    client.force_login(org.sam)
    page = main_of(client.get(URL))
    assert story.mre.number in page.get_text()
    assert not page.select("a[href*=move], a[href*=cancel]")


def test_nobody_elses_sessions(org: Organisation, client: Browser, at: SetClock) -> None:
    story = request_in("session_planned", org)
    at(story.now)
    for person in (org.ben, org.leader, org.rcic):
        client.force_login(person)
        page = main_of(client.get(URL)).get_text()
        assert story.mre.number not in page
        assert "No session is planned" in page


def test_missed_sessions_take_no_time(org: Organisation) -> None:
    story = request_in("session_missed", org)
    [month] = my_sessions.read(org.joan, story.now, None).months
    assert (month.minutes, month.total) == (0, 0)


@pytest.mark.parametrize("number", [1, 60])
def test_it_costs_the_same_for_one_and_for_sixty(
    org: Organisation,
    joan: Browser,
    at: SetClock,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    story = request_in("accepted", org).wait(days=number + 1)
    for day in range(number):
        held(story, day + 0.5, 30)
    story.schedule(days=1)
    at(story.now)
    joan.get(URL)
    with django_assert_num_queries(5):
        page = main_of(joan.get(URL))
    shown = sum(len(month.select("tbody tr")) for month in page.select("table"))
    assert shown == min(number, my_sessions.PER_PAGE)
    assert ("page=2" in str(page)) == (number > my_sessions.PER_PAGE)


@pytest.mark.parametrize("number", [1, 12])
def test_it_costs_a_co_mentor_the_same_for_one_and_for_twelve(
    org: Organisation,
    client: Browser,
    at: SetClock,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    story = request_in("accepted", org).wait(days=number + 1)
    for day in range(number):
        held(story, day + 0.5, 30, co_mentors={org.sam.pk: 20})
    at(story.now)
    client.force_login(org.sam)
    client.get(URL)
    with django_assert_num_queries(7):  # besides: who led them, and his own minutes
        page = main_of(client.get(URL))
    assert page.get_text().count(f"with {org.joan}") == number
