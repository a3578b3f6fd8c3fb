"""Ends and new beginnings: the five closings, transfer, reopening."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from intake.actions import closing
from intake.enums import CLOSED, Outcome, QueueReason, SessionState, Status, WithdrawReason
from intake.sweep import sweep
from mentors.enums import VolunteerStatus
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from tests import factories
from tests.factories import MONDAY, Organisation, Story, request_in, submit
from tests.refusals import invalid
from tests.soundness import assert_sound

CLOSED_SITUATIONS = ("complete", "withdrawn", "no_show", "no_response", "incorrect_contact")
MOMENT = timedelta(microseconds=1)


# --- What all closings have in common -----------------------------------------------------------


@pytest.mark.parametrize("situation", CLOSED_SITUATIONS)
def test_what_is_closed_waits_for_nobody_and_remembers_its_mentor(
    org: Organisation, situation: str
) -> None:
    story = request_in(situation, org)
    mre = story.mre
    assert mre.status in CLOSED
    assert mre.closed_at == mre.status_since == story.now
    assert (mre.waiting_since, mre.queue_reason) == (None, "")
    assert mre.current == story.assignment
    assert story.assignment.ended_at == story.now
    assert story.assignment.outcome == Outcome.ACCEPTED_IN_TIME
    assert_sound(story.mre_id)


@pytest.mark.parametrize("situation", CLOSED_SITUATIONS)
def test_the_client_is_told_and_how_to_come_back(org: Organisation, situation: str) -> None:
    story = request_in(situation, org)
    mail = story.mre.mails.get(kind="client_closed")
    assert mail.to_email == story.mre.client.email
    assert "/request/" in mail.text


@pytest.mark.parametrize("situation", CLOSED_SITUATIONS)
def test_nothing_is_asked_of_the_mentor_any_more(org: Organisation, situation: str) -> None:
    story = request_in(situation, org)
    story.mre.mails.filter(kind__in=["mentor_attempts_due", "mentor_close_out"]).delete()
    assert not any(sweep(story.now + timedelta(days=40)).done.values())


def test_a_session_planned_for_later_is_called_off_when_it_is_complete(org: Organisation) -> None:
    story = request_in("counseled", org).schedule().complete()
    assert story.session.state == SessionState.CANCELLED
    assert "client_session_cancelled" in story.mails


# --- Complete, no show --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "situation", ["accepted", "contacted", "session_planned", "session_missed"]
)
def test_complete_takes_a_session_that_was_held(org: Organisation, situation: str) -> None:
    with pytest.raises(NotAllowed, match="at least one session that was held"):
        request_in(situation, org).complete()


@pytest.mark.parametrize("situation", ["accepted", "contacted", "session_planned"])
def test_no_show_takes_a_session_that_the_client_missed(org: Organisation, situation: str) -> None:
    with pytest.raises(NotAllowed, match="marked as missed"):
        request_in(situation, org).no_show()


def test_no_show_is_not_for_who_came_once(org: Organisation) -> None:
    story = request_in("session_missed", org).hold()
    with pytest.raises(NotAllowed, match="A session was held"):
        story.no_show()
    assert story.complete().mre.status == Status.COMPLETE


# --- Withdrawing --------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", ["new", "assigned", "accepted"])
def test_to_withdraw_takes_a_reason_and_a_note(org: Organisation, situation: str) -> None:
    story = request_in(situation, org)
    with invalid("reason"):
        story.withdraw("bored")  # type: ignore[arg-type]
    with invalid("note"):
        story.withdraw(note=" ")
    assert story.withdraw().mre.withdraw_reason == WithdrawReason.OUT_OF_SCOPE


@pytest.mark.parametrize("situation", ["assigned", "overdue"])
def test_an_assignment_that_was_not_answered_ends_as_withdrawn(
    org: Organisation, situation: str
) -> None:
    story = request_in(situation, org).withdraw()
    assert story.assignment.outcome == Outcome.WITHDRAWN
    assert story.mre.current is None
    assert story.mre.mails.get(kind="mentor_withdrawn").volunteer == org.joan
    assert_sound(story.mre_id)


def test_the_mentor_is_told_unless_it_was_he(org: Organisation) -> None:
    assert "mentor_withdrawn" in request_in("accepted", org).withdraw().mails
    own = request_in("accepted", org).withdraw(by=org.joan)
    assert "mentor_withdrawn" not in own.mails
    assert own.mre.status == Status.WITHDRAWN


def test_a_mentor_withdraws_only_while_he_has_held_no_session(org: Organisation) -> None:
    story = request_in("counseled", org)
    with pytest.raises(NotAllowed, match="close it as Complete"):
        story.withdraw(by=org.joan)
    assert story.withdraw(by=org.rcic).mre.status == Status.WITHDRAWN


def test_a_session_of_the_former_mentor_keeps_nobody_from_withdrawing(org: Organisation) -> None:
    story = request_in("counseled", org).reassign(org.ben).accept()
    assert story.withdraw(by=org.ben).mre.status == Status.WITHDRAWN


def test_who_has_not_accepted_declines_instead(org: Organisation) -> None:
    with pytest.raises(NotAllowed, match="Decline the request instead"):
        request_in("assigned", org).withdraw(by=org.joan)


def test_a_duplicate_names_the_request_that_stays(org: Organisation) -> None:
    stays, story = submit(org), submit(org)
    story.withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=stays.mre_id)
    assert story.mre.duplicate_of == stays.mre
    assert "client_closed" not in story.mails


@pytest.mark.parametrize("named", ["nothing", "itself", "no request", "one out of sight"])
def test_a_duplicate_of_what_cannot_be_seen_is_none(org: Organisation, named: str) -> None:
    story, far = submit(org), submit(org).move(org.phoenix)
    pk = {
        "nothing": None,
        "itself": story.mre_id,
        "no request": 0,
        "one out of sight": far.mre_id,
    }[named]
    with invalid("duplicate_of", "Name the request that stays"):
        story.withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=pk, by=org.rcic)


def test_two_requests_are_not_duplicates_of_each_other(org: Organisation) -> None:
    first, second = submit(org), submit(org)
    first.withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=second.mre_id)
    with invalid("duplicate_of", "was itself withdrawn as a duplicate"):
        second.withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=first.mre_id)


def test_a_reason_other_than_duplicate_names_none(org: Organisation) -> None:
    first, second = submit(org), submit(org)
    second.withdraw(WithdrawReason.OTHER, duplicate_of_id=first.mre_id)
    assert second.mre.duplicate_of is None


# --- Transfer -----------------------------------------------------------------------------------


def test_a_transferred_request_waits_again_from_now(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=2).transfer()
    assert story.mre.queue_reason == QueueReason.TRANSFERRED
    assert story.mre.waiting_since == story.now
    assert story.assignment.ended_at == story.now
    assert story.assignment.outcome == Outcome.ACCEPTED_IN_TIME
    told = {mail.volunteer for mail in story.mre.mails.filter(kind="rcic_transferred")}
    assert told == {org.rcic, org.rcic_district, org.rcic_region}
    assert "mentor_taken_over" not in story.mails
    assert_sound(story.mre_id)


def test_a_mentor_from_whom_it_is_taken_is_told_why(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=2)
    closing.transfer_to_queue(
        mre_id=story.mre_id, by=org.rcic, now=story.now, reason="Joan is ill."
    )
    mail = story.mre.mails.get(kind="mentor_taken_over")
    assert mail.volunteer == org.joan
    assert "Joan is ill." in mail.text


@pytest.mark.parametrize("reason", ["", "  "])
def test_to_transfer_takes_a_reason(org: Organisation, reason: str) -> None:
    story = request_in("accepted", org)
    with invalid("reason"):
        closing.transfer_to_queue(mre_id=story.mre_id, by=org.joan, now=story.now, reason=reason)


def test_sessions_and_attempts_stay_readable_after_a_transfer(org: Organisation) -> None:
    story = request_in("counseled", org).transfer()
    assert story.mre.sessions.get().notes == "We spoke about prices."
    assert story.mre.attempts.count() == 1


# --- Reopening ----------------------------------------------------------------------------------


def reopen(story: Story, by: Volunteer, *, to_mentor: bool = False, reason: str = "Again.") -> None:
    closing.reopen(mre_id=story.mre_id, by=by, now=story.now, reason=reason, to_mentor=to_mentor)


@pytest.mark.parametrize("situation", [*CLOSED_SITUATIONS, "withdrawn_from_queue"])
def test_reopened_to_the_queue_the_client_waits_from_now(org: Organisation, situation: str) -> None:
    story = request_in(situation, org).wait(days=40)
    reopen(story, org.rcic)
    mre = story.mre
    assert (mre.status, mre.queue_reason) == (Status.NEED_ACTION, QueueReason.REOPENED)
    assert mre.waiting_since == mre.status_since == story.now
    assert (mre.closed_at, mre.withdraw_reason, mre.current) == (None, "", None)
    told = {mail.volunteer for mail in mre.mails.filter(kind="rcic_reopened")}
    assert told == {org.rcic_district, org.rcic_region}
    assert_sound(story.mre_id)


@pytest.mark.parametrize("situation", CLOSED_SITUATIONS)
def test_reopened_to_the_mentor_it_goes_on_where_it_ended(
    org: Organisation, situation: str
) -> None:
    story = request_in(situation, org)
    before = story.assignment
    story.wait(days=2)
    reopen(story, org.joan, to_mentor=True)
    mre, assignment = story.mre, story.assignment
    assert (mre.status, mre.waiting_since) == (Status.ACCEPTED, None)
    assert assignment.pk == before.pk
    assert assignment.ended_at is None
    assert assignment.attempts_made == before.attempts_made
    assert assignment.counseled_at == before.counseled_at
    assert_sound(story.mre_id)


def test_a_clock_that_ran_out_while_it_was_closed_counts_from_the_reopening(
    org: Organisation,
) -> None:
    story = request_in("accepted", org).wait(days=1).withdraw().wait(days=20)
    reopen(story, org.joan, to_mentor=True)
    assert sweep(story.now).done["next attempt"] == 1
    assert story.mre.events.get(kind="attempts_due").at == story.now


@pytest.mark.parametrize(
    ("after", "allowed"),
    [(timedelta(days=30) - MOMENT, True), (timedelta(days=30), False)],
)
def test_a_mentor_reopens_within_thirty_days_a_coordinator_at_any_time(
    org: Organisation, after: timedelta, allowed: bool
) -> None:
    story = request_in("complete", org)
    story.wait(seconds=after.total_seconds())
    if not allowed:
        with pytest.raises(NotAllowed, match="more than 30 days ago"):
            reopen(story, org.joan)
        story.wait(days=400)
    reopen(story, org.joan if allowed else org.rcic)
    assert story.mre.queue_reason == QueueReason.REOPENED


def paused(org: Organisation, story: Story) -> None:
    factories.pause(org.joan, org, now=story.now)


def resigned(org: Organisation, story: Story) -> None:
    Volunteer.objects.filter(pk=org.joan.pk).update(
        status=VolunteerStatus.RESIGNED, is_active=False
    )


@pytest.mark.parametrize(
    ("prevent", "words"), [(paused, "paused until"), (resigned, "is resigned, not active")]
)
def test_a_mentor_who_cannot_be_assigned_does_not_get_it_back(
    org: Organisation, prevent: Callable[[Organisation, Story], None], words: str
) -> None:
    story = request_in("complete", org).wait(days=1)
    prevent(org, story)
    with invalid("to_mentor", words):
        reopen(story, org.rcic, to_mentor=True)
    reopen(story, org.rcic)
    assert story.mre.status == Status.NEED_ACTION


@pytest.mark.parametrize("situation", ["withdrawn_from_queue", "withdrawn_before_answer"])
def test_what_no_mentor_had_accepted_is_reopened_to_the_queue_only(
    org: Organisation, situation: str
) -> None:
    story = request_in(situation, org)
    with invalid("to_mentor", "No mentor held it"):
        reopen(story, org.rcic, to_mentor=True)


@pytest.mark.parametrize("to_mentor", [True, False])
def test_to_reopen_takes_a_reason(org: Organisation, to_mentor: bool) -> None:
    with invalid("reason"):
        reopen(request_in("complete", org), org.rcic, to_mentor=to_mentor, reason=" ")


def test_a_duplicate_that_is_reopened_is_none_any_more(org: Organisation) -> None:
    stays, story = submit(org), submit(org)
    story.withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=stays.mre_id).reopen()
    assert story.mre.duplicate_of is None
    assert story.mre.waiting_since == story.now


def test_who_got_it_back_can_close_it_again(org: Organisation) -> None:
    story = request_in("complete", org).wait(days=1)
    reopen(story, org.joan, to_mentor=True)
    story.wait(days=1).complete()
    assert story.mre.closed_at == story.now
    assert story.kinds.count("closed") == 2
    assert story.mre.submitted_at == MONDAY
    assert_sound(story.mre_id)
