"""A row of the watch list in words: why it is there, and what a coordinator can do about it.

Made for the rows of one page at once: two queries, however many there are.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.http import urlencode

from intake.enums import SessionState, Status
from intake.inforce import policy
from intake.models import RequestEvent, Session
from intake.nudges import nudges_today
from intake.pages.watching import CONCERNS, late_notes, unrecorded
from intake.permissions import check_nudge_helps
from mentors.addresses import address
from mentors.enums import Classification, VolunteerStatus
from mentors.models import Volunteer
from mentors.permissions import refusal
from mentors.words import day_in_words, last_day_in_words

# --- Why ------------------------------------------------------------------------------------------


def _overdue(mre: Any, zone: ZoneInfo) -> str:
    mentor = mre.current.mentor
    asked = last_day_in_words(mre.current.respond_by, mentor.zone)
    back = last_day_in_words(mre.current.requeue_at, mentor.zone)
    return f"{mentor} was asked to answer by {asked}; goes back to the queue after {back}."


def _attempt(mre: Any, zone: ZoneInfo) -> str:
    made, needed = mre.current.attempts_made, policy().attempts_needed
    due = day_in_words(mre.attempt_since.astimezone(zone).date())
    return f"Not reached in {made} of {needed} attempts; the next was due {due}."


def _close_out(mre: Any, zone: ZoneInfo) -> str:
    first = day_in_words(mre.current.first_attempt_at.astimezone(zone).date())
    return f"{mre.current.attempts_made} attempts since {first}, no answer: it can be closed."


def _missed(mre: Any, zone: ZoneInfo) -> str:
    day = day_in_words(mre.missed_since.astimezone(zone).date())
    return f"The client missed the session of {day}; no other is planned."


def _unrecorded(mre: Any, zone: ZoneInfo) -> str:
    day = day_in_words(mre.unrecorded_since.astimezone(zone).date())
    return f"Nobody has recorded what became of the session of {day}."


def _notes(mre: Any, zone: ZoneInfo) -> str:
    closed = "; the request is closed" if mre.is_closed else ""
    return f"Session notes were due {last_day_in_words(mre.notes_since, zone)}{closed}."


def _away(mre: Any, zone: ZoneInfo) -> str:
    mentor = mre.current.mentor
    if mentor.status != VolunteerStatus.ACTIVE or not mentor.is_active:
        return f"{mentor} is {mentor.get_status_display().lower()}."
    if mentor.classification != Classification.MENTOR:
        return f"{mentor} is no longer a mentor ({mentor.get_classification_display()})."
    return f"{mentor} is paused until {day_in_words(mre.away_until)}."


def _address(mre: Any, zone: ZoneInfo) -> str:
    since = day_in_words(mre.address_since.astimezone(zone).date())
    return f"Mail to {mre.current.mentor} does not arrive since {since}: call, or choose another."


WORDS: dict[str, Callable[[Any, ZoneInfo], str]] = {
    "overdue": _overdue,
    "attempt": _attempt,
    "close_out": _close_out,
    "missed": _missed,
    "unrecorded": _unrecorded,
    "notes": _notes,
    "away": _away,
    "address": _address,
}


# --- What to do -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A small button: its words, its page, and why it is off, if it is."""

    label: str
    address: str
    refused: str = ""


@dataclass
class Row:
    """What is known of one row: what the matter is, the one that is looked at first."""

    mre: Any
    matters: list[str]
    back: str
    nudged: RequestEvent | None = None
    sessions: dict[str, Session] = field(default_factory=dict)
    """The first session of which notes are late, or that nobody has recorded."""
    reasons: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """What fits what is the matter, each step once."""
        offered: dict[str, Step] = {}
        for step in (make(self) for key in self.matters for make in STEPS[key]):
            offered.setdefault(step.label, step)
        return [replace(step, address=self._from_here(step.address)) for step in offered.values()]

    def _from_here(self, address: str) -> str:
        """The page of an act, from which one comes back to the list as it is."""
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'back': self.back})}"

    @property
    def owing(self) -> Volunteer | None:
        """The mentor who owes notes, if that is not the one who holds the request."""
        if "notes" not in self.sessions:
            return None
        mentor = self.sessions["notes"].assignment.mentor
        return None if self.mre.current and self.mre.current.mentor == mentor else mentor


