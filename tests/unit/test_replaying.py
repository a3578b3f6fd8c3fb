"""Where a request stands by its timeline alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

from intake.enums import EventKind, Outcome, Stage
from intake.replaying import Happened, breaks, replay

MONDAY = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)


def after(
    hours: float,
    kind: EventKind,
    was: str,
    becomes: str,
    assignment: int | None = None,
    **data: Any,
) -> Happened:
    at = MONDAY + timedelta(hours=hours)
    return Happened(kind, at, was, becomes, assignment, by_client=False, data=data)


SUBMITTED = after(0, EventKind.SUBMITTED, "", "need_action", chapter=7)
ASSIGNED = after(1, EventKind.ASSIGNED, "need_action", "assigned", 1, mentor=5)
ACCEPTED = after(2, EventKind.ACCEPTED, "assigned", "accepted", 1)


def test_nothing_told_is_nothing_known() -> None:
    stood = replay([])
    assert (stood.status, stood.stage, stood.stage_since) == ("", None, None)


def test_every_prefix_of_a_timeline_stands_somewhere() -> None:
    timeline = [SUBMITTED, ASSIGNED, ACCEPTED]
    stages = [replay(timeline[:told]).stage for told in (1, 2, 3)]
    assert stages == [Stage.NOT_ASSIGNED, Stage.NOT_ACCEPTED, Stage.NOT_CONTACTED]


def test_a_move_leaves_the_wait_alone() -> None:
    moved = after(5, EventKind.MOVED, "need_action", "need_action", to_chapter=8)
    stood = replay([SUBMITTED, moved])
    assert (stood.chapter, stood.stage_since, stood.waiting_since) == (8, MONDAY, MONDAY)
    assert stood.reason == "moved_here"


def test_what_was_logged_for_earlier_does_not_set_the_status() -> None:
    """An entry names the status in which it was written."""
    closed = after(9, EventKind.CLOSED, "accepted", "no_response", 1)
    logged = after(8, EventKind.CONTACT, "accepted", "accepted", 1, attempt=3, result="reached")
    stood = replay([SUBMITTED, ASSIGNED, ACCEPTED, closed, logged])
    assert (stood.status, stood.stage) == ("no_response", None)
    assert stood.helds[1].contacted_at == logged.at


def test_entries_count_in_the_order_in_which_they_were_written() -> None:
    """Whoever has waited for the lock writes an instant that is over already."""
    before = after(0.9, EventKind.MOVED, "need_action", "need_action", to_chapter=8)
    assert replay([SUBMITTED, before, ASSIGNED]).status == "assigned"
    early = after(0.5, EventKind.ACCEPTED, "assigned", "accepted", 1)
    assert replay([SUBMITTED, ASSIGNED, early]).status == "accepted"


def test_a_mentor_who_is_replaced_late_has_timed_out() -> None:
    overdue = after(60, EventKind.OVERDUE, "assigned", "assigned", 1)
    replaced = after(70, EventKind.REPLACED, "assigned", "assigned", 2, mentor=6)
    in_time = replay([SUBMITTED, ASSIGNED, replaced])
    late = replay([SUBMITTED, ASSIGNED, overdue, replaced])
    assert (in_time.helds[1].outcome, late.helds[1].outcome) == (
        Outcome.REPLACED, Outcome.TIMED_OUT,
    )  # fmt: skip
    assert (late.current, late.helds[2].outcome) == (2, Outcome.PENDING)


def test_an_entry_that_begins_elsewhere_is_a_break() -> None:
    assert list(breaks([SUBMITTED, ASSIGNED, ACCEPTED])) == []
    assert list(breaks([SUBMITTED, ACCEPTED])) == [(ACCEPTED, "need_action")]
