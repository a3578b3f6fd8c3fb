"""Sessions: planned, moved, called off, held, missed; their notes, and who reads and edits them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from icalendar import Calendar

from intake.actions import recording, sessions
from intake.actions.recording import Minutes
from intake.enums import SessionMode, SessionState, Status
from intake.models import MentoringRequest, OutboxMail, RequestEvent, Session
from intake.permissions import check_can_read_notes
from intake.sweep import sweep
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from mentors.permissions import refusal
from mentors.words import appointment_in_words
from tests.factories import Organisation, Story, request_in
from tests.refusals import invalid
from tests.soundness import assert_sound

MOMENT = timedelta(microseconds=1)


def record(story: Story, **more: Any) -> Session:
    """A session of an hour ago, written down by the mentor."""
    wanted: dict[str, Any] = {
        "by": story.mentor,
        "starts_at": story.now - timedelta(hours=1),
        "mode": SessionMode.PHONE,
        "took": Minutes(minutes=60),
    } | more
    return recording.record_held(mre_id=story.mre_id, now=story.now, **wanted)


def edit(story: Story, by: Volunteer, **more: Any) -> Session:
    wanted: dict[str, Any] = {
        "mode": SessionMode.VIDEO,
        "took": Minutes(minutes=30),
        "notes": "We spoke about prices.",
    } | more
    return recording.edit(session_id=story.session.pk, by=by, now=story.now, **wanted)


# --- Planning -----------------------------------------------------------------------------------


def test_a_session_is_planned_for_the_future(org: Organisation) -> None:
    story = request_in("accepted", org)
    wanted: dict[str, Any] = {
        "mre_id": story.mre_id,
        "by": org.joan,
        "now": story.now,
        "mode": SessionMode.VIDEO,
    }
    with invalid("starts_at", "in the past"):
        sessions.schedule(**wanted, starts_at=story.now)
    planned = sessions.schedule(**wanted, starts_at=story.now + MOMENT)
    assert planned.state == SessionState.SCHEDULED


def test_whom_a_session_is_planned_with_counts_as_contacted(org: Organisation) -> None:
    story = request_in("session_planned", org)
    assert story.assignment.contacted_at == story.now
    assert story.assignment.counseled_at is None


def test_client_and_mentor_get_an_invitation_each_in_his_own_zone(org: Organisation) -> None:
    story = request_in("accepted", org).reassign(org.carla).accept().schedule(days=2)
    mails = {mail.kind: mail for mail in story.mre.mails.order_by("-pk")[:2]}
    to_client, to_mentor = mails["client_session_invited"], mails["mentor_session_invited"]
    assert to_client.calendar_method == to_mentor.calendar_method == "REQUEST"
    assert (to_client.to_email, to_client.reply_to) == (story.mre.client.email, org.carla.email)
    new_york, chicago = org.new_york.zone, org.chicago.zone
    assert appointment_in_words(story.session.starts_at, new_york) in to_client.text
    assert appointment_in_words(story.session.starts_at, chicago) in to_mentor.text


def event_of(mail: OutboxMail) -> Any:
    [event] = Calendar.from_ical(mail.calendar).walk("VEVENT")
    return event


def test_a_moved_session_is_the_same_event_with_a_higher_sequence(org: Organisation) -> None:
    story = request_in("session_planned", org)
    first = event_of(story.mre.mails.get(kind="client_session_invited"))
    later = story.session.starts_at + timedelta(days=1)
    sessions.move(
        session_id=story.session.pk,
        by=org.joan,
        now=story.now,
        starts_at=later,
        mode=SessionMode.IN_PERSON,
    )
    moved = event_of(story.mre.mails.get(kind="client_session_changed"))
    assert moved["UID"] == first["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)
    assert moved.decoded("DTSTART") == later
    assert story.session.mode == SessionMode.IN_PERSON


def test_a_cancelled_session_is_cancelled_in_the_calendars(org: Organisation) -> None:
    story = request_in("session_planned", org)
    sessions.cancel(session_id=story.session.pk, by=org.joan, now=story.now)
    assert story.session.state == SessionState.CANCELLED
    mail = story.mre.mails.get(kind="mentor_session_cancelled")
    assert mail.calendar_method == "CANCEL"
    assert event_of(mail)["STATUS"] == "CANCELLED"
    assert event_of(mail)["SEQUENCE"] == 1


@pytest.mark.parametrize("ended", ["cancelled", "held", "missed"])
def test_what_is_no_longer_planned_is_neither_moved_nor_cancelled_nor_held(
    org: Organisation, ended: str
) -> None:
    story = request_in("session_planned", org)
    if ended == "cancelled":
        sessions.cancel(session_id=story.session.pk, by=org.joan, now=story.now)
    elif ended == "held":
        story.hold_planned()
    else:
        story.miss()
    common: dict[str, Any] = {"session_id": story.session.pk, "by": org.joan, "now": story.now}
    acts: dict[str, Callable[[], object]] = {
        "cancelled": lambda: sessions.cancel(**common),
        "missed": lambda: recording.missed(**common),
        "held": lambda: recording.held(**common, took=Minutes(minutes=5)),
        "moved": lambda: sessions.move(
            **common, starts_at=story.now + timedelta(days=1), mode=SessionMode.VIDEO
        ),
    }
    acts.pop({"held": "missed", "missed": "held"}.get(ended, ""), None)  # a mistake is put right
    for act in acts.values():
        with pytest.raises(AlreadyDone, match=f"already {ended}"), transaction.atomic():
            act()


@pytest.mark.parametrize("close", [Story.transfer, Story.reassign, Story.withdraw])
def test_what_was_planned_is_called_off_when_the_mentor_no_longer_has_it(
    org: Organisation, close: Callable[[Story], object]
) -> None:
    story = request_in("session_planned", org)
    close(story)
    assert story.session.state == SessionState.CANCELLED
    assert story.mails.count("client_session_cancelled") == 1
    assert_sound(story.mre_id)


def test_a_planned_session_that_is_over_is_called_off_without_mails(org: Organisation) -> None:
    story = request_in("session_planned", org).wait(days=3).transfer()
    assert story.session.state == SessionState.CANCELLED
    assert "client_session_cancelled" not in story.mails


# --- Held and missed ----------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["held", "missed"])
def test_a_session_is_over_once_it_has_begun(org: Organisation, act: str) -> None:
    story = request_in("session_planned", org)
    common: dict[str, Any] = {"session_id": story.session.pk, "by": org.joan}
    if act == "held":
        common["took"] = Minutes(minutes=30)
    starts_at = story.session.starts_at
    with invalid("starts_at"):
        getattr(recording, act)(**common, now=starts_at - MOMENT)
    getattr(recording, act)(**common, now=starts_at)
    assert story.session.state == act
    assert story.session.entered_at == starts_at


def test_a_session_without_a_plan_was_held_from_the_day_of_the_submission_until_now(
    org: Organisation,
) -> None:
    story = request_in("accepted", org).wait(days=1)
    the_day = datetime(2026, 3, 16, 4, 0, tzinfo=UTC)
    with invalid("starts_at", "in the future"):
        record(story, starts_at=story.now + MOMENT)
    with invalid("starts_at", "before the day on which the request was submitted"):
        record(story, starts_at=the_day - MOMENT)
    assert record(story, starts_at=the_day).state == SessionState.HELD
    assert record(story, starts_at=story.now).state == SessionState.HELD


def test_the_first_session_that_was_held_is_kept(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=5)
    record(story, starts_at=story.now - timedelta(days=1))
    record(story, starts_at=story.now - timedelta(days=3))
    record(story, starts_at=story.now)
    assert story.assignment.counseled_at == story.now - timedelta(days=3)
    assert_sound(story.mre_id)


@pytest.mark.parametrize(
    ("took", "field"),
    [
        (Minutes(minutes=0), "minutes"),
        (Minutes(minutes=1441), "minutes"),
        (Minutes(minutes=-5), "minutes"),
        (Minutes(minutes=60, preparation=1441), "preparation"),
        (Minutes(minutes=60, preparation=-1), "preparation"),
        (Minutes(minutes=60, travel=1441), "travel"),
    ],
)
def test_minutes_fit_into_a_day(org: Organisation, took: Minutes, field: str) -> None:
    story = request_in("accepted", org).wait(days=1)
    with invalid(field):
        record(story, took=took)
    assert not story.mre.sessions.exists()
    assert record(story, took=Minutes(minutes=1440, preparation=1440, travel=1440)).minutes == 1440


def test_co_mentors_have_their_own_minutes_and_can_be_changed(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1)
    took = Minutes(minutes=60, co_mentors={org.sam.pk: 30, org.ben.pk: 60})
    story.session_id = record(story, took=took, notes="All three.").pk
    minutes = story.session.co_mentorships.order_by("minutes").values_list("volunteer", "minutes")
    assert list(minutes) == [(org.sam.pk, 30), (org.ben.pk, 60)]
    edit(story, org.joan, took=Minutes(minutes=60, co_mentors={org.sam.pk: 45}))
    assert list(minutes.all()) == [(org.sam.pk, 45)]


def test_the_lead_mentor_is_no_co_mentor(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1)
    with invalid("co_mentors", "lead mentor"):
        record(story, took=Minutes(minutes=60, co_mentors={org.joan.pk: 30}))
    with invalid("co_mentors"):
        record(story, took=Minutes(minutes=60, co_mentors={org.ben.pk: 1441}))


# --- Notes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held_at", "due"),
    [
        ("2026-03-18 15:00", "2026-03-20 04:00"),
        ("2026-03-20 15:00", "2026-03-24 04:00"),
        ("2026-03-21 15:00", "2026-03-24 04:00"),
        ("2026-05-22 15:00", "2026-05-27 04:00"),
    ],
    ids=["Wednesday: by Thursday", "Friday: by Monday", "Saturday: by Monday", "Memorial Day"],
)
def test_notes_are_due_one_business_day_after_the_session(
    org: Organisation, held_at: str, due: str
) -> None:
    at, deadline = (datetime.fromisoformat(words).replace(tzinfo=UTC) for words in (held_at, due))
    story = request_in("accepted", org).until(at)
    story.session_id = record(story, starts_at=at).pk
    assert story.session.notes_due_at == deadline
    assert sweep(deadline - MOMENT).done["session notes"] == 0
    assert sweep(deadline).done["session notes"] == 1
    assert sweep(deadline + timedelta(days=9)).done["session notes"] == 0
    assert story.mre.events.get(kind="notes_due").at == deadline
    assert story.mre.mails.get(kind="mentor_notes_due").volunteer == org.joan


def test_whose_notes_are_there_is_not_asked(org: Organisation) -> None:
    story = request_in("counseled", org)
    assert sweep(story.now + timedelta(days=30)).done["session notes"] == 0


def test_notes_are_asked_for_also_after_the_request_was_closed(org: Organisation) -> None:
    story = request_in("notes_missing", org).complete()
    assert sweep(story.now + timedelta(days=5)).done["session notes"] == 1
    assert story.enter_notes().session.notes == "We spoke about prices."


@pytest.mark.parametrize(("after", "late"), [(-MOMENT, False), (timedelta(0), True)])
def test_that_notes_came_late_is_kept(org: Organisation, after: timedelta, late: bool) -> None:
    story = request_in("notes_missing", org)
    due = story.session.notes_due_at
    assert due is not None
    story.until(due + after).enter_notes()
    assert story.session.notes_late(story.now) == late
    assert story.mre.events.get(kind="notes_entered").data["late"] == late
    entered = story.session.notes_entered_at
    story.wait(days=3).enter_notes("Better words.")
    assert story.session.notes_entered_at == entered
    assert story.session.notes == "Better words."


def test_notes_cannot_be_empty_nor_be_emptied(org: Organisation) -> None:
    story = request_in("notes_missing", org)
    with invalid("notes"):
        story.enter_notes(" \n")
    edit(story, org.joan, notes="")
    assert story.session.notes == ""
    story.enter_notes("Prices.")
    with invalid("notes", "not emptied"):
        edit(story, org.joan, notes=" ")


def test_notes_stand_in_no_event_and_in_no_mail(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1).hold(notes="TOPSECRET debts")
    edit(story, org.joan, notes="TOPSECRET debts, and a divorce")
    story.complete()
    events = [str(event.data) for event in RequestEvent.objects.all()]
    mails = [mail.subject + mail.text + mail.html for mail in OutboxMail.objects.all()]
    assert not [words for words in events + mails if "TOPSECRET" in words]


def readers(org: Organisation, story: Story) -> set[Volunteer]:
    """Everybody who may read the notes of the story's session."""
    return {
        person
        for person in Volunteer.objects.all()
        if not refusal(check_can_read_notes, person, story.session, story.now)
    }


