"""Giving a request to a mentor: the clocks, who can be chosen, when a note is needed, moving."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from intake.actions import assigning, availability
from intake.enums import Outcome, QueueReason, Status
from intake.models import OutboxMail
from mentors.enums import Classification, Tier, VolunteerStatus
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Chapter, Volunteer
from tests import factories
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    request_in,
    set_profile,
    submit,
)
from tests.refusals import invalid
from tests.soundness import assert_sound


def utc(words: str) -> datetime:
    """“2026-11-18 05:00” as an instant in UTC."""
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def assign(story: Story, mentor: Volunteer, note: str = "", by: Volunteer | None = None) -> None:
    assigning.assign(
        mre_id=story.mre_id,
        mentor_id=mentor.pk,
        by=by or story.org.rcic,
        now=story.now,
        note=note,
    )


# --- The clocks ---------------------------------------------------------------------------------

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("zone", "assigned_at", "remind_at", "respond_by", "requeue_at"),
    [
        pytest.param(
            NEW_YORK,
            "2026-11-13 20:20",
            "2026-11-16 14:00",
            "2026-11-18 05:00",
            "2026-11-21 05:00",
            id="Friday 15:20: overdue from Wednesday, requeued from Saturday",
        ),
        pytest.param(
            NEW_YORK,
            "2026-11-23 15:00",
            "2026-11-24 14:00",
            "2026-11-26 05:00",
            "2026-12-02 05:00",
            id="Thanksgiving does not count",
        ),
        pytest.param(
            NEW_YORK,
            "2026-11-14 20:20",
            "2026-11-16 14:00",
            "2026-11-18 05:00",
            "2026-11-21 05:00",
            id="Saturday is as Friday",
        ),
        pytest.param(
            NEW_YORK,
            "2026-11-16 04:59",
            "2026-11-16 14:00",
            "2026-11-18 05:00",
            "2026-11-21 05:00",
            id="Sunday until midnight is as Friday",
        ),
        pytest.param(
            NEW_YORK,
            "2026-11-16 05:00",
            "2026-11-17 14:00",
            "2026-11-19 05:00",
            "2026-11-24 05:00",
            id="from Monday midnight on it is Monday",
        ),
        pytest.param(
            NEW_YORK,
            "2026-03-06 15:00",
            "2026-03-09 13:00",
            "2026-03-11 04:00",
            "2026-03-14 04:00",
            id="over the night on which the clock jumps",
        ),
        pytest.param(
            NEW_YORK,
            "2026-10-30 15:00",
            "2026-11-02 14:00",
            "2026-11-04 05:00",
            "2026-11-07 05:00",
            id="over the night that has an hour more",
        ),
        pytest.param(
            NEW_YORK,
            "2026-12-24 18:00",
            "2026-12-28 14:00",
            "2026-12-30 05:00",
            "2027-01-05 05:00",
            id="over Christmas and New Year",
        ),
        pytest.param(
            "America/Phoenix",
            "2026-03-06 15:00",
            "2026-03-09 16:00",
            "2026-03-11 07:00",
            "2026-03-14 07:00",
            id="Phoenix knows no summer time",
        ),
        pytest.param(
            "Pacific/Honolulu",
            "2026-11-14 09:00",
            "2026-11-16 19:00",
            "2026-11-18 10:00",
            "2026-11-21 10:00",
            id="Saturday in London is Friday in Honolulu",
        ),
    ],
)
def test_the_clocks_run_in_business_days_of_the_mentors_chapter(
    org: Organisation,
    zone: str,
    assigned_at: str,
    remind_at: str,
    respond_by: str,
    requeue_at: str,
) -> None:
    Chapter.objects.filter(pk=org.new_york.pk).update(time_zone=zone)
    at = utc(assigned_at)
    assignment = submit(org, at=at).assign(org.joan).assignment
    assert assignment.assigned_at == at
    assert assignment.remind_at == utc(remind_at)
    assert assignment.respond_by == utc(respond_by)
    assert assignment.requeue_at == utc(requeue_at)


def test_the_clock_is_that_of_the_mentor_not_of_the_request(org: Organisation) -> None:
    assignment = submit(org).assign(org.leilani).assignment
    assert assignment.respond_by == utc("2026-03-19 10:00")
    assert assignment.tier == Tier.OUTSIDE


def test_the_numbers_in_force_are_frozen_on_the_assignment(
    org: Organisation, settings: Settings
) -> None:
    story = request_in("assigned", org)
    settings.POLICY = {"respond_days": 1, "requeue_days": 2}
    assert story.assignment.respond_days == 2
    assert story.assignment.respond_by == utc("2026-03-19 04:00")
    later = request_in("assigned", org).assignment
    assert (later.respond_days, later.requeue_days) == (1, 2)
    assert (later.respond_by, later.requeue_at) == (
        utc("2026-03-18 04:00"),
        utc("2026-03-19 04:00"),
    )


# --- A note -------------------------------------------------------------------------------------


def test_the_first_time_a_note_is_not_needed(org: Organisation) -> None:
    story = submit(org)
    assign(story, org.joan)
    assert story.assignment.note == ""
    assert story.mre.status == Status.ASSIGNED
    assert_sound(story.mre_id)


@pytest.mark.parametrize(
    "situation", ["declined", "timed_out", "transferred", "mentor_unavailable", "reopened"]
)
@pytest.mark.parametrize("note", ["", "  \n"])
def test_whoever_comes_next_needs_a_note_that_says_why(
    org: Organisation, situation: str, note: str
) -> None:
    story = request_in(situation, org)
    with invalid("note", "assigned before"):
        assign(story, org.ben, note)
    assign(story, org.ben, "He knows the trade.")
    assert story.assignment.note == "He knows the trade."
    assert_sound(story.mre_id)


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        ("declined", "Joan Whitfield: declined this request: no capacity now"),
        (
            "timed_out",
            "Joan Whitfield: did not answer this request (5 business days, until Mon 23 Mar)",
        ),
    ],
)
def test_who_did_not_take_it_before_can_be_asked_again_with_a_note(
    org: Organisation, situation: str, words: str
) -> None:
    story = request_in(situation, org)
    with invalid("note", words):
        assign(story, org.joan)
    assign(story, org.joan, "She has time now.")
    assert story.mentor == org.joan


def test_who_does_not_serve_outside_takes_a_note(org: Organisation) -> None:
    story = submit(org)
    with invalid("note", "does not serve clients outside the local area"):
        assign(story, org.dan)
    assign(story, org.dan, "Nobody here knows cattle.")
    far = submit(org)
    assign(far, set_profile(org.dan, serves_outside=True))
    assert far.assignment.tier == Tier.OUTSIDE


def test_who_offers_nothing_that_fits_needs_no_note(org: Organisation) -> None:
    story = submit(org, ask=an_ask(area=factories.area("Legal"), question="?"))
    assign(story, org.joan)
    assert story.mentor == org.joan


# --- Who can be chosen --------------------------------------------------------------------------


def paused(org: Organisation) -> None:
    factories.pause(org.joan, org, now=MONDAY, days=3)


def of_status(status: VolunteerStatus) -> Callable[[Organisation], None]:
    def change(org: Organisation) -> None:
        Volunteer.objects.filter(pk=org.joan.pk).update(
            status=status, is_active=status != VolunteerStatus.RESIGNED
        )

    return change


def of_classification(classification: Classification) -> Callable[[Organisation], None]:
    def change(org: Organisation) -> None:
        Volunteer.objects.filter(pk=org.joan.pk).update(classification=classification)

    return change


@pytest.mark.parametrize(
    ("prevent", "words"),
    [
        pytest.param(paused, "paused until Thu 19 Mar", id="paused"),
        pytest.param(of_status(VolunteerStatus.INACTIVE), "is inactive", id="inactive"),
        pytest.param(of_status(VolunteerStatus.RESIGNED), "is resigned", id="resigned"),
        pytest.param(of_status(VolunteerStatus.PROVISIONAL), "is provisional", id="provisional"),
        pytest.param(
            of_classification(Classification.SME), "is a Subject Matter Expert", id="expert"
        ),
        pytest.param(of_classification(Classification.VOLUNTEER), "is a Volunteer", id="volunteer"),
    ],
)
def test_who_is_not_assignable_cannot_be_chosen_even_with_a_note(
    org: Organisation, prevent: Callable[[Organisation], None], words: str
) -> None:
    prevent(org)
    story = submit(org)
    with invalid("mentor", words):
        assign(story, org.joan, "I want her.")
    taken = submit(org).assign(org.ben)
    with invalid("mentor", words):
        taken.replace(org.joan)
    with invalid("mentor", words):
        taken.accept().reassign(org.joan)


def test_a_pause_ends_at_midnight_in_the_zone_of_the_mentor(org: Organisation) -> None:
    availability.pause(
        mentor_id=org.leilani.pk,
        by=org.leilani,
        now=utc("2026-03-16 20:00"),
        starts_on=date(2026, 3, 16),
        ends_on=date(2026, 3, 16),
    )
    story = submit(org, at=utc("2026-03-16 20:00"), person=a_person(zip="96801"))
    with invalid("mentor", "paused until Mon 16 Mar"):
        assign(story.until(utc("2026-03-17 09:59")), org.leilani, by=org.admin)
    assign(story.until(utc("2026-03-17 10:00")), org.leilani, by=org.admin)
    assert story.mentor == org.leilani


# --- The weekly limit ---------------------------------------------------------------------------


def test_at_the_limit_a_note_is_needed(org: Organisation) -> None:
    set_profile(org.joan, weekly_limit=2)
    for _ in range(2):
        assign(submit(org), org.joan)
    story = submit(org)
    with invalid("note", "2 of 2 this week, free again Sun 22 Mar"):
        assign(story, org.joan)
    assign(story, org.joan, "She offered it.")
    assert story.mentor == org.joan


def test_a_limit_of_none_is_never_reached_and_one_of_zero_always(org: Organisation) -> None:
    for _ in range(3):
        assign(submit(org), org.joan)
    set_profile(org.ben, weekly_limit=0)
    with invalid("note", "0 of 0 this week"):
        assign(submit(org), org.ben)


@pytest.mark.parametrize(
    ("ended", "counts"),
    [
        ("declined", True),
        ("timed_out", True),
        ("mentor_unavailable", True),
        ("withdrawn_before_answer", True),
        ("transferred", True),
        ("complete", True),
        ("replaced", False),
    ],
)
def test_every_assignment_of_the_week_takes_a_place_unless_it_was_replaced_in_time(
    org: Organisation, ended: str, counts: bool
) -> None:
    received = request_in(ended, org)
    mentor = set_profile(org.grace if ended == "replaced" else org.joan, weekly_limit=1)
    # The same week: what times out ends the next week, but was received in this one.
    story = submit(org, at=min(received.now, MONDAY + timedelta(days=3)))
    if counts:
        with invalid("note", "1 of 1 this week"):
            assign(story, mentor)
    else:
        assign(story, mentor)


def test_who_is_replaced_after_the_deadline_has_used_up_his_place(org: Organisation) -> None:
    story = submit(org).assign(org.joan)
    story.until(story.assignment.respond_by).replace(org.ben)
    set_profile(org.joan, weekly_limit=1)
    with invalid("note", "1 of 1 this week"):
        assign(submit(org, at=story.now), org.joan)


@pytest.mark.parametrize(
    ("mentor", "last_week", "this_week"),
    [
        ("joan", "2026-03-15 03:59", "2026-03-15 04:00"),
        ("leilani", "2026-03-15 09:59", "2026-03-15 10:00"),
    ],
)
def test_the_week_begins_on_sunday_at_midnight_in_the_zone_of_the_mentor(
    org: Organisation, mentor: str, last_week: str, this_week: str
) -> None:
    chosen = set_profile(getattr(org, mentor), weekly_limit=1, serves_outside=True)
    assign(submit(org, at=utc(last_week)), chosen)
    assign(submit(org, at=utc(this_week)), chosen)
    with invalid("note", "1 of 1 this week"):
        assign(submit(org, at=utc("2026-03-16 14:00")), chosen)


# --- Giving it to somebody else -----------------------------------------------------------------


def test_who_is_replaced_in_time_is_told_and_nothing_is_held_against_him(
    org: Organisation,
) -> None:
    story = request_in("assigned", org).wait(hours=1)
    first, client_mails = story.assignment, story.mails.count("client_received")
    story.replace(org.ben)
    first.refresh_from_db()
    assert (first.outcome, first.ended_at) == (Outcome.REPLACED, story.now)
    assert first.overdue_at is None
    told = {mail.kind: mail.volunteer for mail in story.mre.mails.order_by("-pk")[:2]}
    assert told == {"mentor_replaced": org.joan, "mentor_assigned": org.ben}
    assert [kind for kind in story.mails if kind.startswith("client")] == ["client_received"] * (
        client_mails
    )
    assert story.mre.waiting_since == MONDAY
    assert_sound(story.mre_id)


@pytest.mark.parametrize("late", [True, False])
def test_who_is_replaced_from_the_second_of_the_deadline_on_has_timed_out(
    org: Organisation, late: bool
) -> None:
    story = request_in("assigned", org)
    first = story.assignment
    story.until(first.respond_by - timedelta(seconds=not late)).replace(org.ben)
    first.refresh_from_db()
    assert first.outcome == (Outcome.TIMED_OUT if late else Outcome.REPLACED)
    assert first.overdue_at == (first.respond_by if late else None)
    assert ("overdue" in story.kinds) == late
    assert "mentor_overdue" not in story.mails
    assert_sound(story.mre_id)


def test_an_overdue_mentor_who_is_replaced_has_timed_out(org: Organisation) -> None:
    story = request_in("overdue", org).wait(hours=5)
    first = story.assignment
    story.replace(org.ben)
    first.refresh_from_db()
    assert (first.outcome, first.ended_at) == (Outcome.TIMED_OUT, story.now)
    assert story.kinds == ["submitted", "assigned", "overdue", "replaced"]
    assert_sound(story.mre_id)


def test_after_the_fifth_business_day_but_before_the_sweep_a_coordinator_may_still_replace(
    org: Organisation,
) -> None:
    story = request_in("overdue", org)
    first = story.assignment
    story.until(first.requeue_at).wait(hours=1).replace(org.ben)
    first.refresh_from_db()
    assert first.outcome == Outcome.TIMED_OUT
    assert story.mentor == org.ben
    assert_sound(story.mre_id)


@pytest.mark.parametrize("act", [assigning.replace, assigning.reassign])
@pytest.mark.parametrize("note", ["", " "])
def test_to_give_it_to_somebody_else_needs_a_note(
    org: Organisation, act: Callable[..., object], note: str
) -> None:
    situation = "assigned" if act is assigning.replace else "accepted"
    story = request_in(situation, org)
    with invalid("note", "say why this mentor now"):
        act(mre_id=story.mre_id, mentor_id=org.ben.pk, by=org.rcic, now=story.now, note=note)


@pytest.mark.parametrize("act", [assigning.replace, assigning.reassign])
def test_it_is_not_given_to_the_mentor_who_has_it(
    org: Organisation, act: Callable[..., object]
) -> None:
    story = request_in("assigned" if act is assigning.replace else "accepted", org)
    with invalid("mentor", "Joan Whitfield has this request already"):
        act(mre_id=story.mre_id, mentor_id=org.joan.pk, by=org.rcic, now=story.now, note="Again.")


@pytest.mark.parametrize("act", [assigning.replace, assigning.reassign])
def test_who_looked_at_an_older_page_is_told_so(
    org: Organisation, act: Callable[..., object]
) -> None:
    story = submit(org).assign(org.grace)
    seen = story.assignment.pk
    story.wait(hours=1).replace(org.joan)
    if act is assigning.reassign:
        story.accept()
    wanted = {"mre_id": story.mre_id, "mentor_id": org.ben.pk, "by": org.rcic, "now": story.now}
    with pytest.raises(AlreadyDone, match="to another mentor meanwhile"), transaction.atomic():
        act(**wanted, note="He is free.", seen=seen)
    act(**wanted, note="He is free.", seen=story.assignment.pk)
    assert story.mentor == org.ben


def test_an_accepted_request_given_to_another_mentor_waits_again_from_now(
    org: Organisation,
) -> None:
    story = request_in("accepted", org).wait(days=1)
    first = story.assignment
    story.reassign(org.ben)
    first.refresh_from_db()
    assert first.outcome == Outcome.ACCEPTED_IN_TIME
    assert first.ended_at == story.now
    assert story.mre.waiting_since == story.mre.status_since == story.now
    told = {mail.kind: mail.to_email for mail in story.mre.mails.order_by("-pk")[:3]}
    assert told == {
        "mentor_assigned": org.ben.email,
        "mentor_taken_over": org.joan.email,
        "client_new_mentor": story.mre.client.email,
    }
    assert_sound(story.mre_id)


def test_the_client_is_not_told_the_name_of_a_mentor_who_has_not_accepted(
    org: Organisation,
) -> None:
    story = request_in("accepted", org).wait(days=1).reassign(org.ben)
    mail = story.mre.mails.get(kind="client_new_mentor")
    assert "Ben" not in mail.subject + mail.text + mail.html


def test_the_sessions_that_the_first_mentor_planned_are_called_off(org: Organisation) -> None:
    story = request_in("session_planned", org).reassign(org.ben)
    assert story.session.state == "cancelled"
    assert {"client_session_cancelled", "mentor_session_cancelled"} <= set(story.mails)
    told = story.mre.mails.get(kind="mentor_session_cancelled")
    assert told.volunteer == org.joan


def test_a_mail_that_asks_for_an_answer_tells_little_of_the_client(org: Organisation) -> None:
    story = submit(org, person=a_person(last_name="Verysecret"), ask=an_ask(question="My debts"))
    mail = story.assign(org.joan).mre.mails.get(kind="mentor_assigned")
    everything = mail.subject + mail.text + mail.html
    client = story.mre.client
    assert client.first_name in mail.subject
    for secret in (client.last_name, client.email, client.phone, "My debts"):
        assert secret not in everything


# --- Moving -------------------------------------------------------------------------------------


def test_a_moved_request_keeps_its_place_and_both_sides_are_told(org: Organisation) -> None:
    story = submit(org).wait(days=3)
    assigning.move(
        mre_id=story.mre_id,
        chapter_id=org.phoenix.pk,
        by=org.rcic,
        now=story.now,
        note="He lives there.",
    )
    mre = story.mre
    assert (mre.chapter, mre.queue_reason) == (org.phoenix, QueueReason.MOVED_HERE)
    assert mre.waiting_since == mre.submitted_at == MONDAY
    told = OutboxMail.objects.filter(request=mre)
    assert {mail.volunteer for mail in told.filter(kind="rcic_moved_here")} == {org.rcic_elsewhere}
    assert {mail.volunteer for mail in told.filter(kind="rcic_moved_away")} == {
        org.rcic_district,
        org.rcic_region,
    }
    assert_sound(story.mre_id)


def test_who_moved_it_away_has_it_no_longer(org: Organisation) -> None:
    story = submit(org).move(org.phoenix)
    with pytest.raises(NotAllowed, match="SCORE Phoenix"):
        assign(story, org.joan)
    assign(story, org.dan, by=org.rcic_elsewhere)
    assert story.mentor == org.dan


def test_a_move_needs_a_note_and_another_chapter(org: Organisation) -> None:
    story = submit(org)
    wanted: dict[str, Any] = {"mre_id": story.mre_id, "by": org.rcic, "now": story.now}
    with invalid("note"):
        assigning.move(**wanted, chapter_id=org.newark.pk, note=" ")
    with invalid("chapter", "It is in SCORE New York already"):
        assigning.move(**wanted, chapter_id=org.new_york.pk, note="Why not.")
