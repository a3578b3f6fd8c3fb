"""The private calendar: a secret address, little about the clients, and an end when one leaves."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.actions import feeds, sessions
from intake.enums import SessionMode
from intake.models import CalendarFeed, Session
from mentors.enums import VolunteerStatus
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from tests import ical
from tests.factories import Organisation, Story, request_in
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

PAGE = reverse("intake:my_calendar")


@pytest.fixture
def story(org: Organisation, at: SetClock) -> Story:
    """Joan's client, with a session in two days."""
    found = request_in("session_planned", org)
    at(found.now)
    return found


def address(volunteer: Volunteer, story: Story) -> str:
    made = feeds.renew(by=volunteer, now=story.now)
    return reverse("intake:calendar_feed", args=[made.key])


def fetch(url: str, **headers: str) -> Any:
    """As a calendar program does: without any cookie."""
    return Browser(headers=headers).get(url)


def numbers(response: Any) -> set[str]:
    """The requests whose sessions are in the calendar."""
    events = ical.read(response.content.decode()).inner("VEVENT")
    return {event.one("SUMMARY").text.split("(")[1].rstrip(")") for event in events}


# --- What it holds --------------------------------------------------------------------------------


def test_it_holds_what_one_leads_and_what_one_joins(org: Organisation, story: Story) -> None:
    joined = request_in("session_planned", org).reassign(org.ben).accept().schedule(days=3)
    joined.session.co_mentorships.create(volunteer=org.joan)
    foreign = request_in("accepted", org).reassign(org.ben).accept().schedule(days=3)
    calendar = fetch(address(org.joan, story))
    assert numbers(calendar) == {story.mre.number, joined.mre.number}
    assert foreign.mre.number not in calendar.content.decode()


def test_it_says_when_and_where_by_its_own_clock(org: Organisation, story: Story) -> None:
    sessions.move(
        session_id=story.session_id,
        by=org.joan,
        now=story.now,
        starts_at=story.now + timedelta(days=5),
        mode=SessionMode.VIDEO,
        place="https://meet.example.org/joan",
    )
    calendar = ical.read(fetch(address(org.joan, story)).content.decode())
    [event] = calendar.inner("VEVENT")
    assert calendar.one("METHOD").value == "PUBLISH"
    assert ical.instant(calendar, "DTSTART") == story.now + timedelta(days=5)
    assert event.one("LOCATION").text == "https://meet.example.org/joan"
    assert event.one("URL").value.endswith(f"/requests/{story.mre_id}/")


def test_it_tells_as_little_about_clients_as_can_be(org: Organisation, story: Story) -> None:
    story.hold_planned(notes="TOPSECRET debts").schedule(days=2)
    client, mre = story.mre.client, story.mre
    text = fetch(address(org.joan, story)).content.decode().replace("\r\n ", "")
    assert client.first_name in text
    secrets = (client.last_name, client.email, client.phone, client.zip, mre.question)
    for secret in (*secrets, "TOPSECRET", "/status/", org.joan.email):
        assert secret not in text


def test_it_goes_back_sixty_days_and_leaves_out_what_was_called_off(
    org: Organisation, story: Story, at: SetClock
) -> None:
    sessions.cancel(session_id=story.session_id, by=org.joan, now=story.now)
    url = address(org.joan, story)
    empty = fetch(url)
    assert empty.status_code == 200
    assert numbers(empty) == set()
    story.hold(notes="Prices.")
    held = story.session.starts_at
    at(held + timedelta(days=60))
    assert numbers(fetch(url)) == {story.mre.number}
    at(held + timedelta(days=60, microseconds=1))
    assert numbers(fetch(url)) == set()


@pytest.mark.parametrize("planned", [1, 30])
def test_it_costs_the_same_for_one_session_and_for_thirty(
    org: Organisation,
    story: Story,
    planned: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for day in range(1, planned):
        story.schedule(days=day)
    url = address(org.joan, story)
    fetch(url)  # the first time it is kept that it was read
    with django_assert_num_queries(2):
        response = fetch(url)
    assert len(ical.read(response.content.decode()).inner("VEVENT")) == planned


# --- How it is sent -------------------------------------------------------------------------------


def test_nobody_keeps_it_finds_it_or_learns_a_cookie(org: Organisation, story: Story) -> None:
    response = fetch(address(org.joan, story))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_what_has_not_changed_is_not_sent_again(org: Organisation, story: Story) -> None:
    url = address(org.joan, story)
    mark = fetch(url)["ETag"]
    unchanged = fetch(url, if_none_match=mark)
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", mark)
    assert not unchanged.cookies
    sessions.cancel(session_id=story.session_id, by=org.joan, now=story.now)
    changed = fetch(url, if_none_match=mark)
    assert changed.status_code == 200
    assert changed["ETag"] != mark


def test_it_is_not_fetched_all_the_time(org: Organisation, story: Story, settings: Any) -> None:
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"calendar": ("100/h", "2/h")}
    url = address(org.joan, story)
    assert [fetch(url).status_code for _ in range(3)] == [200, 200, 429]
    other = address(org.ben, story)
    assert fetch(other).status_code == 200


