"""Pages about times: the mentor's form, the client's choice, what a mail scanner may not do."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from intake.actions import sessions, times
from intake.actions.times import Meeting
from intake.enums import SessionMode, SessionState
from intake.links import status_path, status_token
from intake.models import Session, TimeProposal
from mentors.words import appointment_in_words
from tests import ical
from tests.factories import Organisation, Story, request_in
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

MEETING = {"mode": "video", "place": "https://meet.example.org/joan", "planned_minutes": "45"}


def main_of(response: Any) -> Tag:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag)
    return main


def words_of(response: Any) -> str:
    return main_of(response).get_text(" ", strip=True)


@pytest.fixture
def story(org: Organisation, at: SetClock) -> Story:
    """Joan's client since Mon 16 Mar 2026, 13:00 in New York."""
    found = request_in("accepted", org)
    at(found.now)
    return found


@pytest.fixture
def joan(org: Organisation, client: Browser) -> Browser:
    client.force_login(org.joan)
    return client


@pytest.fixture
def stranger() -> Browser:
    """The client's browser."""
    return Browser()


def proposed(story: Story, **more: Any) -> TimeProposal:
    wanted: dict[str, Any] = {
        "starts": [story.now + timedelta(days=days) for days in (2, 3)],
        "meeting": Meeting(mode=SessionMode.VIDEO, place="https://meet.example.org/joan"),
        "note": "Any of <these>?",
    } | more
    return times.propose(mre_id=story.mre_id, by=story.mentor, now=story.now, **wanted)


def client_url(story: Story, act: str, *more: int) -> str:
    return reverse(f"intake:status_{act}", args=[status_token(story.mre), *more])


def typed(*local: str, **more: str) -> dict[str, str]:
    return MEETING | {f"time_{row}": at for row, at in enumerate(local)} | more


# --- The mentor's form ----------------------------------------------------------------------------


def test_times_are_typed_on_the_mentors_clock(story: Story, joan: Browser) -> None:
    url = reverse("intake:times", args=[story.mre_id])
    assert "Time in New York." in words_of(joan.get(url))
    answer = joan.post(url, typed("2026-03-18T10:00", "", "2026-03-19T16:30", note="Hello"))
    assertRedirects(answer, reverse("intake:request", args=[story.mre_id]))
    proposal = story.mre.time_proposals.get()
    zone = story.mentor.zone
    assert [time.starts_at for time in proposal.times.order_by("starts_at")] == [
        datetime(2026, 3, 18, 10, tzinfo=zone),
        datetime(2026, 3, 19, 16, 30, tzinfo=zone),
    ]
    assert (proposal.place, proposal.planned_minutes) == ("https://meet.example.org/joan", 45)
    page = words_of(joan.get(reverse("intake:request", args=[story.mre_id])))
    assert "Wed 18 Mar 10:00" in page
    assert "Withdraw the times" in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (typed(), "This field is required"),
        (typed("yesterday"), "Enter a day and a time"),
        (typed("2026-03-18T10:00", "2026-03-18T10:00"), "stands there twice"),
        (typed("2026-03-01T10:00"), "in the past"),
        (typed("2026-11-01T01:30"), "clocks are changed"),
        (typed("2026-03-18T10:00", planned_minutes="4"), "greater than or equal to 5"),
        (typed("2026-03-18T10:00", mode="smoke"), "not one of the available choices"),
    ],
)
def test_what_will_not_do_is_said_and_what_was_typed_stays(
    story: Story, joan: Browser, sent: dict[str, str], words: str
) -> None:
    response = joan.post(reverse("intake:times", args=[story.mre_id]), sent | {"note": "Kept?"})
    assert response.status_code == 200
    assert words in words_of(response)
    assert "Kept?" in words_of(response)
    assert not TimeProposal.objects.exists()


@pytest.mark.parametrize("page", ["times", "session_schedule"])
def test_what_overlaps_is_asked_once_more_and_not_refused(
    org: Organisation, story: Story, joan: Browser, page: str
) -> None:
    other = request_in("accepted", org).until(story.now).schedule(days=2)
    begins = other.session.starts_at.astimezone(org.joan.zone)
    field = "starts_at" if page == "session_schedule" else "time_0"
    url = reverse(f"intake:{page}", args=[story.mre_id])
    sent = MEETING | {field: f"{begins + timedelta(minutes=30):%Y-%m-%dT%H:%M}"}
    asked = joan.post(url, sent)
    assert "Joan already has a session then" in words_of(asked)
    assert main_of(asked).select_one("[name=all_the_same]")
    assert not story.mre.sessions.exists()
    assert joan.post(url, sent | {"all_the_same": "on"}).status_code == 302
    after = MEETING | {field: f"{begins + timedelta(minutes=75):%Y-%m-%dT%H:%M}"}
    assert joan.post(url, after).status_code == 302, "one begins when the other ends"


