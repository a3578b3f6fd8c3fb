"""Which open due dates would move, grouped and in words; long lists are cut, never the counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from intake.recompute import Change
from mentors.words import instant_in_words, last_day_in_words

SHOWN = 20
"""Rows of each group that are shown."""
KINDS = {
    "respond_by": ("Answers", "answer by"),
    "requeue_at": ("Back in the queue", "back in the queue after"),
    "remind_at": ("Reminders", "reminder on"),
    "notes_due_at": ("Session notes", "session note by"),
}
"""The stored instants that can move: the name of the group, and the words before the day."""


@dataclass(frozen=True)
class Move:
    """One due date that would move."""

    mre_id: int
    number: str
    what: str
    was: str
    becomes: str
    whose: str


@dataclass(frozen=True)
class Group:
    """The due dates of one kind: how many there are, and the first of them."""

    title: str
    count: int
    rows: Sequence[Move]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Moves:
    """All due dates that would move."""

    groups: Sequence[Group]
    due_dates: int
    requests: int
    at_once: int
    """Those that would be over already, so that their clock strikes at once."""


def moves(changes: Sequence[Change], now: datetime) -> Moves:
    """What would move, for people to look at before it does."""
    by_kind = {field: [change for change in changes if change.field == field] for field in KINDS}
    return Moves(
        groups=[_group(field, found) for field, found in by_kind.items() if found],
        due_dates=len(changes),
        requests=len({change.row.request_id for change in changes}),
        at_once=sum(change.becomes <= now < change.was for change in changes),
    )


def _group(field: str, changes: Sequence[Change]) -> Group:
    title, what = KINDS[field]
    in_words = instant_in_words if field == "remind_at" else last_day_in_words
    return Group(title, len(changes), [_move(one, what, in_words) for one in changes[:SHOWN]])


def _move(change: Change, what: str, in_words: Callable[[datetime, tzinfo], str]) -> Move:
    return Move(
        mre_id=change.row.request_id,
        number=change.number,
        what=what,
        was=in_words(change.was, change.zone),
        becomes=in_words(change.becomes, change.zone),
        whose=change.whose,
    )
