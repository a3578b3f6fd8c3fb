"""Letters about sessions, to everybody who takes part, each with a calendar file of his own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from intake import invitations
from intake.invitations import Copy
from intake.letters.base import Drafts, assignment_of
from intake.letters.client import to_client
from intake.letters.mentor import to_mentor
from intake.models import Client, RequestEvent, Session
from intake.outbox import Draft
from intake.places import meeting_link
from intake.speech import in_speech_of
from mentors.models import Volunteer
from mentors.words import appointment_in_words


def session_letters(change: str) -> Callable[[RequestEvent], Drafts]:
    """Invitation, change or cancellation, to client, mentor and co-mentors."""

    def letters(event: RequestEvent) -> Drafts:
        session = session_of(event)
        yield _to_client(event, session, change)
        mentor = session.assignment.mentor
        for volunteer in (mentor, *invitations.co_mentors(session)):
            yield _to_volunteer(event, session, volunteer, change)

    return letters


def session_of(event: RequestEvent) -> Session:
    """The session that an event is about, of the request and the mentor that the event is of."""
    session = Session.objects.get(pk=event.data["session"])
    session.request, session.assignment = event.request, assignment_of(event)
    return session


def _to_client(event: RequestEvent, session: Session, change: str) -> Draft:
    client, mentor = session.request.client, session.assignment.mentor
    with in_speech_of(client):
        context = _about(session, client) | {"chosen": event.by_client}
        file = _file(invitations.invitation(session, client, event.processed_at))
    return to_client(
        event, f"client_session_{change}", context=context, reply_to=mentor.email, **file
    )


def _to_volunteer(
    event: RequestEvent, session: Session, volunteer: Volunteer, change: str
) -> Draft:
    mentor = session.assignment.mentor
    led_by = "" if volunteer == mentor else str(mentor)
    with in_speech_of(volunteer):
        context = _about(session, volunteer) | {"chosen": event.by_client, "led_by": led_by}
        file = _file(invitations.invitation(session, volunteer, event.processed_at))
    return to_mentor(event, f"mentor_session_{change}", volunteer, context=context, **file)


def _about(session: Session, to: Client | Volunteer) -> dict[str, Any]:
    """When, how and where, on the reader's clock."""
    zone = to.zone if isinstance(to, Volunteer) else session.request.chapter.zone
    return {
        "mentor_name": str(session.assignment.mentor),
        "when": appointment_in_words(session.starts_at, zone),
        "mode": session.get_mode_display(),
        "place": session.place,
        "place_url": meeting_link(session.place),
        "minutes": session.planned_minutes,
    }


def _file(copy: Copy) -> dict[str, Any]:
    return {"calendar": copy.text, "calendar_method": copy.method}


# --- Another address ------------------------------------------------------------------------------


def client_at_another_address(event: RequestEvent, session: Session, before: str) -> Drafts:
    """The client's e-mail was `before`: out of that calendar, and into the one at the new address.

    The old address may be a stranger's: its letter says no more than he was told before, and leads
    nowhere. Raise the SEQUENCE of the session first.
    """
    client, zone = session.request.client, session.request.chapter.zone
    key = f"{event.pk}:{session.pk}"
    with in_speech_of(client):
        file = _file(invitations.dismissal(session, client, before, event.processed_at))
        when = appointment_in_words(session.starts_at, zone)
    yield Draft(
        kind="client_session_elsewhere",
        key=f"{key}:client_session_elsewhere",
        to=before,
        mre=session.request,
        event=event,
        context={"when": when},
        **file,
    )
    invited = _to_client(event, session, "invited")
    yield replace(invited, key=f"{key}:client_session_invited")
