"""Where requests stood at an instant that is over, from their timelines."""

from dataclasses import dataclass
from datetime import datetime

from intake.enums import QueueReason, Stage
from reports.scope import Reach


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One request that was open at an instant."""

    request: int
    chapter: int
    """Where it was then; it may have been moved since."""
    stage: Stage
    since: datetime
    """When it came to its stage: submission or return to the queue, assignment, acceptance, first
    contact."""
    reason: QueueReason | None
    """Why it was in the queue, if it was."""
    assignment: int | None
    mentor: int | None
    overdue: bool
    """Whether its mentor had not answered by the deadline."""
    attempts: int
    """Contact attempts of the mentor who led it, if one did."""
    was_assigned: bool
    """Whether it had ever been assigned."""
    has_notes: bool
    """Whether notes had ever been entered for a session of it."""


def standing(reach: Reach, at: datetime) -> list[Standing]:
    """Every request of these chapters that was open at `at`, in no order."""
    raise NotImplementedError
