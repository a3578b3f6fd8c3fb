"""The outbox: written with the change, sent afterwards, tried again, given up visibly."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail as sent_mail
from django.db import transaction
from pytest_django import Settings

from intake import outbox, sending
from intake.actions import closing, contacting, sessions, submission
from intake.enums import ContactResult, MailState, NoteLevel, SessionMode, WithdrawReason
from intake.models import MentoringRequest, OutboxMail
from intake.outbox import Draft
from intake.sweep import sweep
from mentors.errors import AlreadyDone, NotAllowed
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    an_ask,
    request_in,
    set_profile,
    submit,
)
from tests.refusals import invalid

MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


# --- Who is told what ---------------------------------------------------------------------------


def note_to_the_client(story: Story) -> None:
    contacting.add_note(
        mre_id=story.mre_id,
        by=story.org.joan,
        now=story.now,
        level=NoteLevel.CLIENT,
        text="See you on Monday.",
    )


def move_the_session(story: Story) -> None:
    sessions.move(
        session_id=story.session.pk,
        by=story.org.joan,
        now=story.now,
        starts_at=story.now + timedelta(days=5),
        mode=SessionMode.VIDEO,
    )


def cancel_the_session(story: Story) -> None:
    sessions.cancel(session_id=story.session.pk, by=story.org.joan, now=story.now)


def correct_the_phone(story: Story) -> None:
    submission.correct_contact(
        mre_id=story.mre_id,
        email=story.mre.client.email,
        phone="212-555-0101",
        now=story.now,
    )


def transfer_by_the_coordinator(story: Story) -> None:
    closing.transfer_to_queue(
        mre_id=story.mre_id, by=story.org.rcic, now=story.now, reason="Joan is ill."
    )


def withdraw_as_duplicate(story: Story) -> None:
    story.withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=submit(story.org).mre_id)


def withdraw_by_the_client(story: Story) -> None:
    submission.withdraw_by_client(mre_id=story.mre_id, now=story.now)


def pass_the_reminder(story: Story) -> None:
    sweep(story.assignment.remind_at)


def reopen_to_the_mentor(story: Story) -> None:
    story.reopen(to_mentor=True)


TOLD: list[tuple[str, Callable[[Story], object], set[str]]] = [
    ("new", Story.assign, {"mentor_assigned"}),
    ("new", Story.move, {"rcic_moved_here", "rcic_moved_away"}),
    ("new", Story.withdraw, {"client_closed"}),
    ("new", withdraw_as_duplicate, set()),
    ("new", withdraw_by_the_client, {"client_closed", "rcic_client_withdrew"}),
    ("new", correct_the_phone, set()),
    ("assigned", Story.accept, {"client_accepted"}),
    ("assigned", Story.decline, {"rcic_declined"}),
    ("assigned", Story.replace, {"mentor_assigned", "mentor_replaced"}),
    ("assigned", Story.hand_back, {"rcic_handed_back"}),
    ("assigned", Story.withdraw, {"client_closed", "mentor_withdrawn"}),
    (
        "assigned",
        withdraw_by_the_client,
        {"client_closed", "mentor_withdrawn", "rcic_client_withdrew"},
    ),
    ("assigned", correct_the_phone, {"mentor_client_update"}),
    ("assigned", pass_the_reminder, {"mentor_reminder"}),
    ("assigned", Story.become_overdue, {"mentor_overdue", "rcic_overdue"}),
    ("overdue", Story.time_out, {"mentor_requeued", "rcic_requeued", "client_delay"}),
    ("accepted", Story.attempt, set()),
    ("accepted", Story.transfer, {"rcic_transferred"}),
    ("accepted", transfer_by_the_coordinator, {"rcic_transferred", "mentor_taken_over"}),
    (
        "accepted",
        Story.reassign,
        {"mentor_assigned", "mentor_taken_over", "client_new_mentor"},
    ),
    ("accepted", Story.schedule, {"client_session_invited", "mentor_session_invited"}),
    ("session_planned", move_the_session, {"client_session_changed", "mentor_session_changed"}),
    (
        "session_planned",
        cancel_the_session,
        {"client_session_cancelled", "mentor_session_cancelled"},
    ),
    ("session_planned", Story.miss, set()),
    ("session_planned", Story.hold_planned, set()),
    ("accepted", note_to_the_client, {"client_note"}),
    ("counseled", Story.complete, {"client_closed"}),
    ("session_missed", Story.no_show, {"client_closed"}),
    ("tried_three_times", Story.no_response, {"client_closed"}),
    ("unreachable", Story.incorrect_contact, {"client_closed"}),
    ("complete", Story.reopen, {"rcic_reopened"}),
    ("complete", reopen_to_the_mentor, set()),
]


@pytest.mark.parametrize(
    ("situation", "act", "told"),
    TOLD,
    ids=[f"{act.__name__} when {situation}" for situation, act, _ in TOLD],
)
def test_an_act_is_told_to_those_whom_it_concerns(
    org: Organisation, situation: str, act: Callable[[Story], object], told: set[str]
) -> None:
    story = request_in(situation, org).wait(minutes=1)
    before = set(OutboxMail.objects.filter(request=story.mre_id).values_list("pk", flat=True))
    act(story)
    new = OutboxMail.objects.filter(request=story.mre_id).exclude(pk__in=before)
    assert set(new.values_list("kind", flat=True)) == told
    for mail in new:
        assert mail.text.strip()
        assert "</html>" in mail.html
        assert 0 < len(mail.subject.splitlines()) == 1
        assert "http://" in mail.text


def test_a_direct_request_is_told_to_client_and_mentor(org: Organisation) -> None:
    story = submit(org, ask=an_ask(requested_mentor=set_profile(org.joan, accepts_direct=True)))
    assert set(story.mails) == {"client_received", "mentor_direct"}


# --- With the change or not at all --------------------------------------------------------------


def test_a_change_that_is_rolled_back_is_told_to_nobody(org: Organisation) -> None:
    with transaction.atomic():
        submit(org).assign().accept()
        assert OutboxMail.objects.count() > 5
        transaction.set_rollback(True)
    assert not OutboxMail.objects.exists()
    assert not MentoringRequest.objects.exists()


def test_a_refused_act_is_told_to_nobody(org: Organisation) -> None:
    story = request_in("assigned", org)
    before = OutboxMail.objects.count()
    with invalid("note"):
        story.accept(" ")
    assert OutboxMail.objects.count() == before


def test_the_same_mail_is_written_once(org: Organisation) -> None:
    draft = Draft(kind="mentor_requeued", key="once", to=org.joan, mre=submit(org).mre)
    outbox.write([draft, draft], now=MONDAY)
    outbox.write([draft], now=MONDAY)
    assert OutboxMail.objects.filter(dedupe_key="once").count() == 1


# --- Without a mail server ----------------------------------------------------------------------


def test_without_a_mail_server_mails_are_kept_and_go_nowhere(org: Organisation) -> None:
    submit(org)
    sending.deliver(clock=lambda: MONDAY)
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.KEPT}
    assert sent_mail.outbox == []


def test_what_waits_for_the_morning_waits_also_without_a_mail_server(org: Organisation) -> None:
    story = request_in("assigned", org)
    midnight = story.assignment.respond_by
    sweep(midnight)
    sending.deliver(clock=lambda: midnight)
    overdue = story.mre.mails.get(kind="mentor_overdue")
    assert overdue.state == MailState.QUEUED
    sending.deliver(clock=lambda: overdue.send_at)
    overdue.refresh_from_db()
    assert overdue.state == MailState.KEPT


# --- Sending ------------------------------------------------------------------------------------


@pytest.fixture
def mail_server(settings: Settings) -> None:
    """Mails are handed to Django, which keeps them in a list."""
    settings.MAIL_ENABLED = True


@pytest.fixture
def no_mail_server(settings: Settings) -> None:
    """A mail server that is not there."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


