"""Replayed requests into the tables: a batch of them, by one COPY for each table."""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from django.db.models import Model

from intake.enums import Source
from intake.history.copying import NULL, Target, json_text, numbers
from intake.history.parsing import mode
from intake.history.records import (
    AssignmentRow,
    AttemptRow,
    EventRow,
    Replayed,
    SessionRow,
)
from intake.history.references import Named, checked_at_once
from intake.history.world import World
from intake.models import (
    Assignment,
    Client,
    ContactAttempt,
    MentoringRequest,
    RequestEvent,
    Session,
)
from mentors.models import BusinessType, Chapter, MentoringArea, Volunteer

REQUESTS = Target(
    MentoringRequest,
    "id client_id chapter_id submitted_at source external_id question area_id existing "
    "business_name business_type_id origination_url meet_by requested_mentor_id status "
    "queue_reason status_since waiting_since current_id closed_at withdraw_reason",
)
ASSIGNMENT_STATE = (
    "outcome overdue_at answered_at answer_days decline_reason decline_text ended_at "
    "attempts_made first_attempt_at contacted_at counseled_at attempts_due_at "
    "attempts_nudged_at close_out_due_at close_out_asked_at"
)
ASSIGNMENTS = Target(
    Assignment,
    "id request_id mentor_id assigned_by_id assigned_at tier respond_days requeue_days remind_at "
    "respond_by requeue_at " + ASSIGNMENT_STATE,
)
ATTEMPTS = Target(
    ContactAttempt,
    "id request_id assignment_id by_id at channel result is_first_note logged_at",
)
SESSION_STATE = (
    "state minutes notes notes_due_at notes_entered_at notes_asked_at entered_at calendar_sequence"
)
SESSIONS = Target(
    Session,
    "id request_id assignment_id starts_at mode created_at calendar_uid " + SESSION_STATE,
)
EVENTS = Target(
    RequestEvent,
    "id request_id assignment_id kind at processed_at by_id by_client from_status to_status data",
)


TARGETS = (REQUESTS, ASSIGNMENTS, ATTEMPTS, SESSIONS, EVENTS)
OF_ASSIGNMENT = attrgetter(*ASSIGNMENT_STATE.split())
OF_SESSION = attrgetter(*SESSION_STATE.split())


def write(batch: Sequence[Replayed], world: World) -> None:
    """Write requests, in the transaction that is open; each knows its client.

    Of a request that is there already what is new is added, and the rest brought up to date.
    Raises IntegrityError if something that they name is not there any more.
    """
    fresh = [told for told in batch if not told.there]
    longer = [told for told in batch if told.there]
    with checked_at_once(named(fresh), [target.model for target in TARGETS]):
        _number(MentoringRequest, fresh)
        _add(fresh, world)
    if longer:
        _add(longer, world)


def named(fresh: Sequence[Replayed]) -> Named:
    """Every row that new requests refer to, but for those that are written with them."""
    people = {row.by.pk for told in fresh for row in told.events if row.by}
    for told in fresh:
        people |= {row.mentor.pk for row in told.assignments}
        people |= {row.by.pk for row in told.assignments if row.by}
        people |= {row.by.pk for row in told.attempts}
    people |= {told.asked.requested.pk for told in fresh if told.asked.requested}
    types = {told.asked.business_type for told in fresh}
    return {
        Volunteer: people,
        Chapter: {told.place.pk for told in fresh},
        Client: {told.client for told in fresh},
        MentoringArea: {told.asked.area for told in fresh},
        BusinessType: {pk for pk in types if pk is not None},
    }


def _add(batch: Sequence[Replayed], world: World) -> None:
    """All rows that are not there yet."""
    assignments = _new(Assignment, batch, lambda told: told.assignments)
    attempts = _new(ContactAttempt, batch, lambda told: told.attempts)
    sessions = _new(Session, batch, lambda told: told.sessions)
    for told in batch:
        if told.there:
            _bring_up_to_date(told)
    REQUESTS.copy(REQUESTS.line(_request(told)) for told in batch if not told.there)
    ASSIGNMENTS.copy(ASSIGNMENTS.line(_assignment(row, told, world)) for told, row in assignments)
    ATTEMPTS.copy(_attempt(row, told) for told, row in attempts)
    SESSIONS.copy(SESSIONS.line(_session(row, told)) for told, row in sessions)
    EVENTS.copy(_events(batch))


class _Numbered(Protocol):
    pk: int
    there: bool


Numbered = TypeVar("Numbered", bound=_Numbered)


