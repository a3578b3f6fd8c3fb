"""The pages of the mentors' activity: who reads them, how they are narrowed, what opens."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from intake.models import Assignment, Export
from mentors.models import Pause
from reports.behind import TITLES
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    mentor,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock
from tests.reports.conftest import Everything

pytestmark = pytest.mark.usefixtures("at")

PAGE = "/reports/activity/"
SPRING = {"first": "2026-03-01", "last": "2026-05-31"}
LATER = MONDAY + timedelta(days=40)


@pytest.mark.parametrize("role", ["manager", "joan"])
def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    refusal = "is for Membership Chairs, leaders and RCICs."
    assertContains(client.get(PAGE), refusal, status_code=403)


@pytest.mark.parametrize("role", ["chair", "rcic", "leader", "admin"])
def test_chairs_coordinators_and_leaders_read_it(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    assert "Joan Whitfield" in shown(client)


def shown(client: Client, **query: Any) -> list[str]:
    response = client.get(PAGE, query)
    assert response.status_code == 200
    table = response.context["table"]
    return [str(row.record.mentor) for row in table.rows] if table else []


def test_the_chair_sees_the_mentors_of_the_own_chapter(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    assert shown(client) == ["Grace Lindqvist", "Ben Okafor", "Joan Whitfield"]
    assert shown(client, sort="-mentor")[0] == "Joan Whitfield"
    assert len(shown(client, sort="pause")) == 3


def test_another_chapter_cannot_be_chosen(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    response = client.get(PAGE, {"unit": f"chapter:{org.phoenix.code}"})
    assertContains(response, "None of your units")
    assertNotContains(response, "Yazzie")


def test_an_administrator_chooses_any_chapter(client: Client, org: Organisation) -> None:
    client.force_login(org.admin)
    assert shown(client, unit=f"chapter:{org.phoenix.code}") == ["Dan Yazzie"]


def test_the_period_is_the_last_thirty_days_until_told_otherwise(
    client: Client, org: Organisation, at: SetClock
) -> None:
    request_in("declined", org)
    at(MONDAY + timedelta(days=29))
    client.force_login(org.chair)
    assertContains(client.get(PAGE), "100%")
    at(MONDAY + timedelta(days=30))
    assertNotContains(client.get(PAGE), "100%")
    assertContains(client.get(PAGE, {"first": "2026-03-01", "last": "2026-03-31"}), "100%")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"first": "2026-03-02", "last": "2026-03-01"}, "The last day is before the first."),
        ({"first": "soon"}, "Enter a day, e.g. 2026-11-24."),
        ({"last": "9999-12-31"}, "Look at the year again."),
        ({"span": "own"}, "Say from which day, or until which day."),
        ({"at": "2026-03-17T10:00"}, "That is still to come; leave it empty for now."),
    ],
)
def test_a_period_that_will_not_do_is_refused_in_words(
    client: Client, org: Organisation, query: dict[str, str], sentence: str
) -> None:
    client.force_login(org.chair)
    response = client.get(PAGE, query)
    assertContains(response, sentence)
    assert response.context["table"] is None


def test_the_limit_and_the_pause_are_shown(client: Client, org: Organisation, at: SetClock) -> None:
    set_profile(org.joan, weekly_limit=3)
    at(request_in("assigned", org).now)
    Pause.objects.create(
        mentor=org.ben,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 4, 15),
        created_at=MONDAY,
    )
    client.force_login(org.chair)
    response = client.get(PAGE)
    table = response.context["table"]
    joan = next(row for row in table.rows if row.record.mentor.pk == org.joan.pk)
    assert ">1</a>" in joan.get_cell("used_this_week")
    assert joan.get_cell("weekly_limit") == "3"
    assertContains(response, "paused over 30 days</span>")
    assertContains(response, "Sun 1 Mar")


def test_names_are_shown_as_they_are_and_never_run(client: Client, org: Organisation) -> None:
    mentor(org.new_york, "<script>alert(1)</script>", "=cmd|' /C calc'!A0")
    client.force_login(org.chair)
    assertNotContains(client.get(PAGE), "<script>alert")


def test_the_page_costs_the_same_for_one_and_for_six(
    client: Client, org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(org.admin)
    for more, number in ((1, 1), (5, 6)):
        for _ in range(more):
            person = mentor(org.chicago, "Ann", "Tester")
            submit(org).assign(person, note="Only she.")
        with django_assert_num_queries(12):
            response = client.get(PAGE, {"unit": f"chapter:{org.chicago.code}"})
        assert len(response.context["table"].rows) == number + 1


# --- Narrowed and sorted --------------------------------------------------------------------------


@pytest.fixture
def spring(org: Organisation, at: SetClock) -> Organisation:
    """Joan has let two requests time out, Ben has declined three, Grace is away for 31 days."""
    for _ in range(2):
        request_in("timed_out", org)
    for _ in range(3):
        submit(org).assign(org.ben).wait(hours=1).decline()
    submit(org).assign(org.grace).wait(hours=1).accept()
    first = LATER.date()
    last = first + timedelta(days=30)
    Pause.objects.create(mentor=org.grace, starts_on=first, ends_on=last, created_at=LATER)
    at(LATER)
    return org


WHO_IS_LISTED: list[tuple[dict[str, str], str]] = [
    ({}, "Grace Ben Joan"),
    ({"name": "jo whit"}, "Joan"),
    ({"name": "hitfield"}, ""),
    ({"show": "flagged"}, "Grace Ben Joan"),
    ({"show": "timeouts"}, "Joan"),
    ({"show": "declines"}, "Ben"),
    ({"show": "long-pause"}, "Grace"),
    ({"show": "paused"}, "Grace"),
    ({"show": "full"}, ""),
    ({"show": "unasked"}, "Grace Ben Joan"),
    ({"figure": "received", "least": "2", "most": "2"}, "Joan"),
    ({"figure": "in_time_share", "least": "100"}, "Grace Ben"),
    ({"figure": "in_time_share", "most": "99"}, "Joan"),
    ({"figure": "weekly_limit"}, ""),
    ({"sort": "-received"}, "Ben Joan Grace"),
    ({"sort": "declined"}, "Grace Joan Ben"),
    ({"sort": "-in_time_share"}, "Grace Ben Joan"),
    ({"sort": "-paused_days"}, "Grace"),
]


def test_the_list_is_narrowed_and_sorted_by_any_column(
    client: Client, spring: Organisation, subtests: pytest.Subtests
) -> None:
    client.force_login(spring.chair)
    for query, names in WHO_IS_LISTED:
        with subtests.test(query=query):
            found = [name.split()[0] for name in shown(client, **SPRING, **query)]
            assert found[: len(names.split())] == names.split()
            assert "sort" in query or len(found) == len(names.split())


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"least": "2"}, "Say of which column."),
        ({"figure": "received", "least": "2", "most": "1"}, "This is less than the other."),
        ({"figure": "shoe_size", "least": "2"}, "Select a valid choice."),
        ({"figure": "received", "least": "nan"}, "Enter a number."),
    ],
)
def test_bounds_that_will_not_do_are_refused_in_words(
    client: Client, org: Organisation, query: dict[str, str], sentence: str
) -> None:
    client.force_login(org.chair)
    assertContains(client.get(PAGE, query), sentence)


def test_the_thresholds_of_the_flags_are_settings(
    client: Client, spring: Organisation, settings: Any
) -> None:
    settings.POLICY = {"repeated_timeouts": 3, "repeated_declines": 4, "pause_check_days": 31}
    client.force_login(spring.chair)
    assert shown(client, show="flagged", **SPRING) == []


def test_the_sums_are_of_all_pages_and_of_who_is_listed(
    client: Client, spring: Organisation
) -> None:
    client.force_login(spring.chair)

    def sums(**query: str) -> list[Any]:
        table = client.get(PAGE, SPRING | query).context["table"]
        words = {column.name: column.footer for column in table.columns}
        return [words[name] for name in ("received", "declined", "timed_out")]

    assert [">6<" in one or ">3<" in one or ">2<" in one for one in sums()] == [True] * 3
    assert sums(show="declines")[2] == ""


# --- What is behind a figure ----------------------------------------------------------------------


def opened(client: Client, figure: str, **query: Any) -> list[Any]:
    response = client.get(f"{PAGE}behind/{figure}/", SPRING | query)
    assert response.status_code == 200
    return list(response.context["page"].object_list)


class TestOfEverySituation:
    def test_every_number_opens_to_as_many_rows(
        self, client: Client, everything: Everything, at: SetClock
    ) -> None:
        at(LATER)
        client.force_login(everything.org.chair)
        table = client.get(PAGE, SPRING).context["table"]
        for row in (one.record for one in table.rows):
            numbers = row.outcomes | {
                "received": row.received,
                "open_clients": row.open_clients,
                "sessions_held": row.sessions,
                "used_this_week": row.used,
            }
            for figure, number in numbers.items():
                assert len(opened(client, figure, mentor=row.mentor.pk)) == number, figure
        assert {*numbers, "in_time_share", "median_business_days_to_answer"} == set(TITLES)

    def test_a_chair_finds_nothing_about_clients(
        self, client: Client, everything: Everything, at: SetClock
    ) -> None:
        org, stories = everything.org, list(everything.stories.values())
        Assignment.objects.filter(outcome="declined").update(
            decline_text=f"Maria {stories[0].mre.client.last_name} wants a loan."
        )
        secret = [word for story in stories for word in secrets(story)]
        at(LATER)
        client.force_login(org.chair)
        pages = [PAGE, f"{PAGE}{org.joan.pk}/", *(f"{PAGE}behind/{figure}/" for figure in TITLES)]
        for address in pages:
            page = client.get(address, SPRING).content.decode()
            assert [word for word in secret if word in page] == [], address


def secrets(story: Story) -> list[str]:
    about = story.mre
    return [about.number, about.client.last_name, about.client.email, about.question]


def test_a_sum_opens_to_the_rows_of_who_is_listed(client: Client, spring: Organisation) -> None:
    client.force_login(spring.chair)
    assert len(opened(client, "received")) == 6
    assert {row.mentor for row in opened(client, "received", show="timeouts")} == {spring.joan}


def test_the_rows_are_as_of_the_instant_that_was_asked_about(
    client: Client, org: Organisation, at: SetClock
) -> None:
    story = request_in("declined", org)
    at(LATER)
    client.force_login(org.chair)
    before = {"at": f"{story.assignment.assigned_at.astimezone(org.chair.zone):%Y-%m-%dT%H:%M}"}
    [row] = opened(client, "pending", mentor=org.joan.pk, **before)
    assert (row.outcome, row.answered) == ("pending", False)
    page = client.get(f"{PAGE}behind/pending/", {**SPRING, **before}).content.decode()
    assert "No capacity now" not in page
    assert opened(client, "declined", **before) == []


def test_no_other_mentors_rows_are_opened(client: Client, org: Organisation) -> None:
    submit(org).assign(org.dan, note="Only he.")
    client.force_login(org.chair)
    assert opened(client, "received", mentor=org.dan.pk) == []
    assert opened(client, "received") == []


def test_what_is_no_figure_opens_nothing(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    assert client.get(f"{PAGE}behind/weekly_limit/").status_code == 404
    assert client.get(f"{PAGE}behind/shoe_size/").status_code == 404
    assertRedirects(client.get(f"{PAGE}behind/received/?first=soon"), f"{PAGE}?first=soon")


def test_the_rows_lead_back_to_the_list_as_it_was_asked(
    client: Client, spring: Organisation
) -> None:
    client.force_login(spring.chair)
    page = client.get(
        f"{PAGE}behind/received/?first=2026-03-01&show=timeouts&mentor={spring.joan.pk}"
    )
    assertContains(page, f'href="{PAGE}?first=2026-03-01&amp;show=timeouts"')


def test_the_rows_are_saved_as_a_file_without_clients(
    client: Client, org: Organisation, at: SetClock, subtests: pytest.Subtests
) -> None:
    for situation in ("declined", "counseled", "timed_out", "assigned", "accepted_late"):
        request_in(situation, org)
    at(LATER)
    client.force_login(org.chair)
    for figure in TITLES:
        with subtests.test(figure=figure):
            number = len(opened(client, figure))
            response = client.get(f"{PAGE}behind/{figure}/", SPRING | {"format": "csv"})
            assert isinstance(response, StreamingHttpResponse)
            text = b"".join(cast("Iterator[bytes]", response)).decode()
            assert len(text.splitlines()) == number + 1
            assert "MR-" not in text
            assert "Garcia" not in text
            export = Export.objects.latest("pk")
            assert (export.by, export.rows) == (org.chair, number)
    assert Export.objects.count() == len(TITLES)


def test_who_sees_a_request_is_led_to_it(client: Client, org: Organisation, at: SetClock) -> None:
    story = request_in("declined", org)
    elsewhere = submit(org).move(org.phoenix).wait(hours=2).assign(org.joan)
    at(LATER)
    client.force_login(org.rcic)
    [there, here] = opened(client, "received", mentor=org.joan.pk)
    assert (here.request, there.request) == (story.mre, None)
    page = client.get(f"{PAGE}behind/received/", SPRING)
    assertContains(page, f'href="/requests/{story.mre_id}/"')
    assertNotContains(page, elsewhere.mre.number)


def test_the_rows_cost_the_same_for_one_and_for_six(
    client: Client, org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(org.admin)
    for more, number in ((1, 1), (5, 6)):
        for _ in range(more):
            submit(org).assign()
        with django_assert_num_queries(6):
            response = client.get(f"{PAGE}behind/received/")
        assert len(response.context["page"].object_list) == number
