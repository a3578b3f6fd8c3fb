"""Reaching the client: attempts that count once, a wrong tap, mails in one's own words."""

from datetime import timedelta

import pytest

from intake.actions import contacting
from intake.enums import Channel, ContactResult
from intake.models import ContactAttempt, OutboxMail
from intake.sweep import sweep
from mentors.errors import AlreadyDone, NotAllowed
from tests.factories import Organisation, Story, request_in
from tests.refusals import invalid
from tests.soundness import assert_sound

WEEK = timedelta(days=7)
MOMENT = timedelta(microseconds=1)


def write(story: Story, subject: str = "Your prices", text: str = "When can we talk?") -> None:
    contacting.mail_client(
        mre_id=story.mre_id, by=story.mentor, now=story.now, subject=subject, text=text
    )


def take_back(story: Story) -> None:
    """The attempt that was logged last."""
    latest = ContactAttempt.objects.filter(request=story.mre_id).latest("pk")
    contacting.take_back(attempt_id=latest.pk, by=story.mentor, now=story.now)


def clocks(story: Story) -> tuple[object, ...]:
    held = story.assignment
    return (
        held.attempts_made,
        held.first_attempt_at,
        held.contacted_at,
        held.attempts_due_at,
        held.close_out_due_at,
    )


# --- The same attempt counts once -----------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0, 3, 10])
def test_the_same_attempt_within_seconds_counts_once(org: Organisation, seconds: int) -> None:
    story = request_in("accepted", org).wait(hours=1).attempt()
    with pytest.raises(AlreadyDone, match="counts once"):
        story.wait(seconds=seconds).attempt()
    assert story.assignment.attempts_made == 2
    assert story.kinds.count("contact") == 1


def test_another_attempt_a_moment_later_counts(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1).attempt()
    story.attempt(ContactResult.LEFT_MESSAGE).attempt(channel=Channel.TEXT)
    story.attempt(note="She has moved.").wait(seconds=11).attempt()
    assert story.assignment.attempts_made == 6
    assert_sound(story.mre_id)


# --- A wrong tap ----------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [ContactResult.REACHED, ContactResult.NO_ANSWER])
def test_a_wrong_tap_leaves_the_clocks_as_if_it_had_not_been(
    org: Organisation, result: ContactResult
) -> None:
    story = request_in("accepted", org).wait(days=2).attempt()
    before = clocks(story)
    story.wait(days=1).attempt(result).wait(minutes=1)
    assert clocks(story) != before
    take_back(story)
    assert clocks(story) == before
    assert story.kinds[-2:] == ["contact", "contact_taken_back"]
    assert_sound(story.mre_id)


def test_a_third_attempt_that_was_none_calls_for_the_third_again(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=2).attempt()
    before = clocks(story)
    story.wait(days=1).attempt()
    assert story.assignment.close_out_due_at is not None
    take_back(story)
    assert clocks(story) == before


def test_a_planned_session_still_counts_as_contact(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1).schedule()
    planned = story.now
    story.wait(days=1).attempt(ContactResult.REACHED)
    take_back(story)
    assert story.assignment.contacted_at == planned


def test_a_mentor_is_not_asked_again_for_what_he_was_asked_for(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=7)
    assert sweep(story.now).done["next attempt"] == 1
    story.wait(hours=1).attempt()
    take_back(story)
    assert sweep(story.wait(days=1).now).done["next attempt"] == 0


def test_only_who_logged_it_takes_it_back_and_only_for_ten_minutes(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1).attempt()
    made = ContactAttempt.objects.latest("pk")
    with pytest.raises(NotAllowed, match="Only who logged"):
        contacting.take_back(attempt_id=made.pk, by=org.rcic, now=story.now)
    story.wait(minutes=10, microseconds=1)
    with pytest.raises(NotAllowed, match="for 10 minutes"):
        take_back(story)
    assert story.assignment.attempts_made == 2


def test_what_was_sent_cannot_be_taken_back(org: Organisation) -> None:
    story = request_in("accepted", org)
    with pytest.raises(NotAllowed, match="was sent"):
        take_back(story)
    write(story.wait(hours=1))
    with pytest.raises(NotAllowed, match="was sent"):
        take_back(story)


def test_it_is_taken_back_once(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1).attempt()
    made = ContactAttempt.objects.latest("pk")
    for again in (False, True):
        if again:
            with pytest.raises(AlreadyDone, match="has been taken back"):
                contacting.take_back(attempt_id=made.pk, by=org.joan, now=story.now)
        else:
            contacting.take_back(attempt_id=made.pk, by=org.joan, now=story.now)
    assert story.kinds.count("contact_taken_back") == 1


def test_with_another_mentor_it_is_too_late(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1).attempt()
    made = ContactAttempt.objects.latest("pk")
    story.reassign(org.ben).accept()
    with pytest.raises(AlreadyDone, match="an earlier mentor"):
        contacting.take_back(attempt_id=made.pk, by=org.joan, now=story.now)


# --- Mails written here ---------------------------------------------------------------------------


def test_a_mail_is_sent_in_the_mentors_words_and_answered_to_his_address(
    org: Organisation,
) -> None:
    story = request_in("accepted", org).wait(days=1)
    write(story, "Your prices", "When can we talk?\n\nJoan")
    sent = story.mre.mails.get(kind="client_message")
    assert (sent.to_email, sent.reply_to) == (story.mre.client.email, org.joan.email)
    assert sent.subject == "Your prices"
    assert "When can we talk?\n\nJoan" in sent.text
    assert "When can we talk?<br><br>Joan" in sent.html


def test_a_mail_is_an_attempt_that_awaits_an_answer(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1)
    write(story)
    made = ContactAttempt.objects.latest("pk")
    assert (made.channel, made.result) == (Channel.EMAIL, ContactResult.AWAITING_ANSWER)
    assert story.assignment.attempts_made == 2
    assert story.assignment.attempts_due_at == story.now + WEEK
    event = story.mre.events.latest("pk")
    assert (event.kind, event.data["attempt"]) == ("contact", made.pk)
    assert story.mre.mails.get(kind="client_message").event == event
    assert_sound(story.mre_id)


def test_once_the_client_was_reached_a_mail_starts_no_clock(org: Organisation) -> None:
    story = request_in("contacted", org).wait(days=1)
    reached_at = story.assignment.contacted_at
    write(story)
    made, _, contacted_at, due, close_out = clocks(story)
    assert (made, contacted_at, due, close_out) == (3, reached_at, None, None)
    assert sweep(story.now + 10 * WEEK).done["next attempt"] == 0


def test_the_same_mail_goes_out_once(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1)
    write(story)
    with pytest.raises(AlreadyDone, match="just sent"):
        write(story.wait(seconds=9))
    write(story, text="And bring your books.")
    write(story.wait(minutes=1))
    assert story.mails.count("client_message") == 3


@pytest.mark.parametrize(("subject", "text"), [(" ", "Hello"), ("Hello", " \n ")])
def test_a_mail_has_a_subject_and_words(org: Organisation, subject: str, text: str) -> None:
    story = request_in("accepted", org)
    with invalid("subject" if text == "Hello" else "text"):
        write(story, subject, text)
    assert not OutboxMail.objects.filter(kind="client_message").exists()


def test_a_subject_cannot_begin_another_header(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1)
    write(story, "Prices\r\nBcc: all@example.org")
    assert "\n" not in story.mre.mails.get(kind="client_message").subject
