"""Who may change people, positions and availability. `check_can_…` raises the sentence."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from mentors.errors import NotAllowed, Refused
from mentors.models import Chapter, Volunteer
from mentors.roles import Duties, duties


def refusal(check: Callable[..., Any], *args: Any) -> str:
    """Why `check` refuses, in a sentence; empty if it does not."""
    try:
        check(*args)
    except Refused as refused:
        return refused.reason
    return ""


def manages(mine: Duties, volunteer: Volunteer) -> bool:
    """Whether these duties include the roster of the volunteer's chapter."""
    return mine.is_admin or volunteer.chapter_id in mine.manages


def check_can_set_availability(user: Volunteer, mentor: Volunteer, now: datetime) -> None:
    """Pause, limit, expertise: the mentor himself, or the Chapter Manager."""
    if user.pk != mentor.pk and not manages(duties(user, now), mentor):
        raise NotAllowed("Only the mentor or the Chapter Manager can change this.")


def check_can_keep_roster(user: Volunteer, chapter: Chapter, now: datetime) -> None:
    """The roster and the positions of a chapter: its Chapter Manager, or an administrator."""
    mine = duties(user, now)
    if not (mine.is_admin or chapter.pk in mine.manages):
        raise NotAllowed(f"Only the Chapter Manager of {chapter} can change its roster.")


def check_can_follow_up(user: Volunteer, mentor: Volunteer, now: datetime) -> None:
    """Write down a follow-up, or write to the mentor: the Membership Chair, or an administrator."""
    mine = duties(user, now)
    if not (mine.is_admin or mentor.chapter_id in mine.chairs):
        raise NotAllowed(f"Only the Membership Chair of {mentor.chapter} follows up.")


def check_can_mail(user: Volunteer, mentor: Volunteer, now: datetime) -> None:
    """Write to a mentor: who may follow up, while mail reaches the mentor."""
    check_can_follow_up(user, mentor, now)
    if mentor.mail_trouble:
        raise NotAllowed(f"Mail to {mentor} does not arrive: {mentor.get_mail_trouble_display()}.")
