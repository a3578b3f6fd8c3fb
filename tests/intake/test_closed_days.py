"""The closed days: who reads and who changes them, and what moves with them, seen beforehand."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http.response import HttpResponseBase
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake import recompute
from intake.actions.closed_days import change_closed_days, move_due_dates
from intake.models import ClosedDay, RequestEvent
from intake.pages import moving
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, Story, request_in
from tests.intake.conftest import SetClock
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db

LIST, CHANGE, MOVE = (
    reverse(f"intake:{name}") for name in ("closed_days", "change_closed_days", "move_due_dates")
)
WEDNESDAY, THURSDAY = date(2026, 3, 18), date(2026, 3, 19)
SNOW = {"first": "2026-03-18", "name": "Snow"}
LATER = MONDAY + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _now(at: SetClock) -> None:
    at(LATER)


def words(response: HttpResponseBase) -> str:
    main = BeautifulSoup(response.getvalue(), "html.parser").main
    assert main is not None
    return main.get_text(" ", strip=True).replace(" ,", ",")


def get(client: Browser, user: Volunteer, address: str, **query: Any) -> str:
    client.force_login(user)
    response = client.get(address, query)
    assert response.status_code == 200
    return words(response)


def post(client: Browser, user: Volunteer, address: str, **entered: Any) -> str:
    """What is said on the page to which it leads."""
    client.force_login(user)
    response = client.post(address, entered, follow=True)
    assert response.status_code == 200
    return words(response)


def due(story: Story) -> str:
    return f"{story.assignment.respond_by.astimezone(story.mentor.zone):%a %d %b %H:%M}"


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["rcic", "joan", "leader", "chair", "manager"])
def test_everybody_reads_them_and_only_administrators_change_them(
    client: Browser, org: Organisation, who: str
) -> None:
    user = getattr(org, who)
    said = get(client, user, LIST)
    assert "Thanksgiving" in said
    assert "Only administrators change the closed days" in said
    assert "Remove the chosen" not in said
    assert "Add closed days" not in said
    for address in (CHANGE, MOVE):
        assert client.get(address, SNOW).status_code == 403
        assert client.post(address, {**SNOW, "due_dates": "move"}).status_code == 403
    assert not ClosedDay.objects.filter(name="Snow").exists()


@pytest.mark.parametrize("who", ["rcic_region", "manager", "joan"])
def test_the_acts_refuse_everybody_else_too(org: Organisation, who: str) -> None:
    with pytest.raises(NotAllowed):
        move_due_dates(by=getattr(org, who), now=LATER)
    with pytest.raises(NotAllowed):
        change_closed_days(
            by=getattr(org, who), now=LATER, add={WEDNESDAY: "Snow"}, remove=(), move=False
        )
    assert not ClosedDay.objects.filter(name="Snow").exists()


def test_this_year_and_the_next_are_shown_and_the_others_folded(
    client: Browser, org: Organisation
) -> None:
    client.force_login(org.admin)
    page = BeautifulSoup(client.get(LIST).content, "html.parser")
    assert page.select_one("details #year-2025") is not None
    assert page.select_one("details #year-2026") is None
    assert page.select_one("#year-2026") is not None
    assert page.select_one("details #year-2028") is not None
    assert page.select("#year-2025 ~ ul input") == []


# --- What would move ------------------------------------------------------------------------------


def test_before_saving_it_shows_what_would_move(client: Browser, org: Organisation) -> None:
    story = request_in("assigned", org)
    said = get(client, org.admin, CHANGE, **SNOW)
    assert "To be closed: Wed 18 Mar 2026, Snow" in said
    assert "2 open due dates of 1 request would move" in said
    assert f"{story.mre.number} answer by Wed 18 Mar → Thu 19 Mar Joan Whitfield" in said
    assert f"{story.mre.number} back in the queue after Mon 23 Mar → Tue 24 Mar" in said
    assert not ClosedDay.objects.filter(name="Snow").exists()
    assert due(story) == "Thu 19 Mar 00:00"


def test_saved_and_moved(client: Browser, org: Organisation) -> None:
    story = request_in("assigned", org)
    said = post(client, org.admin, CHANGE, **SNOW, due_dates="move")
    assert "The closed days are saved. 2 due dates were moved." in said
    assert "Wed 18 Mar Snow" in said
    assert due(story) == "Fri 20 Mar 00:00"
    event = RequestEvent.objects.get(request=story.mre_id, kind="recomputed")
    assert event.by == org.admin
    assert "recomputed" not in " ".join(story.mails)
    assert_sound(story.mre_id)


def test_saved_without_moving(client: Browser, org: Organisation) -> None:
    story = request_in("assigned", org)
    said = post(client, org.admin, CHANGE, **SNOW, due_dates="keep")
    assert "The closed days are saved. No due date was moved." in said
    assert "2 open due dates are set to another day" in said
    assert due(story) == "Thu 19 Mar 00:00"
    assert "2 open due dates of 1 request" in get(client, org.admin, MOVE)
    assert "2 due dates were moved." in post(client, org.admin, MOVE)
    assert due(story) == "Fri 20 Mar 00:00"
    assert "Nothing is left to move" in get(client, org.admin, MOVE)
    assert "No due date had to move." in post(client, org.admin, MOVE)


def test_a_day_that_is_open_again_moves_them_back(client: Browser, org: Organisation) -> None:
    story = request_in("assigned", org)
    post(client, org.admin, CHANGE, **SNOW, due_dates="move")
    day = ClosedDay.objects.get(name="Snow")
    said = get(client, org.admin, CHANGE, remove=day.pk)
    assert "To be open again: Wed 18 Mar 2026, Snow" in said
    assert "answer by Thu 19 Mar → Wed 18 Mar" in said
    post(client, org.admin, CHANGE, remove=day.pk, due_dates="move")
    assert due(story) == "Thu 19 Mar 00:00"
    assert not ClosedDay.objects.filter(name="Snow").exists()


def test_what_would_be_over_at_once_is_said(
    client: Browser, org: Organisation, at: SetClock
) -> None:
    story = request_in("assigned", org)
    post(client, org.admin, CHANGE, **SNOW, due_dates="move")
    at(story.assignment.respond_by - timedelta(hours=2))
    day = ClosedDay.objects.get(name="Snow")
    said = get(client, org.admin, CHANGE, remove=day.pk)
    assert "1 of them would be over already" in said


def test_what_others_see_of_it_is_only_counted_not_sent(org: Organisation) -> None:
    story = request_in("assigned", org)
    before = story.mails
    change_closed_days(by=org.admin, now=LATER, add={WEDNESDAY: "Snow"}, remove=(), move=True)
    assert story.mails == before


def test_broken_off_halfway_nothing_is_lost(
    client: Browser, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine goes down after the first batch: the rest is shown, and finished once."""
    stories = [request_in("assigned", org) for _ in range(3)]
    monkeypatch.setattr(recompute, "BATCH", 1)
    change_closed_days(by=org.admin, now=LATER, add={WEDNESDAY: "Snow"}, remove=(), move=False)
    recompute.apply(recompute.preview()[:2], now=LATER, by=org.admin)
    assert [due(story) for story in stories].count("Fri 20 Mar 00:00") == 1
    assert "4 open due dates are set to another day" in get(client, org.admin, LIST)
    assert "4 due dates were moved." in post(client, org.admin, MOVE)
    assert {due(story) for story in stories} == {"Fri 20 Mar 00:00"}
    assert RequestEvent.objects.filter(kind="recomputed").count() == 3


