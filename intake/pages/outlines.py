"""Outlines for session notes: the mentor's own, and one for the first session with a client."""

from collections.abc import Iterable
from datetime import datetime

from intake.enums import WordsFor
from intake.models import Assignment, MentoringRequest, NoteTemplate, Session
from intake.pages.note_templates import Wording, at_hand, filled_in
from mentors.models import Volunteer

INTRODUCTION = """\
What the client wants to achieve:

The business and where it stands (idea, starting, running; main numbers):

What has been tried, and what stands in the way:

What we talked about, and what I suggested:

Where to look further (workshops, templates, people):

Agreed next steps
- Client, by when:
- Mentor, by when:

Next session:
"""


def kept_for_sessions(user: Volunteer, now: datetime) -> list[NoteTemplate]:
    """The words for session notes that are at hand for somebody. One query."""
    return list(at_hand(user, now, WordsFor.SESSION))


def outlines(
    mre: MentoringRequest,
    session: Session | None,
    kept: Iterable[NoteTemplate],
    reader: Volunteer,
) -> list[Wording]:
    """The words at hand for the notes of a session, or of one that was not planned.

    The built-in outline is for the mentor's first session with the client.
    """
    own = filled_in(kept, mre, reader)
    assignment = session.assignment if session else mre.current
    if assignment is None or not _is_first(session, assignment):
        return own
    return [*own, Wording("introduction", "Introductory session", INTRODUCTION)]


def _is_first(session: Session | None, assignment: Assignment) -> bool:
    met = assignment.counseled_at
    return met is None or (session is not None and session.starts_at <= met)
