"""Letters about times that a mentor proposes: to the client, and what the client says to them."""

from datetime import datetime

from intake.letters.base import Drafts, assignment_of
from intake.letters.client import to_client
from intake.letters.mentor import to_mentor
from intake.models import RequestEvent, TimeProposal
from intake.places import meeting_link
from intake.speech import in_speech_of
from mentors.words import appointment_in_words


def client_times(event: RequestEvent) -> Drafts:
    """The times in the client's zone, and the page on which one is picked."""
    proposal = TimeProposal.objects.get(pk=event.data["proposal"])
    mentor, client = assignment_of(event).mentor, event.request.client
    with in_speech_of(client):
        zone = event.request.chapter.zone
        context = {
            "mentor_name": str(mentor),
            "times": [appointment_in_words(at, zone) for at in _starts(event)],
            "mode": str(proposal.get_mode_display()),
            "place": proposal.place,
            "place_url": meeting_link(proposal.place),
            "minutes": proposal.planned_minutes,
            "note": proposal.note,
        }
    yield to_client(event, "client_times", context=context, reply_to=mentor.email)


def mentor_times_declined(event: RequestEvent) -> Drafts:
    """None of the times suits the client, who says what would."""
    if event.by_client:
        mentor = assignment_of(event).mentor
        times = [appointment_in_words(at, mentor.zone) for at in _starts(event)]
        context = {"text": event.data["text"], "times": times}
        yield to_mentor(event, "mentor_times_declined", context=context)


def mentor_time_asked(event: RequestEvent) -> Drafts:
    """The client would like another time for a planned session."""
    begins = datetime.fromisoformat(event.data["starts_at"])
    when = appointment_in_words(begins, assignment_of(event).mentor.zone)
    context = {"text": event.data["text"], "when": when}
    yield to_mentor(event, "mentor_time_asked", context=context)


def _starts(event: RequestEvent) -> list[datetime]:
    return [datetime.fromisoformat(at) for at in event.data["starts"]]