@pytest.mark.usefixtures("mail_server")
def test_mails_go_out_in_order_and_not_before_their_time(org: Organisation) -> None:
    story = submit(org)
    later = OutboxMail.objects.get(kind="client_received")
    OutboxMail.objects.filter(pk=later.pk).update(send_at=MONDAY + HOUR)
    assert sending.deliver(clock=lambda: MONDAY + HOUR - MOMENT) == 3
    assert sending.deliver(clock=lambda: MONDAY + HOUR) == 1
    assert [message.to for message in sent_mail.outbox][-1] == [story.mre.client.email]
    later.refresh_from_db()
    assert (later.state, later.sent_at, later.attempts) == (MailState.SENT, MONDAY + HOUR, 1)
    assert sending.deliver(clock=lambda: MONDAY + 2 * HOUR) == 0


@pytest.mark.usefixtures("mail_server")
def test_one_turn_sends_no_more_than_its_limit(org: Organisation) -> None:
    submit(org)
    assert sending.deliver(clock=lambda: MONDAY, limit=3) == 3
    assert OutboxMail.objects.filter(state=MailState.QUEUED).count() == 1


@pytest.mark.usefixtures("mail_server")
@pytest.mark.parametrize("state", [MailState.FAILED, MailState.DROPPED, MailState.KEPT])
def test_what_does_not_wait_is_not_sent(org: Organisation, state: MailState) -> None:
    submit(org)
    OutboxMail.objects.update(state=state)
    assert sending.deliver(clock=lambda: MONDAY + HOUR) == 0


