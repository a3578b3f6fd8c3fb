"""The overview: who waits, the worst by name, how long it takes; every figure opens to its rows."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from intake.enums import Stage
from mentors.models import Volunteer
from reports.answers import Answers, answers
from reports.how_long import Card
from reports.measuring import Metric
from reports.overview import cards, lines, waits
from reports.periods import Period
from reports.question import By, Question
from reports.scope import EVERYWHERE
from reports.unit_table import Row, Table
from reports.waiting import counts
from tests.factories import MONDAY, Organisation, request_in, submit
from tests.intake.conftest import SetClock
from tests.reports.conftest import Everything

pytestmark = pytest.mark.usefixtures("at")

PAGE = "/reports/"


def asked(at: datetime = MONDAY, now: datetime | None = None, **more: Any) -> Question:
    return Question(reach=EVERYWHERE, at=at, now=now or at, **more)


def shown(client: Client, **query: str) -> Any:
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return response.context


# --- The four lists -------------------------------------------------------------------------------


def test_what_stands_out_in_each_list(org: Organisation) -> None:
    situations = ("overdue", "tried_three_times", "session_planned", "new")
    now = max(request_in(situation, org).now for situation in situations)
    found = {card.stage: card for card in cards(waits(asked(now)))}
    assert found[Stage.NOT_ACCEPTED].said == "1 overdue with the mentor"
    assert found[Stage.NOT_CONTACTED].said == "1 with 3 attempts"
    assert found[Stage.NOT_ASSIGNED].said == "1 over 2 business days"


def test_a_planned_session_is_good_news(org: Organisation) -> None:
    story = request_in("session_planned", org)
    found = cards(waits(asked(story.now)))
    counseled = next(card for card in found if card.stage == Stage.NOT_COUNSELED)
    assert (counseled.said, counseled.tone) == ("1 with a session planned", "ok")


def test_the_past_is_told_in_the_same_words(org: Organisation) -> None:
    story = request_in("overdue", org)
    then = story.now
    story.wait(hours=1).accept()
    found = cards(waits(asked(then, story.now)))
    assert {card.stage: card.number for card in found}[Stage.NOT_ACCEPTED] == 1
    assert found[1].said == "1 overdue with the mentor"
    assert found[1].worst[0].mre == story.mre


def test_the_three_that_wait_longest_are_named(org: Organisation) -> None:
    stories = [submit(org, at=MONDAY + timedelta(hours=n)) for n in range(5)]
    now = MONDAY + timedelta(days=4)
    first = cards(waits(asked(now)))[0]
    assert first.number == 5
    assert [row.mre.pk for row in first.worst] == [story.mre_id for story in stories[:3]]


def test_an_age_is_one_of_the_chapter(org: Organisation) -> None:
    submit(org)
    now = MONDAY + timedelta(days=5)
    worst = cards(waits(asked(now)))[0].worst
    assert worst[0].business_days == pytest.approx(
        4 + 14 / 24
    )  # Monday 10:00 to midnight, four days


# --- Units ----------------------------------------------------------------------------------------


def test_sums_by_district_and_region(org: Organisation) -> None:
    for chapter in (org.new_york, org.newark, org.chicago):
        submit(org, chapter=chapter)
    question = asked()
    found = {
        level: {str(line.unit): line.total for line in lines(question, level, counts(question))}
        for level in (By.REGION, By.DISTRICT)
    }
    assert found == {
        By.REGION: {"East": 3, "West": 0},
        By.DISTRICT: {"Hudson": 2, "Lakes": 1, "Desert": 0, "Islands": 0},
    }


def test_a_parked_request_is_counted_for_administrators_only(
    client: Client, org: Organisation
) -> None:
    submit(org, suspended=True)
    client.force_login(org.admin)
    assert shown(client)["whole"].total == 1
    client.force_login(org.leader)
    assert shown(client)["whole"].total == 0


class TestOfEverySituation:
    def test_the_lists_of_every_unit_add_up_to_its_open_requests(
        self, client: Client, everything: Everything, at: SetClock
    ) -> None:
        submit(everything.org, chapter=everything.org.phoenix)
        at(everything.now)
        client.force_login(everything.org.admin)
        stages = len(Stage)
        for by in ("region", "district", "chapter"):
            found = shown(client, by=by)
            table: Table = found["table"]
            assert table.titles[stages] == "Open"
            for row in table.rows:
                *each, together = (int(cell.words) for cell in row.cells[: stages + 1])
                assert sum(each) == together, (by, row)
            together = sum(int(row.cells[stages].words) for row in table.rows)
            assert together == found["whole"].total, by

    @pytest.mark.parametrize(
        ("reader", "by"),
        [
            ("admin", "chapter"),
            ("leader", "region"),
            ("rcic_region", "district"),
            ("rcic", "chapter"),
        ],
    )
    def test_every_number_of_a_list_opens_as_many_requests(
        self, client: Client, everything: Everything, at: SetClock, reader: str, by: str
    ) -> None:
        submit(everything.org, chapter=everything.org.newark)
        at(everything.now)
        client.force_login(getattr(everything.org, reader))
        table: Table = shown(client, by=by)["table"]
        links = [cell for row in table.rows for cell in row.cells[: len(Stage)] if cell.address]
        assert len(links) == len(table.rows) * len(Stage)
        for row in telling(table):
            for cell in row.cells[: len(Stage)]:
                opened = client.get(cell.address).context["table"]
                assert opened.paginator.count == int(cell.words), cell

    def test_every_other_figure_opens_too(
        self, client: Client, everything: Everything, at: SetClock
    ) -> None:
        at(everything.now)
        client.force_login(everything.org.admin)
        for by in ("chapter", "month", "mentor"):
            table: Table = shown(client, by=by)["table"]
            addresses = {cell.address for row in telling(table) for cell in row.cells}
            addresses.discard("")
            assert addresses
            for address in addresses:
                assert client.get(address).status_code == 200, address


def telling(table: Table) -> list[Row]:
    """One of the rows that say the same: of the units where nothing is, one is enough."""
    return list({tuple(cell.words for cell in row.cells): row for row in table.rows}.values())


# --- How long -------------------------------------------------------------------------------------


def metric(client: Client, which: Metric, **query: str) -> Card:
    found: list[Card] = shown(client, **query)["metrics"]
    return next(card for card in found if card.figure.metric == which)


def test_a_period_is_compared_with_the_one_before(
    client: Client, org: Organisation, at: SetClock
) -> None:
    submit(org, at=MONDAY).wait(days=2).assign()
    later = submit(org, at=MONDAY + timedelta(days=14)).wait(days=1).assign()
    at(later.now)
    client.force_login(org.admin)
    card = metric(
        client, Metric.SUBMISSION_TO_ASSIGNMENT, span="own", first="2026-03-23", last="2026-04-05"
    )
    assert card.figure.mean_business_days == pytest.approx(1)
    assert card.change == pytest.approx(-1)
    assert card.change_in_words == "1.0 less than before"
    assert card.tone == "ok"


def test_without_anything_before_there_is_nothing_to_compare(
    client: Client, org: Organisation, at: SetClock
) -> None:
    at(submit(org).wait(days=1).assign().now)
    client.force_login(org.admin)
    card = metric(client, Metric.SUBMISSION_TO_ASSIGNMENT)
    assert card.change is None
    assert card.change_in_words == ""


# --- How mentors answer ---------------------------------------------------------------------------


def test_answers_of_a_chapter(org: Organisation) -> None:
    for situation in ("accepted", "declined", "timed_out", "accepted_late", "assigned"):
        request_in(situation, org)
    at = MONDAY + timedelta(days=30)
    found = answers(asked(at, by=By.CHAPTER))
    # Whoever was only assigned is overdue by then.
    expected = Answers(received=5, measured=5, in_time=2, declined=1, timed_out=1)
    assert found == {org.new_york.code: expected}
    assert expected.share_in_time == pytest.approx(0.4)
    assert answers(asked(MONDAY - timedelta(days=1), by=By.CHAPTER)) == {}


def test_answers_count_at_the_mentors_chapter_in_the_month_of_the_assignment(
    org: Organisation,
) -> None:
    submit(org).assign(org.dan)
    at = MONDAY + timedelta(days=30)
    assert set(answers(asked(at, by=By.REGION))) == {org.west.code}
    assert set(answers(asked(at, by=By.MONTH))) == {"2026-03"}
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    assert answers(asked(at, by=By.MONTH, period=april)) == {}


def test_whoever_has_left_still_counts(org: Organisation) -> None:
    submit(org).assign(org.joan)
    Volunteer.objects.filter(pk=org.joan.pk).update(status="resigned")
    assert answers(asked(by=By.MENTOR, at=MONDAY + timedelta(days=1)))[str(org.joan.pk)].received


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["manager", "chair", "joan"])
def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    assertContains(client.get(PAGE), "Reports are for leaders", status_code=403)


@pytest.mark.parametrize("role", ["admin", "leader", "leader_region", "rcic", "rcic_region"])
def test_who_leads_or_coordinates_sees_names_and_no_contact_data(
    client: Client, org: Organisation, role: str
) -> None:
    story = request_in("overdue", org)
    client.force_login(getattr(org, role))
    response = client.get(PAGE)
    assertContains(response, "Not yet accepted")
    assertContains(response, escape(story.mre.client.full_name))
    for secret in (story.mre.client.email, story.mre.client.phone, story.mre.question):
        assertNotContains(response, secret)


def test_the_clients_of_other_chapters_are_not_named(client: Client, org: Organisation) -> None:
    story = submit(org, chapter=org.phoenix)
    client.force_login(org.leader)
    assertNotContains(client.get(PAGE), story.mre.client.last_name)


def test_without_chapters_the_page_opens(client: Client, db: None) -> None:
    admin = Volunteer.objects.create_superuser("a@example.org", first_name="A", last_name="B")
    client.force_login(admin)
    assertContains(client.get(PAGE), "Nothing in this period")


def test_what_cannot_be_asked_gets_a_sentence_and_no_figures(
    client: Client, org: Organisation
) -> None:
    client.force_login(org.admin)
    response = client.get(PAGE, {"at": "2030-01-01T10:00"})
    assertContains(response, "still to come")
    assertNotContains(response, "Clients who wait</h2>")


def test_the_page_costs_the_same_for_one_and_for_five_in_each_list(
    client: Client, org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(org.leader_region)
    for more, number in ((1, 1), (4, 5)):
        for situation in ("new", "assigned", "accepted", "contacted") * more:
            request_in(situation, org)
        with django_assert_num_queries(21):
            response = client.get(PAGE)
        assert response.context["whole"].total == 4 * number
