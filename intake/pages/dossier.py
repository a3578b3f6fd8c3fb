"""All that the page of a request shows, as far as its reader may see it."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from intake import duplicates
from intake.calendar import BusinessCalendar
from intake.enums import SessionState
from intake.models import (
    Assignment,
    DuplicateFlag,
    MentoringRequest,
    Note,
    RequestEvent,
    Session,
)
from intake.pages import timeline
from intake.pages.bystander import about_his_sessions
from intake.pages.sight import Sight, client_name, reads_note
from intake.pages.situation import where_it_stands
from intake.pages.timeline import Entry
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


Flagged = tuple[DuplicateFlag, MentoringRequest]
"""A flag, and the other one of the two requests that it is about."""


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
    """Read what the page needs; the number of queries does not depend on how much happened."""
    events = mre.events.select_related("by", "assignment__mentor__chapter").order_by("-at", "-pk")
    notes = mre.notes.select_related("by").order_by("-at", "-pk")
    others, flags = _others(mre, seen, user, now), _flags(mre, seen)
    readable = _readable([*others, *(other for _, other in flags)], user, now)
    before = _latest_assignment(events)
    told = about_his_sessions(mre, user, events) if seen.sessions_only else events
    return Dossier(
        mre=mre,
        seen=seen,
        name=client_name(mre, seen),
        stands=where_it_stands(mre, before, calendar, now, zone, you=seen.is_asked or seen.mentors),
        timeline=timeline.entries(mre, told, seen, zone),
        notes=[note for note in notes if reads_note(note, mre, seen)],
        assigned_before=before is not None,
        twins=_twins(seen, flags, readable),
        last_event=max((event.pk for event in events), default=0),
        earlier=_earlier(others, readable),
    )


def _latest_assignment(events: Iterable[RequestEvent]) -> Assignment | None:
    """Of every assignment the timeline tells, so it need not be asked for again."""
    told = [event.assignment for event in events if event.assignment is not None]
    return max(told, key=lambda one: (one.assigned_at, one.pk), default=None)


def twins(mre: MentoringRequest, seen: Sight, user: Volunteer, now: datetime) -> list[Twin]:
    """The requests that may be of the same person, with the reason; a coordinator's matter.

    One query; two others if there are any.
    """
    flags = _flags(mre, seen)
    readable = _readable([other for _, other in flags], user, now)
    return _twins(seen, flags, readable)


def _twins(seen: Sight, flags: Iterable[Flagged], readable: Container[int]) -> list[Twin]:
    found = [Twin(other, flag.reason, flag.found_at, other.pk in readable) for flag, other in flags]
    return [twin for twin in found if seen.is_admin or not twin.other.parked]


def _flags(mre: MentoringRequest, seen: Sight) -> list[Flagged]:
    """What has been flagged with this request, the latest first, each with the other request."""
    if not seen.coordinates:
        return []
    flags = duplicates.unsettled().filter(Q(request=mre) | Q(other=mre)).order_by("-pk")
    other_of = {
        flag: flag.other_id if flag.request_id == mre.pk else flag.request_id for flag in flags
    }
    others = MentoringRequest.objects.select_related("client", "chapter").in_bulk(other_of.values())
    return [(flag, others[pk]) for flag, pk in other_of.items()]


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
    rows = others.select_related("area", "current__mentor")
    return list(rows.order_by("-submitted_at", "-pk")[:MOST_OTHERS])


def _earlier(others: list[MentoringRequest], readable: Container[int]) -> list[Earlier]:
    """Each with the number of its sessions. No query without any."""
    held = Session.objects.filter(
        request__in=[mre.pk for mre in others], state=SessionState.HELD
    ).values_list("request")
    sessions = dict(held.annotate(Count("pk")))
    return [Earlier(mre, sessions.get(mre.pk, 0), mre.pk in readable) for mre in others]


MOST_OTHERS = 20