def test_notes_are_for_the_mentors_of_the_client_and_the_coordinators(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=1)
    took = Minutes(minutes=60, co_mentors={org.sam.pk: 30})
    story.session_id = record(story, took=took, notes="Prices.").pk
    coordinators = {org.rcic, org.rcic_district, org.rcic_region, org.admin}
    assert readers(org, story) == coordinators | {org.joan, org.sam}
    story.reassign(org.ben)
    assert readers(org, story) == coordinators | {org.joan, org.sam, org.ben}
    story.accept().transfer()
    assert readers(org, story) == coordinators | {org.joan, org.sam}


# --- Editing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entered_at", "open_until"),
    [
        ("2026-03-17 16:00", "2026-04-06 04:00"),
        ("2026-03-31 23:00", "2026-04-06 04:00"),
        ("2026-04-01 03:59", "2026-04-06 04:00"),
        ("2026-04-01 04:00", "2026-05-06 04:00"),
        ("2026-12-31 18:00", "2027-01-06 05:00"),
    ],
    ids=["March", "last of March", "March in New York", "first of April", "December"],
)
def test_a_mentor_edits_until_the_end_of_the_fifth_of_the_next_month_then_only_an_rcic(
    org: Organisation, entered_at: str, open_until: str
) -> None:
    entered, end = (
        datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (entered_at, open_until)
    )
    story = request_in("accepted", org).until(entered - timedelta(hours=1)).hold(notes="Prices.")
    story.complete().until(end - MOMENT)
    edit(story, org.joan)
    story.until(end)
    with pytest.raises(NotAllowed, match="can no longer be changed"):
        edit(story, org.joan)
    with pytest.raises(NotAllowed, match="can no longer be changed"):
        story.enter_notes("Later words.")
    edit(story, org.rcic, notes="By the coordinator.")
    assert story.session.notes == "By the coordinator."


