"""The hand-written SQL beside the pages: it fits the tables, and finds what a page finds."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from typing import Any

import pytest
from django.db import connection

from intake.enums import Outcome
from intake.models import Assignment, MentoringRequest
from intake.national import SIGN_INS
from intake.pages import need_action, proposal, watching
from intake.shortlist import Looked, offer
from mentors.eligibility import by_kind
from mentors.matching import OUTSIDE, TIERS
from reports.question import Question
from reports.scope import EVERYWHERE
from reports.timing import figures
from tests.bench.floors import FLOORS, Floor, floor_of
from tests.bench.page_list import PAGES, TARGETS, Page
from tests.factories import MONDAY, SITUATIONS, Organisation, pause, request_in

NOBODY: dict[str, Any] = dict.fromkeys(TARGETS, 0)
ABOUT = NOBODY | {"name": "Nguyen", "first_name": "Jennifer", "email": "nobody@example.org"}


@pytest.fixture
def everything(org: Organisation) -> Organisation:
    """A request in every situation, and a coordinator who signs in as the benchmark does."""
    for situation in SITUATIONS:
        request_in(situation, org)
    org.rcic.email = SIGN_INS["coordinator of a chapter"]
    org.rcic.save(update_fields=["email"])
    return org


def floor_called(title: str) -> Floor:
    """The floor of a page of that coordinator."""
    page = next(page for page in PAGES if page.title == title)
    return floor_of(page, connection, ABOUT)


def rows(floor: Floor, statement: int) -> list[tuple[Any, ...]]:
    """What one of its statements finds."""
    with connection.cursor() as cursor:
        cursor.execute(floor.statements[statement], floor.known)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def ids(floor: Floor, statement: int) -> list[int]:
    """The first column of that."""
    return [row[0] for row in rows(floor, statement)]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.title}, {page.role}")
def test_the_sql_of_every_page_fits_the_tables(page: Page) -> None:
    assert floor_of(page, connection, ABOUT).took(connection) > 0


def test_no_floor_is_of_a_page_that_is_not_there() -> None:
    titles = {page.title for page in PAGES} | {page.title.partition(", ")[0] for page in PAGES}
    assert set(FLOORS) <= titles


def test_the_queue_in_sql_is_the_queue(everything: Organisation) -> None:
    floor = floor_called("Queue")
    seen = need_action.in_view(everything.rcic, floor.known["now"])
    rows = need_action.in_lane(seen, need_action.ALL, floor.known["now"])
    first = list(rows.order_by("waiting_since", "pk").values_list("pk", flat=True)[:25])
    assert ids(floor, 1) == first != []


def test_the_watch_list_in_sql_is_the_watch_list(everything: Organisation) -> None:
    floor = floor_called("Watch list")
    now = floor.known["now"]
    own = MentoringRequest.objects.coordinated_by(everything.rcic, now)
    assert set(ids(floor, 0)) == {one.pk for one in watching.watched(own, now)} != set()


def test_all_requests_in_sql_are_all_requests(everything: Organisation) -> None:
    floor = floor_called("All requests")
    seen = MentoringRequest.objects.in_duty_of(everything.rcic, floor.known["now"])
    newest = list(seen.order_by("-submitted_at", "-pk").values_list("pk", flat=True)[:25])
    assert ids(floor, 1) == newest != []


def test_the_shortlist_in_sql_is_the_shortlist(everything: Organisation) -> None:
    """Who is offered, and how many are not available for what reason."""
    floor = floor_called("Shortlist, all")
    now = floor.known["now"]
    declined = Assignment.objects.filter(outcome=Outcome.DECLINED, request__status="need_action")
    mre = declined.latest("pk").request
    floor = replace(floor, known=floor.known | {"new": mre.pk})
    pause(everything.ben, everything, now=now)
    found = offer(mre, now, Looked(OUTSIDE))
    assert set(ids(floor, -2)) == {one.candidate.id for one in found.shortlist.ranked} != set()
    told = Counter[tuple[str, str]]()
    told.update({(tier, kind): number for tier, kind, number, *_ in rows(floor, -1)})
    missing = by_kind(found.shortlist.missing)
    assert {"refused", "not_assignable"} <= set(missing)
    for kind, those in missing.items():
        assert sum(told[tier, kind] for tier in TIERS) == len(those)
    nearer = accumulate(told[tier, ""] for tier in TIERS)
    assert dict(zip(TIERS, nearer, strict=True)) == found.counts


def test_the_proposal_in_sql_is_the_proposal(everything: Organisation) -> None:
    floor = floor_called("Proposal for the queue")
    now = floor.known["now"]
    own = MentoringRequest.objects.coordinated_by(everything.rcic, now)
    lines = proposal.page(proposal.undecided(proposal.waiting(own)), now).lines
    assert ids(floor, 0) == [line.mre.pk for line in lines]
    choices = {(line.mre.pk, one.mentor_id) for line in lines for one in line.options}
    assert {row[:2] for row in rows(floor, 1)} == choices != set()


def test_the_timing_in_sql_is_the_timing(everything: Organisation) -> None:
    """Of the period as a whole, and of the one before it."""
    floor = floor_called("Timing, 12 months")
    begins, now = MONDAY - timedelta(days=1), floor.known["now"]
    shown = figures(Question(reach=EVERYWHERE, now=now, at=now))
    measured = [(one.measured, one.mean_days) for one in shown]
    during = replace(floor, known=floor.known | {"year": begins})
    whole = [row for n in range(3) for row in rows(during, n) if row[0] is None]
    assert [in_days(row[1:3]) for row in whole] == measured
    assert all(number for number, _ in measured)
    before = replace(floor, known=floor.known | {"year_before": begins, "year": now})
    assert [in_days(rows(before, n)[0]) for n in (3, 4, 5)] == measured


def in_days(found: tuple[Any, ...]) -> tuple[int, object]:
    """How many, and how long it took on average."""
    number, took = found
    return number, pytest.approx(took / timedelta(days=1))
