"""What a volunteer does beside the mentors who lead: on the desk of co-mentors and experts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from intake.enums import SessionState
from intake.inforce import policy
from intake.models import Assignment, CoMentor, MentoringRequest, Session, TeamMember
from intake.policy import session_edit_until
from mentors.models import Volunteer

LAST = 10
"""So many sessions of the past are listed."""
LONGEST_OPEN = timedelta(days=70)
"""No session can be changed for longer by its mentors: the next month has 31 days at most."""


@dataclass(frozen=True)
class Joined:
    """The clients he helps with; the sessions he joins, has to log, and joined of late."""

    teams: Sequence[TeamMember]
    coming: Sequence[CoMentor]
    to_log: Sequence[CoMentor]
    past: Sequence[Session]

    def __bool__(self) -> bool:
        return bool(self.teams or self.coming or self.to_log or self.past)


def read(volunteer: Volunteer, now: datetime) -> Joined:
    """At this instant. Three queries; nine if there is something of each kind."""
    rows = _in_sight(volunteer, now)
    return Joined(
        teams=_teams(volunteer),
        coming=[row for row in rows if row.session.state == SessionState.SCHEDULED],
        to_log=[row for row in rows if _can_log(row, now)],
        past=list(taken_part(volunteer)[:LAST]),
    )


def taken_part(volunteer: Volunteer) -> QuerySet[Session]:
    """The sessions of other mentors in which he took part, latest first."""
    held = Session.objects.filter(co_mentorships__volunteer=volunteer, state=SessionState.HELD)
    return _with_names(held).order_by("-starts_at", "-pk")


def _with_names(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """With the clients and who leads: nothing more is asked where there are no sessions, as with
    most volunteers. The database would think for long about the order of as many joins.
    """
    about = MentoringRequest.objects.select_related("client", "area")
    led = Assignment.objects.select_related("mentor__chapter")
    return sessions.prefetch_related(Prefetch("request", about), Prefetch("assignment", led))


def _teams(volunteer: Volunteer) -> list[TeamMember]:
    about = MentoringRequest.objects.select_related("client", "area", "current__mentor")
    mine = TeamMember.objects.of(volunteer).prefetch_related(Prefetch("request", about))
    return list(mine.order_by("added_at", "pk"))


def _in_sight(volunteer: Volunteer, now: datetime) -> list[CoMentor]:
    """What is to come, and what was entered so lately that its time may still be logged."""
    coming = Q(session__state=SessionState.SCHEDULED)
    lately = Q(session__state=SessionState.HELD, session__entered_at__gt=now - LONGEST_OPEN)
    rows = CoMentor.objects.filter(coming | (lately & Q(logged_at=None)), volunteer=volunteer)
    sessions = Prefetch("session", _with_names(Session.objects.all()))
    return list(rows.prefetch_related(sessions).order_by("session__starts_at", "pk"))


def _can_log(row: CoMentor, now: datetime) -> bool:
    session = row.session
    if session.state != SessionState.HELD or session.entered_at is None:
        return False
    return now < session_edit_until(policy(), session.entered_at, session.assignment.mentor.zone)
