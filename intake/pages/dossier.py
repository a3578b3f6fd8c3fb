"""All that the page of a request shows, as far as its reader may see it."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch

from intake import duplicates
from intake.calendar import BusinessCalendar
from intake.enums import EventKind, SessionState
from intake.models import (
    Assignment,
    MentoringRequest,
    Note,
    Session,
)
from intake.pages import timeline
from intake.pages.bystander import about_his_sessions
from intake.pages.sight import Sight, client_name, reads_note
from intake.pages.situation import where_it_stands
from intake.pages.timeline import Entry
from intake.pages.told import assignments_told, tells_of
from mentors.models import Volunteer


@dataclass(frozen=True)
class Twin:
    """Another request that may be of the same person."""

    other: MentoringRequest
    reason: str
    found_at: datetime
    is_open_to_reader: bool


@dataclass(frozen=True)
class Earlier:
    """Another request of the same client."""

    mre: MentoringRequest
    sessions: int
    is_open_to_reader: bool


@dataclass(frozen=True)
class Dossier:
    """One request for one reader."""

    mre: MentoringRequest
    seen: Sight
    name: str
    stands: str
    timeline: Sequence[Entry]
    notes: Sequence[Note]
    assigned_before: bool
    twins: Sequence[Twin]
    earlier: Sequence[Earlier]
    last_event: int
    """The id of the latest event that the timeline knows of."""


def compile_dossier(
    mre: MentoringRequest,
    seen: Sight,
    *,
    user: Volunteer,
    now: datetime,
    zone: ZoneInfo,
    calendar: BusinessCalendar,
) -> Dossier:
    """Read what the page needs; the number of queries does not depend on how much happened.

    The timeline is read already: see `told.read_timeline`.
    """
    events = mre.events.all()
    others, flags = _others(mre, seen, user, now), _flags(mre, seen)
    readable = _readable([*others, *(other for _, other in flags)], user, now)
    before = _latest(assignments_told(mre).values())
    told = about_his_sessions(mre, user, events) if seen.sessions_only else events
    return Dossier(
        mre=mre,
        seen=seen,
        name=client_name(mre, seen),
        stands=where_it_stands(mre, before, calendar, now, zone, you=seen.is_asked or seen.mentors),
        timeline=timeline.entries(mre, told, seen, zone),
        notes=[note for note in _notes(mre) if reads_note(note, mre, seen)],
        assigned_before=before is not None,
        twins=_twins(seen, flags, readable),
        last_event=max((event.pk for event in events), default=0),
        earlier=_earlier(others, readable),
    )


def _notes(mre: MentoringRequest) -> Iterable[Note]:
    """All of them, the latest first. No query without any."""
    if not tells_of(mre, EventKind.NOTE):
        return []
    return mre.notes.select_related("by").order_by("-at", "-pk")


def _latest(assignments: Iterable[Assignment]) -> Assignment | None:
    return max(assignments, key=lambda one: (one.assigned_at, one.pk), default=None)


def twins(mre: MentoringRequest, seen: Sight, user: Volunteer, now: datetime) -> list[Twin]:
    """The requests that may be of the same person, with the reason; a coordinator's matter.

    One query; two others if there are any.
    """
    flags = _flags(mre, seen)
    readable = _readable([other for _, other in flags], user, now)
    return _twins(seen, flags, readable)


def _twins(
    seen: Sight, flags: Iterable[duplicates.Flagged], readable: Container[int]
) -> list[Twin]:
    found = [Twin(other, flag.reason, flag.found_at, other.pk in readable) for flag, other in flags]
    return [twin for twin in found if seen.is_admin or not twin.other.parked]


def _flags(mre: MentoringRequest, seen: Sight) -> list[duplicates.Flagged]:
    return duplicates.unsettled_of(mre) if seen.coordinates else []


def _readable(mres: Iterable[MentoringRequest], user: Volunteer, now: datetime) -> Container[int]:
    """The ids of those that the reader may open. No query without any."""
    ids = {mre.pk for mre in mres}
    if not ids:
        return ids
    seen = MentoringRequest.objects.for_user(user, now)
    return set(seen.filter(pk__in=ids).values_list("pk", flat=True))


def _others(
    mre: MentoringRequest, seen: Sight, user: Volunteer, now: datetime
) -> list[MentoringRequest]:
    """The client's other requests, latest first; a leader is told of those in his chapters only.

    Parked requests are known to administrators only.
    """
    if not (seen.coordinates or seen.mentors or seen.leads):
        return []
    others = MentoringRequest.objects.filter(client=mre.client_id).exclude(pk=mre.pk)
    if not (seen.coordinates or seen.mentors):
        others = others.in_duty_of(user, now)
    if not seen.is_admin:
        others = others.filter(parked=False)
    # The mentors are asked for by themselves: most clients have no other request.
    named = Assignment.objects.select_related("mentor").only(*NAME_OF_MENTOR)
    rows = others.select_related("area").prefetch_related(Prefetch("current", named))
    rows = rows.only(*SHOWN_OF_OTHERS)
    return list(rows.order_by("-submitted_at", "-pk")[:MOST_OTHERS])


def _earlier(others: list[MentoringRequest], readable: Container[int]) -> list[Earlier]:
    """Each with the number of its sessions. No query without any."""
    held = Session.objects.filter(
        request__in=[mre.pk for mre in others], state=SessionState.HELD
    ).values_list("request")
    sessions = dict(held.annotate(Count("pk")))
    return [Earlier(mre, sessions.get(mre.pk, 0), mre.pk in readable) for mre in others]


MOST_OTHERS = 20
SHOWN_OF_OTHERS = "status", "submitted_at", "area__name", "current"
NAME_OF_MENTOR = "mentor__first_name", "mentor__last_name"
"""What a line about one of them shows."""
