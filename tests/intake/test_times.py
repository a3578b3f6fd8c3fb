"""Proposed times: the mentor offers up to five, the client picks one, or none suits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from intake import links
from intake.actions import sessions, times
from intake.actions.times import Meeting
from intake.enums import ContactResult, EventKind, SessionMode, SessionState
from intake.models import OutboxMail, Session, TimeProposal
from intake.pages.times import offer
from mentors.errors import AlreadyDone, NotAllowed
from mentors.words import appointment_in_words
from tests import ical
from tests.factories import Organisation, Story, request_in
from tests.refusals import invalid
from tests.soundness import assert_sound

PHONE = Meeting(mode=SessionMode.PHONE, place="216-555-0100", planned_minutes=45)


def propose(story: Story, *ahead: float, **more: Any) -> TimeProposal:
    """Times so many days ahead; two and three unless told otherwise."""
    wanted: dict[str, Any] = {
        "by": more.get("by") or story.mentor,
        "starts": [story.now + timedelta(days=days) for days in ahead or (2, 3)],
        "meeting": PHONE,
        "note": "Any of these?",
    } | more
    return times.propose(mre_id=story.mre_id, now=story.now, **wanted)


def pick(story: Story, proposal: TimeProposal, which: int = 0) -> Session:
    time = proposal.times.order_by("starts_at")[which]
    return times.pick(mre_id=story.mre_id, time_id=time.pk, now=story.now)


def decline(story: Story, proposal: TimeProposal, text: str = "Mornings only.") -> TimeProposal:
    return times.decline(mre_id=story.mre_id, proposal_id=proposal.pk, text=text, now=story.now)


def open_ones(story: Story) -> list[int]:
    return [proposal.pk for proposal in story.mre.time_proposals.open()]


# --- Proposing ------------------------------------------------------------------------------------


def test_the_client_gets_the_times_in_his_own_zone_with_the_link_to_his_page(
    org: Organisation,
) -> None:
    story = request_in("accepted", org).reassign(org.carla).accept()
    proposal = propose(story)
    mail = story.mre.mails.get(kind="client_times")
    assert (mail.to_email, mail.reply_to) == (story.mre.client.email, org.carla.email)
    for time in proposal.times.all():
        assert appointment_in_words(time.starts_at, org.new_york.zone) in mail.text
        assert appointment_in_words(time.starts_at, org.chicago.zone) not in mail.text
    assert links.absolute(links.status_path(story.mre)) in mail.text
    assert "Any of these?" in mail.text
    assert "216-555-0100" in mail.text


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        ((), "one to 5"),
        ((1, 2, 3, 4, 5, 6), "one to 5"),
        ((1, 1), "twice"),
        ((1, 0), "in the past"),
        ((1, -1), "in the past"),
    ],
)
def test_one_to_five_different_times_to_come(
    org: Organisation, ahead: tuple[float, ...], words: str
) -> None:
    story = request_in("accepted", org)
    starts = [story.now + timedelta(days=days) for days in ahead]
    with invalid("starts", words):
        propose(story, starts=starts)
    assert story.mails.count("client_times") == 0


def test_writing_to_the_client_is_an_attempt_that_awaits_an_answer(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1)
    proposal = propose(story)
    assert proposal.attempt.result == ContactResult.AWAITING_ANSWER
    assert story.assignment.attempts_made == 2
    assert story.assignment.contacted_at is None
    assert story.assignment.attempts_due_at == story.now + timedelta(days=7)
    assert_sound(story.mre_id)


def test_times_put_right_on_the_same_day_are_no_further_attempt(org: Organisation) -> None:
    story = request_in("accepted", org)
    propose(story)
    story.wait(hours=1)
    assert propose(story, 4).attempt == propose(story, 5).attempt
    assert story.assignment.attempts_made == 2
    story.wait(days=1)
    propose(story, 4)
    assert story.assignment.attempts_made == 3


def test_new_times_take_the_place_of_those_before(org: Organisation) -> None:
    story = request_in("accepted", org)
    before = propose(story)
    after = propose(story, 4)
    assert open_ones(story) == [after.pk]
    with pytest.raises(AlreadyDone, match="no longer open"), transaction.atomic():
        pick(story, before)


@pytest.mark.parametrize("situation", ["new", "assigned", "complete"])
def test_times_are_proposed_while_a_mentor_leads_it(org: Organisation, situation: str) -> None:
    story = request_in(situation, org)
    with pytest.raises((AlreadyDone, NotAllowed)), transaction.atomic():
        propose(story, by=org.joan)
    assert not TimeProposal.objects.exists()


def test_nobody_else_proposes_times(org: Organisation) -> None:
    story = request_in("accepted", org)
    for person in (org.ben, org.leader, org.chair, org.rcic_elsewhere):
        with pytest.raises(NotAllowed), transaction.atomic():
            propose(story, by=person)
    propose(story, by=org.rcic)


# --- Picking --------------------------------------------------------------------------------------


def test_what_the_client_picks_is_a_planned_session_to_which_both_are_invited(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    proposal = propose(story)
    session = pick(story, proposal, 1)
    assert session.state == SessionState.SCHEDULED
    assert session.starts_at == story.now + timedelta(days=3)
    assert (session.mode, session.place, session.planned_minutes) == tuple(vars(PHONE).values())
    for kind in ("client_session_invited", "mentor_session_invited"):
        calendar = ical.read(story.mre.mails.get(kind=kind).calendar)
        assert ical.instant(calendar, "DTSTART") == session.starts_at
    event = story.mre.events.get(kind=EventKind.SESSION_SCHEDULED)
    assert (event.by, event.by_client) == (None, True)
    proposal.refresh_from_db()
    assert (proposal.session, proposal.closed_at) == (session, story.now)


@pytest.mark.parametrize("answer", [pick, decline])
def test_who_answers_has_been_reached(org: Organisation, answer: Callable[..., object]) -> None:
    story = request_in("accepted", org)
    proposal = propose(story)
    answer(story, proposal)
    proposal.attempt.refresh_from_db()
    assert proposal.attempt.result == ContactResult.REACHED
    assert story.assignment.contacted_at == story.now
    assert story.assignment.attempts_due_at is None
    assert_sound(story.mre_id)


def test_a_time_that_has_passed_cannot_be_picked(org: Organisation) -> None:
    story = request_in("accepted", org)
    proposal = propose(story, 1, 2)
    story.wait(days=1)
    with invalid("time", "has passed"):
        pick(story, proposal, 0)
    assert pick(story, proposal, 1).starts_at > story.now


def test_what_was_picked_is_not_picked_again(org: Organisation) -> None:
    story = request_in("accepted", org)
    proposal = propose(story)
    session = pick(story, proposal)
    when = appointment_in_words(session.starts_at, org.new_york.zone)
    for which in (0, 1):
        with pytest.raises(AlreadyDone, match="already chosen") as late, transaction.atomic():
            pick(story, proposal, which)
        assert when in late.value.reason
    assert story.mre.sessions.count() == 1


def test_a_time_of_somebody_elses_proposal_does_not_exist(org: Organisation) -> None:
    story, other = request_in("accepted", org), request_in("accepted", org)
    foreign = propose(other).times.first()
    assert foreign is not None
    with pytest.raises(AlreadyDone), transaction.atomic():
        times.pick(mre_id=story.mre_id, time_id=foreign.pk, now=story.now)


def test_what_two_clients_were_offered_is_taken_by_the_first(org: Organisation) -> None:
    story, other = request_in("accepted", org), request_in("accepted", org)
    other.until(story.now) if other.now < story.now else story.until(other.now)
    mine, yours = propose(story, 2, 5), propose(other, 2, 5)
    other.wait(minutes=1)
    story.wait(minutes=2)
    pick(other, yours, 0)
    shown = offer(story.mre, story.now)
    assert shown is not None
    assert [choice.free for choice in shown.choices] == [False, True]
    with pytest.raises(AlreadyDone, match="taken meanwhile"), transaction.atomic():
        pick(story, mine, 0)
    pick(story, mine, 1)


def test_what_the_mentor_had_planned_before_he_proposed_stands_in_nobodys_way(
    org: Organisation,
) -> None:
    other = request_in("accepted", org).schedule(days=2)
    story = request_in("accepted", org).wait(minutes=1)
    proposal = propose(story, starts=[other.session.starts_at])
    assert pick(story, proposal).starts_at == other.session.starts_at


# --- How it ends ----------------------------------------------------------------------------------


def plan_otherwise(story: Story) -> None:
    story.schedule(days=4)


def take_back(story: Story) -> None:
    times.withdraw(mre_id=story.mre_id, by=story.mentor, now=story.now)


ENDS = (plan_otherwise, take_back, Story.transfer, Story.reassign, Story.withdraw)


@pytest.mark.parametrize("end", ENDS)
def test_times_are_open_no_longer(org: Organisation, end: Callable[[Story], object]) -> None:
    story = request_in("accepted", org)
    proposal = propose(story)
    story.wait(hours=1)
    end(story)
    assert open_ones(story) == []
    assert offer(story.mre, story.now) is None
    with pytest.raises(AlreadyDone, match="no longer open"), transaction.atomic():
        pick(story, proposal)
    with pytest.raises(AlreadyDone, match="no longer open"), transaction.atomic():
        decline(story, proposal)


def test_times_that_are_gone_are_not_withdrawn_again(org: Organisation) -> None:
    story = request_in("accepted", org)
    with pytest.raises(AlreadyDone, match="No proposed times"), transaction.atomic():
        take_back(story)
    pick(story, propose(story))
    with pytest.raises(AlreadyDone, match="Maria chose a time meanwhile"), transaction.atomic():
        take_back(story)


def test_none_suits_reaches_the_mentor_in_the_clients_words(org: Organisation) -> None:
    story = request_in("accepted", org)
    decline(story, propose(story), "Mornings only,\nplease.")
    mail = story.mre.mails.get(kind="mentor_times_declined")
    assert mail.volunteer == org.joan
    assert "Mornings only,\nplease." in mail.text
    assert open_ones(story) == []
    event = story.mre.events.get(kind=EventKind.TIMES_DROPPED)
    assert event.by_client


@pytest.mark.parametrize("text", [" \n", "x" * 1001])
def test_none_suits_needs_a_line(org: Organisation, text: str) -> None:
    story = request_in("accepted", org)
    proposal = propose(story)
    with invalid("text"):
        decline(story, proposal, text)
    assert open_ones(story) == [proposal.pk]


# --- Another time for a planned session -----------------------------------------------------------


def ask(story: Story, text: str = "I have a dentist then.") -> Session:
    return times.ask_for_another(
        mre_id=story.mre_id, session_id=story.session_id, text=text, now=story.now
    )


def test_the_client_asks_for_another_time_and_the_session_stays(org: Organisation) -> None:
    story = request_in("session_planned", org)
    ask(story)
    mail = story.mre.mails.get(kind="mentor_time_asked")
    assert mail.volunteer == org.joan
    assert "I have a dentist then." in mail.text
    assert story.session.state == SessionState.SCHEDULED
    assert story.session.calendar_sequence == 0
    assert story.kinds[-1] == EventKind.TIME_ASKED


def test_nobody_asks_for_another_time_for_what_is_not_to_come(org: Organisation) -> None:
    story = request_in("session_planned", org)
    with invalid("text"):
        ask(story, " ")
    sessions.cancel(session_id=story.session_id, by=org.joan, now=story.now)
    with pytest.raises(AlreadyDone, match="no longer planned"), transaction.atomic():
        ask(story)
    assert not OutboxMail.objects.filter(kind="mentor_time_asked").exists()
