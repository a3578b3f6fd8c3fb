"""Reaching the client: attempts and their clocks, notes, and the two closings that follow."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from intake.actions import contacting
from intake.enums import Channel, ContactResult, NoteLevel, Status
from intake.models import Client, OutboxMail
from intake.sweep import sweep
from mentors.errors import NotAllowed
from tests.factories import Organisation, Story, request_in
from tests.refusals import invalid
from tests.soundness import assert_sound

WEEK = timedelta(days=7)
MOMENT = timedelta(microseconds=1)
NOT_REACHED = [result for result in ContactResult if result != ContactResult.REACHED]


# --- Attempts -----------------------------------------------------------------------------------


def test_an_attempt_cannot_lie_in_the_future_or_before_the_acceptance(org: Organisation) -> None:
    story = request_in("accepted", org)
    accepted_at = story.now
    story.wait(days=1)
    with invalid("at", "in the future"):
        story.attempt(at=story.now + MOMENT)
    with invalid("at", "before the request was accepted"):
        story.attempt(at=accepted_at - MOMENT)
    story.attempt(at=story.now)
    story.attempt(at=accepted_at)
    assert story.assignment.attempts_made == 3
    assert_sound(story.mre_id)


def test_an_attempt_written_down_later_counts_from_when_it_was_made(org: Organisation) -> None:
    story = request_in("accepted", org)
    called = story.now + timedelta(hours=3)
    story.wait(days=2).attempt(at=called)
    assert story.assignment.attempts_due_at == called + WEEK
    event = story.mre.events.get(kind="contact")
    assert (event.at, event.processed_at) == (called, story.now)


@pytest.mark.parametrize("result", NOT_REACHED)
def test_seven_days_without_reaching_the_client_the_mentor_is_asked_to_try_again(
    org: Organisation, result: ContactResult
) -> None:
    story = request_in("accepted", org).wait(days=1).attempt(result)
    due = story.now + WEEK
    assert sweep(due - MOMENT).done["next attempt"] == 0
    assert sweep(due).done["next attempt"] == 1
    assert sweep(due + WEEK).done["next attempt"] == 0
    event = story.mre.events.get(kind="attempts_due")
    assert (event.at, event.data["attempts"]) == (due, 2)
    assert story.mails.count("mentor_attempts_due") == 1


def test_the_note_of_the_acceptance_starts_the_seven_days(org: Organisation) -> None:
    story = request_in("accepted", org)
    assert story.assignment.attempts_due_at == story.now + WEEK


def test_a_further_attempt_starts_the_seven_days_again(org: Organisation) -> None:
    story = request_in("accepted", org)
    sweep(story.wait(days=7).now)
    story.wait(days=1).attempt()
    assert story.assignment.attempts_nudged_at is None
    assert story.assignment.attempts_due_at == story.now + WEEK
    assert sweep(story.wait(days=7).now).done["next attempt"] == 1


def test_two_weeks_after_the_first_of_three_attempts_the_mentor_is_asked_to_close(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    first = story.now
    story.wait(days=3).attempt().wait(days=3).attempt()
    assert story.assignment.attempts_due_at is None
    due = first + 2 * WEEK
    assert sweep(due - MOMENT).done["close-out"] == 0
    assert sweep(due).done["close-out"] == 1
    assert sweep(due + WEEK).done["close-out"] == 0
    assert story.mre.events.get(kind="close_out_due").at == due
    assert story.mre.status == Status.ACCEPTED
    told = story.mre.mails.get(kind="mentor_close_out")
    assert told.volunteer == org.joan
    assert "3" in told.text


def test_a_third_attempt_after_two_weeks_is_followed_by_the_question_at_once(
    org: Organisation,
) -> None:
    story = request_in("accepted", org).wait(days=10).attempt().wait(days=10).attempt()
    assert story.assignment.close_out_due_at == story.now
    assert sweep(story.now).done["close-out"] == 1


@pytest.mark.parametrize("step", ["reach", "plan", "hold"])
def test_once_the_client_is_reached_no_clock_asks_for_more(org: Organisation, step: str) -> None:
    story = request_in("accepted", org).wait(days=1)
    if step == "reach":
        story.attempt(ContactResult.REACHED)
    elif step == "plan":
        story.schedule()
    else:
        story.hold()
    assert story.assignment.contacted_at is not None
    story.wait(days=1).attempt().wait(minutes=1).attempt()
    swept = sweep(story.now + 10 * WEEK)
    assert (swept.done["next attempt"], swept.done["close-out"]) == (0, 0)
    assert_sound(story.mre_id)


def test_a_nudge_that_waits_for_the_morning_is_dropped_when_the_mentor_has_tried(
    org: Organisation,
) -> None:
    story = request_in("accepted", org).wait(days=4).attempt()
    sweep(story.wait(days=7).now)  # a Friday afternoon
    sweep_mail = OutboxMail.objects.get(kind="mentor_attempts_due")
    OutboxMail.objects.filter(pk=sweep_mail.pk).update(send_at=story.now + timedelta(days=3))
    story.wait(hours=1).attempt()
    sweep_mail.refresh_from_db()
    assert sweep_mail.state == "dropped"


def test_the_numbers_are_those_of_the_policy(org: Organisation, settings: Settings) -> None:
    settings.POLICY = {"attempt_gap_days": 2, "attempts_needed": 2, "close_out_days": 5}
    story = request_in("accepted", org)
    first = story.now
    assert story.assignment.attempts_due_at == first + timedelta(days=2)
    story.wait(days=1).attempt()
    assert story.assignment.close_out_due_at == first + timedelta(days=5)
    story.until(first + timedelta(days=5)).no_response()
    assert story.mre.status == Status.NO_RESPONSE


# --- A new mentor starts afresh -----------------------------------------------------------------


def hand_to_ben(story: Story) -> Story:
    return story.wait(hours=1).reassign(story.org.ben).wait(hours=1).accept()


def test_what_the_former_mentor_tried_does_not_count_for_the_next(org: Organisation) -> None:
    story = hand_to_ben(request_in("tried_three_times", org))
    assert story.assignment.attempts_made == 1
    with pytest.raises(NotAllowed, match=r"needs 3 contact attempts; 1 so far\."):
        story.no_response("She moved.")
    story.attempt().wait(minutes=1).attempt().no_response("She moved.")
    assert story.mre.status == Status.NO_RESPONSE


def test_that_the_former_mentor_reached_the_client_does_not_count_for_the_next(
    org: Organisation,
) -> None:
    story = hand_to_ben(request_in("contacted", org))
    assert story.assignment.contacted_at is None
    story.attempt().wait(minutes=1).attempt().no_response("She moved.")
    assert story.mre.status == Status.NO_RESPONSE


def test_addresses_that_the_former_mentor_found_dead_have_to_be_tried_again(
    org: Organisation,
) -> None:
    story = hand_to_ben(request_in("unreachable", org))
    with pytest.raises(NotAllowed, match="by e-mail and phone first"):
        story.incorrect_contact()
    assert story.find_no_address().incorrect_contact().mre.status == Status.INCORRECT_CONTACT


def test_the_clocks_of_the_former_mentor_stand_still(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1).reassign(org.ben)
    swept = sweep(story.now + WEEK + timedelta(days=1))
    assert swept.done["next attempt"] == 0


# --- No response --------------------------------------------------------------------------------


def test_no_response_takes_three_attempts(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1).attempt()
    with pytest.raises(NotAllowed, match=r"needs 3 contact attempts; 2 so far\."):
        story.no_response("She moved.")


def test_no_response_is_not_for_who_was_reached_once(org: Organisation) -> None:
    story = request_in("contacted", org).attempt().wait(minutes=1).attempt()
    with pytest.raises(NotAllowed, match="The client was reached"):
        story.no_response("She moved.")


def test_no_response_is_not_for_who_had_a_session(org: Organisation) -> None:
    story = request_in("counseled", org).attempt().wait(minutes=1).attempt()
    with pytest.raises(NotAllowed, match="A session was held"):
        story.no_response("She moved.")


def test_before_two_weeks_have_passed_no_response_takes_a_note(org: Organisation) -> None:
    story = request_in("accepted", org)
    first = story.now
    story.wait(days=1).attempt().wait(minutes=1).attempt()
    story.until(first + 2 * WEEK - MOMENT)
    with invalid("note", "Two weeks have not passed"):
        story.no_response(" ")
    early = story.mre.events.count()
    story.until(first + 2 * WEEK).no_response()
    assert story.mre.status == Status.NO_RESPONSE
    assert story.mre.events.count() == early + 1


def test_the_note_of_an_early_no_response_stands_on_the_timeline(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1).attempt().wait(minutes=1).attempt()
    story.no_response("The shop is closed down.")
    assert story.mre.events.latest("pk").data["note"] == "The shop is closed down."


# --- Incorrect contact --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "missing"),
    [
        ([], "e-mail and phone"),
        ([(Channel.EMAIL, ContactResult.UNDELIVERABLE)], "phone"),
        ([(Channel.PHONE, ContactResult.WRONG_NUMBER)], "e-mail"),
        ([(Channel.TEXT, ContactResult.UNDELIVERABLE)], "e-mail"),
        ([(Channel.IN_PERSON, ContactResult.WRONG_NUMBER)], "e-mail and phone"),
        (
            [
                (Channel.EMAIL, ContactResult.AWAITING_ANSWER),
                (Channel.PHONE, ContactResult.NO_ANSWER),
            ],
            "e-mail and phone",
        ),
    ],
)
def test_incorrect_contact_takes_a_dead_end_on_every_channel_the_client_gave(
    org: Organisation, bad: list[tuple[Channel, ContactResult]], missing: str
) -> None:
    story = request_in("accepted", org).wait(hours=1)
    for channel, result in bad:
        story.attempt(result, channel)
    with pytest.raises(NotAllowed, match=f"wrong number by {missing} first"):
        story.incorrect_contact()


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.TEXT])
def test_a_dead_number_is_found_by_calling_or_by_texting(
    org: Organisation, channel: Channel
) -> None:
    story = request_in("accepted", org).wait(hours=1)
    story.attempt(ContactResult.UNDELIVERABLE, Channel.EMAIL)
    story.attempt(ContactResult.WRONG_NUMBER, channel)
    assert story.incorrect_contact().mre.status == Status.INCORRECT_CONTACT


def test_a_client_without_a_phone_is_only_tried_by_mail(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1)
    Client.objects.update(phone="")
    story.attempt(ContactResult.UNDELIVERABLE, Channel.EMAIL)
    assert story.incorrect_contact().mre.status == Status.INCORRECT_CONTACT


# --- Notes --------------------------------------------------------------------------------------


def write(story: Story, level: NoteLevel, text: str = "Call her after six.") -> None:
    contacting.add_note(
        mre_id=story.mre_id, by=story.org.joan, now=story.now, level=level, text=text
    )


def test_a_note_to_the_client_is_sent_and_an_answer_goes_to_who_wrote_it(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    write(story, NoteLevel.CLIENT)
    mail = story.mre.mails.get(kind="client_note")
    assert (mail.to_email, mail.reply_to) == (story.mre.client.email, org.joan.email)
    assert "Call her after six." in mail.text


@pytest.mark.parametrize("level", [NoteLevel.MENTOR, NoteLevel.COORDINATOR])
def test_other_notes_are_mailed_to_nobody_and_their_words_stay_off_the_timeline(
    org: Organisation, level: NoteLevel
) -> None:
    story = request_in("accepted", org)
    before = OutboxMail.objects.count()
    write(story, level)
    assert OutboxMail.objects.count() == before
    assert story.mre.notes.get().text == "Call her after six."
    assert "after six" not in str(story.mre.events.latest("pk").data)


@pytest.mark.parametrize("level", NoteLevel)
def test_an_empty_note_is_none(org: Organisation, level: NoteLevel) -> None:
    with invalid("text", "empty"):
        write(request_in("accepted", org), level, " \n ")


def test_who_has_not_accepted_does_not_write_to_the_client(org: Organisation) -> None:
    story = request_in("assigned", org)
    with pytest.raises(NotAllowed, match="Accept the request first"):
        contacting.add_note(
            mre_id=story.mre_id,
            by=org.joan,
            now=story.now,
            level=NoteLevel.CLIENT,
            text="I am Joan.",
        )
    assert "client_note" not in story.mails
