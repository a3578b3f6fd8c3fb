"""Clients who wait: the four lists and “in mentoring” partition the open requests."""

from collections import Counter
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from intake.enums import CLOSED, Stage
from intake.models import MentoringRequest
from mentors.models import Volunteer
from mentors.roles import duties
from reports.scope import Reach, requests_reach
from reports.waiting import Overview, overview
from tests.factories import MONDAY, SITUATIONS, Organisation, request_in, submit
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

PAGE = "/reports/"

STAGES = {
    Stage.NOT_ASSIGNED: {
        "new", "declined", "timed_out", "transferred", "mentor_unavailable", "reopened",
        "moved_here",
    },
    Stage.NOT_ACCEPTED: {"assigned", "overdue", "replaced"},
    Stage.NOT_CONTACTED: {"accepted", "accepted_late", "tried_three_times", "unreachable"},
    Stage.NOT_COUNSELED: {"contacted", "session_planned", "session_missed"},
    Stage.IN_MENTORING: {"counseled", "notes_missing", "reopened_to_mentor"},
}  # fmt: skip


def reach_of(user: Volunteer, now: datetime) -> Reach:
    return requests_reach(duties(user, now))


def everything(org: Organisation) -> Overview:
    return overview(reach_of(org.admin, MONDAY), MONDAY)


def stages_of(reach: Reach) -> Counter[str]:
    """The open requests by stage, worked out one by one and without the database's help."""
    return Counter(stage_of(mre) for mre in reach.requests().select_related("current"))


def stage_of(mre: MentoringRequest) -> str:
    if mre.status in CLOSED:
        return "closed"
    if mre.status == "need_action":
        return "not_assigned"
    if mre.status == "assigned":
        return "not_accepted"
    assert mre.current is not None
    if mre.current.sessions.filter(state="held").exists():
        return "in_mentoring"
    reached = mre.current.attempts.filter(result="reached").exists()
    meets = mre.current.sessions.filter(state__in=["scheduled", "missed"]).exists()
    return "not_counseled" if reached or meets else "not_contacted"


@pytest.mark.parametrize(
    ("stage", "situation"),
    [(stage, situation) for stage in Stage for situation in sorted(STAGES[stage])],
)
def test_the_stage_of_every_situation(org: Organisation, stage: Stage, situation: str) -> None:
    request_in(situation, org)
    assert everything(org).counts == {stage: 1}


def test_the_stages_partition_the_open_requests(org: Organisation) -> None:
    for situation in SITUATIONS:
        request_in(situation, org)
    found = everything(org)
    expected = stages_of(reach_of(org.admin, MONDAY))
    assert expected.pop("closed") == len(SITUATIONS) - sum(map(len, STAGES.values()))
    assert found.counts == expected
    assert found.total == MentoringRequest.objects.open().count()


def test_a_new_mentor_starts_afresh(org: Organisation) -> None:
    request_in("counseled", org).reassign(org.grace).accept()
    assert everything(org).counts == {Stage.NOT_CONTACTED: 1}


def test_what_stands_out(org: Organisation) -> None:
    for situation in ("overdue", "tried_three_times", "session_planned", "new"):
        request_in(situation, org)
    found = everything(org)
    assert (found.overdue, found.tried, found.planned) == (1, 1, 1)
    assert found.oldest_days == 0


def test_the_oldest_waits_in_business_days_of_its_chapter(org: Organisation) -> None:
    story = submit(org).wait(days=5)
    found = overview(reach_of(org.admin, story.now), story.now)
    assert found.oldest_days == pytest.approx(4 + 14 / 24)  # Monday 10:00 to midnight, four days


# --- Units ----------------------------------------------------------------------------------------


def lines(org: Organisation, reader: str) -> list[tuple[str, int]]:
    found = overview(reach_of(getattr(org, reader), MONDAY), MONDAY)
    return [(str(line.unit), line.total) for line in found.lines]


def test_sums_by_district_and_region(org: Organisation) -> None:
    submit(org)
    submit(org, chapter=org.newark)
    submit(org, chapter=org.chicago)
    assert lines(org, "leader_region") == [
        ("East", 3),
        ("Hudson", 2),
        ("SCORE National", 0),
        ("SCORE New York", 1),
        ("SCORE Newark", 1),
        ("SCORE Chicago", 1),
    ]
    assert lines(org, "leader") == [("SCORE New York", 1)]


def test_a_parked_request_is_counted_for_administrators_only(org: Organisation) -> None:
    submit(org, suspended=True)
    assert everything(org).total == 1
    assert lines(org, "leader") == [("SCORE New York", 0)]


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["manager", "chair", "joan"])
def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    assertContains(client.get(PAGE), "Reports are for leaders", status_code=403)


@pytest.mark.parametrize("role", ["admin", "leader", "leader_region", "rcic", "rcic_region"])
def test_who_leads_or_coordinates_sees_numbers_and_no_names(
    client: Client, org: Organisation, role: str
) -> None:
    story = request_in("overdue", org)
    client.force_login(getattr(org, role))
    response = client.get(PAGE)
    assertContains(response, "Not yet accepted")
    assertContains(response, "SCORE New York")
    for secret in (story.mre.client.last_name, story.mre.client.email, story.mre.question):
        assertNotContains(response, secret)


def test_without_chapters_the_page_says_what_is_missing(client: Client, db: None) -> None:
    from mentors.models import Volunteer

    admin = Volunteer.objects.create_superuser("a@example.org", first_name="A", last_name="B")
    client.force_login(admin)
    assertContains(client.get(PAGE), "There are no chapters yet")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_costs_the_same_for_one_and_for_thirty(
    client: Client, org: Organisation, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        submit(org)
    client.force_login(org.leader_region)
    with django_assert_num_queries(9):
        client.get(PAGE)


@pytest.mark.parametrize("reader", ["admin", "leader", "rcic_region"])
def test_every_number_that_is_a_link_opens_as_many_requests(
    client: Client, org: Organisation, at: SetClock, reader: str
) -> None:
    stories = [request_in(situation, org) for situation in ("new", "declined", "assigned")]
    stories.append(submit(org, chapter=org.newark))
    at(max(story.now for story in stories))
    client.force_login(getattr(org, reader))
    found = client.get(PAGE).context["overview"]
    linked = [({"chapter": str(line.unit.pk)}, line) for line in found.lines if line.is_chapter]
    for where, line in [({}, found), *linked]:
        for stage, number in line.cells:
            if stage.status:
                query = {"status": stage.status, **where}
                opened = client.get(reverse("intake:requests"), query)
                assert opened.context["table"].paginator.count == number, (where, stage)
