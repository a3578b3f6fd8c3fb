"""Letters to who helps a mentor, and to the mentor about his helpers."""

from datetime import datetime
from typing import Any

from intake import invitations
from intake.enums import Leaving, SessionState, TeamRole
from intake.letters.base import Drafts, mentor_of
from intake.letters.mentor import to_mentor
from intake.models import RequestEvent, Session
from mentors.models import Volunteer
from mentors.words import appointment_in_words


def member_joined(event: RequestEvent) -> Drafts:
    """To who joins: who leads, what about, what for. The lead is told of what others did."""
    helper, lead = _helper(event), mentor_of(event)
    session = _session(event)
    if helper.pk != event.by_id:
        context = {
            "lead_name": str(lead),
            "line": event.data["line"],
            "role": TeamRole(event.data["role"]).label.lower(),
            **_when(event, helper),
            "held": session is not None and session.state == SessionState.HELD,
        }
        reply_to = lead.email if lead.pk == event.by_id or event.by is None else event.by.email
        file = _calendar(session, helper, event.processed_at)
        yield to_mentor(event, "mentor_joined", helper, context=context, reply_to=reply_to, **file)
    yield from _to_lead(event, lead, "joined")


def member_left(event: RequestEvent) -> Drafts:
    """To who was taken off, with what takes a session out of his calendar; and to the lead."""
    helper, lead = _helper(event), mentor_of(event)
    session = _session(event)
    planned = session is not None and session.state == SessionState.SCHEDULED
    if helper.pk != event.by_id or planned:
        context = {
            "lead_name": str(lead),
            "ended": event.data["how"] == Leaving.ENDED,
            "himself": helper.pk == event.by_id,
            **_when(event, helper),
        }
        file = _dismissal(session, helper, event.processed_at) if planned else {}
        yield to_mentor(event, "mentor_left_team", helper, context=context, **file)
    if event.data["how"] != Leaving.ENDED:
        yield from _to_lead(event, lead, "left")


def _to_lead(event: RequestEvent, lead: Volunteer, change: str) -> Drafts:
    if event.by_id == lead.pk:
        return
    by = "" if event.by_id == event.data["volunteer"] else str(event.by)
    context = {"member_name": event.data["name"], "change": change, "by_name": by}
    yield to_mentor(event, "mentor_team", lead, context=context | _when(event, lead))


def _helper(event: RequestEvent) -> Volunteer:
    helper: Volunteer = Volunteer.objects.select_related("chapter").get(pk=event.data["volunteer"])
    return helper


def _session(event: RequestEvent) -> Session | None:
    """The session that it is about, if it is not about the request as a whole."""
    if "session" not in event.data:
        return None
    rows = Session.objects.select_related(
        "request__client", "request__chapter", "assignment__mentor__chapter"
    )
    return rows.get(pk=event.data["session"])


def _when(event: RequestEvent, reader: Volunteer) -> dict[str, str]:
    """When the session begins, on the reader's clock; empty for the team of a request."""
    if "starts_at" not in event.data:
        return {"session_when": ""}
    begins = datetime.fromisoformat(event.data["starts_at"])
    return {"session_when": appointment_in_words(begins, reader.zone)}


def _calendar(session: Session | None, to: Volunteer, now: datetime) -> dict[str, Any]:
    """The invitation, if the session is still to come."""
    if session is None or session.state != SessionState.SCHEDULED or session.starts_at <= now:
        return {}
    copy = invitations.invitation(session, to, now)
    return {"calendar": copy.text, "calendar_method": copy.method}


def _dismissal(session: Session | None, was: Volunteer, now: datetime) -> dict[str, Any]:
    if session is None or session.starts_at <= now:
        return {}
    copy = invitations.dismissal(session, was, was.email, now)
    return {"calendar": copy.text, "calendar_method": copy.method}
