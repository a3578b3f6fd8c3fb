"""Calendar invitations for sessions (iCalendar, RFC 5545 and 5546)."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from intake.enums import SessionState
from intake.models import Session

PLANNED = timedelta(hours=1)
"""How long a session is taken to last in the calendar until it was held."""


def method(session: Session) -> str:
    """What the invitation asks a calendar to do."""
    return "CANCEL" if session.state == SessionState.CANCELLED else "REQUEST"


def invitation(session: Session, now: datetime) -> str:
    """The invitation to this session as it stands: one UID, a SEQUENCE that rises with changes."""
    mentor = session.assignment.mentor
    calendar = Calendar()
    calendar.add("prodid", "-//Handoff//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method(session))
    event = Event()
    event.add("uid", f"{session.calendar_uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", session.calendar_sequence)
    event.add("dtstamp", now)
    start = session.starts_at.astimezone(mentor.zone)
    event.add("dtstart", start)
    event.add("dtend", start + PLANNED)
    event.add("summary", f"Mentoring session ({session.request.number})")
    event.add("description", f"{session.get_mode_display()} session with {mentor}.")
    event.add("status", "CANCELLED" if method(session) == "CANCEL" else "CONFIRMED")
    event.add("organizer", _person(mentor.email, str(mentor)))
    event.add("attendee", _person(session.request.client.email, str(session.request.client)))
    if method(session) == "REQUEST":
        event.add_component(_alarm())
    calendar.add_component(event)
    day = start.date()
    calendar.add_missing_timezones(
        first_date=day.replace(month=1, day=1), last_date=day + timedelta(days=366)
    )
    return calendar.to_ical().decode()


def _person(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["cn"] = vText(name)
    return address


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Mentoring session in an hour")
    alarm.add("trigger", timedelta(hours=-1))
    return alarm
