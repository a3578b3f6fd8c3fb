"""Who helps the mentor of a request: joining and leaving, the company in a session, own time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from intake.actions import availability, company, recording, team
from intake.actions.company import OwnTime
from intake.actions.recording import Minutes
from intake.enums import EventKind, SessionMode, SessionState, TeamRole
from intake.models import CoMentor, MentoringRequest, OutboxMail, RequestEvent, TeamMember
from mentors.enums import Classification, VolunteerStatus
from mentors.errors import AlreadyDone, NotAllowed, Refused
from mentors.models import Volunteer
from tests.factories import SITUATIONS, Organisation, Story, pause, request_in, volunteer
from tests.refusals import invalid
from tests.soundness import fingerprint

pytestmark = pytest.mark.django_db

LED = ("accepted", "session_planned", "session_missed", "tried_three_times", "counseled")


def ask(
    story: Story, who: Volunteer, by: Volunteer | None = None, line: str = "Tax?"
) -> TeamMember:
    return team.add_member(
        mre_id=story.mre_id, volunteer_id=who.pk, by=by or story.mentor, now=story.now, line=line
    )


def leave(story: Story, member: TeamMember, by: Volunteer) -> TeamMember:
    return team.end_membership(member_id=member.pk, by=by, now=story.now)


def join(story: Story, who: Volunteer, by: Volunteer | None = None) -> CoMentor:
    return company.add_companion(
        session_id=story.session.pk, volunteer_id=who.pk, by=by or story.mentor, now=story.now
    )


def drop(story: Story, who: Volunteer, by: Volunteer) -> None:
    company.drop_companion(session_id=story.session.pk, volunteer_id=who.pk, by=by, now=story.now)


def log(story: Story, who: Volunteer, by: Volunteer | None = None, minutes: int = 25) -> CoMentor:
    return company.log_time(
        session_id=story.session.pk,
        volunteer_id=who.pk,
        by=by or who,
        now=story.now,
        took=OwnTime(minutes=minutes, preparation=10, travel=5),
    )


def edit(story: Story, by: Volunteer, co_mentors: dict[int, int] | None) -> None:
    recording.edit(
        session_id=story.session.pk,
        by=by,
        now=story.now,
        mode=SessionMode.VIDEO,
        took=Minutes(minutes=60, co_mentors=co_mentors),
        notes="We spoke about prices.",
    )


def mails_to(who: Volunteer) -> list[str]:
    return list(
        OutboxMail.objects.filter(volunteer=who).order_by("pk").values_list("kind", flat=True)
    )


# --- Who may, and when ----------------------------------------------------------------------------


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_team_is_built_by_the_lead_and_coordinators_while_somebody_leads(
    org: Organisation, situation: str
) -> None:
    story = request_in(situation, org)
    untouched = fingerprint()
    is_led = story.mre.status == "accepted"
    may = {org.rcic, org.rcic_district, org.rcic_region, org.admin} if is_led else set()
    if is_led:
        may |= {story.mentor}
    everybody = {value for value in vars(org).values() if isinstance(value, Volunteer)}
    for person in everybody - may:
        with pytest.raises(Refused):
            ask(story, org.sam, person)
    assert fingerprint() == untouched
    for person in may:
        member = ask(story, org.sam, person)
        assert RequestEvent.objects.latest("pk").kind == EventKind.TEAM_JOINED
        leave(story, member, person)
        assert RequestEvent.objects.latest("pk").kind == EventKind.TEAM_LEFT


@pytest.mark.parametrize(
    ("status", "classification", "why"),
    [
        (VolunteerStatus.INACTIVE, Classification.MENTOR, "is inactive, not active"),
        (VolunteerStatus.RESIGNED, Classification.SME, "is resigned, not active"),
        (VolunteerStatus.PROVISIONAL, Classification.MENTOR, "is provisional, not active"),
        (VolunteerStatus.ACTIVE, Classification.VOLUNTEER, "neither a mentor nor"),
    ],
)
def test_only_active_mentors_and_experts_are_asked(
    org: Organisation, status: VolunteerStatus, classification: Classification, why: str
) -> None:
    story = request_in("session_planned", org)
    somebody = volunteer(org.new_york, status=status, classification=classification)
    with invalid("volunteer", why):
        ask(story, somebody)
    with invalid("volunteer", why):
        join(story, somebody)


def test_a_paused_mentor_of_another_region_may_help_and_the_role_follows_from_who_he_is(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    pause(org.dan, org, now=story.now)
    assert ask(story, org.dan).role == TeamRole.CO_MENTOR
    assert ask(story, org.sam).role == TeamRole.EXPERT


def test_the_lead_is_not_asked_and_nobody_twice_and_never_without_a_line(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    with invalid("volunteer", "leads this request already"):
        ask(story, org.joan)
    with invalid("line", "Tell Sam in a line"):
        ask(story, org.sam, line=" ")
    member = ask(story, org.sam)
    with pytest.raises(AlreadyDone, match="Sam Expert is on the team since Mon 16 Mar"):
        ask(story, org.sam)
    leave(story, member, org.sam)
    with pytest.raises(AlreadyDone, match="Sam Expert left the team on Mon 16 Mar"):
        leave(story, member, org.joan)
    assert ask(story, org.sam).pk != member.pk


def test_a_member_leaves_by_himself_and_takes_nobody_off(org: Organisation) -> None:
    story = request_in("accepted", org)
    sam, ben = ask(story, org.sam), ask(story, org.ben)
    for person in (org.ben, org.nora, org.leader, org.rcic_elsewhere, org.manager):
        with pytest.raises(NotAllowed):
            leave(story, sam, person)
    leave(story, sam, org.sam)
    leave(story, ben, org.rcic)
    how = [event.data["how"] for event in story.mre.events.filter(kind=EventKind.TEAM_LEFT)]
    assert sorted(how) == ["himself", "taken_off"]


@pytest.mark.parametrize("end", ["complete", "transfer", "reassign", "withdraw"])
def test_the_team_ends_with_the_time_of_its_lead_and_is_thanked(
    org: Organisation, end: str
) -> None:
    story = request_in("counseled", org)
    member = ask(story, org.sam)
    ask(story, org.ben)
    story.wait(hours=1)
    getattr(story, end)(*([org.grace] if end == "reassign" else []))
    member.refresh_from_db()
    assert member.left_at == story.now
    assert not story.mre.team.present().exists()
    assert mails_to(org.sam) == ["mentor_joined", "mentor_left_team"]
    text = OutboxMail.objects.filter(volunteer=org.sam).latest("pk").text
    assert "The time of Joan Whitfield as mentor of Maria is over" in text


def test_who_resigns_or_is_no_mentor_any_more_leaves_his_teams(org: Organisation) -> None:
    story, other = request_in("accepted", org), request_in("accepted", org)
    for one in (story, other):
        ask(one, org.ben)
    wanted: dict[str, Any] = {"volunteer_id": org.ben.pk, "by": org.manager, "now": story.now}
    availability.change_standing(
        **wanted, status=VolunteerStatus.ACTIVE, classification=Classification.SME
    )
    assert TeamMember.objects.present().filter(volunteer=org.ben).count() == 2
    availability.change_standing(
        **wanted, status=VolunteerStatus.RESIGNED, classification=Classification.SME
    )
    assert not TeamMember.objects.present().filter(volunteer=org.ben).exists()
    assert mails_to(org.joan).count("mentor_team") == 2


# --- Mails ----------------------------------------------------------------------------------------


def test_who_is_asked_learns_who_leads_the_area_and_the_first_name_and_no_more(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    ask(story, org.sam, line="Could you look at her tax question?")
    mail = OutboxMail.objects.get(volunteer=org.sam)
    assert (mail.kind, mail.reply_to) == ("mentor_joined", org.joan.email)
    for part in (mail.text, mail.html):
        for words in (
            "Joan Whitfield",
            "Maria",
            "Marketing",
            "Could you look at her tax question?",
        ):
            assert words in part
        assert f"/requests/{story.mre_id}/" in part
        for secret in (story.mre.client.last_name, story.mre.client.email, story.mre.question):
            assert secret not in part


def test_the_lead_is_told_of_what_others_do_and_not_of_what_he_does_himself(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    before = mails_to(org.joan)
    member = ask(story, org.sam)
    assert mails_to(org.joan) == before
    leave(story, member, org.sam)
    ask(story, org.ben, by=org.rcic)
    assert mails_to(org.joan) == [*before, "mentor_team", "mentor_team"]
    told = OutboxMail.objects.filter(volunteer=org.joan, kind="mentor_team").order_by("pk")
    assert "Sam Expert has left the team for Maria" in told[0].text
    assert "Rosa Rcic has added Ben Okafor to the team for Maria" in told[1].text


# --- Sessions -------------------------------------------------------------------------------------


def test_who_joins_a_planned_session_is_invited_and_who_leaves_it_is_let_go(
    org: Organisation,
) -> None:
    story = request_in("session_planned", org)
    join(story, org.sam)
    invited = OutboxMail.objects.get(volunteer=org.sam)
    assert (invited.kind, invited.calendar_method) == ("mentor_joined", "REQUEST")
    uid = Calendar.from_ical(invited.calendar).walk("VEVENT")[0]
    before = story.session.calendar_sequence
    drop(story, org.sam, org.sam)
    gone = OutboxMail.objects.filter(volunteer=org.sam).latest("pk")
    assert (gone.kind, gone.calendar_method) == ("mentor_left_team", "CANCEL")
    event = Calendar.from_ical(gone.calendar).walk("VEVENT")[0]
    assert (event["uid"], event["sequence"]) == (uid["uid"], before + 1)
    assert story.mre.client.email not in invited.calendar + gone.calendar
    assert "does not take part in your session" in OutboxMail.objects.latest("pk").text


@pytest.mark.parametrize("situation", ["session_missed", "complete"])
def test_nobody_is_added_where_no_session_is_to_come_or_can_be_changed(
    org: Organisation, situation: str
) -> None:
    story = request_in(situation, org)
    if situation == "complete":
        story.until(datetime(2026, 4, 6, 4, 0, tzinfo=UTC))
        with pytest.raises(NotAllowed, match="can no longer be changed"):
            join(story, org.sam, org.joan)
        join(story, org.sam, org.rcic)
    else:
        with pytest.raises(AlreadyDone, match="is missed"):
            join(story, org.sam)


def test_nobody_but_lead_and_coordinators_says_who_joins_a_session(org: Organisation) -> None:
    story = request_in("session_planned", org)
    join(story, org.sam)
    for person in (org.sam, org.ben, org.leader, org.chair, org.manager, org.rcic_elsewhere):
        with pytest.raises(NotAllowed):
            join(story, org.nora, person)
    with pytest.raises(AlreadyDone, match="Sam Expert is in this session already"):
        join(story, org.sam, org.rcic)
    for person in (org.ben, org.leader, org.rcic_elsewhere):
        with pytest.raises(NotAllowed):
            drop(story, org.sam, person)


def test_whoever_was_invited_took_part_unless_the_mentor_says_otherwise(
    org: Organisation,
) -> None:
    story = request_in("session_planned", org)
    join(story, org.sam)
    story.hold_planned()
    assert story.session.state == SessionState.HELD
    row = story.session.co_mentorships.get()
    assert (row.volunteer, row.minutes, row.logged_at) == (org.sam, 45, None)


def test_who_is_named_when_a_session_is_recorded_is_asked_for_his_time(org: Organisation) -> None:
    story = request_in("accepted", org)
    story.session_id = recording.record_held(
        mre_id=story.mre_id,
        by=org.joan,
        now=story.now,
        starts_at=story.now - timedelta(minutes=50),
        mode=SessionMode.PHONE,
        took=Minutes(minutes=50, co_mentors={org.sam.pk: 30}),
    ).pk
    assert mails_to(org.sam) == ["mentor_joined"]
    assert "Please log the time" in OutboxMail.objects.get(volunteer=org.sam).text
    somebody = volunteer(org.new_york)
    with invalid("co_mentors", "neither a mentor nor"):
        edit(story, org.joan, {org.sam.pk: 30, somebody.pk: 20})


# --- Own time -------------------------------------------------------------------------------------


@pytest.fixture
def met(org: Organisation) -> Story:
    """Sam took part in a session of Joan's."""
    story = request_in("counseled", org)
    join(story, org.sam)
    return story