def test_a_long_list_is_cut_and_counted(
    client: Browser, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "SHOWN", 2)
    for _ in range(5):
        request_in("assigned", org)
    said = get(client, org.admin, CHANGE, **SNOW)
    assert "10 open due dates of 5 requests would move" in said
    assert said.count("answer by Wed 18 Mar → Thu 19 Mar") == 2
    assert "5 in all: these, and 3 more" in said


# --- What is entered ------------------------------------------------------------------------------


def test_several_days_without_the_weekend(client: Browser, org: Organisation) -> None:
    post(
        client,
        org.admin,
        CHANGE,
        first="2026-12-24",
        last="2026-12-31",
        name="Christmas week",
        due_dates="keep",
    )
    days = ClosedDay.objects.filter(name="Christmas week").values_list("date__day", flat=True)
    assert sorted(days) == [24, 28, 29, 30, 31]  # the 25th has its name, 26 and 27 are a weekend
    assert ClosedDay.objects.get(date=date(2026, 12, 25)).name == "Christmas Day"


NONSENSE: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "Enter a day to add, or choose days to remove."),
    ({"first": "2026-03-18"}, "Give it a name"),
    ({"name": "Snow"}, "Enter the day, or the first of several."),
    ({"last": "2026-03-18", "name": "Snow"}, "Enter the day, or the first of several."),
    ({"first": "soon", "name": "Snow"}, "Enter a day, e.g. 2026-11-24."),
    ({"first": "2026-03-21", "name": "Party"}, "That is a weekend, which never counts"),
    ({"first": "2026-11-26", "name": "Off"}, "Closed already: Thu 26 Nov 2026, Thanksgiving"),
    ({"first": "2026-03-18", "last": "2026-03-17", "name": "x"}, "before the first"),
    ({"first": "2026-03-18", "last": "2026-05-01", "name": "x"}, "more than 31 days"),
    ({"first": "0202-03-18", "name": "x"}, "Look at the year again: 202."),
    ({"first": "9999-12-31", "name": "x"}, "Look at the year again: 9999."),
    ({"first": "2026-03-18", "name": "x" * 81}, "at most 80 characters"),
    ({"remove": "999999"}, "not one of the available choices"),
    ({"remove": "x"}, "not a valid value"),
)


