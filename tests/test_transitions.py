"""Every act on a request, in every situation, by everybody: the table of acts as a test.

The table `MAY` below is the whole of it. What does not stand there has to be refused with a
sentence, and a refused act changes no row, writes no event and no mail.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from intake.actions import (
    answering,
    assigning,
    closing,
    contacting,
    nudging,
    recording,
    sessions,
    snoozing,
    submission,
)
from intake.actions.recording import Minutes
from intake.enums import (
    Channel,
    ContactResult,
    DeclineReason,
    NoteLevel,
    SessionMode,
    Stage,
    Status,
    WithdrawReason,
)
from intake.models import MentoringRequest, RequestEvent
from intake.stages import stage_of
from intake.sweep import sweep
from mentors.enums import Role, VolunteerStatus
from mentors.errors import AlreadyDone, Refused
from mentors.models import Volunteer
from tests import factories
from tests.factories import Organisation, Story, organisation, position, submit, volunteer
from tests.kept import undone
from tests.soundness import fingerprint

pytestmark = pytest.mark.django_db

# --- Where a request can stand ------------------------------------------------------------------

QUEUE = (
    "new",
    "declined",
    "timed_out",
    "transferred",
    "mentor_unavailable",
    "reopened",
    "moved_here",
)
PARKED = ("parked",)
WAITING = ("assigned", "overdue")
WITHOUT_SESSION = (
    "accepted",
    "session_planned",
    "session_missed",
    "tried_three_times",
    "unreachable",
)
WITH_SESSION = ("counseled", "reopened_to_mentor")
LED = WITHOUT_SESSION + WITH_SESSION
CLOSED_BY_MENTOR = ("complete", "withdrawn", "no_show", "no_response", "incorrect_contact")
CLOSED_WITHOUT_MENTOR = ("withdrawn_from_queue", "withdrawn_before_answer")
CLOSED_WHILE_PARKED = ("withdrawn_while_parked",)
CLOSED = CLOSED_BY_MENTOR + CLOSED_WITHOUT_MENTOR + CLOSED_WHILE_PARKED
EVERYWHERE = QUEUE + PARKED + WAITING + LED + CLOSED
AS_ANOTHER = {"replaced", "accepted_late", "contacted", "notes_missing"}
"""Situations in which the same is allowed as in one of these."""

# --- Who can try --------------------------------------------------------------------------------

HOLDER = {"mentor who holds or held it"}
ADMIN = {"administrator"}
RCIC = {"RCIC of the chapter", "RCIC of the district", "RCIC of the region", *ADMIN}
MANAGER = {"Chapter Manager"}
NOBODY_ELSE = {
    "former mentor",
    "other mentor",
    "Subject Matter Expert",
    "RCIC elsewhere",
    "RCIC whose position has ended",
    "RCIC who resigned",
    "Chapter Manager elsewhere",
    "Membership Chair",
    "Leader of the chapter",
    "Leader of the region",
}
EVERYBODY = HOLDER | RCIC | MANAGER | NOBODY_ELSE

# --- The table ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class May:
    """In these situations these people may do it, and this is where the request stands then."""

    act: str
    situations: tuple[str, ...]
    who: set[str]
    then: Status
    reason: str = ""


N, A, L = Status.NEED_ACTION, Status.ASSIGNED, Status.ACCEPTED
MAY = (
    May("assign", QUEUE, RCIC, A),
    May("replace", WAITING, RCIC, A),
    May("reassign", LED, RCIC, A),
    May("accept", WAITING, HOLDER, L),
    May("decline", WAITING, HOLDER, N, "declined"),
    May("hand back", WAITING, HOLDER | MANAGER | ADMIN, N, "mentor_unavailable"),
    May("transfer to the queue", LED, HOLDER | RCIC, N, "transferred"),
    May("complete", WITH_SESSION, HOLDER | RCIC, Status.COMPLETE),
    May("withdraw", QUEUE + WAITING + WITH_SESSION, RCIC, Status.WITHDRAWN),
    May("withdraw", WITHOUT_SESSION, HOLDER | RCIC, Status.WITHDRAWN),
    May("withdraw", PARKED, ADMIN, Status.WITHDRAWN),
    May("no show", ("session_missed",), HOLDER | RCIC, Status.NO_SHOW),
    May("no response", ("tried_three_times", "unreachable"), HOLDER | RCIC, Status.NO_RESPONSE),
    May("incorrect contact", ("unreachable",), HOLDER | RCIC, Status.INCORRECT_CONTACT),
    May("move", QUEUE, RCIC, N, "moved_here"),
    May("move", PARKED, ADMIN, N, "moved_here"),
    May("reopen to the queue", CLOSED_BY_MENTOR, HOLDER | RCIC, N, "reopened"),
    May("reopen to the queue", CLOSED_WITHOUT_MENTOR, RCIC, N, "reopened"),
    May("reopen to the queue", CLOSED_WHILE_PARKED, ADMIN, N, "reopened"),
    May("reopen to the mentor", CLOSED_BY_MENTOR, HOLDER | RCIC, L),
    May("release", PARKED, ADMIN, N, "new"),
    May("log an attempt", LED, HOLDER | RCIC, L),
    May("mail the client", LED, HOLDER | RCIC, L),
    May("plan a session", LED, HOLDER | RCIC, L),
    May("record a session", LED, HOLDER | RCIC, L),
    May("nudge", WAITING, RCIC, A),
    May("nudge", LED, RCIC, L),
    *(May("snooze", (reason,), RCIC, N, reason) for reason in QUEUE),
    May("snooze", PARKED, ADMIN, N, "new"),
    May("snooze", WAITING, RCIC, A),
    May("snooze", WITHOUT_SESSION, RCIC, L),
)

ACTS: dict[str, Callable[[Story, Volunteer], object]] = {
    "assign": lambda story, by: assigning.assign(
        mre_id=story.mre_id, mentor_id=story.org.ben.pk, by=by, now=story.now, note="He has time."
    ),
    "replace": lambda story, by: assigning.replace(
        mre_id=story.mre_id, mentor_id=story.org.ben.pk, by=by, now=story.now, note="He has time."
    ),
    "reassign": lambda story, by: assigning.reassign(
        mre_id=story.mre_id, mentor_id=story.org.ben.pk, by=by, now=story.now, note="He has time."
    ),
    "accept": lambda story, by: answering.accept(
        assignment_id=story.assignment.pk, by=by, now=story.now, note="Hello Maria."
    ),
    "decline": lambda story, by: answering.decline(
        assignment_id=story.assignment.pk, by=by, now=story.now, reason=DeclineReason.AWAY
    ),
    "hand back": lambda story, by: answering.hand_back(mre_id=story.mre_id, by=by, now=story.now),
    "transfer to the queue": lambda story, by: closing.transfer_to_queue(
        mre_id=story.mre_id, by=by, now=story.now, reason="It is about tax."
    ),
    "complete": lambda story, by: closing.complete(mre_id=story.mre_id, by=by, now=story.now),
    "withdraw": lambda story, by: closing.withdraw(
        mre_id=story.mre_id,
        by=by,
        now=story.now,
        reason=WithdrawReason.OUT_OF_SCOPE,
        note="He wants a loan.",
    ),
    "no show": lambda story, by: closing.no_show(mre_id=story.mre_id, by=by, now=story.now),
    "no response": lambda story, by: closing.no_response(
        mre_id=story.mre_id, by=by, now=story.now, note="The shop is closed down."
    ),
    "incorrect contact": lambda story, by: closing.incorrect_contact(
        mre_id=story.mre_id, by=by, now=story.now
    ),
    "move": lambda story, by: assigning.move(
        mre_id=story.mre_id,
        chapter_id=story.org.phoenix.pk,
        by=by,
        now=story.now,
        note="He lives there.",
    ),
    "reopen to the queue": lambda story, by: closing.reopen(
        mre_id=story.mre_id, by=by, now=story.now, reason="She wrote again.", to_mentor=False
    ),
    "reopen to the mentor": lambda story, by: closing.reopen(
        mre_id=story.mre_id, by=by, now=story.now, reason="She wrote again.", to_mentor=True
    ),
    "release": lambda story, by: submission.release(mre_id=story.mre_id, by=by, now=story.now),
    "log an attempt": lambda story, by: contacting.log_attempt(
        mre_id=story.mre_id,
        by=by,
        now=story.now,
        channel=Channel.PHONE,
        result=ContactResult.LEFT_MESSAGE,
    ),
    "mail the client": lambda story, by: contacting.mail_client(
        mre_id=story.mre_id, by=by, now=story.now, subject="Your prices", text="When can we talk?"
    ),
    "plan a session": lambda story, by: sessions.schedule(
        mre_id=story.mre_id,
        by=by,
        now=story.now,
        starts_at=story.now + timedelta(days=1),
        mode=SessionMode.VIDEO,
    ),
    "record a session": lambda story, by: recording.record_held(
        mre_id=story.mre_id,
        by=by,
        now=story.now,
        starts_at=story.now - timedelta(minutes=30),
        mode=SessionMode.VIDEO,
        took=Minutes(minutes=30),
    ),
    "nudge": lambda story, by: nudging.nudge(
        mre_id=story.mre_id, by=by, now=story.now, note="Have you seen it?"
    ),
    "snooze": lambda story, by: snoozing.snooze(
        mre_id=story.mre_id,
        by=by,
        now=story.now,
        until=(story.now + timedelta(days=7)).date(),
        reason="Back next week.",
        stage=stage_of(story.mre) or Stage.NOT_ASSIGNED,
    ),
}

NAMES_AN_ASSIGNMENT = ("accept", "decline")
NEVER_ASSIGNED = ("new", "moved_here", "withdrawn_from_queue", *PARKED, *CLOSED_WHILE_PARKED)


def expected(act: str, situation: str, who: str) -> May | None:
    """The line of the table that allows it, if any."""
    lines = [m for m in MAY if m.act == act and situation in m.situations and who in m.who]
    assert len(lines) <= 1, "the table contradicts itself"
    return lines[0] if lines else None


# --- The people and the requests ----------------------------------------------------------------


@dataclass
class World:
    """The organisation, and somebody whom it no longer has."""

    org: Organisation
    resigned: Volunteer


@dataclass
class Case:
    """A request in one situation, a minute after it came there."""

    situation: str
    story: Story
    people: dict[str, Volunteer]
    untouched: str


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for the whole table; every test is undone."""
    with django_db_blocker.unblock(), undone():
        org = organisation()
        resigned = volunteer(org.new_york, "Rex", "Gone", status=VolunteerStatus.RESIGNED)
        Volunteer.objects.filter(pk=resigned.pk).update(is_active=False)
        resigned.refresh_from_db()
        position(resigned, Role.RCIC, org.new_york)
        yield World(org, resigned)


