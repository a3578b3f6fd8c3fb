"""A changed calendar or policy: a preview, then the change, and nothing that has struck moves."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from intake import recompute
from intake.calendar import BusinessCalendar
from intake.enums import Outcome
from intake.models import ClosedDay, RequestEvent
from intake.sweep import sweep
from tests.factories import Organisation, request_in, submit
from tests.soundness import assert_sound

LATER = datetime(2026, 3, 16, 20, 0, tzinfo=UTC)


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def close(day: date, name: str = "Snow") -> None:
    """The organisation is closed on this day after all."""
    ClosedDay.objects.create(date=day, name=name)


TUESDAY, WEDNESDAY, FRIDAY = date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 20)


def moved(with_policy: bool = False) -> dict[str, datetime]:
    """What would move, and until when."""
    return {change.field: change.becomes for change in recompute.preview(with_policy=with_policy)}


def test_nothing_moves_as_long_as_nothing_changed(org: Organisation) -> None:
    request_in("assigned", org)
    request_in("notes_missing", org)
    assert recompute.preview(with_policy=True) == []


def test_a_further_closed_day_moves_what_comes_after_it(org: Organisation) -> None:
    request_in("assigned", org)
    close(WEDNESDAY)
    assert moved() == {
        "respond_by": utc("2026-03-20 04:00"),
        "requeue_at": utc("2026-03-25 04:00"),
    }


def test_a_preview_changes_nothing(org: Organisation) -> None:
    story = request_in("assigned", org)
    before = story.assignment.respond_by
    close(WEDNESDAY)
    recompute.preview()
    assert story.assignment.respond_by == before
    assert "recomputed" not in story.kinds


def test_a_day_can_be_tried_out_before_it_is_in_the_table(org: Organisation) -> None:
    request_in("assigned", org)
    tried = recompute.preview(calendar=BusinessCalendar(frozenset({WEDNESDAY})))
    assert {change.field for change in tried} == {"respond_by", "requeue_at"}
    assert moved() == {}


def test_applied_the_new_deadlines_are_those_of_the_clocks(org: Organisation) -> None:
    story = request_in("assigned", org)
    old = story.assignment.respond_by
    close(WEDNESDAY)
    assert recompute.apply(recompute.preview(), now=LATER) == 2
    assignment = story.assignment
    assert assignment.respond_by == utc("2026-03-20 04:00")
    event = RequestEvent.objects.get(request=story.mre_id, kind="recomputed")
    assert event.data["due"]["respond_by"] == "2026-03-20T04:00:00+00:00"
    assert sweep(old).done["accept time-out"] == 0
    assert sweep(assignment.respond_by).done["accept time-out"] == 1
    assert_sound(story.mre_id)


def test_applied_twice_it_moves_once(org: Organisation) -> None:
    request_in("assigned", org)
    close(WEDNESDAY)
    changes = recompute.preview()
    assert recompute.apply(changes, now=LATER) == 2
    assert recompute.apply(changes, now=LATER) == 0
    assert recompute.preview() == []


def test_a_day_that_is_open_again_moves_the_deadlines_back(org: Organisation) -> None:
    story = request_in("assigned", org)
    before = story.assignment.respond_by
    close(WEDNESDAY)
    recompute.apply(recompute.preview(), now=LATER)
    ClosedDay.objects.filter(date=WEDNESDAY).delete()
    recompute.apply(recompute.preview(), now=LATER)
    assert story.assignment.respond_by == before


def test_what_was_recorded_as_late_stays_late_but_the_next_step_moves(org: Organisation) -> None:
    story = request_in("overdue", org)
    before = story.assignment.respond_by
    close(WEDNESDAY)
    assert moved() == {"requeue_at": utc("2026-03-25 04:00")}
    recompute.apply(recompute.preview(), now=story.now)
    assert (story.assignment.respond_by, story.assignment.overdue_at) == (before, before)
    assert story.assignment.outcome == Outcome.OVERDUE


def test_a_reminder_that_went_out_does_not_move(org: Organisation) -> None:
    story = request_in("assigned", org)
    sweep(story.assignment.remind_at)
    close(TUESDAY)
    assert set(moved()) == {"respond_by", "requeue_at"}


def test_a_reminder_that_has_not_gone_out_moves(org: Organisation) -> None:
    request_in("assigned", org)
    close(TUESDAY)
    assert moved()["remind_at"] == utc("2026-03-18 13:00")


@pytest.mark.parametrize("situation", ["accepted", "declined", "timed_out", "complete", "new"])
def test_what_is_over_does_not_move(org: Organisation, situation: str) -> None:
    request_in(situation, org)
    close(WEDNESDAY)
    close(FRIDAY)
    assert recompute.preview() == []


def test_notes_that_are_missing_get_another_deadline(org: Organisation) -> None:
    story = request_in("notes_missing", org)  # held on Tuesday 17, due by Wednesday
    close(WEDNESDAY)
    assert moved() == {"notes_due_at": utc("2026-03-20 04:00")}
    assert recompute.apply(recompute.preview(), now=story.now) == 1
    assert story.session.notes_due_at == utc("2026-03-20 04:00")


def test_what_was_answered_between_preview_and_change_is_left_alone(org: Organisation) -> None:
    story, other = request_in("assigned", org), request_in("assigned", org)
    close(WEDNESDAY)
    changes = recompute.preview()
    before = story.accept().assignment.respond_by
    assert recompute.apply(changes, now=LATER) == 2
    assert story.assignment.respond_by == before
    assert other.assignment.respond_by != before


def test_the_policy_moves_only_what_begins_afterwards_unless_it_is_wished(
    org: Organisation, settings: Settings
) -> None:
    story = request_in("assigned", org)
    settings.POLICY = {"respond_days": 3, "requeue_days": 6}
    assert moved() == {}
    assert moved(with_policy=True) == {
        "respond_by": utc("2026-03-20 04:00"),
        "requeue_at": utc("2026-03-25 04:00"),
    }
    recompute.apply(recompute.preview(with_policy=True), now=LATER, with_policy=True)
    assert (story.assignment.respond_days, story.assignment.requeue_days) == (3, 6)
    assert recompute.preview(with_policy=True) == []
    assert recompute.preview() == []


def test_a_deadline_of_the_past_strikes_at_the_next_sweep(
    org: Organisation, settings: Settings
) -> None:
    story = request_in("assigned", org)
    settings.POLICY = {"respond_days": 1}
    now = utc("2026-03-18 16:00")
    recompute.apply(recompute.preview(with_policy=True), now=now, with_policy=True)
    assert story.assignment.respond_by == utc("2026-03-18 04:00") < now
    assert sweep(now).done["accept time-out"] == 1
    assert story.assignment.overdue_at == utc("2026-03-18 04:00")
    assert_sound(story.mre_id)


def test_each_deadline_moves_in_the_zone_of_its_mentor(org: Organisation) -> None:
    submit(org).assign(org.leilani)
    close(WEDNESDAY)
    assert moved()["respond_by"] == utc("2026-03-20 10:00")


def test_the_command_shows_first_and_moves_when_told(org: Organisation) -> None:
    story = request_in("assigned", org)
    before = story.assignment.respond_by
    assert _said() == "Nothing would move.\n"
    close(WEDNESDAY)
    shown = _said()
    assert f"{story.mre.number} (Joan Whitfield) respond_by: Thu 19 Mar 00:00 → Fri 20 Mar" in shown
    assert "2 deadlines would move" in shown
    assert story.assignment.respond_by == before
    assert "Moved 2 deadlines." in _said(apply=True)
    assert story.assignment.respond_by > before


def _said(**options: bool) -> str:
    said = StringIO()
    call_command("recompute_due", stdout=said, **options)
    return said.getvalue()
