"""The hand-written SQL beside the pages: it fits the tables, and finds what a page finds."""

from typing import Any

import pytest
from django.db import connection

from intake.models import MentoringRequest
from intake.national import SIGN_INS
from intake.pages import need_action, watching
from tests.bench.floors import FLOORS, Floor, floor_of
from tests.bench.page_list import PAGES, TARGETS, Page
from tests.factories import SITUATIONS, Organisation, request_in

WITHOUT = {"Proposal for the queue"}
"""An assignment problem is no question for a database."""
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
    found = floor_of(page, connection, ABOUT)
    assert found is not None
    return found


def ids(floor: Floor, statement: int) -> list[int]:
    """The first column of what one of its statements finds."""
    with connection.cursor() as cursor:
        cursor.execute(floor.statements[statement], floor.known)
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.title}, {page.role}")
def test_the_sql_of_every_page_fits_the_tables(page: Page) -> None:
    floor = floor_of(page, connection, ABOUT)
    if page.title in WITHOUT:
        assert floor is None
    else:
        assert floor is not None
        assert floor.took(connection) > 0


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
