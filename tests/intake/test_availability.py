"""A mentor pauses, comes back, changes his limit or leaves; and what becomes of his requests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from intake.actions import availability
from intake.enums import DeclineReason, Outcome, QueueReason, Status
from intake.shortlist import why_not_assignable
from mentors import actions as people
from mentors.enums import Classification, VolunteerStatus
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Pause, Volunteer
from mentors.pausing import Pausing, pausing
from tests.factories import MONDAY, Organisation, a_person, request_in, submit
from tests.refusals import invalid
from tests.soundness import assert_sound

TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)


def pause(org: Organisation, *, now: datetime = MONDAY, **more: Any) -> list[Any]:
    """Joan pauses for a week from today; what went back."""
    wanted: dict[str, Any] = {
        "mentor_id": org.joan.pk,
        "by": org.joan,
        "starts_on": TODAY,
        "ends_on": TODAY + 7 * DAY,
    } | more
    return availability.pause(now=now, **wanted)[1]


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def assignable(person: Volunteer, at: datetime) -> bool:
    """By both ways that the program has of asking."""
    listed = Volunteer.objects.assignable(at).filter(pk=person.pk).exists()
    assert listed == (not why_not_assignable(person, at))
    return listed


# --- Pausing ------------------------------------------------------------------------------------


def test_who_pauses_today_hands_back_what_he_has_not_answered(org: Organisation) -> None:
    waiting, overdue = submit(org).assign(), submit(org, at=MONDAY - 4 * DAY).assign()
    overdue.become_overdue()
    led, bens = request_in("accepted", org), submit(org).assign(org.ben)
    now = led.now
    back = pause(org, now=now)
    assert {mre.pk for mre in back} == {waiting.mre_id, overdue.mre_id}
    for story in (waiting, overdue):
        assert story.mre.queue_reason == QueueReason.MENTOR_UNAVAILABLE
        assert story.assignment.outcome == Outcome.HANDED_BACK
        assert "rcic_handed_back" in story.mails
        assert_sound(story.mre_id)
    assert (led.mre.status, bens.mre.status) == (Status.ACCEPTED, Status.ASSIGNED)


def test_who_wishes_keeps_what_he_has_not_answered(org: Organisation) -> None:
    story = submit(org).assign()
    assert pause(org, hand_back_unanswered=False) == []
    assert story.mre.status == Status.ASSIGNED
    assert not assignable(org.joan, MONDAY)
    assert story.accept().mre.status == Status.ACCEPTED


def test_a_pause_that_begins_later_hands_nothing_back(org: Organisation) -> None:
    story = submit(org).assign()
    assert pause(org, starts_on=TODAY + DAY) == []
    assert story.mre.status == Status.ASSIGNED


def test_today_is_today_where_the_mentor_is(org: Organisation) -> None:
    story = submit(org, person=a_person(zip="96801")).assign(org.leilani)
    night_in_new_york = utc("2026-03-17 05:00")
    leilani = {"mentor_id": org.leilani.pk, "by": org.leilani}
    assert pause(org, now=night_in_new_york, **leilani)[0].pk == story.mre_id
    with invalid("starts_on", "cannot start before today"):
        pause(org, now=night_in_new_york)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field", "words"),
    [
        (TODAY + DAY, TODAY, "ends_on", "ends before it starts"),
        (TODAY - 3 * DAY, TODAY - DAY, "ends_on", "over already"),
        (TODAY - DAY, TODAY, "starts_on", "cannot start before today"),
        (TODAY, TODAY + 367 * DAY, "ends_on", "a year at most"),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused_and_hands_nothing_back(
    org: Organisation, starts_on: date, ends_on: date, field: str, words: str
) -> None:
    story = submit(org).assign()
    with invalid(field, words):
        pause(org, starts_on=starts_on, ends_on=ends_on)
    assert story.mre.status == Status.ASSIGNED
    assert not Pause.objects.exists()


@pytest.mark.parametrize("who", ["ben", "rcic", "chair", "leader", "manager_elsewhere"])
def test_nobody_else_pauses_a_mentor(org: Organisation, who: str) -> None:
    story = submit(org).assign()
    with pytest.raises(NotAllowed), transaction.atomic():
        pause(org, by=getattr(org, who))
    with pytest.raises(NotAllowed), transaction.atomic():
        pause(org, by=getattr(org, who), hand_back_unanswered=False)
    assert story.mre.status == Status.ASSIGNED


@pytest.mark.parametrize("who", ["joan", "manager", "admin"])
def test_the_mentor_his_manager_and_an_administrator_may(org: Organisation, who: str) -> None:
    submit(org).assign()
    assert len(pause(org, by=getattr(org, who))) == 1


@pytest.mark.parametrize(
    ("mentor", "last_moment", "back_from"),
    [
        ("joan", "2026-03-19 03:59:59", "2026-03-19 04:00:00"),
        ("leilani", "2026-03-19 09:59:59", "2026-03-19 10:00:00"),
        ("dan", "2026-03-19 06:59:59", "2026-03-19 07:00:00"),
    ],
)
def test_a_pause_lasts_to_the_end_of_its_last_day_where_the_mentor_is(
    org: Organisation, mentor: str, last_moment: str, back_from: str
) -> None:
    person = getattr(org, mentor)
    pause(org, mentor_id=person.pk, by=person, ends_on=date(2026, 3, 18))
    assert not assignable(person, utc(last_moment))
    assert assignable(person, utc(back_from))


def test_a_planned_pause_begins_at_midnight_where_the_mentor_is(org: Organisation) -> None:
    pause(org, starts_on=date(2026, 3, 18))
    assert assignable(org.joan, utc("2026-03-18 03:59:59"))
    assert not assignable(org.joan, utc("2026-03-18 04:00:00"))


# --- Pauses that touch each other ---------------------------------------------------------------


def lasting(org: Organisation) -> list[tuple[int, int]]:
    """First and last days of Joan's pauses, counted from today."""
    pauses = Pause.objects.filter(mentor=org.joan).order_by("starts_on")
    return [((p.starts_on - TODAY).days, (p.ends_on - TODAY).days) for p in pauses]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ((0, 7), (5, 10), [(0, 10)]),
        ((5, 10), (0, 7), [(0, 10)]),
        ((0, 7), (8, 10), [(0, 10)]),
        ((3, 5), (0, 10), [(0, 10)]),
        ((0, 7), (9, 10), [(0, 7), (9, 10)]),
    ],
)
def test_pauses_that_overlap_or_follow_at_once_are_one(
    org: Organisation,
    first: tuple[int, int],
    second: tuple[int, int],
    kept: list[tuple[int, int]],
) -> None:
    for starts, ends in (first, second):
        pause(org, starts_on=TODAY + starts * DAY, ends_on=TODAY + ends * DAY)
    assert lasting(org) == kept


