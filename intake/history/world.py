"""What a history is replayed against: the people, the units, the lists, the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.calendar import BusinessCalendar
from intake.policy import Clocks, Policy, assignment_clocks, notes_due
from mentors.enums import Tier

NOWHERE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Place:
    """A chapter."""

    pk: int
    code: str
    name: str
    zone: ZoneInfo
    district: int
    region: int


@dataclass(frozen=True, slots=True)
class Person:
    """A volunteer; `place` is his chapter, unless he is an administrator without one."""

    pk: int
    name: str
    place: Place | None

    @property
    def zone(self) -> ZoneInfo:
        """Where his clocks run."""
        return self.place.zone if self.place else NOWHERE


@dataclass(frozen=True)
class World:
    """Everything by the names that an export uses."""

    places: Mapping[str, Place]
    people: Mapping[str, Person]
    areas: Mapping[str, int]
    business_types: Mapping[str, int]
    policy: Policy
    calendar: BusinessCalendar
    _clocks: dict[tuple[int, ZoneInfo], Clocks] = field(default_factory=dict)
    _notes: dict[tuple[int, ZoneInfo], datetime] = field(default_factory=dict)
    # Both depend on the local day only, and a history knows few days.

    def clocks(self, at: datetime, zone: ZoneInfo) -> Clocks:
        """The clocks of an assignment made at an instant, for a mentor of a zone."""
        key = (at.astimezone(zone).toordinal(), zone)
        if (found := self._clocks.get(key)) is None:
            found = assignment_clocks(self.policy, self.calendar, at, zone)
            self._clocks[key] = found
        return found

    def notes_due(self, at: datetime, zone: ZoneInfo) -> datetime:
        """From when on the notes of a session that began then are late."""
        key = (at.astimezone(zone).toordinal(), zone)
        if (found := self._notes.get(key)) is None:
            found = self._notes[key] = notes_due(self.policy, self.calendar, at, zone)
        return found


def tier(mentor: Place | None, request: Place) -> Tier:
    """How far from the request's chapter a mentor is."""
    if mentor is None:
        return Tier.OUTSIDE
    if mentor.pk == request.pk:
        return Tier.CHAPTER
    if mentor.district == request.district:
        return Tier.DISTRICT
    return Tier.REGION if mentor.region == request.region else Tier.OUTSIDE
