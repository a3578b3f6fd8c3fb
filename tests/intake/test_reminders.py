"""Mails of the clocks to a mentor: in business hours, and several of them in one mail."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail as post
from django.test import Client as Browser
from pytest_django import Settings

from intake import outbox, sending
from intake.enums import MailState
from intake.letters.reminders import PATIENCE
from intake.models import OutboxMail
from intake.outbox import TOGETHER
from intake.sweep import sweep
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, Story, request_in, submit

MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> None:
    """Mails are handed to Django, which keeps them in a list."""
    settings.MAIL_ENABLED = True


def deliver(at: datetime) -> int:
    """Send what is due; the mails sent before are forgotten."""
    post.outbox.clear()
    return sending.deliver(clock=lambda: at)


def mails(kind: str, to: Volunteer) -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind=kind, volunteer=to).order_by("pk"))


def to(person: Volunteer) -> list[str]:
    """The subjects of what was just sent to somebody."""
    return [str(sent.subject) for sent in post.outbox if sent.to == [person.email]]


def three_reminders(org: Organisation) -> list[Story]:
    """Three requests to which Joan has not answered, the reminders just written."""
    stories = [submit(org).assign() for _ in range(3)]
    deliver(MONDAY)
    sweep(stories[0].assignment.remind_at)
    for story in stories:
        story.until(story.assignment.remind_at)
    return stories


# --- One mail for several matters -----------------------------------------------------------------


def test_reminders_that_leave_together_are_one_mail_with_the_links_of_each(
    org: Organisation,
) -> None:
    stories = three_reminders(org)
    nine = stories[0].now
    assert deliver(nine + PATIENCE - MOMENT) == 0, "they have the patience to meet"
    assert deliver(nine + PATIENCE) == 1
    [joined] = mails("mentor_reminders", org.joan)
    assert to(org.joan) == ["3 reminders: 3 clients wait for your answer"]
    for story in stories:
        assert story.mre.mails.get(kind="mentor_reminder").joined_into == joined
        assert joined.text.count(f"/answer/accept-{story.assignment.pk}.") == 1
        assert joined.html.count(f"/answer/decline-{story.assignment.pk}.") == 1
        assert f"{story.mre.number}. Please give it by Wed 18 Mar" in joined.text
    assert joined.state == MailState.SENT
    assert deliver(nine + HOUR) == 0


def test_each_link_of_the_one_mail_answers_for_one_request(
    org: Organisation, client: Browser, at: Callable[[datetime], None]
) -> None:
    first, second, _ = three_reminders(org)
    deliver(first.now + PATIENCE)
    at(first.now + HOUR)
    text = mails("mentor_reminders", org.joan)[0].text
    link = next(word for word in text.split() if f"/answer/accept-{first.assignment.pk}." in word)
    path = link[link.index("/answer/") :]
    assert client.get(path).status_code == 200
    assert first.assignment.is_unanswered, "to look decides nothing"
    client.post(path, {"note": "Hello Maria, shall we talk on Thursday?"})
    assert first.mre.status == "accepted"
    assert second.assignment.is_unanswered


def test_different_matters_stand_in_one_mail_the_most_urgent_first(org: Organisation) -> None:
    noted = request_in("notes_missing", org)
    overdue = submit(org, at=MONDAY + 2 * HOUR).assign()
    deliver(MONDAY + timedelta(days=1, hours=2))
    at = overdue.assignment.respond_by  # midnight; the notes fall due in the same night
    sweep(max(at, noted.session.notes_due_at or at))
    morning = max(mail.send_at for mail in OutboxMail.objects.filter(state=MailState.QUEUED))
    deliver(morning)
    [joined] = mails("mentor_reminders", org.joan)
    urgent, later = overdue.mre.number, f"/requests/{noted.mre_id}/"
    assert joined.text.index(urgent) < joined.text.index(later)
    assert {part.kind for part in joined.parts.all()} == {"mentor_overdue", "mentor_notes_due"}


def test_what_was_about_to_leave_within_the_patience_comes_along(org: Organisation) -> None:
    three_reminders(org)
    early, late, later = OutboxMail.objects.filter(kind="mentor_reminder").order_by("pk")
    OutboxMail.objects.filter(pk=late.pk).update(send_at=early.send_at + PATIENCE)
    OutboxMail.objects.filter(pk=later.pk).update(send_at=early.send_at + PATIENCE + MOMENT)
    deliver(early.send_at)
    [joined] = mails("mentor_reminders", org.joan)
    assert set(joined.parts.all()) == {early, late}
    later.refresh_from_db()
    assert later.state == MailState.QUEUED


def test_one_alone_stays_what_it_is(org: Organisation) -> None:
    story = submit(org).assign()
    sweep(story.assignment.remind_at)
    deliver(story.assignment.remind_at + PATIENCE)
    assert story.mre.mails.get(kind="mentor_reminder").state == MailState.SENT
    assert mails("mentor_reminders", org.joan) == []


def test_each_mentor_has_a_mail_of_his_own(org: Organisation) -> None:
    for mentor in (org.joan, org.joan, org.ben, org.ben):
        story = submit(org).assign(mentor)
    sweep(story.assignment.remind_at)
    deliver(story.assignment.remind_at + PATIENCE)
    for mentor in (org.joan, org.ben):
        assert len(mails("mentor_reminders", mentor)) == 1


def test_an_offer_never_waits_and_is_never_joined(org: Organisation) -> None:
    three_reminders(org)
    at = OutboxMail.objects.filter(kind="mentor_reminder").latest("pk").send_at
    submit(org, at=at).assign()
    deliver(at)
    assert sorted(to(org.joan))[0] == "3 reminders: 3 clients wait for your answer"
    assert len(to(org.joan)) == 2


def test_without_a_mail_server_they_are_joined_as_well(
    org: Organisation, settings: Settings
) -> None:
    settings.MAIL_ENABLED = False
    story, *_ = three_reminders(org)
    deliver(story.now + PATIENCE)
    [joined] = mails("mentor_reminders", org.joan)
    assert joined.state == MailState.KEPT
    assert joined.parts.count() == 3


def test_reminders_that_cannot_be_joined_go_out_one_by_one(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, *_ = three_reminders(org)
    OutboxMail.objects.filter(kind="mentor_reminder").update(event=story.mre.events.earliest("pk"))
    assert deliver(story.now + PATIENCE) == 3
    assert mails("mentor_reminders", org.joan) == []


# --- What is moot, and what comes back ------------------------------------------------------------


def test_an_answer_before_it_leaves_takes_the_matter_out(org: Organisation) -> None:
    first, *others = three_reminders(org)
    first.accept()
    deliver(first.now + PATIENCE)
    [joined] = mails("mentor_reminders", org.joan)
    assert first.mre.number not in joined.text
    assert first.mre.mails.get(kind="mentor_reminder").state == MailState.DROPPED
    for story in others:
        assert story.mre.number in joined.text


def test_an_answer_while_the_one_mail_waits_for_the_server_takes_the_matter_out(
    org: Organisation, settings: Settings
) -> None:
    first, second, third = three_reminders(org)
    at = first.now + PATIENCE
    backend, settings.EMAIL_BACKEND = (
        settings.EMAIL_BACKEND,
        "django.core.mail.backends.smtp.EmailBackend",
    )
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    deliver(at)
    [waiting] = mails("mentor_reminders", org.joan)
    assert (waiting.state, waiting.attempts) == (MailState.QUEUED, 1)
    first.accept()
    settings.EMAIL_BACKEND = backend
    deliver(at + timedelta(minutes=5))
    gone, joined = mails("mentor_reminders", org.joan)
    assert gone.state == MailState.DROPPED
    assert joined.state == MailState.SENT
    assert first.mre.number not in joined.text
    assert {part.request_id for part in joined.parts.all()} == {second.mre_id, third.mre_id}


def test_a_part_is_not_sent_again_for_itself_but_the_one_mail_is(org: Organisation) -> None:
    story, *_ = three_reminders(org)
    deliver(story.now + PATIENCE)
    part = story.mre.mails.get(kind="mentor_reminder")
    assert sending.why_not_again(part).startswith("It was sent together with others")
    [joined] = mails("mentor_reminders", org.joan)
    sending.send_again(mail_id=joined.pk, by=org.admin, now=story.now + HOUR)
    assert deliver(story.now + HOUR) == 1
    assert mails("mentor_reminders", org.joan) == [joined]


# --- Business hours -------------------------------------------------------------------------------

CLOCKS: list[tuple[str, str, Callable[[Story], datetime | None]]] = [
    ("assigned", "mentor_reminder", lambda story: story.assignment.remind_at),
    ("assigned", "mentor_overdue", lambda story: story.assignment.respond_by),
    ("assigned", "mentor_requeued", lambda story: story.assignment.requeue_at),
    ("notes_missing", "mentor_notes_due", lambda story: story.session.notes_due_at),
    ("accepted", "mentor_attempts_due", lambda story: story.assignment.attempts_due_at),
    (
        "tried_three_times",
        "mentor_close_out",
        lambda story: story.assignment.close_out_due_at,
    ),
]


def test_every_clock_is_tried_here() -> None:
    assert {kind for _, kind, _ in CLOCKS} == set(TOGETHER)


def hours_of_a_week() -> Iterator[datetime]:
    for hours in range(0, 24 * 7, 11):
        yield datetime(2026, 4, 6, 0, 30, tzinfo=MONDAY.tzinfo) + timedelta(hours=hours)


@pytest.mark.parametrize(("situation", "kind", "due"), CLOCKS, ids=[kind for _, kind, _ in CLOCKS])
def test_the_mail_of_every_clock_leaves_in_business_hours_whenever_it_strikes(
    org: Organisation, situation: str, kind: str, due: Callable[[Story], datetime | None]
) -> None:
    story = request_in(situation, org)
    at = due(story)
    assert at is not None
    sweep(at)
    mail = OutboxMail.objects.filter(request=story.mre_id, kind=kind).latest("pk")
    for now in hours_of_a_week():
        OutboxMail.objects.exclude(pk=mail.pk).update(state=MailState.DROPPED, sent_at=None)
        OutboxMail.objects.filter(pk=mail.pk).update(
            state=MailState.QUEUED, sent_at=None, send_at=now - HOUR
        )
        sent = deliver(now)
        local = now.astimezone(org.joan.zone)
        open_now = local.weekday() < 5 and 8 <= local.hour < 20
        assert sent == open_now, local
        mail.refresh_from_db()
        if not open_now:
            leaves = mail.send_at.astimezone(org.joan.zone)
            assert (leaves.hour, leaves.minute) == (8, 0)
            assert leaves.weekday() < 5


def test_the_patience_does_not_carry_a_mail_beyond_the_hours(org: Organisation) -> None:
    story = submit(org).assign()
    eight = story.assignment.remind_at + timedelta(hours=11)
    sweep(eight - MOMENT)
    leaves = story.mre.mails.get(kind="mentor_reminder").send_at
    assert leaves == story.assignment.remind_at - HOUR + timedelta(days=1)


def test_kinds_that_are_joined_have_a_letter() -> None:
    assert set(outbox.TOGETHER) == {kind for _, kind, _ in CLOCKS}
