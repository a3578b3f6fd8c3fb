"""What a client can choose from, and what is planned, on the client's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.actions.times import is_taken, planned_since
from intake.enums import Status
from intake.models import MentoringRequest, ProposedTime, Session, TimeProposal
from mentors.words import appointment_in_words


@dataclass(frozen=True)
class Choice:
    """One of the times, in words; unless it has passed or is taken, it can be picked."""

    time: ProposedTime
    when: str
    passed: bool
    taken: bool

    @property
    def free(self) -> bool:
        """Whether it can be picked."""
        return not (self.passed or self.taken)


@dataclass(frozen=True)
class Offer:
    """The times that the mentor proposes, in the client's zone."""

    proposal: TimeProposal
    choices: Sequence[Choice]

    @property
    def any_free(self) -> bool:
        """Whether there is still one to pick."""
        return any(choice.free for choice in self.choices)


@dataclass(frozen=True)
class Meeting:
    """A session that is to come."""

    session: Session
    when: str


def offer(mre: MentoringRequest, now: datetime) -> Offer | None:
    """What the client can choose from now; None if nothing is open. At most three queries."""
    if mre.status != Status.ACCEPTED:
        return None
    found = mre.time_proposals.open().select_related("assignment__mentor__chapter", "by")
    proposal = found.prefetch_related("times").first()
    if proposal is None:
        return None
    times = sorted(proposal.times.all(), key=lambda time: time.starts_at)
    taken = planned_since(proposal)
    return Offer(
        proposal,
        [
            Choice(
                time=time,
                when=appointment_in_words(time.starts_at, mre.chapter.zone),
                passed=time.starts_at <= now,
                taken=is_taken(time.starts_at, proposal, taken),
            )
            for time in times
        ],
    )


def meetings(mre: MentoringRequest, now: datetime) -> list[Meeting]:
    """The sessions still to come, the next one first. One query."""
    if mre.status != Status.ACCEPTED:
        return []
    planned = Session.objects.planned().filter(assignment=mre.current_id, starts_at__gt=now)
    return [
        Meeting(session, appointment_in_words(session.starts_at, mre.chapter.zone))
        for session in planned.order_by("starts_at", "pk")
    ]