@pytest.fixture(scope="module", params=EVERYWHERE)
def case(
    request: pytest.FixtureRequest, world: World, django_db_blocker: DjangoDbBlocker
) -> Iterator[Case]:
    """Each situation in turn."""
    with django_db_blocker.unblock(), undone():
        yield _case(request.param, world)


def _case(situation: str, world: World) -> Case:
    story = _tell(situation, world.org).wait(minutes=1)
    return Case(situation, story, _people(situation, world, story.mre), fingerprint())


def _tell(situation: str, org: Organisation) -> Story:
    """Grace led every request once that came as far as a mentor, and gave it back."""
    if situation in PARKED:
        return submit(org, suspended=True)
    if situation in CLOSED_WHILE_PARKED:
        return submit(org, suspended=True).withdraw()
    story = submit(org)
    if situation not in NEVER_ASSIGNED:
        story.assign(org.grace).accept().transfer()
    return factories.SITUATIONS[situation](story)


def _people(situation: str, world: World, mre: MentoringRequest) -> dict[str, Volunteer]:
    """Everybody who can try something with this request."""
    org = world.org
    people = {
        "administrator": org.admin,
        "RCIC of the chapter": org.rcic,
        "RCIC of the district": org.rcic_district,
        "RCIC of the region": org.rcic_region,
        "RCIC elsewhere": org.rcic_elsewhere,
        "RCIC whose position has ended": org.rcic_former,
        "RCIC who resigned": world.resigned,
        "Chapter Manager": org.manager,
        "Chapter Manager elsewhere": org.manager_elsewhere,
        "Membership Chair": org.chair,
        "Leader of the chapter": org.leader,
        "Leader of the region": org.leader_region,
        "other mentor": org.nora,
        "Subject Matter Expert": org.sam,
    }
    if situation not in NEVER_ASSIGNED:
        people["former mentor"] = org.grace
    if mre.current:
        people["mentor who holds or held it"] = mre.current.mentor
    return people


