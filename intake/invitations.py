"""Sessions as calendar files (iCalendar, RFC 5545; invitations, RFC 5546).

A session is one event: one UID, and a SEQUENCE that rises with every change. Everybody gets a copy
of his own, which tells him no more than he needs: the client reads the mentor's address, a
co-mentor does not read the client's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from unicodedata import category
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from intake.enums import SessionState
from intake.links import absolute
from intake.models import Client, CoMentor, Session
from intake.vtimezone import is_said_twice, vtimezone
from mentors.models import Volunteer

PRODUCT = "-//Handoff//Sessions//EN"


@dataclass(frozen=True, kw_only=True)
class Copy:
    """The file of one reader: a text with CRLF line ends, and what it asks a calendar to do."""

    text: str
    method: str


def invitation(session: Session, to: Client | Volunteer, now: datetime) -> Copy:
    """The session as it stands now, for one of those who take part: a REQUEST, or a CANCEL.

    Reads the co-mentors of the session. For the client, words are in the active language.
    """
    called_off = session.state == SessionState.CANCELLED
    event = _event(session, to, now)
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    event.add("organizer", _organizer(session, to))
    for guest in _guests(session, to):
        event.add("attendee", guest)
    if not called_off:
        event.add_component(_alarm())
    return _copy("CANCEL" if called_off else "REQUEST", [event])


def dismissal(session: Session, was: Client | Volunteer, email: str, now: datetime) -> Copy:
    """For one who no longer takes part, or not at this address: takes it out of his calendar.

    The event itself goes on, so that it has no STATUS: that would cancel it for everybody
    (RFC 5546, 3.2.5). Raise the SEQUENCE of the session before.
    """
    event = _event(session, was, now)
    event.add("organizer", _organizer(session, was))
    event.add("attendee", _person(email, str(was)))
    return _copy("CANCEL", [event])


def published(
    sessions: Iterable[Session], to: Client | Volunteer, now: datetime, name: str = ""
) -> str:
    """Sessions to be looked at, without asking anybody to come: a file, or a calendar by name.

    It holds no address but that of this service.
    """
    return _copy("PUBLISH", [_published(session, to, now) for session in sessions], name).text


def _published(session: Session, to: Client | Volunteer, now: datetime) -> Event:
    event = _event(session, to, now)
    event.add("status", "CONFIRMED")
    event.add("organizer", _service())
    return event


# --- The event ------------------------------------------------------------------------------------


def _event(session: Session, to: Client | Volunteer, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid(session))
    event.add("sequence", session.calendar_sequence)
    event.add("dtstamp", now.astimezone(UTC))
    starts, ends = times(session)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", _text(_summary(session, to)))
    event.add("description", _text("\n".join(_description(session, to))))
    if place := _text(session.place):
        event.add("location", place)
    if isinstance(to, Volunteer):
        event.add("url", absolute(reverse("intake:request", args=[session.request_id])))
    return event


def uid(session: Session) -> str:
    """What the session is called in every calendar, for good."""
    return f"{session.calendar_uid}@{urlsplit(settings.SITE_URL).hostname}"


def times(session: Session) -> tuple[datetime, datetime]:
    """Beginning and planned end on the mentor's clock; in UTC where that clock would be ambiguous.

    A night has such an hour when the clock is put back.
    """
    zone = session.assignment.mentor.zone
    starts = session.starts_at.astimezone(UTC)
    ends = starts + timedelta(minutes=session.planned_minutes)
    if is_said_twice(starts, zone) or is_said_twice(ends, zone):
        return starts, ends
    return starts.astimezone(zone), ends.astimezone(zone)


def _summary(session: Session, to: Client | Volunteer) -> str:
    if isinstance(to, Client):
        return _("Mentoring session with %(mentor)s") % {"mentor": session.assignment.mentor}
    client = session.request.client.first_name
    return f"Mentoring session with {client} ({session.request.number})"


def _description(session: Session, to: Client | Volunteer) -> Iterator[str]:
    how, mentor = session.get_mode_display(), session.assignment.mentor
    if isinstance(to, Client):
        yield _("%(how)s with %(mentor)s.") % {"how": how, "mentor": mentor}
    elif to == mentor:
        yield f"{how}."
    else:
        yield f"{how}, led by {mentor}."
    if session.place:
        yield session.place


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Mentoring session in an hour"))
    alarm.add("trigger", timedelta(hours=-1))
    return alarm


# --- Who ------------------------------------------------------------------------------------------


def _organizer(session: Session, to: Client | Volunteer) -> vCalAddress:
    """The mentor, so that answers reach him; to himself the invitation comes from this service.

    Calendar programs leave out an invitation that one seems to have sent oneself.
    """
    mentor = session.assignment.mentor
    return _service() if to == mentor else _person(mentor.email, str(mentor))


def _service() -> vCalAddress:
    name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return _person(email, name or "Handoff")


def _guests(session: Session, to: Client | Volunteer) -> Iterator[vCalAddress]:
    """Who stands in this reader's copy: he and the mentor; in the mentor's, everybody."""
    mentor, client = session.assignment.mentor, session.request.client
    yield _guest(mentor.email, str(mentor), "CHAIR", accepted=True)
    if to in (client, mentor):
        yield _guest(client.email, str(client), "REQ-PARTICIPANT")
    for other in co_mentors(session):
        if to in (other, mentor):
            yield _guest(other.email, str(other), "OPT-PARTICIPANT")


def co_mentors(session: Session) -> list[Volunteer]:
    """Who takes part beside the mentor, read once for all copies of an invitation."""
    company = CoMentor.objects.select_related("volunteer__chapter").order_by("pk")
    prefetch_related_objects([session], Prefetch("co_mentorships", company))
    return [row.volunteer for row in session.co_mentorships.all()]


def _guest(email: str, name: str, role: str, *, accepted: bool = False) -> vCalAddress:
    address = _person(email, name)
    address.params["cutype"] = vText("INDIVIDUAL")
    address.params["role"] = vText(role)
    address.params["partstat"] = vText("ACCEPTED" if accepted else "NEEDS-ACTION")
    address.params["rsvp"] = vText("FALSE" if accepted else "TRUE")
    return address


def _person(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["cn"] = vText(_text(name).replace('"', "'"))
    return address


# --- The file -------------------------------------------------------------------------------------


def _copy(method: str, events: Sequence[Event], name: str = "") -> Copy:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)  # as most programs still read it
    for component in (*_clocks(events), *events):
        calendar.add_component(component)
    return Copy(text=calendar.to_ical().decode(), method=method)


def _clocks(events: Sequence[Event]) -> Iterator[Timezone]:
    """The clock of each place whose time an event is written in."""
    begins: dict[str, list[datetime]] = {}
    for event in events:
        start = event.start
        assert isinstance(start, datetime)  # no meeting lasts all day
        if isinstance(start.tzinfo, ZoneInfo) and start.tzinfo.key != "UTC":
            begins.setdefault(start.tzinfo.key, []).append(start)
    for name, starts in begins.items():
        yield vtimezone(ZoneInfo(name), min(starts), max(starts))


def _text(words: str) -> str:
    """Words without control characters, which a calendar file cannot hold."""
    return "".join(char for char in words if char in "\n\t" or category(char) != "Cc").strip()