def test_it_is_only_read(org: Organisation, story: Story) -> None:
    url = address(org.joan, story)
    assert Browser().post(url).status_code == 405
    assert Session.objects.planned().count() == 1


# --- The address ----------------------------------------------------------------------------------


def test_a_new_address_kills_the_old_one(org: Organisation, story: Story) -> None:
    old, new = address(org.joan, story), address(org.joan, story)
    assert old != new
    assert fetch(old).status_code == 404
    assert fetch(new).status_code == 200
    feeds.revoke(by=org.joan)
    assert fetch(new).status_code == 404
    assert not feeds.revoke(by=org.joan), "there is none any more"


def test_nobody_guesses_an_address(org: Organisation, story: Story) -> None:
    keys = {feeds.renew(by=org.joan, now=story.now).key for _ in range(20)}
    assert len(keys) == 20
    assert min(len(key) for key in keys) >= 43, "256 bits in base 64"
    for wrong in ("x", "%00", "a" * 64, "a" * 300, "../x", keys.pop()[:-1]):
        assert fetch(f"/calendar/{wrong}.ics").status_code == 404


@pytest.mark.parametrize(
    "gone",
    [
        {"status": VolunteerStatus.RESIGNED},
        {"status": VolunteerStatus.INACTIVE},
        {"status": VolunteerStatus.PROVISIONAL},
        {"is_active": False},
    ],
)
def test_it_ends_when_somebody_leaves(
    org: Organisation, story: Story, gone: dict[str, object]
) -> None:
    url = address(org.joan, story)
    Volunteer.objects.filter(pk=org.joan.pk).update(**gone)
    assert fetch(url).status_code == 404


def test_the_page_makes_renews_and_takes_away(
    org: Organisation, story: Story, client: Browser
) -> None:
    client.force_login(org.joan)
    assert "Make my address" in client.get(PAGE).content.decode()
    assert not CalendarFeed.objects.exists(), "looking makes none"
    client.post(reverse("intake:calendar_renew"))
    first = CalendarFeed.objects.get(volunteer=org.joan)
    page = client.get(PAGE)
    assert "no-store" in page["Cache-Control"]
    shown = BeautifulSoup(page.content, "html.parser").select_one("#address")
    assert shown is not None
    assert str(shown["value"]).endswith(f"/calendar/{first.key}.ics")
    client.post(reverse("intake:calendar_renew"))
    assert CalendarFeed.objects.get(volunteer=org.joan).key != first.key
    client.post(reverse("intake:calendar_revoke"))
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("who", ["leader", "chair", "manager"])
def test_who_has_no_sessions_has_no_calendar(
    org: Organisation, story: Story, client: Browser, who: str
) -> None:
    person = getattr(org, who)
    client.force_login(person)
    assert client.get(PAGE).status_code == 403
    assert client.post(reverse("intake:calendar_renew")).status_code == 403
    with pytest.raises(NotAllowed):
        feeds.renew(by=person, now=story.now)


def test_a_subject_matter_expert_has_one(org: Organisation, story: Story) -> None:
    story.session.co_mentorships.create(volunteer=org.sam)
    assert numbers(fetch(address(org.sam, story))) == {story.mre.number}


def test_that_it_was_read_is_kept_once_an_hour(
    org: Organisation, story: Story, at: SetClock
) -> None:
    url = address(org.joan, story)
    feed = CalendarFeed.objects.get(volunteer=org.joan)
    assert feed.read_at is None
    for minutes, kept in ((0, 0), (59, 0), (60, 60)):
        at(story.now + timedelta(minutes=minutes))
        fetch(url)
        feed.refresh_from_db()
        assert feed.read_at == story.now + timedelta(minutes=kept)