SENTENCE = re.compile(r"^[A-Z“][^<>{}_]{15,}\.$")


# --- The tests ----------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_for_those_in_the_table_and_refused_to_the_rest(case: Case, act: str) -> None:
    if act in NAMES_AN_ASSIGNMENT and case.situation in NEVER_ASSIGNED:
        pytest.skip("there is no assignment that could be answered")
    lines = {who: expected(act, case.situation, who) for who in case.people}
    for who in (who for who, line in lines.items() if line is None):
        said = _refused(case.story, act, case.people[who])
        assert not said, f"{act} by {who}: {said}"
    assert fingerprint() == case.untouched, "somebody was refused, but something was changed"
    for who, line in lines.items():
        if line:
            with undone():
                said = _done(case.story, act, case.people[who], line)
            assert not said, f"{act} by {who}: {said}"


def _refused(story: Story, act: str, person: Volunteer) -> str:
    """What is wrong with the way somebody was refused; empty if nothing is."""
    try:
        ACTS[act](story, person)
    except Refused as refused:
        return "" if SENTENCE.match(refused.reason) else f"not a sentence: {refused.reason!r}"
    return "done, though the table does not allow it"


def _done(story: Story, act: str, person: Volunteer, line: May) -> str:
    """What is wrong with the way it was done; empty if nothing is."""
    try:
        ACTS[act](story, person)
    except Refused as refused:
        return f"refused, though the table allows it: {refused.reason}"
    connection.check_constraints()
    return _compare(story, person, line)


