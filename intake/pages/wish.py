"""The mentor for whom the client asked, as the coordinator sees it who has to choose."""

from dataclasses import dataclass
from datetime import datetime

from intake.enums import Status
from intake.mentor_facts import sketches
from intake.models import MentoringRequest
from intake.needs import need_of
from mentors.eligibility import Obstacle, hindrance, obstacles
from mentors.models import Volunteer


@dataclass(frozen=True)
class Wish:
    """A wish that was not fulfilled at once, and what would fulfil it now.

    `takes`: “click”, “note”, or nothing if he cannot be assigned.
    """

    mentor: Volunteer
    sentence: str
    takes: str


def wish_of(mre: MentoringRequest, now: datetime, *, assigned_before: bool) -> Wish | None:
    """The wish of a request in the queue; None without one. Five queries with one."""
    if mre.status != Status.NEED_ACTION or mre.parked or mre.requested_mentor is None:
        return None
    mentor = mre.requested_mentor
    [himself] = sketches(Volunteer.objects.filter(pk=mentor.pk), now)
    against = hindrance(obstacles(need_of(mre), himself))
    if against is None:
        who = "can be assigned now"
        return Wish(mentor, _asked(mentor, who), "note" if assigned_before else "click")
    return Wish(mentor, _asked(mentor, _who(against)), "note" if against.can_override else "")


def _asked(mentor: Volunteer, who: str) -> str:
    return f"The client asked for {mentor}, who {who}."


def _who(against: Obstacle) -> str:
    """The obstacle behind “who”: “is paused until Mon 7 Dec”, “has 3 of 3 this week”."""
    if against.kind == "limit":
        return f"has {against.text}"
    return f"is {against.text}" if against.text.startswith("paused") else against.text