@pytest.mark.usefixtures("mail_server")
@pytest.mark.parametrize(
    ("ago", "sent"), [(sending.CLAIM_LASTS - MOMENT, 0), (sending.CLAIM_LASTS, 1)]
)
def test_what_a_dead_worker_had_in_hand_comes_back_after_ten_minutes(
    org: Organisation, ago: timedelta, sent: int
) -> None:
    submit(org)
    sending.deliver(clock=lambda: MONDAY)
    sent_mail.outbox.clear()
    claimed = OutboxMail.objects.filter(kind="client_received")
    claimed.update(state=MailState.SENDING, claimed_at=MONDAY, sent_at=None)
    assert sending.deliver(clock=lambda: MONDAY + ago) == sent
    assert len(sent_mail.outbox) == sent
    assert claimed.get().state == (MailState.SENT if sent else MailState.SENDING)


@pytest.mark.usefixtures("mail_server")
def test_a_repeated_mail_can_be_told_by_its_message_id(org: Organisation) -> None:
    submit(org)
    [mail, *_] = OutboxMail.objects.order_by("pk")
    for _ in range(2):
        sending.message(mail).send()
    ids = {message.message()["Message-ID"] for message in sent_mail.outbox}
    assert len(ids) == 1


def test_a_worker_that_lost_its_claim_leaves_the_row_to_the_other(org: Organisation) -> None:
    submit(org)
    [slow] = sending._claim(MONDAY, most=1)
    [quick] = sending._claim(MONDAY + sending.CLAIM_LASTS, most=1)
    assert quick.pk == slow.pk
    sending._mark(quick, MailState.SENT, sent_at=MONDAY + sending.CLAIM_LASTS)
    sending._failed(slow, OSError("too late"), MONDAY + 2 * sending.CLAIM_LASTS, for_good=True)
    slow.refresh_from_db()
    assert (slow.state, slow.last_error) == (MailState.SENT, "")


