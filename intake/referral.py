"""Whom the mentor who gave a request up proposes in his place, and what stands against it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from intake.enums import EventKind
from intake.mentor_facts import sketches
from intake.models import MentoringRequest, RequestEvent
from intake.needs import needs_of
from mentors.eligibility import Obstacle, hindrance, obstacles
from mentors.models import Volunteer

LONGEST_NOTE = 4000
"""Characters that a note to a mentor can have."""


@dataclass(frozen=True)
class Referral:
    """One proposal as it stands now.

    `obstacle`: why it takes more than a click, if it does. `is_final`: no note helps either.
    """

    mentor: Volunteer
    by: Volunteer
    reason: str
    obstacle: str = ""
    is_final: bool = False

    @property
    def in_short(self) -> str:
        """“Joan proposes Tom Becker, paused until Mon 7 Dec”."""
        but = f": {self.obstacle}" if self.obstacle else ""
        return f"{self.by.first_name} proposes {self.mentor}{but}"

    @property
    def note(self) -> str:
        """What the proposed mentor reads: on a reassignment a note is required."""
        return f"{self.by} proposes you: {self.reason}"[:LONGEST_NOTE]


def referral_of(mre: MentoringRequest, now: datetime) -> Referral | None:
    """The proposal for one request; None without any. Six queries at most."""
    return referrals([mre], now).get(mre.pk)


def referrals(mres: Iterable[MentoringRequest], now: datetime) -> dict[int, Referral]:
    """By request: the proposals for these, each with what stands against it today.

    The requests come with what `needs_of` reads, and with `proposed_mentor`. No query without a
    proposal; with any number of them five.
    """
    rows = [mre for mre in mres if mre.proposed_mentor_id is not None]
    if not rows:
        return {}
    needs, told = needs_of(rows), _transfers(rows)
    people = Volunteer.objects.filter(pk__in={mre.proposed_mentor_id for mre in rows})
    known = {one.id: one for one in sketches(people, now)}
    found = {}
    for mre in rows:
        assert mre.proposed_mentor is not None
        against = obstacles(needs[mre.pk], known[mre.proposed_mentor.pk])
        found[mre.pk] = _referral(mre.proposed_mentor, told[mre.pk], against)
    return found


def _transfers(rows: list[MentoringRequest]) -> dict[int, RequestEvent]:
    """The latest transfer of each: there the proposal was made, and why."""
    events = RequestEvent.objects.filter(request__in=rows, kind=EventKind.TRANSFERRED)
    return {event.request_id: event for event in events.select_related("by").order_by("pk")}


def _referral(mentor: Volunteer, event: RequestEvent, against: Iterable[Obstacle]) -> Referral:
    assert event.by is not None  # no clock transfers
    first = hindrance(against)
    return Referral(
        mentor=mentor,
        by=event.by,
        reason=event.data["reason"],
        obstacle=first.text if first else "",
        is_final=first is not None and not first.can_override,
    )