def test_the_leads_entry_is_a_proposal_until_the_co_mentor_has_logged_his_own(met: Story) -> None:
    sam, joan = met.org.sam, met.org.joan
    edit(met, joan, {sam.pk: 40})
    assert met.session.co_mentorships.get().minutes == 40
    row = log(met, sam)
    assert row.logged_at == met.now
    edit(met, joan, {sam.pk: 60})
    edit(met, joan, None)
    row.refresh_from_db()
    assert (row.minutes, row.preparation_minutes, row.travel_minutes) == (25, 10, 5)
    event = met.mre.events.get(kind=EventKind.TIME_LOGGED)
    assert (event.by, event.data["minutes"], event.data["session"]) == (sam, 25, met.session.pk)


def test_time_that_somebody_has_logged_is_not_struck_out_by_the_lead(met: Story) -> None:
    sam, joan = met.org.sam, met.org.joan
    log(met, sam)
    with invalid("co_mentors", "Sam Expert has logged the time"):
        edit(met, joan, {})
    with pytest.raises(NotAllowed, match="only Sam or a coordinator"):
        drop(met, sam, joan)
    drop(met, sam, met.org.rcic)
    assert not met.session.co_mentorships.exists()


def test_time_is_logged_until_the_month_of_the_session_is_closed_then_by_a_coordinator(
    met: Story,
) -> None:
    sam = met.org.sam
    closes = datetime(2026, 4, 6, 4, 0, tzinfo=UTC)
    met.until(closes - timedelta(seconds=1))
    log(met, sam, minutes=30)
    met.until(closes)
    with pytest.raises(NotAllowed, match="could be changed until Sun 5 Apr"):
        log(met, sam, minutes=20)
    with pytest.raises(NotAllowed):
        drop(met, sam, sam)
    assert log(met, sam, by=met.org.rcic, minutes=20).minutes == 20


