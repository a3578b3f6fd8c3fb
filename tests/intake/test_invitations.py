"""Invitations: what each reader's calendar is told when a session is planned, moved, called off."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from intake import invitations, sending
from intake.actions import clients, closing, merging, sessions, submission
from intake.enums import SessionMode
from intake.models import Client, OutboxMail, Session
from intake.places import meeting_link
from mentors.models import Chapter, Volunteer
from tests import ical
from tests.factories import Organisation, Story, request_in, submit
from tests.refusals import invalid

PLACE = 'Café “Ça va”; 5th Ave, 2nd floor\\left, ask for "Zoë"'


def plan(story: Story, **more: Any) -> Session:
    wanted = {
        "starts_at": story.now + timedelta(days=2),
        "mode": SessionMode.IN_PERSON,
        "place": PLACE,
        "planned_minutes": 90,
    } | more
    story.session_id = sessions.schedule(
        mre_id=story.mre_id, by=story.mentor, now=story.now, **wanted
    ).pk
    return story.session


def move(story: Story, **more: Any) -> Session:
    now = story.session
    wanted = {
        "starts_at": now.starts_at,
        "mode": now.mode,
        "place": now.place,
        "planned_minutes": now.planned_minutes,
    } | more
    return sessions.move(session_id=now.pk, by=story.mentor, now=story.now, **wanted)


def mail(story: Story, kind: str, to: Volunteer | Client) -> OutboxMail:
    """The latest mail of a kind to somebody."""
    return story.mre.mails.filter(kind=kind, to_email=to.email).latest("pk")


def copies(story: Story, change: str) -> list[ical.Component]:
    """The calendars of client and mentor after a change, each read by every rule."""
    client = mail(story, f"client_session_{change}", story.mre.client)
    mentor = mail(story, f"mentor_session_{change}", story.mentor)
    for sent in (client, mentor):
        assert ical.read(sent.calendar).one("METHOD").value == sent.calendar_method
    return [ical.read(sent.calendar) for sent in (client, mentor)]


def event(calendar: ical.Component) -> ical.Component:
    [found] = calendar.inner("VEVENT")
    return found


def addresses(calendar: ical.Component) -> set[str]:
    return {guest.value.removeprefix("mailto:") for guest in event(calendar).all("ATTENDEE")}


def organizer(calendar: ical.Component) -> str:
    return event(calendar).one("ORGANIZER").value.removeprefix("mailto:")


# --- What an invitation says ----------------------------------------------------------------------


def test_an_invitation_says_when_how_long_and_where(org: Organisation) -> None:
    story = request_in("accepted", org)
    planned = plan(story)
    for calendar in copies(story, "invited"):
        assert ical.instant(calendar, "DTSTART") == planned.starts_at
        assert ical.instant(calendar, "DTEND") - planned.starts_at == timedelta(minutes=90)
        assert event(calendar).one("LOCATION").text == PLACE
        assert event(calendar).one("SEQUENCE").value == "0"
        assert event(calendar).one("DTSTAMP").value == f"{story.now:%Y%m%dT%H%M%SZ}"
        assert len(event(calendar).inner("VALARM")) == 1


def test_answers_go_to_the_mentor_and_his_own_copy_comes_from_the_service(
    org: Organisation,
) -> None:
    """A calendar program leaves out an invitation that its owner seems to have sent himself."""
    story = request_in("accepted", org)
    plan(story)
    to_client, to_mentor = copies(story, "invited")
    assert organizer(to_client) == org.joan.email
    assert organizer(to_mentor) == "handoff@localhost"
    for calendar in (to_client, to_mentor):
        roles = {
            guest.value.removeprefix("mailto:"): (guest.params["ROLE"], guest.params["PARTSTAT"])
            for guest in event(calendar).all("ATTENDEE")
        }
        assert roles == {
            org.joan.email: ("CHAIR", "ACCEPTED"),
            story.mre.client.email: ("REQ-PARTICIPANT", "NEEDS-ACTION"),
        }


def test_a_co_mentor_is_invited_and_reads_no_address_of_the_client(org: Organisation) -> None:
    story = request_in("accepted", org)
    session = plan(story)
    session.co_mentorships.create(volunteer=org.sam)
    move(story, planned_minutes=45)
    to_client, to_mentor = copies(story, "changed")
    to_sam = ical.read(mail(story, "mentor_session_changed", org.sam).calendar)
    assert addresses(to_sam) == {org.joan.email, org.sam.email}
    assert organizer(to_sam) == org.joan.email
    assert addresses(to_client) == {org.joan.email, story.mre.client.email}
    assert addresses(to_mentor) == {org.joan.email, org.sam.email, story.mre.client.email}


def test_nobody_but_the_mentor_has_the_clients_last_name_or_address(org: Organisation) -> None:
    story = request_in("accepted", org)
    plan(story).co_mentorships.create(volunteer=org.sam)
    move(story, mode=SessionMode.PHONE)
    client = story.mre.client
    sent = mail(story, "mentor_session_changed", org.sam)
    for secret in (client.last_name, client.email, client.phone, story.mre.question):
        assert secret not in sent.calendar.replace("\r\n ", "") + sent.text + sent.html


def test_a_place_is_a_link_in_the_mail_only_if_it_is_https(org: Organisation) -> None:
    story = request_in("accepted", org)
    plan(story, place="https://meet.example.org/joan")
    client = story.mre.client
    assert (
        'href="https://meet.example.org/joan"' in mail(story, "client_session_invited", client).html
    )
    for place in ("http://meet.example.org", "javascript:alert(1)", "call 216-555-0100"):
        move(story, place=place)
        changed = mail(story, "client_session_changed", client)
        assert f'href="{place}"' not in changed.html
        assert place in changed.text


@pytest.mark.parametrize(
    ("place", "link"),
    [
        ("https://meet.example.org/j/1?pwd=a&b=c", "https://meet.example.org/j/1?pwd=a&b=c"),
        (" https://meet.example.org ", "https://meet.example.org"),
        ("http://meet.example.org", ""),
        ("javascript:alert(1)//https://meet.example.org", ""),
        ("see https://meet.example.org", ""),
        ("https://", ""),
        ("12 Main Street", ""),
        ("", ""),
    ],
)
def test_a_link_is_nothing_but_an_https_address(place: str, link: str) -> None:
    assert meeting_link(place) == link


# --- Changes --------------------------------------------------------------------------------------


def test_planned_moved_and_called_off_it_is_one_event_with_a_rising_sequence(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    plan(story)
    told = copies(story, "invited")
    story.wait(hours=1)
    later = story.session.starts_at + timedelta(days=1)
    move(story, starts_at=later)
    told += copies(story, "changed")
    story.wait(hours=1)
    sessions.cancel(session_id=story.session.pk, by=org.joan, now=story.now)
    told += copies(story, "cancelled")
    assert len({event(calendar).one("UID").value for calendar in told}) == 1
    sequences = [event(calendar).one("SEQUENCE").value for calendar in told]
    assert sequences == ["0", "0", "1", "1", "2", "2"]
    methods = [calendar.one("METHOD").value for calendar in told]
    assert methods == ["REQUEST"] * 4 + ["CANCEL"] * 2
    for calendar in told[4:]:
        assert event(calendar).one("STATUS").value == "CANCELLED"
        assert ical.instant(calendar, "DTSTART") == later
        assert len(event(calendar).all("ATTENDEE")) == 2


def test_an_earlier_invitation_never_changes_its_organizer(org: Organisation) -> None:
    story = request_in("accepted", org)
    plan(story)
    before = [organizer(calendar) for calendar in copies(story, "invited")]
    move(story, planned_minutes=30)
    assert [organizer(calendar) for calendar in copies(story, "changed")] == before


def test_moving_it_to_where_it_stands_is_refused(org: Organisation) -> None:
    story = request_in("accepted", org)
    plan(story)
    with invalid("starts_at", "Nothing was changed"):
        move(story)


@pytest.mark.parametrize(
    ("field", "value"), [("planned_minutes", 4), ("planned_minutes", 481), ("place", "x" * 301)]
)
def test_what_nobody_can_plan_is_refused_beside_its_field(
    org: Organisation, field: str, value: object
) -> None:
    story = request_in("accepted", org)
    with invalid(field):
        plan(story, **{field: value})


@pytest.mark.parametrize("end", [Story.transfer, Story.reassign, Story.withdraw])
def test_who_was_invited_is_told_when_the_mentor_no_longer_has_the_request(
    org: Organisation, end: Any
) -> None:
    story = request_in("accepted", org)
    plan(story).co_mentorships.create(volunteer=org.sam)
    end(story)
    for kind, to in (
        ("client_session_cancelled", story.mre.client),
        ("mentor_session_cancelled", org.joan),
        ("mentor_session_cancelled", org.sam),
    ):
        told = ical.read(mail(story, kind, to).calendar)
        assert told.one("METHOD").value == "CANCEL"
        assert event(told).one("SEQUENCE").value == "1"


# --- Somebody comes or goes -----------------------------------------------------------------------


def test_who_no_longer_takes_part_is_uninvited_while_the_session_goes_on(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    session = plan(story)
    copy = invitations.dismissal(session, org.sam, org.sam.email, story.now)
    calendar = ical.read(copy.text)
    assert copy.method == "CANCEL"
    assert not event(calendar).all("STATUS"), "that would cancel it for everybody"
    assert addresses(calendar) == {org.sam.email}


def correct_by_client(story: Story, email: str) -> None:
    submission.correct_contact(
        mre_id=story.mre_id, email=email, phone=story.mre.client.phone, now=story.now
    )


def correct_by_coordinator(story: Story, email: str) -> None:
    clients.correct(client_id=story.mre.client_id, by=story.org.rcic, now=story.now, email=email)


def merge(story: Story, email: str) -> None:
    """Into another record of the same person, which has that address."""
    other = submit(story.org).mre.client
    Client.objects.filter(pk=other.pk).update(email=email)
    merging.merge(
        kept_id=other.pk,
        merged_id=story.mre.client_id,
        chosen={},
        by=story.org.rcic,
        now=story.now,
    )


@pytest.mark.parametrize("change", [correct_by_client, correct_by_coordinator, merge])
def test_an_invitation_moves_with_the_clients_address(org: Organisation, change: Any) -> None:
    story = request_in("accepted", org)
    plan(story)
    old = story.mre.client.email
    first = event(copies(story, "invited")[0])
    change(story, "new@example.com")
    gone = OutboxMail.objects.get(kind="client_session_elsewhere")
    assert gone.to_email == old
    leaving = ical.read(gone.calendar)
    assert leaving.one("METHOD").value == gone.calendar_method == "CANCEL"
    assert addresses(leaving) == {old}
    arriving = ical.read(mail(story, "client_session_invited", story.mre.client).calendar)
    assert addresses(arriving) == {"new@example.com", org.joan.email}
    for told in (leaving, arriving):
        assert event(told).one("UID").value == first.one("UID").value
        assert event(told).one("SEQUENCE").value == "1"


def test_the_old_address_is_told_nothing_new(org: Organisation) -> None:
    story = request_in("accepted", org)
    plan(story)
    correct_by_client(story, "new@example.com")
    gone = OutboxMail.objects.get(kind="client_session_elsewhere")
    client = story.mre.client
    for secret in ("new@example.com", client.last_name, client.phone, "/status/", str(org.joan)):
        assert secret not in gone.text + gone.html + gone.subject


@pytest.mark.parametrize("same", ["MARIA", "phone"])
def test_the_same_address_needs_no_new_invitation(org: Organisation, same: str) -> None:
    story = request_in("accepted", org)
    plan(story)
    client = story.mre.client
    email = client.email.upper() if same == "MARIA" else client.email
    submission.correct_contact(mre_id=story.mre_id, email=email, phone="1234", now=story.now)
    assert not OutboxMail.objects.filter(kind="client_session_elsewhere").exists()
    assert story.session.calendar_sequence == 0


def test_a_session_that_is_over_moves_to_no_other_calendar(org: Organisation) -> None:
    story = request_in("accepted", org)
    plan(story)
    story.wait(days=3)
    correct_by_client(story, "new@example.com")
    assert not OutboxMail.objects.filter(kind="client_session_elsewhere").exists()


# --- As a mail ------------------------------------------------------------------------------------


def test_the_calendar_is_a_part_of_the_mail_and_a_file_with_it(org: Organisation) -> None:
    story = request_in("accepted", org)
    plan(story)
    sent = mail(story, "client_session_invited", story.mre.client)
    built = sending.message(sent).message()
    kinds = [part.get_content_type() for part in built.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    inline, file = list(built.walk())[4:]
    assert inline.get_param("method") == "REQUEST"
    assert inline.get_param("charset") == "utf-8"
    assert file.get_filename() == "invite.ics"
    for part in (inline, file):
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        assert body.replace(b"\r\n", b"\n") == sent.calendar.encode().replace(b"\r\n", b"\n")


# --- Any zone, any day ----------------------------------------------------------------------------

ZONES = ("America/New_York", "America/Phoenix", "America/Anchorage", "Pacific/Honolulu")
CHANGES = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2027, 3, 14, 11, tzinfo=UTC),
    datetime(2027, 11, 7, 10, tzinfo=UTC),
)
"""When clocks are changed in New York (2026) and in Anchorage (2027)."""
near_a_change = st.builds(
    lambda at, hours: at + timedelta(minutes=15 * hours),
    st.sampled_from(CHANGES),
    st.integers(-20, 20),
)
any_time = st.integers(1, 4 * 24 * 700).map(
    lambda quarter: datetime(2026, 3, 17, tzinfo=UTC) + timedelta(minutes=15 * quarter)
)
some_time = near_a_change | any_time


@pytest.fixture
def planned(org: Organisation) -> Session:
    """A session that was planned long ago, so that any time is still to come."""
    story = request_in("accepted", org)
    return plan(story, place="")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(ZONES),
    st.lists(st.tuples(some_time, st.integers(5, 480)), min_size=1, max_size=4),
    st.text(max_size=120),
)
def test_whatever_is_planned_where_and_however_often_moved(
    planned: Session, zone: str, times: list[tuple[datetime, int]], place: str
) -> None:
    """Each file keeps every rule, and says the very instants, by its own clock and by ours."""
    session = planned
    session.assignment.mentor.chapter = Chapter(name="Any", time_zone=zone)
    readers = (session.assignment.mentor, session.request.client)
    for sequence, (starts_at, minutes) in enumerate(times):
        session.starts_at, session.planned_minutes = starts_at, minutes
        session.calendar_sequence, session.place = sequence, place
        for reader in readers:
            text = invitations.invitation(session, reader, starts_at).text
            calendar = ical.read(text)
            ends_at = starts_at + timedelta(minutes=minutes)
            assert ical.instant(calendar, "DTSTART") == starts_at
            assert ical.instant(calendar, "DTEND") == ends_at
            [parsed] = Calendar.from_ical(text).walk("VEVENT")
            assert parsed.decoded("DTSTART").astimezone(UTC) == starts_at
            assert parsed.decoded("DTEND").astimezone(UTC) == ends_at
            assert parsed["SEQUENCE"] == sequence


def test_a_session_moved_across_a_change_of_the_clock_keeps_its_hour(org: Organisation) -> None:
    zone = ZoneInfo("America/New_York")
    story = submit(org, at=datetime(2026, 10, 26, 14, tzinfo=UTC))
    story.assign().accept()
    plan(story, starts_at=datetime(2026, 10, 30, 10, tzinfo=zone))
    before = [ical.instant(calendar, "DTSTART") for calendar in copies(story, "invited")]
    move(story, starts_at=datetime(2026, 11, 3, 10, tzinfo=zone))
    after = [ical.instant(calendar, "DTSTART") for calendar in copies(story, "changed")]
    assert before == [datetime(2026, 10, 30, 14, tzinfo=UTC)] * 2
    assert after == [datetime(2026, 11, 3, 15, tzinfo=UTC)] * 2
    closing.transfer_to_queue(mre_id=story.mre_id, by=org.joan, now=story.now, reason="Away.")
    gone = [ical.instant(calendar, "DTSTART") for calendar in copies(story, "cancelled")]
    assert gone == after