def test_the_month_counts_from_when_it_was_entered_not_held(org: Organisation) -> None:
    story = request_in("accepted", org).until(datetime(2026, 4, 2, 15, tzinfo=UTC))
    story.session_id = record(story, starts_at=story.now - timedelta(days=10)).pk
    story.until(datetime(2026, 5, 6, 3, 59, tzinfo=UTC)).enter_notes()
    assert story.session.notes


@pytest.mark.parametrize("who", ["ben", "manager", "chair", "leader", "rcic_elsewhere", "sam"])
def test_nobody_else_edits_a_session(org: Organisation, who: str) -> None:
    story = request_in("counseled", org)
    with pytest.raises(NotAllowed):
        edit(story, getattr(org, who))


def test_a_session_of_a_former_mentor_is_edited_by_him_not_by_the_next(org: Organisation) -> None:
    story = request_in("counseled", org).reassign(org.ben).accept()
    edit(story, org.joan, notes="Joan again.")
    with pytest.raises(NotAllowed):
        edit(story, org.ben)
    assert story.session.notes == "Joan again."


@pytest.mark.parametrize("situation", ["session_planned", "session_missed"])
def test_only_a_session_that_was_held_has_minutes_and_notes(
    org: Organisation, situation: str
) -> None:
    story = request_in(situation, org)
    with pytest.raises(AlreadyDone, match="not held"):
        edit(story, org.joan)
    with pytest.raises(AlreadyDone, match="not held"):
        story.enter_notes()


# --- Afresh -------------------------------------------------------------------------------------


def test_the_sessions_of_the_former_mentor_do_not_count_for_the_next(org: Organisation) -> None:
    story = request_in("counseled", org).reassign(org.ben).accept()
    with pytest.raises(NotAllowed, match="needs at least one session"):
        story.complete()
    assert story.wait(days=1).hold().complete().mre.status == Status.COMPLETE


def test_that_the_client_missed_a_session_of_the_former_mentor_does_not_count_for_the_next(
    org: Organisation,
) -> None:
    story = request_in("session_missed", org).reassign(org.ben).accept()
    with pytest.raises(NotAllowed, match="marked as missed"):
        story.no_show()
    assert story.schedule().miss().no_show().mre.status == Status.NO_SHOW


def test_the_former_mentor_no_longer_acts_on_what_he_had_planned(org: Organisation) -> None:
    story = request_in("session_planned", org).reassign(org.ben)
    with pytest.raises(AlreadyDone, match="assigned to Ben Okafor"):
        sessions.cancel(session_id=story.session.pk, by=org.joan, now=story.now)
    assert MentoringRequest.objects.for_user(org.joan, story.now).count() == 0