def test_the_warning_tells_a_coordinator_no_other_chapters_client(
    org: Organisation, story: Story, client: Browser
) -> None:
    other = request_in("accepted", org).until(story.now).schedule(days=2)
    client.force_login(org.rcic)
    begins = other.session.starts_at.astimezone(org.rcic.zone)
    url = reverse("intake:session_schedule", args=[story.mre_id])
    page = words_of(client.post(url, MEETING | {"starts_at": f"{begins:%Y-%m-%dT%H:%M}"}))
    assert "already has a session then" in page
    assert other.mre.client.last_name not in page
    assert other.mre.number not in page


def test_a_session_stands_in_its_own_way_when_it_is_changed(story: Story, joan: Browser) -> None:
    story.schedule(days=2)
    begins = story.session.starts_at.astimezone(story.mentor.zone) + timedelta(minutes=15)
    url = reverse("intake:session_move", args=[story.session_id])
    sent = MEETING | {"starts_at": f"{begins:%Y-%m-%dT%H:%M}"}
    assert joan.post(url, sent).status_code == 302
    assert story.session.place == "https://meet.example.org/joan"


def test_the_mentor_takes_times_back(story: Story, joan: Browser) -> None:
    url = reverse("intake:times_withdraw", args=[story.mre_id])
    assert joan.get(url).status_code == 302, "there is nothing to take back"
    proposed(story)
    assert joan.get(url).status_code == 200
    assert story.mre.time_proposals.open().exists(), "looking changes nothing"
    assert joan.post(url).status_code == 302
    assert not story.mre.time_proposals.open().exists()


@pytest.mark.parametrize("page", ["times", "times_withdraw"])
@pytest.mark.parametrize(("who", "status"), [("ben", 404), ("leader", 403), ("chair", 404)])
def test_nobody_elses_times(
    org: Organisation, story: Story, client: Browser, page: str, who: str, status: int
) -> None:
    proposed(story)
    client.force_login(getattr(org, who))
    url = reverse(f"intake:{page}", args=[story.mre_id])
    assert client.get(url).status_code == client.post(url).status_code == status


# --- The client's page ----------------------------------------------------------------------------


def test_the_client_picks_with_one_click(story: Story, stranger: Browser) -> None:
    proposal = proposed(story)
    page = stranger.get(status_path(story.mre))
    buttons = main_of(page).select("button[name=time]")
    first = proposal.times.order_by("starts_at")[0]
    when = appointment_in_words(first.starts_at, story.mre.chapter.zone)
    assert buttons[0].get_text(strip=True) == when
    assert "Any of <these>?" in words_of(page)
    answer = stranger.post(client_url(story, "pick"), {"time": buttons[0]["value"]}, follow=True)
    assert "The meeting is planned" in words_of(answer) + str(answer.content)
    assert story.mre.sessions.get().starts_at == first.starts_at
    assert not main_of(answer).select("button[name=time]")


def test_looking_twice_at_every_link_changes_nothing(story: Story, stranger: Browser) -> None:
    proposal = proposed(story)
    for _ in range(2):
        for url in (
            status_path(story.mre),
            client_url(story, "pick"),
            client_url(story, "pick") + f"?time={proposal.times.all()[0].pk}",
            client_url(story, "none_suits", proposal.pk),
        ):
            assert stranger.get(url).status_code in (200, 302)
    assert story.mre.time_proposals.open().get() == proposal
    assert not Session.objects.exists()


@pytest.mark.parametrize("time", ["", "x", "0", "99999999999999999999", "-1", "1e3", "²"])
def test_nonsense_is_answered_with_a_sentence(story: Story, stranger: Browser, time: str) -> None:
    proposed(story)
    answer = stranger.post(client_url(story, "pick"), {"time": time}, follow=True)
    assert answer.status_code == 200
    assert "no longer open" in answer.content.decode()
    assert not Session.objects.exists()