@pytest.mark.usefixtures("no_mail_server")
def test_a_server_that_is_away_is_tried_again_later_and_later_then_given_up_visibly(
    org: Organisation,
) -> None:
    submit(org)
    keep = OutboxMail.objects.get(kind="client_received")
    OutboxMail.objects.exclude(pk=keep.pk).delete()
    at, waits = MONDAY, []
    while True:
        sending.deliver(clock=lambda: at)  # noqa: B023 - called at once
        keep.refresh_from_db()
        if keep.state == MailState.FAILED:
            break
        assert keep.state == MailState.QUEUED
        waits.append(int((keep.send_at - at).total_seconds() // 60))
        at = keep.send_at
    assert waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert keep.attempts == sending.ATTEMPTS == len(waits) + 1
    assert at - MONDAY > timedelta(days=2)
    assert "refused" in keep.last_error


@pytest.mark.usefixtures("no_mail_server")
def test_if_the_server_is_away_the_other_mails_are_not_tried_in_vain(org: Organisation) -> None:
    submit(org)
    sending.deliver(clock=lambda: MONDAY)
    assert sorted(OutboxMail.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1]


# --- Again --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("mail_server")
@pytest.mark.parametrize(
    "state", [MailState.SENT, MailState.FAILED, MailState.KEPT, MailState.DROPPED]
)
def test_an_administrator_sends_a_mail_again(org: Organisation, state: MailState) -> None:
    submit(org)
    mail = OutboxMail.objects.get(kind="client_received")
    sent_at = MONDAY if state == MailState.SENT else None
    OutboxMail.objects.update(state=state, sent_at=sent_at, attempts=sending.ATTEMPTS)
    sending.send_again(mail_id=mail.pk, by=org.admin, now=MONDAY + HOUR)
    assert sending.deliver(clock=lambda: MONDAY + HOUR) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts) == (MailState.SENT, MONDAY + HOUR, 1)


def test_what_waits_is_not_queued_twice(org: Organisation) -> None:
    submit(org)
    mail = OutboxMail.objects.get(kind="client_received")
    with pytest.raises(AlreadyDone, match="already waiting"):
        sending.send_again(mail_id=mail.pk, by=org.admin, now=MONDAY)


@pytest.mark.parametrize("who", ["rcic", "manager", "chair", "leader", "joan"])
def test_nobody_else_sends_a_mail_again(org: Organisation, who: str) -> None:
    submit(org)
    OutboxMail.objects.update(state=MailState.FAILED)
    with pytest.raises(NotAllowed):
        sending.send_again(
            mail_id=OutboxMail.objects.earliest("pk").pk, by=getattr(org, who), now=MONDAY
        )


# --- What is moot -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", [Story.accept, Story.decline, Story.replace, Story.hand_back, Story.withdraw]
)
def test_a_reminder_that_has_not_left_is_dropped_once_it_is_moot(
    org: Organisation, answer: Callable[[Story], object]
) -> None:
    story = request_in("overdue", org)
    reminder = story.mre.mails.get(kind="mentor_overdue")
    assert reminder.state == MailState.QUEUED
    answer(story)
    reminder.refresh_from_db()
    assert reminder.state == MailState.DROPPED


def test_what_has_left_is_not_changed(org: Organisation) -> None:
    story = request_in("overdue", org)
    OutboxMail.objects.update(state=MailState.KEPT)
    story.accept()
    assert story.mre.mails.get(kind="mentor_overdue").state == MailState.KEPT


def test_mails_about_another_request_of_the_mentor_stay(org: Organisation) -> None:
    story, other = request_in("overdue", org), request_in("overdue", org)
    story.accept()
    assert other.mre.mails.get(kind="mentor_overdue").state == MailState.QUEUED


def test_reaching_the_client_drops_the_nudge(org: Organisation) -> None:
    story = request_in("accepted", org)
    sweep(story.wait(days=7).now)
    OutboxMail.objects.filter(kind="mentor_attempts_due").update(send_at=story.now + HOUR)
    story.attempt(ContactResult.REACHED)
    assert story.mre.mails.get(kind="mentor_attempts_due").state == MailState.DROPPED
