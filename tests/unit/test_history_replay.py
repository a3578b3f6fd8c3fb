"""One request replayed: every kind of event in every state, the clock, and what may not be."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.calendar import BusinessCalendar
from intake.enums import DeclineReason
from intake.history.cells import EXAMPLE
from intake.history.records import Asked, Happened, Replayed
from intake.history.replay import OutOfOrder, replay
from intake.history.world import Person, Place, World
from intake.policy import Clocks, Policy

EAST, WEST = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
NEWARK = Place(1, "0101", "Newark", EAST, 1, 1)
TRENTON = Place(2, "0102", "Trenton", EAST, 1, 1)
RENO = Place(3, "0201", "Reno", WEST, 2, 2)
PEOPLE = {
    "V1": Person(11, "Joan Whitfield", NEWARK),
    "V2": Person(12, "Ben Ortiz", RENO),
    "C1": Person(13, "Dana Reyes", TRENTON),
}
WORLD = World(
    {place.code: place for place in (NEWARK, TRENTON, RENO)},
    PEOPLE,
    {"pricing": 1},
    {},
    Policy(),
    BusinessCalendar(),
)
SUBMITTED = datetime(2026, 3, 2, 14, tzinfo=UTC)
"""A Monday, 09:00 in Newark."""
MET = "2026-03-05T15:00:00-05:00"
Step = str | tuple[str, dict[str, str]]
OTHER = {
    "assigned": {"mentor": "V1", "actor": "C1"},
    "contact": {"value": "no_answer", "text": "phone"},
    "session_scheduled": {"value": MET},
    "session_held": {"value": MET, "minutes": "60"},
    "session_missed": {"value": MET},
    "notes_entered": {"value": MET, "text": "Prices."},
    "moved": {"value": "0201"},
}
"""What the cells of a kind hold unless a test says otherwise."""


def asked() -> Asked:
    return Asked(
        line=2,
        request_id="Q1",
        client_id="K1",
        place=NEWARK,
        submitted_at=SUBMITTED,
        area=1,
        existing=False,
        business_type=None,
        business_name="",
        question="What?",
        origination_url="",
        meet_by="video",
        requested=None,
    )


def event(kind: str, hours: float, line: int = 2, **cells: str) -> Happened:
    told = {"actor": "", "mentor": "", "value": "", "minutes": "", "text": ""}
    told |= OTHER.get(kind, {}) | cells
    return Happened(line, SUBMITTED + timedelta(hours=hours), kind, **told)


def story(*told: Step) -> list[Happened]:
    """Events an hour apart; the first an hour after the submission."""
    found = []
    for number, one in enumerate(told, start=1):
        kind, cells = (one, {}) if isinstance(one, str) else one
        found.append(event(kind, number, line=number + 1, **cells))
    return found


def told(*kinds: Step) -> Replayed:
    return replay(asked(), story(*kinds), WORLD)


def refused(events: Sequence[Happened]) -> OutOfOrder:
    with pytest.raises(OutOfOrder) as why:
        replay(asked(), events, WORLD)
    return why.value


WITHDRAWN = ("closed", {"value": "withdrawn", "text": "not_interested"})
COMPLETE = ("closed", {"value": "complete"})
TO_QUEUE = ("reopened", {"value": "need_action"})
TO_MENTOR = ("reopened", {"value": "accepted"})
STATES = {
    "need_action": (),
    "assigned": ("assigned",),
    "accepted": ("assigned", "accepted"),
    "complete": ("assigned", "accepted", COMPLETE),
    "withdrawn": (WITHDRAWN,),
}
ALLOWED = {
    "assigned": {"need_action": "assigned", "assigned": "assigned", "accepted": "assigned"},
    "accepted": {"assigned": "accepted"},
    "declined": {"assigned": "need_action"},
    "requeued": {"assigned": "need_action"},
    "handed_back": {"assigned": "need_action"},
    "transferred": {"accepted": "need_action"},
    "contact": {"accepted": "accepted"},
    "session_scheduled": {"accepted": "accepted"},
    "session_held": {"accepted": "accepted"},
    "session_missed": {"accepted": "accepted"},
    "moved": {"need_action": "need_action"},
}


@pytest.mark.parametrize("kind", ALLOWED)
@pytest.mark.parametrize("state", STATES)
def test_each_kind_of_event_in_each_state(kind: str, state: str) -> None:
    """By the table of transitions: what is not in it rejects the request."""
    events = story(*STATES[state], kind)
    becomes = ALLOWED[kind].get(state)
    if becomes is None:
        assert refused(events).line == events[-1].line
    else:
        assert replay(asked(), events, WORLD).status == becomes


@pytest.mark.parametrize("end", ["complete", "no_show", "no_response", "incorrect_contact"])
@pytest.mark.parametrize("state", STATES)
def test_a_mentor_closes_what_he_leads(end: str, state: str) -> None:
    events = story(*STATES[state], ("closed", {"value": end}))
    if state == "accepted":
        assert replay(asked(), events, WORLD).status == end
    else:
        assert refused(events)


@pytest.mark.parametrize("state", ["need_action", "assigned", "accepted"])
def test_what_is_open_can_be_withdrawn(state: str) -> None:
    end = told(*STATES[state], WITHDRAWN)
    assert (end.status, end.withdraw_reason) == ("withdrawn", "not_interested")
    assert (end.current is not None) == (state == "accepted")


@pytest.mark.parametrize(
    ("state", "back", "becomes"),
    [
        ("complete", TO_QUEUE, "need_action"),
        ("complete", TO_MENTOR, "accepted"),
        ("withdrawn", TO_QUEUE, "need_action"),
        ("withdrawn", TO_MENTOR, None),
        ("need_action", TO_QUEUE, None),
        ("accepted", TO_MENTOR, None),
    ],
)
def test_only_what_is_closed_is_reopened(
    state: str, back: tuple[str, dict[str, str]], becomes: str | None
) -> None:
    events = story(*STATES[state], back)
    if becomes is None:
        assert refused(events)
    else:
        assert replay(asked(), events, WORLD).status == becomes


# --- Sentences ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "line", "sentence"),
    [
        (story("accepted"), 2, "An acceptance, but no assignment is open."),
        (
            story("assigned", "accepted", "accepted"),
            4,
            "An acceptance, but the assignment was accepted already.",
        ),
        (story(WITHDRAWN, "assigned"), 3, "An assignment after the request was closed."),
        ([event("assigned", -1)], 2, "An assignment before the request was submitted."),
        (
            story(("assigned", {"mentor": "V9"})),
            2,
            "mentor_id: volunteer “V9” is not known.",
        ),
        (
            story("assigned", ("accepted", {"actor": "V9"})),
            3,
            "actor_id: volunteer “V9” is not known.",
        ),
        (
            story("assigned", "accepted", "notes_entered"),
            4,
            f"Session notes, but no session was held at “{MET}”.",
        ),
        (story(("moved", {"value": "9999"})), 2, "value: chapter “9999” is not known."),
        (
            story("assigned", ("declined", {"value": "lazy"})),
            3,
            f"value “lazy” is not one of {', '.join(DeclineReason.values)}.",
        ),
        (
            story("assigned", "accepted", ("session_held", {"minutes": "an hour"})),
            4,
            "minutes “an hour” is not a whole number from 0 to 32767.",
        ),
        (
            story("assigned", "accepted", ("session_held", {"value": "2026-03-05 15:00"})),
            4,
            f"value “2026-03-05 15:00” is not an instant with an offset, e.g. {EXAMPLE}.",
        ),
    ],
)
def test_the_refusal_names_the_line_and_says_why(
    events: list[Happened], line: int, sentence: str
) -> None:
    why = refused(events)
    assert (why.line, str(why)) == (line, sentence)


@pytest.mark.parametrize("end", ["no_response", "No Response from Client"])
def test_an_end_is_known_by_its_label_too(end: str) -> None:
    told = replay(asked(), story("assigned", "accepted", ("closed", {"value": end})), WORLD)
    assert told.status == "no_response"


# --- The clock ------------------------------------------------------------------------------------


def days(number: float) -> float:
    return number * 24


DUE = datetime(2026, 3, 5, 5, tzinfo=UTC)
"""Assigned on Mon 2 Mar: respond by the end of Wed 4 Mar in Newark."""


@pytest.mark.parametrize(
    ("answer_at", "outcome", "overdue_at"),
    [
        (DUE - timedelta(seconds=1), "accepted_in_time", None),
        (DUE, "accepted_late", DUE),
        (DUE + timedelta(days=9), "accepted_late", DUE),
    ],
)
def test_an_answer_at_the_very_instant_of_the_deadline_is_late(
    answer_at: datetime, outcome: str, overdue_at: datetime | None
) -> None:
    hours = (answer_at - SUBMITTED) / timedelta(hours=1)
    end = replay(asked(), [event("assigned", 1), event("accepted", hours)], WORLD)
    [row] = end.assignments
    assert (row.outcome, row.overdue_at, row.answered_at) == (outcome, overdue_at, answer_at)
    kinds = [one.kind for one in end.events]
    late = ["overdue"] if overdue_at else []
    assert kinds == ["submitted", "assigned", *late, "accepted"]


def test_the_clock_runs_where_the_mentor_is() -> None:
    end = told(("assigned", {"mentor": "V2"}))
    assert end.assignments[0].clocks.respond_by == DUE + timedelta(hours=3)


def test_no_clock_is_applied_past_the_last_event() -> None:
    end = told("assigned")
    assert (end.status, end.assignments[0].outcome) == ("assigned", "pending")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("assigned", "timed_out"),
        ("declined", "declined"),
        ("requeued", "timed_out"),
        ("handed_back", "handed_back"),
        ("closed", "withdrawn"),
    ],
)
def test_what_ends_after_the_deadline_was_overdue_first(kind: str, outcome: str) -> None:
    cells = {"value": "withdrawn"} if kind == "closed" else {}
    end = replay(asked(), [event("assigned", 1), event(kind, days(8), 2, **cells)], WORLD)
    first = end.assignments[0]
    assert (first.outcome, first.overdue_at) == (outcome, DUE)


def test_replaced_before_the_deadline_is_not_timed_out() -> None:
    end = told("assigned", ("assigned", {"mentor": "V2"}))
    assert [row.outcome for row in end.assignments] == ["replaced", "pending"]
    assert end.events[-1].kind == "replaced"


def test_a_clock_that_ran_faster_once_still_timed_out() -> None:
    end = told("assigned", "requeued")
    [row] = end.assignments
    assert row.outcome == "timed_out"
    assert row.overdue_at == row.ended_at


@pytest.mark.parametrize("written", ["away", "Away or unavailable", " AWAY_OR_UNAVAILABLE "])
def test_a_reason_may_be_written_as_people_read_it(written: str) -> None:
    assert (
        told("assigned", ("declined", {"value": written})).assignments[0].decline_reason == "away"
    )


def test_clocks_that_were_frozen_earlier_stay() -> None:
    frozen = Clocks(DUE + timedelta(days=1), DUE + timedelta(days=5), DUE)
    end = replay(asked(), story("assigned"), WORLD, [frozen])
    assert end.assignments[0].clocks is frozen


# --- What hangs on it -----------------------------------------------------------------------------


def test_an_acceptance_is_the_first_attempt_by_mail() -> None:
    end = told("assigned", "accepted")
    [first] = end.attempts
    assert (first.channel, first.result, first.is_first_note) == ("email", "awaiting_answer", True)
    [row] = end.assignments
    assert (row.attempts_made, row.first_attempt_at, row.contacted_at) == (1, first.at, None)
    assert row.attempts_due_at == first.at + timedelta(days=7)


def test_a_reached_client_is_contacted_and_a_new_mentor_starts_afresh() -> None:
    end = told("assigned", "accepted", ("contact", {"value": "reached"}), "transferred", "assigned")
    first, second = end.assignments
    assert first.contacted_at == SUBMITTED + timedelta(hours=3)
    assert (second.attempts_made, second.contacted_at) == (0, None)
    assert end.waiting_since == SUBMITTED + timedelta(hours=4)


def test_a_held_session_is_the_one_that_was_planned_for_that_instant() -> None:
    end = told("assigned", "accepted", "session_scheduled", "session_held", "notes_entered")
    [session] = end.sessions
    assert (session.state, session.minutes, session.notes) == ("held", 60, "Prices.")
    assert session.created_at == SUBMITTED + timedelta(hours=3)
    assert end.assignments[0].contacted_at == session.created_at
    assert end.assignments[0].counseled_at == session.starts_at


def test_a_session_at_another_instant_is_another_one() -> None:
    other = ("session_held", {"value": "2026-03-06T15:00:00-05:00", "minutes": "30"})
    end = told("assigned", "accepted", "session_scheduled", other)
    assert [session.state for session in end.sessions] == ["scheduled", "held"]


def test_what_was_planned_is_called_off_when_the_mentor_gives_it_up() -> None:
    end = told("assigned", "accepted", "session_scheduled", "transferred")
    assert end.sessions[0].state == "cancelled"
    assert [one.kind for one in end.events][-2:] == ["session_cancelled", "transferred"]


def test_notes_can_still_come_after_a_transfer_and_the_first_time_counts() -> None:
    held = ("assigned", "accepted", "session_held", "transferred")
    end = told(*held, "notes_entered", ("notes_entered", {"value": MET, "text": "More."}))
    [session] = end.sessions
    assert session.notes == "More."
    assert session.notes_entered_at == SUBMITTED + timedelta(hours=5)


def test_nobody_is_asked_for_the_notes_of_a_closed_request() -> None:
    closed = told("assigned", "accepted", "session_held", COMPLETE)
    assert closed.sessions[0].notes_asked_at == closed.sessions[0].notes_due_at
    assert told("assigned", "accepted", "session_held").sessions[0].notes_asked_at is None


def test_reopened_to_its_mentor_everything_counts_on() -> None:
    end = told("assigned", "accepted", COMPLETE, TO_MENTOR)
    [row] = end.assignments
    assert (end.current, row.ended_at, end.closed_at) == (row, None, None)


def test_a_direct_request_begins_with_its_mentor() -> None:
    end = replay(asked(), [event("assigned", 0, actor="")], WORLD)
    assert end.assignments[0].by is None
    assert end.events[0].data["direct"]
    assert not told(("assigned", {"actor": ""})).events[0].data["direct"]


@pytest.mark.parametrize(
    ("mentor", "given", "tier"),
    [
        ("V1", "", "chapter"),
        ("C1", "", "district"),
        ("V2", "", "outside"),
        ("V1", "region", "region"),
    ],
)
def test_the_tier_is_the_one_given_or_follows_from_the_chapters(
    mentor: str, given: str, tier: str
) -> None:
    assert told(("assigned", {"mentor": mentor, "value": given})).assignments[0].tier == tier


def test_a_moved_request_keeps_its_wait() -> None:
    end = told("moved")
    assert (end.place, end.queue_reason) == (RENO, "moved_here")
    assert end.status_since == end.waiting_since == SUBMITTED


def test_events_are_applied_by_instant_and_ties_in_the_order_of_the_file() -> None:
    late = event("accepted", 5, line=2)
    early = event("assigned", 1, line=3)
    assert replay(asked(), [late, early], WORLD).status == "accepted"
    together = [event("assigned", 1, line=2), event("accepted", 1, line=3)]
    assert replay(asked(), together, WORLD).status == "accepted"
    assert refused(together[::-1]).line == 3


# --- Whatever happens -----------------------------------------------------------------------------

some_kind = st.one_of(
    st.sampled_from([*ALLOWED, "notes_entered"]),
    st.sampled_from([WITHDRAWN, COMPLETE, TO_QUEUE, TO_MENTOR]),
    st.just(("assigned", {"mentor": "V2"})),
    st.just(("contact", {"value": "reached"})),
)


def possible(steps: Sequence[tuple[Step, int]]) -> list[Happened]:
    """Of these events those that can follow each other."""
    found: list[Happened] = []
    hours = 0
    for kind, later in steps:
        hours += later
        name, cells = (kind, {}) if isinstance(kind, str) else kind
        one = event(name, hours, line=len(found) + 2, **cells)
        try:
            replay(asked(), [*found, one], WORLD)
        except OutOfOrder:
            continue
        found.append(one)
    return found


@given(st.lists(st.tuples(some_kind, st.sampled_from([0, 1, 20, 70, 200])), max_size=25))
def test_whatever_happens_the_rows_keep_the_rules_of_the_tables(
    steps: list[tuple[Step, int]],
) -> None:
    """The check constraints of the tables, in words of their own."""
    end = replay(asked(), possible(steps), WORLD)
    with_mentor = end.status in ("assigned", "accepted")
    assert (end.queue_reason != "") == (end.status == "need_action")
    assert [row for row in end.assignments if row.ended_at is None] == (
        [end.current] if with_mentor else []
    )
    assert (end.waiting_since is not None) == (end.status in ("need_action", "assigned"))
    assert (end.closed_at is not None) == (
        end.status not in ("need_action", "assigned", "accepted")
    )
    assert (end.withdraw_reason != "") == (end.status == "withdrawn")
    for row in end.assignments:
        answered = row.outcome in ("accepted_in_time", "accepted_late", "declined")
        assert (row.answered_at is not None) == (row.answer_days is not None) == answered
        late = row.outcome in ("overdue", "accepted_late", "timed_out")
        in_time = row.outcome in ("pending", "accepted_in_time", "replaced")
        assert not (late and row.overdue_at is None)
        assert not (in_time and row.overdue_at is not None)
        assert (row.decline_reason != "") == (row.outcome == "declined")
        assert (row.attempts_made > 0) == (row.first_attempt_at is not None)
        assert row.counseled_at is None or row.contacted_at is not None
        assert row.ended_at is None or row.ended_at >= row.assigned_at
    for session in end.sessions:
        held = session.state == "held"
        assert (session.minutes is not None) == (session.notes_due_at is not None) == held
        assert (session.entered_at is not None) == (session.state in ("held", "missed"))
        assert session.notes_entered_at is not None or session.notes == ""


@given(st.lists(st.tuples(some_kind, st.sampled_from([0, 1, 20, 70, 200])), max_size=25))
def test_the_timeline_is_a_chain_in_order_and_a_longer_history_begins_with_the_shorter(
    steps: list[tuple[Step, int]],
) -> None:
    events = possible(steps)
    end = replay(asked(), events, WORLD)
    for before, after in pairwise(end.events):
        assert before.to_status == after.from_status
        assert before.at <= after.at
    assert end.events[-1].to_status == end.status
    for cut in range(len(events)):
        shorter = replay(asked(), events[:cut], WORLD)
        same = end.events[: len(shorter.events)]
        assert [(one.kind, one.at) for one in same] == [
            (one.kind, one.at) for one in shorter.events
        ]