def test_one_over_two_others_swallows_both_and_keeps_a_reason(org: Organisation) -> None:
    pause(org, starts_on=TODAY + 2 * DAY, ends_on=TODAY + 3 * DAY, reason="A wedding")
    pause(org, starts_on=TODAY + 7 * DAY, ends_on=TODAY + 8 * DAY)
    pause(org, mentor_id=org.ben.pk, by=org.ben, starts_on=TODAY + 4 * DAY)
    pause(org, starts_on=TODAY, ends_on=TODAY + 6 * DAY)
    assert lasting(org) == [(0, 8)]
    assert Pause.objects.get(mentor=org.joan).reason == "A wedding"
    assert Pause.objects.filter(mentor=org.ben).count() == 1


def test_one_that_covers_nothing_new_is_refused(org: Organisation) -> None:
    pause(org)
    with invalid("starts_on", "covers these days"):
        pause(org, starts_on=TODAY + DAY, ends_on=TODAY + 2 * DAY)


def test_together_they_last_a_year_at_most(org: Organisation) -> None:
    pause(org, ends_on=TODAY + 300 * DAY)
    with invalid("ends_on", "Together with the pause beside it"):
        pause(org, starts_on=TODAY + 290 * DAY, ends_on=TODAY + 400 * DAY)
    assert lasting(org) == [(0, 300)]


def test_one_from_which_he_came_back_early_is_left_alone(org: Organisation) -> None:
    pause(org)
    people.resume(mentor_id=org.joan.pk, by=org.joan, now=MONDAY + 2 * DAY)
    pause(org, now=MONDAY + 2 * DAY, starts_on=TODAY + 3 * DAY, ends_on=TODAY + 9 * DAY)
    assert lasting(org) == [(0, 7), (3, 9)]
    assert assignable(org.joan, MONDAY + 2 * DAY)


@pytest.mark.parametrize("who", ["ben", "rcic", "chair", "manager_elsewhere"])
def test_nobody_else_changes_the_end_of_a_pause(org: Organisation, who: str) -> None:
    pause(org)
    with pytest.raises(NotAllowed):
        change_end(org, TODAY + DAY, by=getattr(org, who))


