"""The draft of a nudge: what a coordinator is likely to write, depending on what is the matter."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from intake.enums import Status
from intake.inforce import policy
from mentors.words import day_in_words, last_day_in_words


def draft(mre: Any, about: str, zone: ZoneInfo) -> str:
    """A line to the mentor about one concern of a row of `watching.load`.

    `zone` is the mentor's; without such a concern it asks how things are going.
    """
    if about in DRAFTS and getattr(mre, f"{about}_since", None) is not None:
        return DRAFTS[about](mre, zone)
    return _in_time(mre, zone) if mre.status == Status.ASSIGNED else _in_general(mre)


def _client(mre: Any) -> str:
    return str(mre.client.first_name)


def _in_time(mre: Any, zone: ZoneInfo) -> str:
    by = last_day_in_words(mre.current.respond_by, zone)
    return (
        f"{_client(mre)} waits for a mentor, and I thought of you. Have you seen the request? "
        f"Your answer is due by {by}."
    )


def _in_general(mre: Any) -> str:
    return f"How is it going with {_client(mre)}? Please bring the request up to date."


def _overdue(mre: Any, zone: ZoneInfo) -> str:
    by = last_day_in_words(mre.current.respond_by, zone)
    return (
        f"{_client(mre)} is still waiting; your answer was due by {by}. Can you take this on? "
        "If not, please decline, and I will ask somebody else."
    )


def _attempt(mre: Any, zone: ZoneInfo) -> str:
    days = policy().attempt_gap_days
    return (
        f"{_client(mre)} has not been reached, and the last attempt was more than {days} days ago. "
        "Could you try once more, and write down how it went?"
    )


def _close_out(mre: Any, zone: ZoneInfo) -> str:
    return (
        f"You tried to reach {_client(mre)} {mre.current.attempts_made} times without an answer. "
        "Please close the request, or tell me if you want to try again."
    )


def _missed(mre: Any, zone: ZoneInfo) -> str:
    day = day_in_words(mre.missed_since.astimezone(zone).date())
    return (
        f"{_client(mre)} missed the session of {day}. Can you agree on another date, or close the "
        "request?"
    )


def _unrecorded(mre: Any, zone: ZoneInfo) -> str:
    day = day_in_words(mre.unrecorded_since.astimezone(zone).date())
    return f"Did your session with {_client(mre)} on {day} take place? Please record it."


def _notes(mre: Any, zone: ZoneInfo) -> str:
    by = last_day_in_words(mre.notes_since, zone)
    return (
        f"Your notes of the session with {_client(mre)} were due by {by}. A few sentences are "
        "enough; please write them today."
    )


def _away(mre: Any, zone: ZoneInfo) -> str:
    return (
        f"You are away at the moment. Can you go on with {_client(mre)} all the same, or shall I "
        "look for somebody else?"
    )


DRAFTS: dict[str, Callable[[Any, ZoneInfo], str]] = {
    "overdue": _overdue,
    "attempt": _attempt,
    "close_out": _close_out,
    "missed": _missed,
    "unrecorded": _unrecorded,
    "notes": _notes,
    "away": _away,
}
