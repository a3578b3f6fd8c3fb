"""The mentor's answer: when it is late, what follows from it, what it takes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from intake import links
from intake.actions import answering, clocks
from intake.enums import (
    Channel,
    ContactResult,
    DeclineReason,
    MailState,
    Outcome,
    QueueReason,
    Status,
)
from intake.links import Purpose
from intake.models import OutboxMail
from intake.sweep import sweep
from mentors.errors import AlreadyDone, NotAllowed
from tests.factories import MONDAY, Organisation, Story, a_person, request_in, submit
from tests.refusals import invalid
from tests.soundness import assert_sound

MOMENT = timedelta(microseconds=1)


# --- When an answer is late ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (-timedelta(seconds=1), Outcome.ACCEPTED_IN_TIME),
        (-MOMENT, Outcome.ACCEPTED_IN_TIME),
        (timedelta(0), Outcome.ACCEPTED_LATE),
        (timedelta(days=1), Outcome.ACCEPTED_LATE),
    ],
)
def test_an_answer_on_the_very_second_of_the_deadline_is_late(
    org: Organisation, after: timedelta, outcome: Outcome
) -> None:
    story = request_in("assigned", org)
    story.until(story.assignment.respond_by + after).accept()
    assert story.assignment.outcome == outcome
    assert story.mre.status == Status.ACCEPTED
    assert_sound(story.mre_id)


def test_the_deadline_is_midnight_where_the_mentor_is(org: Organisation) -> None:
    story = submit(org, person=a_person(zip="96801"))
    story.assign(org.leilani).until(datetime(2026, 3, 19, 9, 59, 59, tzinfo=UTC)).accept()
    assert story.assignment.outcome == Outcome.ACCEPTED_IN_TIME


def test_who_answers_late_before_the_clock_came_by_is_overdue_from_the_deadline_on(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    story.until(story.assignment.respond_by).wait(seconds=30).accept()
    assert story.assignment.overdue_at == story.assignment.respond_by
    event = story.mre.events.get(kind="overdue")
    assert (event.at, event.processed_at) == (story.assignment.respond_by, story.now)
    assert not {"mentor_overdue", "rcic_overdue"} & set(story.mails)


def test_a_mentor_may_accept_after_five_business_days_until_the_requeue_was_carried_out(
    org: Organisation,
) -> None:
    story = request_in("overdue", org)
    story.until(story.assignment.requeue_at).wait(hours=2).accept()
    assert story.assignment.outcome == Outcome.ACCEPTED_LATE
    assert not clocks.requeue(assignment_id=story.assignment.pk, now=story.now)
    assert story.mre.status == Status.ACCEPTED
    assert_sound(story.mre_id)


@pytest.mark.parametrize("answer", [Story.accept, Story.decline])
def test_after_the_requeue_it_is_too_late(
    org: Organisation, answer: Callable[[Story], object]
) -> None:
    story = request_in("timed_out", org)
    with pytest.raises(AlreadyDone, match="went back because there was no answer in time"):
        answer(story)


# --- Accepting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("note", ["", " \n\t "])
def test_to_accept_takes_a_note_to_the_client(org: Organisation, note: str) -> None:
    story = request_in("assigned", org)
    with invalid("note", "first note to the client"):
        story.accept(note)
    assert story.mre.status == Status.ASSIGNED
    assert story.assignment.outcome == Outcome.PENDING


def test_the_note_goes_to_the_client_and_an_answer_to_the_mentor(org: Organisation) -> None:
    story = request_in("assigned", org).accept("Hello Maria,\n\nI have run a bakery too.\n")
    mail = story.mre.mails.get(kind="client_accepted")
    assert mail.to_email == story.mre.client.email
    assert mail.reply_to == org.joan.email
    assert "Hello Maria,\n\nI have run a bakery too." in mail.text
    assert "Joan Whitfield" in mail.text


def test_the_note_is_the_first_contact_attempt(org: Organisation) -> None:
    story = request_in("accepted", org)
    [attempt] = story.assignment.attempts.all()
    assert attempt.is_first_note
    assert (attempt.channel, attempt.result) == (Channel.EMAIL, ContactResult.AWAITING_ANSWER)
    assert story.assignment.attempts_made == 1
    assert story.assignment.first_attempt_at == attempt.at == story.now
    assert story.assignment.contacted_at is None


def test_with_the_acceptance_the_wait_is_over(org: Organisation) -> None:
    mre = request_in("accepted", org).mre
    assert mre.waiting_since is None
    assert mre.current is not None
    assert mre.current.ended_at is None


@pytest.mark.parametrize(
    ("assigned_at", "answered_at", "days"),
    [
        ("2026-03-13 22:00", "2026-03-16 13:00", 0.625),
        ("2026-03-16 14:00", "2026-03-16 14:00", 0.0),
        ("2026-03-14 15:00", "2026-03-15 20:00", 0.0),
        ("2026-05-22 04:00", "2026-05-26 16:00", 1.5),
    ],
    ids=["Friday 18:00 to Monday 09:00", "at once", "over a weekend", "over Memorial Day"],
)
def test_the_time_to_answer_is_counted_in_business_days(
    org: Organisation, assigned_at: str, answered_at: str, days: float
) -> None:
    began, ended = (
        datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (assigned_at, answered_at)
    )
    story = submit(org, at=began).assign().until(ended).accept()
    assert story.assignment.answer_days == pytest.approx(days)


def test_reminders_that_wait_for_the_morning_are_dropped(org: Organisation) -> None:
    story = submit(org, at=datetime(2026, 3, 16, 3, 0, tzinfo=UTC)).assign()
    assert story.assignment.remind_at == datetime(2026, 3, 16, 13, 0, tzinfo=UTC)
    sweep(story.until(story.assignment.respond_by).now)
    waiting = OutboxMail.objects.filter(kind="mentor_overdue", request=story.mre_id)
    assert waiting.get().send_at > story.now
    story.wait(hours=1).accept()
    assert waiting.get().state == MailState.DROPPED


def test_who_accepts_twice_reads_when_it_was(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1)
    with pytest.raises(AlreadyDone, match=r"^You accepted this request on Mon 16 Mar 13:00\.$"):
        story.accept()
    assert story.mails.count("client_accepted") == 1


# --- Declining ----------------------------------------------------------------------------------


def test_a_declined_request_goes_back_and_the_coordinators_read_why(org: Organisation) -> None:
    story = request_in("assigned", org).decline(DeclineReason.CONFLICT, " My cousin runs it. ")
    assert (story.mre.status, story.mre.queue_reason) == (
        Status.NEED_ACTION,
        QueueReason.DECLINED,
    )
    assignment = story.assignment
    assert (assignment.outcome, assignment.decline_reason) == (
        Outcome.DECLINED,
        DeclineReason.CONFLICT,
    )
    assert assignment.answered_at == assignment.ended_at == story.now
    told = list(story.mre.mails.filter(kind="rcic_declined"))
    assert {mail.volunteer for mail in told} == {org.rcic, org.rcic_district, org.rcic_region}
    assert "Conflict of interest" in told[0].text
    assert "My cousin runs it." in told[0].text
    assert story.mre.waiting_since == MONDAY
    assert_sound(story.mre_id)


def test_the_client_is_not_told_that_somebody_declined(org: Organisation) -> None:
    story = request_in("declined", org)
    assert [kind for kind in story.mails if kind.startswith("client")] == ["client_received"]


@pytest.mark.parametrize("reason", ["", "busy", "OTHER"])
def test_to_decline_takes_one_of_the_reasons(org: Organisation, reason: str) -> None:
    story = request_in("assigned", org)
    with invalid("reason"):
        story.decline(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", DeclineReason)
@pytest.mark.parametrize("text", ["", "  ", "I am moving."])
def test_the_reason_other_takes_words_and_the_rest_need_none(
    org: Organisation, reason: DeclineReason, text: str
) -> None:
    story = request_in("assigned", org)
    if reason == DeclineReason.OTHER and not text.strip():
        with invalid("text"):
            story.decline(reason, text)
    else:
        assert story.decline(reason, text).assignment.decline_text == text.strip()


def test_who_declines_after_the_deadline_has_declined_and_was_overdue(org: Organisation) -> None:
    story = request_in("assigned", org)
    story.until(story.assignment.respond_by).decline()
    assert story.assignment.outcome == Outcome.DECLINED
    assert story.assignment.overdue_at == story.assignment.respond_by
    assert_sound(story.mre_id)


# --- Handing back -------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", ["assigned", "overdue"])
def test_what_is_handed_back_waits_for_another_mentor(org: Organisation, situation: str) -> None:
    story = request_in(situation, org).wait(hours=1).hand_back()
    assert story.mre.queue_reason == QueueReason.MENTOR_UNAVAILABLE
    assert (story.assignment.outcome, story.assignment.ended_at) == (
        Outcome.HANDED_BACK,
        story.now,
    )
    assert story.assignment.answered_at is None
    assert story.mre.waiting_since == MONDAY
    told = story.mre.mails.filter(kind="rcic_handed_back")
    assert {mail.volunteer for mail in told} == {org.rcic, org.rcic_district, org.rcic_region}
    assert_sound(story.mre_id)


def test_the_manager_of_another_chapter_hands_nothing_back(org: Organisation) -> None:
    story = submit(org).assign(org.dan)
    with pytest.raises(NotAllowed):
        answering.hand_back(mre_id=story.mre_id, by=org.manager, now=story.now)
    answering.hand_back(mre_id=story.mre_id, by=org.manager_elsewhere, now=story.now)
    assert story.mre.queue_reason == QueueReason.MENTOR_UNAVAILABLE


# --- The links in the mails ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["mentor_assigned", "mentor_reminder", "mentor_overdue"])
def test_a_mail_that_asks_for_an_answer_has_a_link_for_each_answer(
    org: Organisation, kind: str
) -> None:
    story = request_in("assigned", org)
    sweep(story.until(story.assignment.respond_by).now)
    mail = story.mre.mails.get(kind=kind)
    for purpose in Purpose:
        path = links.answer_path(story.assignment, purpose)
        assert path in mail.text
        assert path in mail.html


def test_a_link_says_for_what_and_for_which_assignment_it_is(org: Organisation) -> None:
    assignment = request_in("assigned", org).assignment
    token = links.answer_path(assignment, Purpose.DECLINE).removeprefix("/answer/").rstrip("/")
    assert links.read_answer_token(token) == (Purpose.DECLINE, assignment.pk)
    tampered = token.replace("decline", "accept")
    with pytest.raises(links.BadSignature):
        links.read_answer_token(tampered)
    with pytest.raises(links.BadSignature):
        links.read_status_token(token)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (Story.replace, "This request was given to another mentor."),
        (Story.hand_back, "This request was handed back."),
        (Story.withdraw, "This request was withdrawn."),
        (Story.decline, "You declined this request on Mon 16 Mar 12:00."),
    ],
)
def test_an_answer_dies_with_its_assignment_and_says_why(
    org: Organisation, end: Callable[[Story], object], sentence: str
) -> None:
    story = request_in("assigned", org).wait(hours=1)
    assignment = story.assignment
    end(story)
    with pytest.raises(AlreadyDone) as refused:
        answering.accept(assignment_id=assignment.pk, by=org.joan, now=story.now, note="Hello.")
    assert refused.value.reason == sentence
