"""Reports may be read from a replica: whether it is near enough, and what readers are told of it.

A replica is a streaming standby of the main database (`REPLICA_DATABASE_URL`). How far it is
behind is measured before each report, by its place in the log of the main database: what has
replayed everything up to there knows all that was done when the report was asked for.
"""

import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections

ALIAS = "replica"
LOST = (DatabaseError, InterfaceError)
"""What a query raises whose server has gone, or that a replica gave up so that it can go on.

Which of them it is differs from case to case. A mistake of ours is one as well, and then comes
again on the main database.
"""

PATIENCE = 0.1  # seconds; a replica that keeps up has replayed a moment ago's log by then
PAUSE = 0.01
REST = 10.0  # seconds for which one that was lost is left alone, so that no page waits for it

SMALLEST_COMMIT = 40
"""Bytes of the log. Less than that can be missing at the end of a page, whose head counts."""

UP_TO_DATE = "Read from the copy of the database for reports, which is up to date."
BEHIND = (
    "Read from the copy of the database for reports, which is {time} behind: what was done since "
    "is not in here yet."
)
NOT_THERE = "Read from the main database: the copy for reports does not answer."
NO_REPLICA = "Read from the main database: the copy for reports does not follow it."
TOO_FAR = "Read from the main database: the copy for reports is {time} behind."
JUST_WRITTEN = "Read from the main database, so that what you have just done is in here."


@dataclass(frozen=True)
class Source:
    """The database that a report is read from, and what its reader is told about that."""

    alias: str
    words: str


def is_there() -> bool:
    """Whether there is a replica at all, by the settings."""
    return ALIAS in connections.settings


def main(words: str) -> Source:
    """The main database, and why."""
    return Source(DEFAULT_DB_ALIAS, words)


def choose() -> Source:
    """The replica, if it answers and is near enough; else the main database."""
    if time.monotonic() < _rest.until:
        return main(NOT_THERE)
    try:
        seconds = seconds_behind()
    except LOST:
        lose()
        return main(NOT_THERE)
    if seconds is None:
        return main(NO_REPLICA)
    if seconds > settings.REPLICA_MOST_BEHIND:
        return main(TOO_FAR.format(time=in_words(seconds)))
    return Source(ALIAS, BEHIND.format(time=in_words(seconds)) if seconds else UP_TO_DATE)


def lose() -> None:
    """Leave the replica alone for a while: it was lost in the middle of something."""
    _rest.until = time.monotonic() + REST
    connections[ALIAS].close()


def seconds_behind() -> float | None:
    """How far the replica is behind at most; 0 if it has replayed all that there is.

    None if it is no standby, or has replayed nothing yet. Raises one of `LOST` if it does not
    answer.
    """
    place, clock = _place_of_main()
    with closing(connections[ALIAS].cursor()) as cursor:
        deadline = time.monotonic() + PATIENCE
        while True:
            cursor.execute(
                "SELECT pg_is_in_recovery(),"
                " pg_wal_lsn_diff(%s, pg_last_wal_replay_lsn()) < %s,"
                " pg_last_xact_replay_timestamp()",
                [place, SMALLEST_COMMIT],
            )
            follows, has_all, latest = cursor.fetchone()
            if not follows:
                return None
            if has_all:
                return 0.0
            if time.monotonic() > deadline:
                return max((clock - latest).total_seconds(), PATIENCE) if latest else None
            time.sleep(PAUSE)


def in_words(seconds: float) -> str:
    """“12 seconds”, “3 minutes”, “2 hours”, “4 days”; rounded up, because it is at most that."""
    for name, size, most in (("second", 1, 120), ("minute", 60, 120), ("hour", 3600, 48)):
        if (number := -int(-seconds // size)) < most:
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{-int(-seconds // 86400)} days"


def _place_of_main() -> tuple[str, datetime]:
    """The end of the main database's log, written to disk yet or not, and what its clock shows."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()::text, clock_timestamp()")
        place, clock = cursor.fetchone()
    return place, clock


@dataclass
class _Rest:
    """Until when the replica is left alone, on the clock of this process."""

    until: float = 0.0


_rest = _Rest()
