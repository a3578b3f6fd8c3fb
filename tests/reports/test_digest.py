"""The weekly digest of the Membership Chairs: what it tells, when, and that the page agrees."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from intake.actions import availability
from intake.models import OutboxMail
from mentors.enums import Role
from reports.digest import send_all
from tests.factories import (
    MONDAY,
    Organisation,
    a_person,
    pause,
    position,
    request_in,
    submit,
)
from tests.intake.conftest import SetClock


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


NEXT_MONDAY = MONDAY + timedelta(days=7)


def digests(org: Organisation) -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind="chair_digest").order_by("pk"))


def test_the_chair_gets_one_digest_a_week_however_often_the_clock_comes_by(
    org: Organisation,
) -> None:
    request_in("declined", org)
    for hours in (0, 1, 2, 24, 71):
        send_all(NEXT_MONDAY + timedelta(hours=hours))
    [mail] = digests(org)
    assert mail.volunteer == org.chair
    send_all(NEXT_MONDAY + timedelta(days=7))
    assert len(digests(org)) == 1, "nothing happened in the second week"


def test_the_digest_tells_of_declines_time_outs_and_long_pauses_and_of_no_client(
    org: Organisation,
) -> None:
    stories = [request_in("declined", org), request_in("declined", org)]
    # A week before, so that it timed out in this one.
    stories.append(submit(org, at=MONDAY - timedelta(days=5)).assign(org.ben).time_out())
    pause(org.grace, org, now=MONDAY, days=30)
    send_all(NEXT_MONDAY)
    [mail] = digests(org)
    assert "Requests not answered in time\n- Ben Okafor: 1 of 1, 1 new\n" in mail.text
    assert "Requests declined\n- Joan Whitfield: 2 of 2, 2 new\n" in mail.text
    assert "- Grace Lindqvist: since Mon 16 Mar (31 days), until Wed 15 Apr\n" in mail.text
    assert "SCORE New York" in mail.subject
    everything = mail.subject + mail.text + mail.html
    for story in stories:
        assert story.mre.client.last_name not in everything
        assert story.mre.number not in everything


def test_without_anything_to_tell_there_is_no_digest(org: Organisation) -> None:
    request_in("complete", org)
    send_all(NEXT_MONDAY)
    assert digests(org) == []


@pytest.mark.parametrize(
    ("days", "told"),
    [(29, False), (30, True)],
    ids=["30 days with both ends", "31 days"],
)
def test_a_pause_of_more_than_thirty_days_is_brought_to_the_chair(
    org: Organisation, days: int, told: bool
) -> None:
    pause(org.joan, org, now=MONDAY, days=days)
    send_all(NEXT_MONDAY)
    assert bool(digests(org)) == told


def test_a_long_pause_that_has_not_begun_or_is_over_is_not_brought_to_the_chair(
    org: Organisation,
) -> None:
    availability.pause(
        mentor_id=org.joan.pk,
        by=org.joan,
        now=MONDAY,
        starts_on=date(2026, 3, 25),
        ends_on=date(2026, 6, 25),
    )
    send_all(NEXT_MONDAY)
    assert digests(org) == []
    send_all(NEXT_MONDAY + timedelta(days=7))
    assert len(digests(org)) == 1
    send_all(utc("2026-06-29 15:00"))
    assert len(digests(org)) == 1


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-03-22 15:00", False),
        ("2026-03-23 03:59", False),
        ("2026-03-23 04:00", True),
        ("2026-03-27 20:00", True),
        ("2026-03-28 15:00", False),
    ],
    ids=["Sunday", "Sunday night", "Monday", "Friday", "Saturday"],
)
def test_the_digest_is_written_from_monday_on(org: Organisation, at: str, told: bool) -> None:
    request_in("declined", org)
    send_all(utc(at))
    assert bool(digests(org)) == told


def test_what_happened_this_week_comes_next_week(org: Organisation) -> None:
    request_in("declined", org, at=NEXT_MONDAY)
    send_all(NEXT_MONDAY + timedelta(days=1))
    assert digests(org) == []
    send_all(NEXT_MONDAY + timedelta(days=7))
    assert len(digests(org)) == 1


def test_a_chapter_without_a_chair_has_nobody_to_tell(org: Organisation) -> None:
    submit(org, person=a_person(zip="85001")).assign(org.dan).wait(hours=1).decline()
    assert send_all(NEXT_MONDAY) == 0
    assert digests(org) == []


def test_what_was_told_comes_again_only_with_something_new(org: Organisation) -> None:
    """The figures are of thirty days; what is not new in them is told beside what is."""
    request_in("declined", org)
    submit(org, at=NEXT_MONDAY).assign(org.ben).wait(hours=1).decline()
    send_all(NEXT_MONDAY)
    send_all(NEXT_MONDAY + timedelta(days=7))
    first, second = digests(org)
    assert "- Joan Whitfield: 1 of 1, 1 new\n" in first.text
    assert "Ben" not in first.text
    assert "- Joan Whitfield: 1 of 1\n" in second.text
    assert "- Ben Okafor: 1 of 1, 1 new\n" in second.text


def test_the_page_that_it_opens_shows_the_same_figures(
    client: Client, org: Organisation, at: SetClock
) -> None:
    """However late the mail is opened, and whatever happened since."""
    request_in("declined", org)
    request_in("accepted", org)
    submit(org, at=MONDAY - timedelta(days=5)).assign().time_out()
    pause(org.grace, org, now=MONDAY, days=30)
    send_all(NEXT_MONDAY + timedelta(days=2))
    [mail] = digests(org)
    submit(org, at=NEXT_MONDAY).assign().wait(hours=1).decline()
    at(NEXT_MONDAY + timedelta(days=60))
    client.force_login(org.chair)
    [link] = re.findall(r"http://\S+/reports/activity/\S+", mail.text)
    assert f'href="{link}"' in unescape(mail.html)
    table: Any = client.get(link[link.index("/reports") :]).context["table"]
    rows = {str(one.record.mentor): one.record for one in table.rows}
    joan = rows["Joan Whitfield"]
    assert (
        f"- Joan Whitfield: {joan.outcomes['timed_out']} of {joan.received}, 1 new\n" in mail.text
    )
    assert f"- Joan Whitfield: {joan.outcomes['declined']} of {joan.received}, 1 new\n" in mail.text
    assert joan.received == 3
    assert rows["Grace Lindqvist"].paused_long


def test_the_link_is_on_the_clock_of_its_reader(org: Organisation) -> None:
    """A chair who lives in Phoenix: midnight in New York is 21:00 there in March."""
    position(org.dan, Role.MEMBERSHIP_CHAIR, org.new_york)
    request_in("declined", org)
    send_all(NEXT_MONDAY)
    links = {mail.volunteer: mail.text for mail in digests(org)}
    assert "at=2026-03-22T00%3A00" in links[org.chair]
    assert "at=2026-03-21T21%3A00" in links[org.dan]
