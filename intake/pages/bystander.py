"""What of a request concerns somebody whom only sessions connect with it.

He took part in one, is to take part, or led one of which he owes the notes. He has left the team,
or never was on it; the request may be closed or with another mentor.
"""

from collections.abc import Iterable

from django.db.models import Q

from intake.enums import WITH_COMPANY, EventKind
from intake.models import MentoringRequest, RequestEvent, Session
from mentors.models import Volunteer


def takes_part(user: Volunteer, session: Session) -> bool:
    """Whether he led this session, or joined it. Its co-mentors are read already."""
    if session.assignment.mentor_id == user.pk:
        return True
    joined = any(row.volunteer_id == user.pk for row in session.co_mentorships.all())
    return joined and session.state in WITH_COMPANY


def about_his_sessions(
    mre: MentoringRequest, user: Volunteer, events: Iterable[RequestEvent]
) -> list[RequestEvent]:
    """The events that concern him: his sessions, himself, and the time when he led it. One query.

    The events come with `assignment`.
    """
    joined = Q(co_mentorships__volunteer=user, state__in=WITH_COMPANY)
    his = mre.sessions.filter(Q(assignment__mentor=user) | joined)
    sessions = set(his.values_list("pk", flat=True))
    return [event for event in events if _concerns(event, user, sessions)]


def _concerns(event: RequestEvent, user: Volunteer, sessions: set[int]) -> bool:
    if event.kind == EventKind.SUBMITTED or event.data.get("volunteer") == user.pk:
        return True
    if "session" in event.data:
        return event.data["session"] in sessions
    return event.assignment is not None and event.assignment.mentor_id == user.pk
