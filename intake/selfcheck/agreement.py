"""Whether what the tables keep of a request is what its timeline tells. Pure.

Both are put down as the same plain facts, by subject: the request, each assignment, each session.
What a timeline does not tell (it was written before that was told) is not compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import TextChoices

from intake.enums import (
    DeclineReason,
    EventKind,
    Outcome,
    QueueReason,
    SessionState,
    Status,
    WithdrawReason,
)
from intake.replaying import Happened, breaks, replay
from intake.stood import Held, Met, Stood

Facts = Mapping[str, object]
"""By field."""
Subjects = Mapping[str, Facts]
"""“the request”, “assignment 12”, “session 7”."""

REQUEST = "the request"
OF_REQUEST = {
    "status": "status",
    "submitted_at": "submitted_at",
    "status_since": "since",
    "waiting_since": "waiting_since",
    "queue_reason": "reason",
    "chapter": "chapter",
    "parked": "parked",
    "current": "current",
    "closed_at": "closed_at",
    "withdraw_reason": "withdraw_reason",
    "duplicate_of": "duplicate_of",
}
OF_ASSIGNMENT = {
    "mentor": "mentor",
    "assigned_at": "assigned_at",
    "outcome": "outcome",
    "overdue_at": "overdue_at",
    "answered_at": "answered_at",
    "decline_reason": "decline_reason",
    "ended_at": "ended_at",
    "attempts_made": "attempts_made",
    "first_attempt_at": "first_attempt_at",
    "contacted_at": "contacted_at",
    "counseled_at": "counseled_at",
    "attempts_kept": "attempts_made",
}
OF_SESSION = {
    "assignment": "assignment",
    "state": "state",
    "starts_at": "starts_at",
    "entered_at": "entered_at",
    "notes_entered_at": "notes_entered_at",
}
"""The columns that are compared, with what the timeline calls them. `attempts_kept` is the number
of the rows of attempts; `attempts_made` what the assignment says it is."""

UNTOLD = ("chapter", "mentor")
"""What older timelines do not tell."""

VOCABULARY: Mapping[str, type[TextChoices]] = {
    "status": Status,
    "queue_reason": QueueReason,
    "withdraw_reason": WithdrawReason,
    "outcome": Outcome,
    "decline_reason": DeclineReason,
    "state": SessionState,
}


@dataclass(frozen=True)
class Difference:
    """One thing that the timeline tells and a table does not, or the other way round; in words."""

    what: str
    timeline: str
    table: str = ""
    """Empty if the timeline alone is wrong."""

    @property
    def words(self) -> str:
        """In one line."""
        if not self.table:
            return f"{self.what}: {self.timeline}"
        return f"{self.what}: {self.timeline} by the timeline, {self.table} in the table"


def told(events: Iterable[Happened]) -> Subjects:
    """What a timeline tells."""
    stood = replay(events)
    found: dict[str, Facts] = {REQUEST: _facts(stood, OF_REQUEST)}
    for number, held in stood.helds.items():
        found[f"assignment {number}"] = _facts(held, OF_ASSIGNMENT)
        for session, met in held.meetings.items():
            found[f"session {session}"] = _facts(met, OF_SESSION) | {"assignment": number}
    return found


def _facts(told_of: Stood | Held | Met, fields: Mapping[str, str]) -> dict[str, object]:
    facts = {name: getattr(told_of, told_as, None) for name, told_as in fields.items()}
    return {k: value for k, value in facts.items() if value is not None or k not in UNTOLD}


def differences(events: list[Happened], kept: Subjects) -> Iterator[Difference]:
    """Where a timeline, and what the tables keep of the same request, do not agree."""
    by_timeline = told(events)
    for subject in sorted(by_timeline.keys() | kept.keys()):
        if subject not in kept:
            yield Difference(subject, "is told of", "is not there")
        elif subject not in by_timeline:
            yield Difference(subject, "is not told of", "is there")
        else:
            yield from _unlike(subject, by_timeline[subject], kept[subject])
    yield from map(_break, breaks(events))


def _unlike(subject: str, timeline: Facts, table: Facts) -> Iterator[Difference]:
    for field, told_value in timeline.items():
        if told_value != table[field]:
            said, is_kept = in_words(field, told_value), in_words(field, table[field])
            yield Difference(f"{subject}: {field.replace('_', ' ')}", said, is_kept)


def _break(where: tuple[Happened, str]) -> Difference:
    event, stood = where
    begins, ended = in_words("status", event.from_status), in_words("status", stood)
    entry = f"“{EventKind(event.kind).label}” of {in_words('at', event.at)}"
    return Difference("the timeline", f"{entry} begins at {begins}, but it stood at {ended}")


def in_words(field: str, value: Any) -> str:
    """A value as people read it: an instant to the microsecond, in UTC, where it may be all."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(sep=" ").removesuffix("+00:00") + " UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    names = VOCABULARY.get(field)
    return str(names(value).label) if names and value in names.values else str(value)