def _number(model: type[Model], rows: Sequence[Numbered]) -> None:
    """Give each of these new rows its number."""
    for row, pk in zip(rows, numbers(model, len(rows)), strict=True):
        row.pk = pk


def _new(
    model: type[Model],
    batch: Sequence[Replayed],
    rows_of: Callable[[Replayed], Sequence[Numbered]],
) -> list[tuple[Replayed, Numbered]]:
    """The rows that are not there yet, numbered, each with its request."""
    found = [(told, row) for told in batch for row in rows_of(told) if not row.there]
    _number(model, [row for _, row in found])
    return found


def _request(told: Replayed) -> tuple[Any, ...]:
    asked = told.asked
    return (
        told.pk,
        told.client,
        told.place.pk,
        asked.submitted_at,
        Source.IMPORT.value,
        asked.request_id,
        asked.question,
        asked.area,
        asked.existing,
        asked.business_name,
        asked.business_type,
        asked.origination_url,
        asked.meet_by,
        asked.requested.pk if asked.requested else None,
        told.status,
        told.queue_reason,
        told.status_since,
        told.waiting_since,
        told.current.pk if told.current else None,
        told.closed_at,
        told.withdraw_reason,
    )


def _assignment(row: AssignmentRow, told: Replayed, world: World) -> tuple[Any, ...]:
    return (
        row.pk,
        told.pk,
        row.mentor.pk,
        row.by.pk if row.by else None,
        row.assigned_at,
        row.tier,
        world.policy.respond_days,
        world.policy.requeue_days,
        row.clocks.remind_at,
        row.clocks.respond_by,
        row.clocks.requeue_at,
        *OF_ASSIGNMENT(row),
    )


def _attempt(row: AttemptRow, told: Replayed) -> str:
    """Written out like events; a letter says whether it is the first note."""
    at = row.at.isoformat()
    first, logged_at = ("t", NULL) if row.is_first_note else ("f", at)
    by = f"{row.assignment.pk}\t{row.by.pk}"
    return ATTEMPTS.row(
        f"{row.pk}\t{told.pk}\t{by}\t{at}\t{row.channel}\t{row.result}\t{first}\t{logged_at}"
    )


def _session(row: SessionRow, told: Replayed) -> tuple[Any, ...]:
    return (
        row.pk,
        told.pk,
        row.assignment.pk,
        row.starts_at,
        mode(told.asked.meet_by),
        row.created_at,
        uuid4(),
        *OF_SESSION(row),
    )


def _events(batch: Sequence[Replayed]) -> Iterator[str]:
    """Written out, for these are most of the rows: it takes a third of the time."""
    new = [(told.pk, event) for told in batch for event in told.events[told.events_there :]]
    for pk, (mre, event) in zip(numbers(RequestEvent, len(new)), new, strict=True):
        at = event.at.isoformat()
        assignment = event.assignment.pk if event.assignment else NULL
        by, by_client = event.by.pk if event.by else NULL, "t" if event.by_client else "f"
        about = f"{event.from_status}\t{event.to_status}\t{json_text(_data(event))}"
        yield EVENTS.row(
            f"{pk}\t{mre}\t{assignment}\t{event.kind}\t{at}\t{at}\t{by}\t{by_client}\t{about}"
        )


def _data(event: EventRow) -> dict[str, Any]:
    """What the timeline says beside, with the numbers of the rows that it speaks of."""
    if event.session is not None:
        return {"session": event.session.pk, **event.data}
    if event.attempt is not None:
        return {"attempt": event.attempt.pk, **event.data}
    if event.previous is not None:
        return {"previous": event.previous.pk, **event.data}
    return event.data


def _bring_up_to_date(told: Replayed) -> None:
    """What was there before comes to where the longer history leaves it.

    Before anything is added: of two assignments the older has to end first.
    """
    for row in told.assignments:
        if row.there:
            state = dict(zip(ASSIGNMENT_STATE.split(), OF_ASSIGNMENT(row), strict=True))
            Assignment.objects.filter(pk=row.pk).update(**state)
    for session in told.sessions:
        if session.there:
            state = dict(zip(SESSION_STATE.split(), OF_SESSION(session), strict=True))
            Session.objects.filter(pk=session.pk).update(**state)
    MentoringRequest.objects.filter(pk=told.pk).update(
        chapter=told.place.pk,
        status=told.status,
        queue_reason=told.queue_reason,
        status_since=told.status_since,
        waiting_since=told.waiting_since,
        current=told.current.pk if told.current else None,
        closed_at=told.closed_at,
        withdraw_reason=told.withdraw_reason,
    )
