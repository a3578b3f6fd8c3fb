"""Several reminders for one mentor, with several workers, acts meanwhile, and a worker killed."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.core import mail as post
from django.db import connection, transaction
from pytest_django import Settings

from intake import sending
from intake.actions.addresses import came_back
from intake.enums import MailState
from intake.letters.reminders import PATIENCE
from intake.models import OutboxMail
from intake.sweep import sweep
from mentors.enums import MailTrouble
from tests.concurrency.rig import race, race_through
from tests.factories import MONDAY, Organisation, Story, submit
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> Iterator[None]:
    settings.MAIL_ENABLED = True
    yield
    post.outbox.clear()


@pytest.fixture
def reminded(org: Organisation) -> list[Story]:
    """Four requests to Joan and two to Ben; the reminders are about to leave."""
    stories = [submit(org).assign(org.joan) for _ in range(4)]
    stories += [submit(org).assign(org.ben) for _ in range(2)]
    sending.deliver(clock=lambda: MONDAY)
    post.outbox.clear()
    sweep(stories[0].assignment.remind_at)
    for story in stories:
        story.until(story.assignment.remind_at + PATIENCE)
    return stories


def worker(stories: list[Story]) -> int:
    return sending.deliver(clock=lambda: stories[0].now)


def assert_each_is_told_once(stories: list[Story]) -> None:
    """Every reminder is in one mail that was sent, or was sent itself; none waits."""
    reminders = OutboxMail.objects.filter(kind="mentor_reminder").select_related("joined_into")
    for reminder in reminders:
        told = reminder.joined_into or reminder
        assert told.state == MailState.SENT
    told_of = Counter(
        story.mre_id
        for message in post.outbox
        for story in stories
        if f"/answer/accept-{story.assignment.pk}." in str(message.body)
    )
    assert told_of == Counter(story.mre_id for story in stories)


def test_of_three_workers_one_takes_all_reminders_of_a_mentor(reminded: list[Story]) -> None:
    turns = race(*[lambda: worker(reminded)] * 3)
    assert [turn.error for turn in turns] == [None] * 3
    assert_each_is_told_once(reminded)
    assert sorted(str(message.subject)[:11] for message in post.outbox) == [
        "2 reminders",
        "4 reminders",
    ]


def test_an_answer_at_the_same_time_is_in_the_mail_or_taken_out_and_nothing_is_lost(
    reminded: list[Story],
) -> None:
    first, *others = reminded
    turns = race(lambda: worker(reminded), first.accept, others[0].decline)
    assert [turn.error for turn in turns] == [None] * 3
    worker(reminded)
    post.outbox[:] = [message for message in post.outbox if "reminder" in str(message.subject)]
    unanswered = reminded[2:]
    for story in unanswered:
        reminder = story.mre.mails.select_related("joined_into").get(kind="mentor_reminder")
        assert (reminder.joined_into or reminder).state == MailState.SENT
    for story in reminded:
        assert_sound(story.mre_id)
    waiting = OutboxMail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING])
    assert not waiting.exists()


def test_two_answers_while_the_one_mail_waits_take_both_matters_out(
    reminded: list[Story], settings: Settings
) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    worker(reminded)
    settings.EMAIL_BACKEND = backend
    waiting = OutboxMail.objects.filter(kind="mentor_reminders", state=MailState.QUEUED)
    joined = waiting.get(volunteer=reminded[0].mentor)
    first, second, *others = [story for story in reminded if joined.volunteer == story.mentor]
    turns = race_through(joined, first.accept, second.accept)
    assert [turn.error for turn in turns] == [None, None]
    assert not joined.parts.exists()
    states = {story.mre.mails.get(kind="mentor_reminder").state for story in (first, second)}
    assert states == {MailState.DROPPED}
    for story in others:
        assert story.mre.mails.get(kind="mentor_reminder").state == MailState.QUEUED


def test_a_worker_that_dies_while_it_joins_leaves_all_to_the_next(reminded: list[Story]) -> None:
    """Killed between the one mail and its claim: the database undoes the half of it."""

    def killed() -> None:
        with transaction.atomic():
            assert sending._claim(reminded[0].now, most=1)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    [turn] = race(killed)
    assert turn.error is not None
    assert not OutboxMail.objects.filter(kind="mentor_reminders").exists()
    assert worker(reminded) == 2
    assert_each_is_told_once(reminded)


def test_a_worker_that_dies_while_it_sends_leaves_the_one_mail_to_the_next(
    reminded: list[Story],
) -> None:
    [claimed] = sending._claim(reminded[0].now, most=1)
    assert claimed.kind == "mentor_reminders"
    worker(reminded)
    later = reminded[0].now + sending.CLAIM_LASTS
    assert sending.deliver(clock=lambda: later) == 1
    assert_each_is_told_once(reminded)


def test_the_same_news_of_an_address_twice_at_once_counts_once(
    reminded: list[Story], org: Organisation
) -> None:
    offer = reminded[0].mre.mails.get(kind="mentor_assigned")

    def news() -> bool:
        at = reminded[0].now
        return came_back(mail_id=offer.pk, trouble=MailTrouble.BOUNCED, at=at, now=at)

    turns = race(*[news] * 3)
    assert [turn.error for turn in turns] == [None] * 3
    assert sum(bool(turn.result) for turn in turns) == 1
    for story in reminded[:4]:
        assert story.kinds.count("address_failed") == 1
        assert_sound(story.mre_id)


def test_news_of_an_address_and_an_answer_at_the_same_time_wait_for_each_other(
    reminded: list[Story],
) -> None:
    first, second, *_ = reminded
    offer = first.mre.mails.get(kind="mentor_assigned")
    at = first.now
    turns = race(
        lambda: came_back(mail_id=offer.pk, trouble=MailTrouble.BOUNCED, at=at, now=at),
        first.accept,
        second.decline,
        lambda: worker(reminded),
    )
    assert [turn.error for turn in turns] == [None] * 4
    for story in reminded:
        assert_sound(story.mre_id)
