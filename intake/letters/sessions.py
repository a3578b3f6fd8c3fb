"""Letters about sessions, to the client and the mentor."""

from collections.abc import Callable

from intake import invitations
from intake.letters.base import Drafts
from intake.letters.client import to_client
from intake.letters.mentor import to_mentor
from intake.models import RequestEvent, Session
from mentors.words import appointment_in_words


def session_letters(change: str) -> Callable[[RequestEvent], Drafts]:
    """Invitation, change or cancellation, to client and mentor, with the calendar file."""

    def letters(event: RequestEvent) -> Drafts:
        session = Session.objects.select_related(
            "request__client", "request__chapter", "assignment__mentor__chapter"
        ).get(pk=event.data["session"])
        mentor, client_zone = session.assignment.mentor, event.request.chapter.zone
        file = {
            "calendar": invitations.invitation(session, event.processed_at),
            "calendar_method": invitations.method(session),
        }
        both = {"mentor_name": str(mentor), "mode": session.get_mode_display()}
        when = appointment_in_words(session.starts_at, client_zone)
        yield to_client(
            event,
            f"client_session_{change}",
            context=both | {"when": when},
            reply_to=mentor.email,
            **file,
        )
        when = appointment_in_words(session.starts_at, mentor.zone)
        yield to_mentor(
            event, f"mentor_session_{change}", mentor, context=both | {"when": when}, **file
        )

    return letters
