"""Whether a mentor is paused, or has just come back: what his desk tells him."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mentors.models import Pause, Volunteer

WELCOMED_BACK = timedelta(days=7)
"""For so long who was paused is told that he gets requests again. No mail is needed for it."""


@dataclass(frozen=True)
class Pausing:
    """The pause in force; without one, the one that ended within the last week."""

    now: Pause | None = None
    over: Pause | None = None


def pausing(mentor: Volunteer, now: datetime) -> Pausing:
    """How it is with this mentor today. One query."""
    today = now.astimezone(mentor.zone).date()
    recent = Pause.objects.filter(mentor=mentor, ends_on__gte=today - WELCOMED_BACK)
    pauses = list(recent.order_by("ends_on", "pk"))
    if in_force := [one for one in pauses if one.in_force(today)]:
        return Pausing(now=in_force[-1])
    ended = [one for one in pauses if one.starts_on <= one.last_day < today]
    latest = max(ended, key=lambda one: one.last_day, default=None)
    if latest is None or latest.last_day < today - WELCOMED_BACK:
        return Pausing()
    return Pausing(over=latest)