def test_nobody_logs_the_time_of_somebody_else_or_of_what_he_was_not_in(met: Story) -> None:
    org = met.org
    for person in (org.joan, org.ben, org.leader, org.rcic_elsewhere):
        with pytest.raises(NotAllowed, match="log their time themselves"):
            log(met, org.sam, by=person)
    with pytest.raises(AlreadyDone, match="who take part"):
        log(met, org.ben)


def test_time_is_for_sessions_that_were_held(org: Organisation) -> None:
    story = request_in("session_planned", org)
    join(story, org.sam)
    with pytest.raises(NotAllowed, match="recorded the session as held"):
        log(story, org.sam)
    story.miss()
    with pytest.raises(AlreadyDone, match="missed by the client, not held"):
        log(story, org.sam)


@pytest.mark.parametrize(
    ("field", "numbers"),
    [
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": 1441}),
        ("preparation", {"minutes": 30, "preparation": 1441}),
        ("travel", {"minutes": 30, "travel": -1}),
    ],
)
def test_numbers_have_bounds(met: Story, field: str, numbers: dict[str, int]) -> None:
    with invalid(field, "1440 minutes."):
        company.log_time(
            session_id=met.session.pk,
            volunteer_id=met.org.sam.pk,
            by=met.org.sam,
            now=met.now,
            took=OwnTime(**numbers),
        )


