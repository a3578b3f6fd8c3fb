"""The clocks: each step at its instant, once, in order; what fails holds up nothing else."""

import logging
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from intake import sweep as sweeping
from intake.actions import clocks
from intake.enums import Outcome, QueueReason, Status
from intake.models import Assignment, OutboxMail
from intake.sweep import sweep
from mentors.models import Chapter
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    request_in,
    submit,
)
from tests.soundness import assert_sound

MOMENT = timedelta(microseconds=1)


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def done(at: datetime) -> dict[str, int]:
    """What a sweep did, without the clocks that had nothing to do."""
    swept = sweep(at)
    assert not any(swept.failed.values())
    return {name: number for name, number in swept.done.items() if number}


# --- Each step at its instant -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "clock", "kind"),
    [
        ("remind_at", "reminder", "reminded"),
        ("respond_by", "accept time-out", "overdue"),
        ("requeue_at", "auto-requeue", "requeued"),
    ],
)
def test_a_step_is_done_from_its_instant_on_and_once(
    org: Organisation, instant: str, clock: str, kind: str
) -> None:
    story = request_in("assigned", org)
    due = getattr(story.assignment, instant)
    sweep(due - MOMENT)
    assert kind not in story.kinds
    assert done(due) == {clock: 1}
    assert done(due) == {}
    assert done(due + timedelta(minutes=1)) == {}
    event = story.mre.events.get(kind=kind)
    assert (event.at, event.by) == (due, None)
    assert_sound(story.mre_id)


def test_a_reminder_goes_to_the_mentor_alone(org: Organisation) -> None:
    story = request_in("assigned", org)
    before = len(story.mails)
    sweep(story.assignment.remind_at)
    assert story.mails[before:] == ["mentor_reminder"]
    assert story.mre.mails.get(kind="mentor_reminder").volunteer == org.joan


