"""How the due dates of a request were counted: every clock, for everybody who may see it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from intake import recompute
from intake.models import ClosedDay
from intake.sweep import sweep
from mentors.models import Volunteer
from tests.factories import SITUATIONS, Organisation, Story, a_person, request_in, submit
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 3, 18)


def clocks(client: Browser, user: Volunteer, story: Story, **query: str) -> BeautifulSoup:
    client.force_login(user)
    response = client.get(reverse("intake:clocks", args=[story.mre_id]), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(part: Tag | None) -> str:
    assert part is not None
    return part.get_text(" ", strip=True)


def card(shown: BeautifulSoup, anchor: str) -> str:
    """All that is said about one clock."""
    return words(shown.select_one(f"#{anchor}"))


def anchors(shown: BeautifulSoup) -> list[str]:
    return [str(part["id"]) for part in shown.select("section.card[id]")]


def answer_of(story: Story) -> str:
    return f"answer-{story.assignment.pk}"


# --- What is said ---------------------------------------------------------------------------------


def test_an_answer_is_explained_from_its_start_to_its_end(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("assigned", org)
    at(story.now)
    said = card(clocks(client, org.rcic, story), answer_of(story))
    assert "Answer by Wed 18 Mar" in said
    assert "Mon 16 Mar 2026, 11:00 EDT, assigned to Joan Whitfield." in said
    assert "2 business days, the number in force when it was assigned." in said
    assert "Tue 17 Mar 1 Wed 18 Mar 2" in said
    assert "The end of Wed 18 Mar, that is Thu 19 Mar 2026, 00:00 EDT." in said
    assert "New York time: a person’s clock runs where the chapter is" in said
    assert "Joan Whitfield is of SCORE New York." in said
    assert "It has not struck yet." in said


def test_closed_days_are_skipped_by_name(client: Browser, org: Organisation, at: SetClock) -> None:
    story = submit(org, at=datetime(2026, 11, 23, 20, tzinfo=UTC)).assign()
    at(story.now)
    said = card(clocks(client, org.rcic, story), f"requeue-{story.assignment.pk}")
    assert "Back in the queue after Tue 1 Dec" in said
    assert "Thu 26 Nov Thanksgiving Day" in said
    assert "Thu 26 Nov (Thanksgiving Day); 2 days at weekends." in said


def test_a_clock_runs_where_the_mentor_is_and_the_wait_where_the_request_is(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = submit(org).assign(org.leilani)
    at(story.now)
    shown = clocks(client, org.rcic, story)
    assert "Honolulu time" in card(shown, answer_of(story))
    assert "Thu 19 Mar 2026, 00:00 HST" in card(shown, answer_of(story))
    assert "New York time" in card(shown, f"wait-{story.mre_id}")


def test_the_numbers_are_those_that_were_frozen(
    client: Browser, org: Organisation, at: SetClock, settings: Settings
) -> None:
    story = request_in("assigned", org)
    at(story.now)
    settings.POLICY = {"respond_days": 3, "requeue_days": 6}
    shown = clocks(client, org.rcic, story)
    assert "2 business days, the number in force when" in card(shown, answer_of(story))
    assert "Counted anew" not in words(shown)


def test_what_struck_is_named_with_the_instant_that_counts_and_that_of_processing(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("assigned", org)
    sweep(story.assignment.respond_by + timedelta(minutes=95))
    at(story.now + timedelta(days=4))
    assert (
        "It struck: recorded as Thu 19 Mar 2026, 00:00 EDT, "
        "processed at Thu 19 Mar 2026, 01:35 EDT."
    ) in card(clocks(client, org.rcic, story), answer_of(story))


def test_what_was_answered_did_not_strike(client: Browser, org: Organisation, at: SetClock) -> None:
    story = request_in("declined", org)
    at(story.now)
    said = card(clocks(client, org.rcic, story), answer_of(story))
    assert "Joan Whitfield declined on Mon 16 Mar 2026, 12:00 EDT." in said
    assert "struck" not in said


def test_the_wait_is_added_up_hour_by_hour(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = submit(org, at=datetime(2026, 3, 20, 22, tzinfo=UTC))  # Fri 18:00 in New York
    at(datetime(2026, 3, 23, 13, tzinfo=UTC))  # Mon 09:00
    said = card(clocks(client, org.rcic, story), f"wait-{story.mre_id}")
    assert "Fri 20 Mar, 18:00 to 24:00 6 h" in said
    assert "Sat 21 Mar to Sun 22 Mar: weekend 0 h" in said
    assert "Mon 23 Mar, 00:00 to 09:00 9 h" in said
    assert "15 h ÷ 24 = 0.625 business days." in said


def test_attempts_and_close_out_are_counted_in_hours(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("accepted", org).wait(hours=1)
    at(story.now)
    said = card(clocks(client, org.joan, story), f"attempt-{story.assignment.pk}")
    assert "Second attempt by Mon 23 Mar" in said
    assert "7 days of 24 hours" in said
    assert "None: every hour counts" in said
    story = request_in("tried_three_times", org)
    at(story.now)
    said = card(clocks(client, org.joan, story), f"close-out-{story.assignment.pk}")
    assert "14 days after the first attempt" in said
    assert "Mon 16 Mar 2026, 13:00 EDT, the first attempt." in said
    assert "Counted anew" not in said


def test_notes_count_from_the_session(client: Browser, org: Organisation, at: SetClock) -> None:
    story = request_in("notes_missing", org)
    at(story.now)
    said = card(clocks(client, org.joan, story), f"notes-{story.session_id}")
    assert "Session note by Wed 18 Mar" in said
    assert "Tue 17 Mar 2026, 13:00 EDT, when the session began." in said
    story.enter_notes()
    said = card(clocks(client, org.joan, story), f"notes-{story.session_id}")
    assert "in time." in said
    said = card(clocks(client, org.joan, story), f"edit-{story.session_id}")
    assert "Session can be changed until Sun 5 Apr" in said


@pytest.mark.parametrize("situation", SITUATIONS)
def test_whatever_happened_counting_anew_comes_to_what_is_stored(
    client: Browser, org: Organisation, at: SetClock, situation: str
) -> None:
    story = request_in(situation, org)
    at(story.now)
    shown = clocks(client, org.rcic, story)
    if situation != "reopened_to_mentor":
        assert "Counted anew" not in words(shown)
    assert len(anchors(shown)) == len(set(anchors(shown)))


# --- The calendar changed -------------------------------------------------------------------------


def test_a_closed_day_that_came_later_and_moved_nothing_is_said(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("assigned", org)
    at(story.now)
    ClosedDay.objects.create(date=WEDNESDAY, name="Snow")
    said = card(clocks(client, org.rcic, story), answer_of(story))
    assert "Answer by Wed 18 Mar" in said
    assert (
        "It is set to the end of Wed 18 Mar (Thu 19 Mar 2026, 00:00 EDT). Counted anew today it "
        "would be the end of Thu 19 Mar (Fri 20 Mar 2026, 00:00 EDT)" in said
    )
    assert "stays as it is until an administrator moves the open due dates" in said


def test_what_is_over_stays_as_it_was_recorded(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("accepted", org)
    at(story.now)
    ClosedDay.objects.create(date=WEDNESDAY, name="Snow")
    said = card(clocks(client, org.rcic, story), answer_of(story))
    assert "It is over and stays as it was recorded." in said


def test_a_due_date_that_was_moved_says_when_by_whom_and_from_where(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    assigned, noted = request_in("assigned", org), request_in("notes_missing", org)
    at(noted.now)
    ClosedDay.objects.create(date=WEDNESDAY, name="Snow")
    recompute.apply(recompute.preview(), now=noted.now, by=org.admin)
    said = card(clocks(client, org.rcic, assigned), answer_of(assigned))
    assert "Answer by Thu 19 Mar" in said
    assert "Wed 18 Mar Snow" in said
    assert "by Ada Admin" in said
    assert "Before: the end of Wed 18 Mar" in said
    assert "Counted anew today" not in said
    said = card(clocks(client, org.rcic, noted), f"notes-{noted.session_id}")
    assert "Session note by Thu 19 Mar" in said
    assert "Before: the end of Wed 18 Mar" in said


def test_a_mentor_who_moved_to_another_zone_keeps_the_due_date_he_was_given(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("assigned", org)
    at(story.now)
    Volunteer.objects.filter(pk=org.joan.pk).update(chapter=org.honolulu)
    said = card(clocks(client, org.rcic, story), answer_of(story))
    assert "counted on the clock of another time zone than that of the chapter today" in said


# --- Who sees which -------------------------------------------------------------------------------


def test_a_mentor_sees_no_other_mentors_clocks(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("replaced", org)  # Grace was asked, then Ben
    at(story.now)
    shown = clocks(client, org.ben, story)
    assert "Ben Okafor, assigned" in words(shown)
    assert "Grace" not in words(shown)
    grace = story.mre.assignments.get(mentor=org.grace)
    assert f"answer-{grace.pk}" not in anchors(shown)
    aside = clocks(client, org.ben, story, clock=f"answer-{grace.pk}")
    assert "on somebody else’s clock" in words(aside)
    assert "Grace" not in words(aside)


def test_a_mentor_who_is_asked_is_not_told_the_last_name(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("assigned", org, person=a_person(last_name="Unmistakable"))
    at(story.now)
    assert "Unmistakable" not in words(clocks(client, org.joan, story))
    assert "Unmistakable" in words(clocks(client, org.rcic, story))


@pytest.mark.parametrize("who", ["rcic", "rcic_district", "leader", "admin"])
def test_who_reads_the_chapter_sees_the_clocks_of_all_mentors(
    client: Browser, org: Organisation, at: SetClock, who: str
) -> None:
    story = request_in("replaced", org)
    at(story.now)
    shown = words(clocks(client, getattr(org, who), story))
    assert "Ben Okafor, assigned" in shown
    assert "Earlier: Grace Lindqvist, assigned" in shown


@pytest.mark.parametrize(
    "who", ["grace", "joan", "rcic_elsewhere", "rcic_former", "chair", "manager", "sam"]
)
def test_outside_of_ones_scope_there_is_no_such_page(
    client: Browser, org: Organisation, at: SetClock, who: str
) -> None:
    story = request_in("replaced", org)
    at(story.now)
    client.force_login(getattr(org, who))
    for headers in ({}, {"HX-Request": "true"}):
        address = reverse("intake:clocks", args=[story.mre_id])
        assert client.get(address, headers=headers).status_code == 404


def test_who_only_owes_notes_sees_his_own_clocks(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("notes_missing", org).transfer().assign(org.ben)
    at(story.now)
    shown = words(clocks(client, org.joan, story))
    assert "Session note by" in shown
    assert "Ben" not in shown


# --- The dialog -----------------------------------------------------------------------------------


def test_a_script_gets_the_words_of_one_clock_and_nothing_around_them(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("assigned", org)
    at(story.now)
    client.force_login(org.rcic)
    address = reverse("intake:clocks", args=[story.mre_id])
    response = client.get(address, {"clock": answer_of(story)}, headers={"HX-Request": "true"})
    shown = BeautifulSoup(response.content, "html.parser")
    assert "HX-Request" in response["Vary"]
    assert shown.html is None
    assert words(shown.select_one("#counting-title")) == "Answer by Wed 18 Mar"
    assert "Back in the queue" not in words(shown)
    assert shown.select("a[href]")[0]["href"] == address


@pytest.mark.parametrize("clock", ["answer-0", "wait", "'\"><script>", "answer-" + "9" * 500])
def test_a_clock_that_is_not_there_is_a_sentence(
    client: Browser, org: Organisation, at: SetClock, clock: str
) -> None:
    story = request_in("assigned", org)
    at(story.now)
    assert "or no longer there" in words(clocks(client, org.rcic, story, clock=clock))


# --- Links to it ----------------------------------------------------------------------------------


def links(client: Browser, user: Volunteer, address: str) -> list[Tag]:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return list(BeautifulSoup(response.content, "html.parser").select("a.counted"))


PLACES: list[tuple[str, str, str]] = [
    ("assigned", "rcic", "request"),
    ("assigned", "joan", "request"),
    ("assigned", "joan", "accept"),
    ("assigned", "joan", "desk"),
    ("overdue", "rcic", "request"),
    ("overdue", "rcic", "watch"),
    ("overdue", "leader", "request"),
    ("accepted", "joan", "desk"),
    ("accepted", "rcic", "request"),
    ("notes_missing", "joan", "desk"),
    ("notes_missing", "rcic", "request"),
    ("tried_three_times", "joan", "desk"),
    ("session_begun", "joan", "desk"),
    ("counseled", "joan", "session_edit"),
    ("new", "rcic", "queue"),
]


@pytest.mark.parametrize(("situation", "who", "page"), PLACES)
def test_every_due_date_leads_to_its_place(
    client: Browser,
    org: Organisation,
    at: SetClock,
    situation: str,
    who: str,
    page: str,
) -> None:
    begun = situation == "session_begun"
    story = request_in("session_planned" if begun else situation, org)
    at(story.now + timedelta(days=3 if begun else 0, minutes=1))
    user = getattr(org, who)
    needs = {"request": story.mre_id, "accept": story.mre_id, "session_edit": story.session_id}
    address = reverse(f"intake:{page}", args=[needs[page]] if page in needs else None)
    found = links(client, user, address)
    assert found
    there = anchors(clocks(client, user, story))
    for link in found:
        path, _, anchor = str(link["href"]).partition("#")
        assert path == reverse("intake:clocks", args=[story.mre_id])
        assert anchor in there
        assert str(link["aria-label"]) == f"{words(link)}: how it was counted"


# --- What it costs --------------------------------------------------------------------------------


def test_it_costs_the_same_for_one_assignment_and_for_many(
    client: Browser,
    org: Organisation,
    at: SetClock,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    once = request_in("notes_missing", org)
    often = submit(org)
    for mentor in (org.grace, org.nora, org.joan):
        often.wait(hours=1).assign(mentor).wait(hours=1).decline()
    often.assign(org.ben).wait(hours=1).accept().hold().hold().hold(notes="Prices.").attempt()
    at(often.now + timedelta(days=1))
    for story in (once, often):
        client.force_login(org.rcic)
        with django_assert_num_queries(QUERIES):
            client.get(reverse("intake:clocks", args=[story.mre_id]))


QUERIES = 10
"""Session, reader, duties (2), request, closed days, assignments, events, sessions, attempts."""