def test_what_makes_no_sense_gets_a_sentence_and_is_kept(
    client: Browser, org: Organisation
) -> None:
    before = ClosedDay.objects.count()
    client.force_login(org.admin)
    for entered, sentence in NONSENSE:
        for response in (client.get(CHANGE, entered), client.post(CHANGE, entered)):
            assert response.status_code == 200, entered
            assert sentence in words(response), entered
            if "first" in entered:
                assert f'value="{entered["first"]}"' in response.content.decode()
        assert ClosedDay.objects.count() == before, entered


def test_there_must_be_business_days_left(client: Browser, org: Organisation) -> None:
    request_in("assigned", org)
    days = (date(2026, 3, 17) + timedelta(days=n) for n in range(420))
    rows = [ClosedDay(date=day, name="Strike") for day in days if day != WEDNESDAY]
    ClosedDay.objects.bulk_create(rows, ignore_conflicts=True)
    client.force_login(org.admin)
    response = client.get(CHANGE, SNOW)
    assert "That would leave no business day for more than a year." in words(response)
    assert "There is no business day in the 366 days after" in words(response)


def test_a_name_is_shown_and_never_run(client: Browser, org: Organisation) -> None:
    entered = {**SNOW, "name": "<script>alert(1)</script>"}
    client.force_login(org.admin)
    shown = client.get(CHANGE, entered).content.decode()
    shown += client.post(CHANGE, {**entered, "due_dates": "keep"}, follow=True).content.decode()
    assert "<script>alert" not in shown


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize("requests", [1, 6])
def test_it_costs_the_same_for_one_request_and_for_many(
    client: Browser,
    org: Organisation,
    django_assert_num_queries: DjangoAssertNumQueries,
    requests: int,
) -> None:
    for _ in range(requests):
        request_in("assigned", org)
        request_in("notes_missing", org)
    client.force_login(org.admin)
    with django_assert_num_queries(7):
        client.get(LIST)
    with django_assert_num_queries(7):
        client.get(CHANGE, SNOW)
    with django_assert_num_queries(21):
        client.post(CHANGE, {**SNOW, "due_dates": "move"})