def _compare(story: Story, person: Volunteer, line: May) -> str:
    """Whether the request stands where the table says, and the timeline tells who did it."""
    mre = story.mre
    event = RequestEvent.objects.filter(request=mre).latest("pk")
    found = (mre.status, mre.queue_reason, event.to_status, event.by_id, event.processed_at)
    wanted = (line.then, line.reason, line.then, person.pk, story.now)
    return "" if found == wanted else f"{found} instead of {wanted}"


def test_the_table_names_only_acts_situations_and_people_that_there_are() -> None:
    assert {m.act for m in MAY} == set(ACTS)
    assert {s for m in MAY for s in m.situations} <= set(EVERYWHERE)
    assert {who for m in MAY for who in m.who} <= EVERYBODY
    ours = set(PARKED + CLOSED_WHILE_PARKED)
    assert set(factories.SITUATIONS) - AS_ANOTHER == set(EVERYWHERE) - ours


def test_everybody_of_the_table_tries(world: World) -> None:
    with undone():
        assert set(_case("accepted", world).people) == EVERYBODY


def test_a_situation_stands_where_its_group_says(case: Case) -> None:
    mre, situation = case.story.mre, case.situation
    if situation in QUEUE:
        assert (mre.status, mre.queue_reason) == (N, situation)
    elif situation in PARKED:
        assert (mre.status, mre.parked) == (N, True)
    elif situation in CLOSED:
        assert mre.is_closed
        assert (mre.current is None) == (situation not in CLOSED_BY_MENTOR)
    else:
        assert mre.status == (A if situation in WAITING else L)


# --- Who only writes a note, what the client may do, what the clocks do -------------------------


def test_a_note_is_written_by_the_mentor_of_the_request_or_its_coordinator(case: Case) -> None:
    parked = case.situation in PARKED + CLOSED_WHILE_PARKED
    may = ADMIN if parked else HOLDER | RCIC
    for who, person in case.people.items():
        with undone():
            assert (who in may) == _noted(case.story, person), who


def _noted(story: Story, person: Volunteer) -> bool:
    try:
        contacting.add_note(
            mre_id=story.mre_id, by=person, now=story.now, level=NoteLevel.MENTOR, text="He called."
        )
    except Refused:
        return False
    return True


CLIENT_ACTS: dict[str, Callable[[int, datetime], MentoringRequest]] = {
    "correct phone": lambda pk, now: submission.correct_contact(
        mre_id=pk, email="new@example.com", phone="212-555-0199", now=now
    ),
    "add to the question": lambda pk, now: submission.add_to_question(
        mre_id=pk, text="And what about prices?", now=now
    ),
    "withdraw": lambda pk, now: submission.withdraw_by_client(mre_id=pk, now=now),
}


@pytest.mark.parametrize("act", CLIENT_ACTS)
def test_the_client_acts_on_an_open_request_only(case: Case, act: str) -> None:
    story = case.story
    if case.situation in CLOSED:
        with pytest.raises(AlreadyDone, match="already closed"), transaction.atomic():
            CLIENT_ACTS[act](story.mre_id, story.now)
        assert fingerprint() == case.untouched
    else:
        was = story.mre.status
        status = CLIENT_ACTS[act](story.mre_id, story.now).status
        assert status == (Status.WITHDRAWN if act == "withdraw" else was)
        assert RequestEvent.objects.filter(request=story.mre_id).latest("pk").by_client
        connection.check_constraints()


def test_no_clock_moves_a_request_that_does_not_wait_for_an_answer(case: Case) -> None:
    before = (case.story.mre.status, case.story.mre.queue_reason)
    swept = sweep(case.story.now + timedelta(days=60))
    assert not any(swept.failed.values())
    after = (case.story.mre.status, case.story.mre.queue_reason)
    assert after == ((N, "timed_out") if case.situation in WAITING else before)


# --- What the sentences say ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "act", "sentence"),
    [
        ("accepted", "assign", "Joan Whitfield accepted this request on Mon 16 Mar 13:00."),
        ("assigned", "assign", "This request was assigned to Joan Whitfield on Mon 16 Mar 11:00."),
        ("complete", "assign", "This request was closed on Wed 18 Mar 14:00: Complete."),
        (
            "declined",
            "replace",
            "This request is in the coordinator’s queue since Mon 16 Mar 12:00 (declined).",
        ),
    ],
)
def test_who_comes_too_late_reads_what_happened_on_the_clock_of_the_chapter(
    world: World, situation: str, act: str, sentence: str
) -> None:
    with pytest.raises(AlreadyDone) as refused:
        ACTS[act](_case(situation, world).story, world.org.rcic)
    assert refused.value.reason == sentence