# --- Who has the request in scope -----------------------------------------------------------------


def sees(story: Story, who: Volunteer) -> bool:
    seen = MentoringRequest.objects.for_user(who, story.now)
    return seen.filter(pk=story.mre_id).exists()


def test_the_team_has_the_request_in_scope_as_long_as_it_is_the_team(org: Organisation) -> None:
    story, other = request_in("accepted", org), request_in("accepted", org)
    assert not sees(story, org.sam)
    member = ask(story, org.sam)
    assert sees(story, org.sam)
    assert not sees(other, org.sam)
    leave(story, member, org.sam)
    assert not sees(story, org.sam)


def test_a_session_in_which_he_took_part_stays_in_scope_and_a_cancelled_one_does_not(
    org: Organisation,
) -> None:
    held, planned = request_in("counseled", org), request_in("session_planned", org)
    for story in (held, planned):
        ask(story, org.sam)
        join(story, org.sam)
    held.wait(hours=1).complete()
    planned.wait(hours=1).transfer()
    assert sees(held, org.sam)
    assert not sees(planned, org.sam)


@pytest.mark.parametrize("status", [VolunteerStatus.INACTIVE, VolunteerStatus.RESIGNED])
def test_who_is_not_active_any_more_sees_nothing_as_a_member(
    org: Organisation, status: VolunteerStatus
) -> None:
    story = request_in("accepted", org)
    ask(story, org.sam)
    Volunteer.objects.filter(pk=org.sam.pk).update(status=status)
    org.sam.refresh_from_db()
    assert not sees(story, org.sam)
