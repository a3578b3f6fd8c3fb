"""Where requests stood at an instant that is over, from their timelines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from intake.enums import EventKind, QueueReason, Stage
from intake.models import MentoringRequest, RequestEvent
from intake.models.request import OPEN_DURING
from intake.replaying import STEPS, Happened, replay
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


class _Place(NamedTuple):
    """Where a request is now, and whether it is held for administrators."""

    request: int
    chapter: int
    parked: bool


class _Entry(NamedTuple):
    """An entry of a timeline, with whom it is about and by when he had to answer."""

    request: int
    mentor: int | None
    respond_by: datetime | None
    event: Happened


SINCE_UNDONE = (EventKind.MOVED, EventKind.RELEASED)
"""What is looked at even if it came later: it tells how things were before."""


def standing(reach: Reach, at: datetime) -> list[Standing]:
    """Every request of these chapters that was open at `at`, in no order.

    What became of it since does not matter: where it was moved to, who has it now. Two queries;
    their cost is that of the requests that were open then, with their timelines.
    """
    places = {row[0]: _Place(*row) for row in _maybe_open(reach, at)}
    found = []
    for request, entries in groupby(_timelines(list(places), at), lambda entry: entry.request):
        place, stood = _then(places[request], list(entries), at)
        if stood and reach.has(place.chapter) and (reach.parked or not place.parked):
            found.append(stood)
    return found


def _maybe_open(reach: Reach, at: datetime) -> QuerySet[MentoringRequest, tuple[Any, ...]]:
    """The requests that are in these chapters or left them since, and were not closed for good."""
    then = MentoringRequest.objects.alias(open_during=OPEN_DURING)
    candidates = then.filter(Q(open_during__contains=at)).order_by()
    if not reach.parked:
        candidates = candidates.filter(parked=False)
    here = candidates.filter(reach.within()).values_list("pk", "chapter", "parked")
    if reach.ids is None:
        return here
    left = RequestEvent.objects.filter(
        kind=EventKind.MOVED, at__gt=at, data__from_chapter__in=list(reach.ids)
    )
    gone = candidates.filter(pk__in=left.values("request"))
    return here.union(gone.values_list("pk", "chapter", "parked"))


def _timelines(requests: list[int], at: datetime) -> Iterator[_Entry]:
    """What had happened to these requests by then, each in the order of writing."""
    entries = RequestEvent.objects.filter(
        Q(at__lte=at, kind__in=STEPS) | Q(kind__in=SINCE_UNDONE), request__in=requests
    )
    rows = entries.order_by("request", "pk").values_list(
        "request", "assignment__mentor", "assignment__respond_by", *Happened._fields
    )
    for request, mentor, respond_by, *happened in rows.iterator():
        yield _Entry(request, mentor, respond_by, Happened(*happened))


def _then(place: _Place, entries: list[_Entry], at: datetime) -> tuple[_Place, Standing | None]:
    """Where a request was, and how it stood, if it was open."""
    by_then = [entry for entry in entries if entry.event.at <= at]
    place = _place_before(place, [entry.event for entry in entries if entry.event.at > at])
    return place, _standing(place, by_then, at)


def _standing(place: _Place, entries: list[_Entry], at: datetime) -> Standing | None:
    stood = replay(entry.event for entry in entries)
    stage, since = stood.stage, stood.stage_since
    if stage is None or since is None:
        return None
    chosen = {entry.event.assignment_id: (entry.mentor, entry.respond_by) for entry in entries}
    mentor, respond_by = chosen.get(stood.current, (None, None))
    return Standing(
        request=place.request,
        chapter=place.chapter,
        stage=stage,
        since=since,
        reason=QueueReason(stood.reason) if stood.reason else None,
        assignment=stood.current,
        mentor=mentor,
        overdue=stage == Stage.NOT_ACCEPTED and respond_by is not None and respond_by <= at,
        attempts=stood.held.attempts_made if stood.held else 0,
        was_assigned=bool(stood.helds),
        has_notes=stood.has_notes,
    )


def _place_before(place: _Place, later: list[Happened]) -> _Place:
    """Where a request was before it was moved, and whether it was parked before its release."""
    moved = [event.data["from_chapter"] for event in later if event.kind == EventKind.MOVED]
    released = any(event.kind == EventKind.RELEASED for event in later)
    chapter = moved[0] if moved else place.chapter
    return place._replace(chapter=chapter, parked=place.parked or released)
