"""Who is what where: the one place that reads positions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from mentors.enums import Classification, Role, VolunteerStatus
from mentors.models import Chapter, Position, Volunteer

Chapters = frozenset[int]
NOWHERE: Chapters = frozenset()


@dataclass(frozen=True)
class Duties:
    """What a volunteer may do where on one day. Each set holds ids of chapters."""

    is_admin: bool = False
    is_mentor: bool = False
    is_expert: bool = False
    rcic: Chapters = field(default=NOWHERE)
    manages: Chapters = field(default=NOWHERE)
    chairs: Chapters = field(default=NOWHERE)
    leads: Chapters = field(default=NOWHERE)

    @property
    def sees_requests_of(self) -> Chapters:
        """Chapters whose requests are visible: to act on for an RCIC, to read for a leader."""
        return self.rcic | self.leads

    @property
    def people_of(self) -> Chapters:
        """Chapters whose volunteers are visible."""
        return self.rcic | self.manages | self.chairs | self.leads


def duties(user: Volunteer, now: datetime) -> Duties:
    """The duties of `user` on the local day of `now`; remembered on the object for that day."""
    remembered: dict[date, Duties] = user.__dict__.setdefault("_duties", {})
    day = now.astimezone(user.zone).date()
    if day not in remembered:
        remembered[day] = _read_duties(user, day)
    return remembered[day]


def _read_duties(user: Volunteer, day: date) -> Duties:
    """One query; one more for who holds something at a district or a region."""
    if not user.is_active:
        return Duties()
    positions = list(Position.objects.filter(volunteer=user).held_on(day))
    return Duties(
        is_admin=user.is_staff and user.is_superuser,
        is_mentor=is_mentor(user),
        is_expert=is_expert(user),
        **_chapters_by_role(positions),
    )


def is_mentor(user: Volunteer) -> bool:
    """Whether `user` has a desk of requests: an active mentor, paused or not."""
    return user.status == VolunteerStatus.ACTIVE and user.classification == Classification.MENTOR


def is_expert(user: Volunteer) -> bool:
    """Whether `user` is an active Subject Matter Expert: joins the work of mentors, never leads."""
    return user.status == VolunteerStatus.ACTIVE and user.classification == Classification.SME


def has_sessions(user: Volunteer) -> bool:
    """Whether `user` takes part in sessions: an active mentor or Subject Matter Expert."""
    takes_part = user.classification in (Classification.MENTOR, Classification.SME)
    return takes_part and user.status == VolunteerStatus.ACTIVE


def _chapters_by_role(held: list[Position]) -> dict[str, Chapters]:
    names = {
        Role.RCIC: "rcic",
        Role.CHAPTER_MANAGER: "manages",
        Role.MEMBERSHIP_CHAIR: "chairs",
        Role.LEADER: "leads",
    }
    below = _chapters_below([position for position in held if position.chapter_id is None])
    return {
        name: frozenset(
            pk for position in held if position.role == role for pk in _chapters_of(position, below)
        )
        for role, name in names.items()
    }


Below = list[tuple[int, int, int]]
"""Chapters, each with its district and its region, by their ids."""


def _chapters_of(position: Position, below: Below) -> Iterator[int]:
    if position.chapter_id is not None:
        yield position.chapter_id
    for pk, district, region in below:
        if district == position.district_id or region == position.region_id:
            yield pk


def _chapters_below(wide: list[Position]) -> Below:
    """The chapters of districts and regions. No query without any."""
    if not wide:
        return []
    found = Chapter.objects.filter(
        Q(district__in=[position.district_id for position in wide])
        | Q(district__region__in=[position.region_id for position in wide])
    )
    return list(found.values_list("pk", "district_id", "district__region_id"))