def test_an_overdue_assignment_is_told_to_mentor_and_coordinators_and_stays_with_the_mentor(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    sweep(story.assignment.respond_by)
    assert story.mre.status == Status.ASSIGNED
    assert story.assignment.outcome == Outcome.OVERDUE
    assert story.mre.mails.get(kind="mentor_overdue").volunteer == org.joan
    told = {mail.volunteer for mail in story.mre.mails.filter(kind="rcic_overdue")}
    assert told == {org.rcic, org.rcic_district, org.rcic_region}


def test_what_goes_back_to_the_queue_is_told_to_everybody_and_keeps_its_place(
    org: Organisation,
) -> None:
    story = request_in("overdue", org)
    at = story.assignment.requeue_at
    sweep(at + timedelta(hours=3))
    mre, assignment = story.mre, story.assignment
    assert (mre.status, mre.queue_reason) == (Status.NEED_ACTION, QueueReason.TIMED_OUT)
    assert (assignment.outcome, assignment.ended_at, mre.status_since) == (
        Outcome.TIMED_OUT,
        at,
        at,
    )
    assert mre.waiting_since == MONDAY
    assert {"mentor_requeued", "rcic_requeued", "client_delay"} <= set(story.mails)


@pytest.mark.parametrize(
    "situation", ["accepted", "declined", "replaced", "withdrawn_before_answer"]
)
def test_what_was_answered_or_taken_away_is_left_alone(org: Organisation, situation: str) -> None:
    story = request_in(situation, org)
    first = Assignment.objects.filter(request=story.mre_id).earliest("pk")
    for step in (clocks.remind, clocks.mark_overdue, clocks.requeue):
        assert not step(assignment_id=first.pk, now=first.requeue_at)
    assert "reminded" not in story.kinds
    assert_sound(story.mre_id)


def test_a_time_out_that_is_not_due_changes_nothing(org: Organisation) -> None:
    story = request_in("assigned", org)
    sweep(story.assignment.remind_at)
    reminder = story.mre.mails.get(kind="mentor_reminder")
    early = story.assignment.respond_by - MOMENT
    assert not clocks.mark_overdue(assignment_id=story.assignment.pk, now=early)
    reminder.refresh_from_db()
    assert reminder.state == "queued"


# --- Catching up --------------------------------------------------------------------------------


def test_a_clock_that_was_down_does_each_step_once_in_order_with_the_deadline_as_its_instant(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    assignment, late = story.assignment, story.assignment.requeue_at + timedelta(days=9)
    assert done(late) == {"reminder": 1, "accept time-out": 1, "auto-requeue": 1}
    events = list(story.mre.events.order_by("pk"))[2:]
    assert [(event.kind, event.at) for event in events] == [
        ("reminded", assignment.remind_at),
        ("overdue", assignment.respond_by),
        ("requeued", assignment.requeue_at),
    ]
    assert {event.processed_at for event in events} == {late}
    assert story.assignment.overdue_at == assignment.respond_by
    assert_sound(story.mre_id)


def test_after_catching_up_the_mentor_is_not_asked_for_an_answer_that_nobody_takes(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    sweep(story.assignment.requeue_at + timedelta(days=9))
    asked = story.mre.mails.filter(kind__in=["mentor_reminder", "mentor_overdue"])
    assert {mail.state for mail in asked} == {"dropped"}
    assert story.mre.mails.get(kind="mentor_requeued").state == "queued"


def test_only_the_requeue_itself_still_tells_that_it_was_overdue(org: Organisation) -> None:
    story = request_in("assigned", org)
    at = story.assignment.requeue_at
    assert clocks.requeue(assignment_id=story.assignment.pk, now=at)
    assert story.kinds[-2:] == ["overdue", "requeued"]
    assert "rcic_overdue" in story.mails


def test_a_thousand_due_steps_are_done_in_bounded_batches(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = [request_in("assigned", org) for _ in range(5)]
    monkeypatch.setattr(sweeping, "BATCH", 2)
    at = stories[0].assignment.requeue_at
    assert done(at) == {"reminder": 5, "accept time-out": 5, "auto-requeue": 5}


def test_what_is_done_together_is_told_and_kept_as_if_it_were_done_one_by_one(
    org: Organisation,
) -> None:
    alone, *others = [request_in("assigned", org) for _ in range(3)]
    at = alone.assignment.requeue_at
    for step in (clocks.remind, clocks.mark_overdue, clocks.requeue):
        assert step(assignment_id=alone.assignment.pk, now=at)
    assert done(at) == {"reminder": 2, "accept time-out": 2, "auto-requeue": 2}
    for story in others:
        assert written(story) == written(alone)
        assert_sound(story.mre_id)


def written(story: Story) -> tuple[object, ...]:
    """What a story has left behind, without what differs from request to request."""
    assignment = story.assignment
    events = story.mre.events.order_by("pk").values_list("kind", "at", "from_status", "to_status")
    mails = story.mre.mails.order_by("kind", "volunteer", "pk")
    return (
        [getattr(story.mre, name) for name in ("status", "queue_reason", "current_id")],
        [getattr(assignment, name) for name in ("outcome", "overdue_at", "ended_at")],
        list(events),
        list(mails.values_list("kind", "state", "volunteer", "send_at", "stop_url")),
        [_words(mail) for mail in mails],
    )


def _words(mail: OutboxMail) -> str:
    """What it says to its reader, without the links and the number of the request."""
    said = "\n".join([mail.subject, mail.text, mail.html])
    return re.sub(r"https?://[^\s<\"]+|MR-\d+", "…", said)


# --- Where and when -----------------------------------------------------------------------------


def test_each_mentor_is_overdue_at_his_own_midnight(org: Organisation) -> None:
    east, west = submit(org).assign(org.joan), submit(org).assign(org.leilani)
    assert west.assignment.respond_by - east.assignment.respond_by == timedelta(hours=6)
    assert done(east.assignment.respond_by)["accept time-out"] == 1
    assert (east.assignment.outcome, west.assignment.outcome) == (Outcome.OVERDUE, Outcome.PENDING)


@pytest.mark.parametrize(
    ("assigned_at", "clock_at", "mail_at"),
    [
        ("2026-03-16 14:00", "2026-03-19 04:00", "2026-03-19 12:00"),
        ("2026-03-18 14:00", "2026-03-21 04:00", "2026-03-23 12:00"),
        ("2026-11-23 15:00", "2026-11-26 05:00", "2026-11-27 13:00"),
        ("2026-03-04 15:00", "2026-03-07 05:00", "2026-03-09 12:00"),
    ],
    ids=["next morning", "not on a weekend", "not on Thanksgiving", "over the DST night"],
)
def test_mails_of_a_clock_go_out_between_eight_and_eight_on_business_days(
    org: Organisation, assigned_at: str, clock_at: str, mail_at: str
) -> None:
    story = submit(org, at=utc(assigned_at)).assign()
    assert story.assignment.respond_by == utc(clock_at)
    sweep(utc(clock_at))
    assert story.mre.mails.get(kind="mentor_overdue").send_at == utc(mail_at)


def test_everybody_gets_the_mail_of_a_clock_in_his_own_morning(org: Organisation) -> None:
    story = submit(org, person=a_person(zip="60601")).assign(org.leilani)
    sweep(story.assignment.requeue_at)  # Tue 24 Mar 00:00 in Honolulu, 05:00 in Chicago
    at = {mail.kind: mail.send_at for mail in story.mre.mails.all()}
    assert at["client_delay"] == utc("2026-03-24 13:00")
    assert at["rcic_requeued"] == utc("2026-03-24 13:00")
    assert at["mentor_requeued"] == utc("2026-03-24 18:00")


def test_mails_of_people_do_not_wait_for_the_morning(org: Organisation) -> None:
    night = utc("2026-03-15 07:00")
    submit(org, at=night).assign().accept()
    assert {mail.send_at for mail in OutboxMail.objects.all()} == {night}


# --- What fails ---------------------------------------------------------------------------------


def poison(story: Story, kind: str) -> None:
    """From now on the database refuses this kind of event of the story's assignment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'poison'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER poison BEFORE INSERT ON intake_requestevent FOR EACH ROW"
            f" WHEN (NEW.assignment_id = {story.assignment.pk} AND NEW.kind = '{kind}')"
            f" EXECUTE FUNCTION pg_temp.refuse()"
        )


def cure() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER poison ON intake_requestevent")


def test_a_row_that_fails_is_logged_pushed_ahead_and_holds_up_nobody(
    org: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = request_in("assigned", org), request_in("assigned", org)
    due = bad.assignment.remind_at
    poison(bad, "reminded")
    with caplog.at_level(logging.ERROR, logger="intake.sweep"):
        swept = sweep(due)
    assert (swept.done["reminder"], swept.failed["reminder"]) == (1, 1)
    assert "reminded" in good.kinds
    assert f"failed on row {bad.assignment.pk}" in caplog.text
    assert bad.assignment.reminded_at is None
    assert bad.assignment.sweep_after == due + timedelta(minutes=5)
    assert_sound(bad.mre_id)


def test_a_row_that_fails_is_tried_again_later_and_later(org: Organisation) -> None:
    story = request_in("assigned", org)
    poison(story, "reminded")
    at, waits = story.assignment.remind_at, []
    for _ in range(9):
        assert sweep(at).failed["reminder"] == 1
        after = story.assignment.sweep_after
        assert after is not None
        waits.append((after - at).total_seconds() / 60)
        assert sweep(after - MOMENT).failed["reminder"] == 0
        at = after
    assert waits == [5, 10, 20, 40, 80, 160, 320, 360, 360]


def test_once_the_trouble_is_over_the_step_is_done_with_its_deadline(org: Organisation) -> None:
    story = request_in("assigned", org)
    due = story.assignment.remind_at
    poison(story, "reminded")
    sweep(due)
    cure()
    assert done(due + timedelta(minutes=5)) == {"reminder": 1}
    assert story.mre.events.get(kind="reminded").at == due


def test_a_reminder_that_fails_for_ever_does_not_keep_the_request_from_going_back(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    poison(story, "reminded")
    at = story.assignment.remind_at
    while at < story.assignment.requeue_at + timedelta(hours=10):
        sweep(at)
        at += timedelta(hours=4)
    assert story.assignment.outcome == Outcome.TIMED_OUT
    assert story.mre.queue_reason == QueueReason.TIMED_OUT


def test_a_session_that_fails_is_pushed_ahead_too(org: Organisation) -> None:
    story = request_in("notes_missing", org)
    due = story.session.notes_due_at
    assert due is not None
    poison(story, "notes_due")
    assert sweep(due).failed["session notes"] == 1
    assert story.session.sweep_after == due + timedelta(minutes=5)
    cure()
    assert done(due + timedelta(minutes=5))["session notes"] == 1


# --- By hand ------------------------------------------------------------------------------------


def test_the_command_sweeps_as_if_it_were_another_instant(org: Organisation) -> None:
    story = request_in("assigned", org)
    said = StringIO()
    call_command("sweep", at="2026-03-19T00:00:00-04:00", stdout=said)
    assert story.assignment.outcome == Outcome.OVERDUE
    assert "accept time-out: 1\n" in said.getvalue()


@pytest.mark.parametrize(
    "words", ["tomorrow", "2026-03-19", "2026-03-19T00:00:00", "2026-13-40T00:00Z"]
)
@pytest.mark.django_db
def test_the_command_refuses_what_is_no_instant(words: str) -> None:
    with pytest.raises(CommandError, match="is not an instant with an offset"):
        call_command("sweep", at=words, stdout=StringIO())


def test_the_command_ends_with_an_error_if_a_row_failed(org: Organisation) -> None:
    story = request_in("assigned", org)
    poison(story, "reminded")
    with pytest.raises(CommandError, match="Some rows failed"):
        call_command("sweep", at=story.assignment.remind_at.isoformat(), stdout=StringIO())


# --- Units are data ----------------------------------------------------------------------------


def test_units_are_data_a_chapter_that_moves_zone_keeps_the_clocks_that_run(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    was = story.assignment.respond_by
    Chapter.objects.filter(pk=org.new_york.pk).update(time_zone="Pacific/Honolulu")
    assert done(was)["accept time-out"] == 1