def test_who_comes_too_late_reads_why(story: Story, stranger: Browser, at: SetClock) -> None:
    proposal = proposed(story)
    first = proposal.times.order_by("starts_at")[0]
    at(first.starts_at)
    page = words_of(stranger.get(status_path(story.mre)))
    assert "has passed" in page
    late = stranger.post(client_url(story, "pick"), {"time": str(first.pk)}, follow=True)
    assert "This time has passed" in late.content.decode()


def test_none_suits_is_said_in_a_line(story: Story, stranger: Browser) -> None:
    proposal = proposed(story)
    url = client_url(story, "none_suits", proposal.pk)
    assert stranger.post(url, {"text": " "}).status_code == 200
    assert story.mre.time_proposals.open().exists()
    assertRedirects(stranger.post(url, {"text": "Mornings only."}), status_path(story.mre))
    assert "Mornings only." in story.mre.mails.get(kind="mentor_times_declined").text


def test_a_planned_meeting_with_its_place_and_its_calendar_file(
    story: Story, stranger: Browser
) -> None:
    planned = sessions.schedule(
        mre_id=story.mre_id,
        by=story.mentor,
        now=story.now,
        starts_at=story.now + timedelta(days=2),
        mode=SessionMode.VIDEO,
        place="https://meet.example.org/joan",
    )
    page = main_of(stranger.get(status_path(story.mre)))
    assert appointment_in_words(planned.starts_at, story.mre.chapter.zone) in page.get_text(" ")
    assert page.select_one('a[href="https://meet.example.org/joan"]')
    response = stranger.get(client_url(story, "calendar", planned.pk))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = ical.read(response.content.decode())
    assert calendar.one("METHOD").value == "PUBLISH"
    assert ical.instant(calendar, "DTSTART") == planned.starts_at
    for secret in (story.mre.client.email, story.mre.client.last_name, story.mentor.email):
        assert secret not in response.content.decode().replace("\r\n ", "")


def test_a_link_that_is_not_https_is_only_words(story: Story, stranger: Browser) -> None:
    sessions.schedule(
        mre_id=story.mre_id,
        by=story.mentor,
        now=story.now,
        starts_at=story.now + timedelta(days=2),
        mode=SessionMode.VIDEO,
        place="javascript:alert(1)",
    )
    page = main_of(stranger.get(status_path(story.mre)))
    assert "javascript:alert(1)" in page.get_text()
    assert not page.select('a[href^="javascript"]')


def test_the_client_asks_for_another_time(story: Story, stranger: Browser) -> None:
    story.schedule(days=2)
    url = client_url(story, "another_time", story.session_id)
    assert "Until you hear back" in words_of(stranger.get(url))
    assertRedirects(stranger.post(url, {"text": "A dentist."}), status_path(story.mre))
    assert story.session.state == SessionState.SCHEDULED
    assert "A dentist." in story.mre.mails.get(kind="mentor_time_asked").text


def test_meetings_of_other_requests_do_not_exist(
    org: Organisation, story: Story, stranger: Browser
) -> None:
    other = request_in("session_planned", org)
    assert stranger.get(client_url(story, "calendar", other.session_id)).status_code == 404
    url = client_url(story, "another_time", other.session_id)
    assert "no longer planned" in stranger.post(url, {"text": "x"}, follow=True).content.decode()
    assert not other.mre.mails.filter(kind="mentor_time_asked").exists()
    foreign = proposed(other)
    url = client_url(story, "none_suits", foreign.pk)
    stranger.post(url, {"text": "x"})
    assert other.mre.time_proposals.open().get() == foreign


@pytest.mark.parametrize("act", ["pick", "none_suits", "another_time", "calendar"])
def test_a_link_that_was_tampered_with_opens_nothing(
    story: Story, stranger: Browser, act: str
) -> None:
    more = [] if act == "pick" else [1]
    url = reverse(f"intake:status_{act}", args=[status_token(story.mre) + "x", *more])
    assert stranger.get(url).status_code == stranger.post(url, {"time": "1"}).status_code == 404


@pytest.mark.parametrize("end", [Story.transfer, Story.reassign])
def test_an_earlier_mentors_times_are_not_shown(story: Story, stranger: Browser, end: Any) -> None:
    proposed(story)
    story.schedule(days=2)
    end(story)
    page = words_of(stranger.get(status_path(story.mre)))
    assert "Joan" not in page
    assert "meet.example.org" not in page