def change_end(org: Organisation, ends_on: date, now: datetime = MONDAY, **more: Any) -> Pause:
    [paused] = Pause.objects.filter(mentor=org.joan, starts_on=TODAY)
    wanted: dict[str, Any] = {"by": org.joan} | more
    return people.change_pause_end(pause_id=paused.pk, now=now, ends_on=ends_on, **wanted)


def test_a_pause_is_made_longer_and_shorter_while_it_lasts(org: Organisation) -> None:
    pause(org)
    change_end(org, TODAY + 12 * DAY, MONDAY + 3 * DAY)
    assert not assignable(org.joan, MONDAY + 12 * DAY)
    change_end(org, TODAY + 3 * DAY, MONDAY + 3 * DAY)
    assert assignable(org.joan, MONDAY + 4 * DAY)
    with invalid("ends_on", "over already"):
        change_end(org, TODAY + 2 * DAY, MONDAY + 3 * DAY)
    with pytest.raises(AlreadyDone, match="over already"):
        change_end(org, TODAY + 9 * DAY, MONDAY + 4 * DAY)


def test_one_that_reaches_the_next_becomes_one_with_it(org: Organisation) -> None:
    pause(org)
    pause(org, starts_on=TODAY + 10 * DAY, ends_on=TODAY + 12 * DAY)
    change_end(org, TODAY + 9 * DAY)
    assert lasting(org) == [(0, 12)]


# --- Coming back --------------------------------------------------------------------------------


def test_who_comes_back_early_can_be_assigned_at_once(org: Organisation) -> None:
    pause(org)
    pause(org, starts_on=TODAY + 20 * DAY, ends_on=TODAY + 25 * DAY)
    later = MONDAY + 2 * DAY
    assert people.resume(mentor_id=org.joan.pk, by=org.joan, now=later) == 1
    assert assignable(org.joan, later)
    assert not assignable(org.joan, MONDAY + 21 * DAY), "the planned one stays"
    assert people.resume(mentor_id=org.joan.pk, by=org.joan, now=later) == 0


def test_who_pauses_and_changes_his_mind_the_same_day_is_back(org: Organisation) -> None:
    pause(org)
    people.resume(mentor_id=org.joan.pk, by=org.joan, now=MONDAY)
    assert assignable(org.joan, MONDAY)


def test_a_planned_pause_is_called_off_until_it_begins(org: Organisation) -> None:
    pause(org, starts_on=TODAY + DAY)
    [planned] = Pause.objects.all()
    with pytest.raises(NotAllowed), transaction.atomic():
        people.cancel_pause(pause_id=planned.pk, by=org.rcic, now=MONDAY)
    with pytest.raises(AlreadyDone, match="has begun"), transaction.atomic():
        people.cancel_pause(pause_id=planned.pk, by=org.joan, now=MONDAY + DAY)
    people.cancel_pause(pause_id=planned.pk, by=org.joan, now=MONDAY)
    assert not Pause.objects.exists()


@pytest.mark.parametrize(
    ("day", "paused", "welcomed"),
    [
        (TODAY, True, None),
        (TODAY + 7 * DAY, True, None),
        (TODAY + 8 * DAY, False, TODAY + 7 * DAY),
        (TODAY + 14 * DAY, False, TODAY + 7 * DAY),
        (TODAY + 15 * DAY, False, None),
    ],
)
def test_who_was_paused_is_welcomed_back_for_a_week(
    org: Organisation, day: date, paused: bool, welcomed: date | None
) -> None:
    pause(org)
    today = pausing(org.joan, MONDAY + (day - TODAY))
    assert bool(today.now) == paused
    assert (today.over.last_day if today.over else None) == welcomed
    assert pausing(org.ben, MONDAY) == Pausing()


def test_who_came_back_early_is_welcomed_with_the_day_before(org: Organisation) -> None:
    pause(org)
    people.resume(mentor_id=org.joan.pk, by=org.joan, now=MONDAY)
    assert pausing(org.joan, MONDAY) == Pausing(), "it has never held"
    Pause.objects.all().delete()
    pause(org)
    back = MONDAY + 3 * DAY
    people.resume(mentor_id=org.joan.pk, by=org.joan, now=back)
    found = pausing(org.joan, back).over
    assert found is not None
    assert found.last_day == TODAY + 2 * DAY


# --- Declining and pausing in one step ----------------------------------------------------------


