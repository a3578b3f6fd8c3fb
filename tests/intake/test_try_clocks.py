"""Trying the clocks: any start, place and numbers, and whatever is typed instead."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from intake import inforce
from intake.models import ClosedDay
from intake.pages.counting import Whose
from intake.pages.trying import LABELS, in_force, tried
from intake.policy import Policy, assignment_clocks, notes_due
from mentors.models import Volunteer
from tests.factories import Organisation
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.django_db

CLOCKS = reverse("intake:try_clocks")


@pytest.fixture(autouse=True)
def _now(at: SetClock) -> None:
    at(datetime(2026, 11, 23, 20, 20, tzinfo=UTC))


def page(client: Browser, user: Volunteer, **query: Any) -> BeautifulSoup:
    client.force_login(user)
    response = client.get(CLOCKS, query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def said(shown: BeautifulSoup, anchor: str) -> str:
    part = shown.select_one(f"#{anchor}")
    assert part is not None
    return part.get_text(" ", strip=True)


@pytest.mark.parametrize("who", ["rcic", "joan", "leader", "chair", "manager"])
def test_it_is_for_administrators(client: Browser, org: Organisation, who: str) -> None:
    client.force_login(getattr(org, who))
    response = client.get(CLOCKS)
    assert response.status_code == 403
    assert "Trying the clocks is for administrators." in response.content.decode()


def test_the_example_of_thanksgiving(client: Browser, org: Organisation) -> None:
    shown = page(client, org.admin, start="2026-11-23T15:20", zone="America/New_York")
    assert "Answer by Wed 25 Nov" in said(shown, "answer")
    assert "Back in the queue after Tue 1 Dec" in said(shown, "requeue")
    assert "Thu 26 Nov (Thanksgiving Day); 2 days at weekends." in said(shown, "requeue")
    assert "Reminder on Tue 24 Nov 09:00" in said(shown, "reminder")
    assert "Session note by Tue 24 Nov" in said(shown, "notes")
    assert "Next attempt by Mon 30 Nov 15:20" in said(shown, "attempt")
    assert "Close-out from Mon 7 Dec 15:20" in said(shown, "close-out")
    assert "until Sat 5 Dec" in said(shown, "edit")
    assert "A mail of a clock leaves Mon 23 Nov 15:20" in said(shown, "mail")


def test_friday_evening_to_monday_morning(client: Browser, org: Organisation) -> None:
    query = {"start": "2026-11-13T18:00", "until": "2026-11-16T09:00"}
    shown = said(page(client, org.admin, **query, zone="America/Chicago"), "between")
    assert "15 h ÷ 24 = 0.625 business days" in shown
    assert "Fri 13 Nov, 18:00 to 24:00 6 h" in shown
    assert "Mon 16 Nov, 00:00 to 09:00 9 h" in shown


def test_it_begins_with_now_and_what_is_in_force(client: Browser, org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.admin.pk).update(chapter=org.new_york)
    shown = page(client, org.admin)
    assert shown.select_one("input[name=start]")["value"] == "2026-11-23T15:20"  # type: ignore[index]
    assert "Answer by Wed 25 Nov" in said(shown, "answer")
    assert "New York time" in said(shown, "answer")


def test_a_chapter_lends_its_clock(client: Browser, org: Organisation) -> None:
    shown = page(client, org.admin, start="2026-11-23T15:20", chapter=org.honolulu.pk)
    assert "Honolulu time: that of SCORE Honolulu." in said(shown, "answer")
    assert "Thu 26 Nov 2026, 00:00 HST" in said(shown, "answer")


def test_other_numbers_are_tried_and_nothing_is_changed(client: Browser, org: Organisation) -> None:
    query = {"start": "2026-11-23T15:20", "zone": "America/New_York"}
    shown = page(client, org.admin, **query, respond_days=3, requeue_days=4, reminder_hour=10)
    assert "Answer by Fri 27 Nov" in said(shown, "answer")
    assert "Back in the queue after Mon 30 Nov" in said(shown, "requeue")
    assert "Reminder on Tue 24 Nov 10:00" in said(shown, "reminder")
    assert inforce.policy() == Policy()


def test_it_shows_which_settings_are_in_force(
    client: Browser, org: Organisation, settings: Settings
) -> None:
    settings.POLICY = {"respond_days": 3}
    shown = said(page(client, org.admin), "in-force")
    assert "3 POLICY_RESPOND_DAYS in the environment (national default: 2)" in shown
    assert "5 national default; POLICY_REQUEUE_DAYS would change it" in shown


def test_every_number_of_the_policy_has_a_name() -> None:
    assert [row.label for row in in_force(Policy(), {})] == [
        LABELS[name] for name in Policy.__dataclass_fields__
    ]


def test_what_is_tried_is_what_would_happen(org: Organisation) -> None:
    at, zone = datetime(2026, 12, 23, 23, tzinfo=UTC), org.phoenix.zone
    days, policy = inforce.calendar(), Policy()
    found = {clock.anchor: dict(clock.facts) for clock in tried(at, Whose(zone, ""), policy, days)}
    real, whose = assignment_clocks(policy, days, at, zone), Whose(zone, "")
    assert whose.instant(real.respond_by) in found["answer"]["Due"]
    assert whose.instant(real.requeue_at) in found["requeue"]["Due"]
    assert whose.instant(real.remind_at) in found["reminder"]["Due"]
    assert whose.instant(notes_due(policy, days, at, zone)) in found["notes"]["Due"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"start": ""}, "Enter a day and a time"),
        ({"start": "tomorrow"}, "Enter a day and a time, e.g. 2026-11-24 14:00."),
        ({"start": "1066-10-14T09:00"}, "Look at the year again: 1066."),
        ({"start": "9999-12-31T23:59"}, "Look at the year again: 9999."),
        ({"until": "never"}, "Enter a day and a time"),
        ({"until": "2026-11-01T09:00"}, "That is before the start."),
        ({"zone": "Middle/Earth"}, "is not one of the available choices"),
        ({"zone": "../../etc/passwd"}, "is not one of the available choices"),
        ({"chapter": "0"}, "not one of the available choices"),
        ({"chapter": "x"}, "not one of the available choices"),
        ({"respond_days": "two"}, "Enter a whole number."),
        ({"respond_days": "0"}, "“Business days to answer” must be between 1 and 366, not 0."),
        ({"requeue_days": "2"}, "“Business days until back in the queue” (2) must be more than"),
        ({"notes_days": "9" * 30}, "must be between 1 and 366"),
        ({"reminder_hour": "7"}, "no mail goes out at other hours"),
        (
            {"start": "2026-03-08T02:30", "zone": "America/New_York"},
            "The clocks are changed then: this time is skipped or comes twice there.",
        ),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_beside_its_field(
    client: Browser, org: Organisation, query: dict[str, str], sentence: str
) -> None:
    shown = page(client, org.admin, **{"start": "2026-11-23T15:20", **query})
    assert sentence in shown.get_text(" ", strip=True)
    name = next(reversed(query)) if "zone" not in query or len(query) == 1 else "start"
    field = shown.select_one(f"[name={name}]")
    assert field is not None
    assert field.get("aria-invalid") == "true"
    if field.name == "input":
        assert field["value"] == query[name]
    assert shown.select_one("#answer") is None


def test_a_chapter_and_a_zone_cannot_both_be_meant(client: Browser, org: Organisation) -> None:
    query = {"start": "2026-11-23T15:20", "zone": "Asia/Tokyo", "chapter": org.chicago.pk}
    shown = page(client, org.admin, **query)
    assert "Choose a chapter or a time zone, not both." in shown.get_text(" ", strip=True)


def test_without_business_days_there_is_a_sentence(client: Browser, org: Organisation) -> None:
    first = datetime(2026, 11, 24, tzinfo=UTC).toordinal()
    rows = (ClosedDay(date=datetime.fromordinal(first + n), name="Strike") for n in range(400))
    ClosedDay.objects.bulk_create(rows, ignore_conflicts=True)
    shown = page(client, org.admin, start="2026-11-23T15:20")
    assert "There is no business day in the 366 days after" in shown.get_text(" ", strip=True)


def test_it_takes_few_queries(
    client: Browser, org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(org.admin)
    with django_assert_num_queries(5):
        client.get(CLOCKS, {"start": "2026-11-23T15:20"})