def rows(
    mres: Iterable[Any], lane: str, back: str, now: datetime, zone: ZoneInfo
) -> dict[int, Row]:
    """The rows of one page, by the id of the request; days are the reader's, of `zone`.

    In a lane its own matter comes first. `back` is the address of the list as it is shown.
    """
    found = {mre.pk: Row(mre, _matters(mre, lane), back) for mre in mres}
    for pk, event in nudges_today([row.mre for row in found.values()], now).items():
        found[pk].nudged = event
    for key, session in _loose_ends(found, now):
        found[session.request_id].sessions.setdefault(key, session)
    for row in found.values():
        row.reasons = list(_reasons(row, zone))
    return found


def _matters(mre: Any, lane: str) -> list[str]:
    keys = [key for key in CONCERNS if getattr(mre, f"{key}_since") is not None]
    return sorted(keys, key=lambda key: key != lane)


def _reasons(row: Row, zone: ZoneInfo) -> Iterator[str]:
    for key in CONCERNS:
        if key in row.matters:
            whose = f"{row.owing}: " if key == "notes" and row.owing else ""
            yield whose + WORDS[key](row.mre, zone)


def _loose_ends(found: Iterable[int], now: datetime) -> Iterator[tuple[str, Session]]:
    either = (late_notes(now) | unrecorded(now)).filter(request__in=list(found))
    for session in either.select_related("assignment__mentor").order_by("starts_at", "pk"):
        yield "notes" if session.state == SessionState.HELD else "unrecorded", session


def _nudge(row: Row) -> Step:
    """To the mentor who holds it; about notes to the mentor who owes them."""
    about, refused = row.matters[0], refusal(check_nudge_helps, _to_nudge(row), row.nudged)
    if about == "notes":
        page = reverse("intake:nudge_notes", args=[row.mre.pk, row.sessions["notes"].pk])
        return Step("Nudge", page, refused)
    page = address("intake:nudge", row.mre.pk)
    return Step("Nudge", f"{page}?about={about}", refused)


def _to_nudge(row: Row) -> Volunteer:
    about_notes = row.matters[0] == "notes"
    assignment = row.sessions["notes"].assignment if about_notes else row.mre.current
    mentor: Volunteer = assignment.mentor
    return mentor


def _give(row: Row) -> Step:
    return Step("Give to another mentor", address("intake:assign", row.mre.pk))


def _log(row: Row) -> Step:
    return Step("Log an attempt", address("intake:attempt", row.mre.pk))


def _plan(row: Row) -> Step:
    return Step("Plan a session", address("intake:session_schedule", row.mre.pk))


def _close(status: Status) -> Callable[[Row], Step]:
    def step(row: Row) -> Step:
        page = reverse("intake:close", args=[row.mre.pk, status.value])
        return Step(f"Close: {status.label}", page)

    return step


def _about_session(label: str, page: str, key: str) -> Callable[[Row], Step]:
    return lambda row: Step(label, address(page, row.sessions[key].pk))


STEPS: dict[str, tuple[Callable[[Row], Step], ...]] = {
    "overdue": (_nudge, _give),
    "attempt": (_nudge, _log, _give),
    "close_out": (_close(Status.NO_RESPONSE), _nudge, _log),
    "missed": (_plan, _close(Status.NO_SHOW), _nudge),
    "unrecorded": (
        _about_session("Record the session", "intake:session_held", "unrecorded"),
        _about_session("Client did not come", "intake:session_missed", "unrecorded"),
        _nudge,
    ),
    "notes": (_nudge, _about_session("Write the notes", "intake:session_notes", "notes")),
    "away": (_give, _nudge),
    "address": (_give,),
}
"""What a coordinator does next, the most likely first. Each is allowed by what put it here."""