def test_who_declines_may_pause_in_the_same_step(org: Organisation) -> None:
    story, other = submit(org).assign(), submit(org).assign()
    paused, back = availability.decline_and_pause(
        assignment_id=story.assignment.pk,
        by=org.joan,
        now=MONDAY,
        reason=DeclineReason.AWAY,
        starts_on=TODAY,
        ends_on=TODAY + 7 * DAY,
    )
    assert story.mre.queue_reason == QueueReason.DECLINED
    assert [mre.pk for mre in back] == [other.mre_id]
    assert paused.mentor == org.joan
    assert_sound(story.mre_id)


def test_if_the_pause_is_refused_nothing_is_declined(org: Organisation) -> None:
    story = submit(org).assign()
    with invalid("ends_on"):
        availability.decline_and_pause(
            assignment_id=story.assignment.pk,
            by=org.joan,
            now=MONDAY,
            reason=DeclineReason.AWAY,
            starts_on=TODAY,
            ends_on=TODAY - DAY,
        )
    assert story.mre.status == Status.ASSIGNED
    assert "rcic_declined" not in story.mails


# --- Leaving ------------------------------------------------------------------------------------


def change_standing(org: Organisation, now: datetime, **more: Any) -> list[Any]:
    wanted: dict[str, Any] = {
        "volunteer_id": org.joan.pk,
        "by": org.manager,
        "status": VolunteerStatus.ACTIVE,
        "classification": Classification.MENTOR,
    } | more
    return availability.change_standing(now=now, **wanted)[1]


@pytest.mark.parametrize(
    "change",
    [
        {"status": VolunteerStatus.INACTIVE},
        {"status": VolunteerStatus.RESIGNED},
        {"status": VolunteerStatus.PROVISIONAL},
        {"classification": Classification.SME},
        {"classification": Classification.VOLUNTEER},
    ],
)
def test_who_can_no_longer_be_assigned_hands_back_what_he_has_not_answered(
    org: Organisation, change: dict[str, Any]
) -> None:
    waiting, led = submit(org).assign(), request_in("accepted", org)
    back = change_standing(org, led.now, **change)
    assert [mre.pk for mre in back] == [waiting.mre_id]
    assert led.mre.status == Status.ACCEPTED
    assert led.reassign(org.ben).mre.status == Status.ASSIGNED
    assert_sound(waiting.mre_id)


def test_a_mentor_who_stays_one_keeps_everything(org: Organisation) -> None:
    story = submit(org).assign()
    assert change_standing(org, MONDAY) == []
    assert story.mre.status == Status.ASSIGNED


def test_who_resigns_can_no_longer_answer_for_the_chapter(org: Organisation) -> None:
    change_standing(org, MONDAY, status=VolunteerStatus.RESIGNED, volunteer_id=org.rcic.pk)
    org.rcic.refresh_from_db()
    assert not org.rcic.is_active
    story = submit(org)
    with pytest.raises(NotAllowed):
        story.withdraw(by=org.rcic)


def test_nobody_records_his_own_resignation(org: Organisation) -> None:
    with invalid("status"):
        change_standing(org, MONDAY, status=VolunteerStatus.RESIGNED, volunteer_id=org.manager.pk)


@pytest.mark.parametrize("who", ["rcic", "chair", "leader", "manager_elsewhere", "joan"])
def test_only_the_manager_of_the_chapter_changes_a_standing(org: Organisation, who: str) -> None:
    with pytest.raises(NotAllowed):
        change_standing(org, MONDAY, by=getattr(org, who), status=VolunteerStatus.INACTIVE)


# --- The weekly limit ---------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [None, 0, 1, 50])
def test_a_limit_is_a_small_number_or_none(org: Organisation, limit: int | None) -> None:
    profile = people.change_limit(
        mentor_id=org.joan.pk, by=org.joan, now=MONDAY, weekly_limit=limit
    )
    profile.refresh_from_db()
    assert profile.weekly_limit == limit


@pytest.mark.parametrize("limit", [-1, 51])
def test_a_limit_has_limits(org: Organisation, limit: int) -> None:
    with invalid("weekly_limit"):
        people.change_limit(mentor_id=org.joan.pk, by=org.joan, now=MONDAY, weekly_limit=limit)


def test_nobody_else_changes_a_limit(org: Organisation) -> None:
    with pytest.raises(NotAllowed):
        people.change_limit(mentor_id=org.joan.pk, by=org.rcic, now=MONDAY, weekly_limit=1)
