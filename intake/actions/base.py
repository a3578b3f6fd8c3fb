"""The shape of every act: lock in one order, bring the clock up to date, record what happened.

Locks are taken request → assignment → client → mentor, always, and several of a kind by number, so
that two acts can never wait for each other. They leave keys alone (`no_key`), so that rows that
merely point here are not held up.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from intake import notifications
from intake.enums import EventKind, Outcome
from intake.models import Assignment, MentoringRequest, RequestEvent, Session
from intake.outbox import drop_reminders
from mentors.errors import AlreadyDone
from mentors.models import Volunteer


def lock_request(mre_id: int, *also: str) -> MentoringRequest:
    """The request, locked until the transaction ends. Raises MentoringRequest.DoesNotExist.

    It comes with its client, its chapter and what else an act says that it reads of it.

    Locked first and read afterwards: a join made before the wait for the lock would still hold the
    chapter or the client from before, and find no row at all if that was changed meanwhile.
    """
    MentoringRequest.objects.select_for_update(no_key=True).values_list("pk").get(pk=mre_id)
    return _as_locked(*also).get(pk=mre_id)


def _as_locked(*also: str) -> QuerySet[MentoringRequest]:
    return MentoringRequest.objects.select_related("client", "chapter", *also)


def lock_requests(mre_ids: Iterable[int] | QuerySet[Any]) -> list[MentoringRequest]:
    """Lock several requests in one order, before an act on one of them locks anything else."""
    locked = MentoringRequest.objects.select_for_update(of=("self",), no_key=True)
    return list(locked.filter(pk__in=mre_ids).order_by("pk"))


def lock_free_requests(mre_ids: Iterable[int]) -> dict[int, MentoringRequest]:
    """Those that nobody else has locked, by number, with what the mails of the clocks say."""
    free = MentoringRequest.objects.select_for_update(no_key=True, skip_locked=True)
    locked = free.filter(pk__in=list(mre_ids)).order_by("pk").values_list("pk", flat=True)
    return _as_locked("area", "business_type").in_bulk(list(locked))


def lock_assignment(assignment_id: int) -> Assignment:
    """The assignment, locked. Lock its request first."""
    return _locked_assignments().get(pk=assignment_id)


def lock_assignments(assignment_ids: Iterable[int]) -> dict[int, Assignment]:
    """Several, by number. Lock their requests first."""
    found = _locked_assignments().filter(pk__in=list(assignment_ids)).order_by("pk")
    return {assignment.pk: assignment for assignment in found}


def _locked_assignments() -> QuerySet[Assignment]:
    locked = Assignment.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("mentor__chapter")


def lock_with_current(mre_id: int, *also: str) -> tuple[MentoringRequest, Assignment | None]:
    """The request and the assignment that holds it (or held it when it was closed), both locked."""
    mre = lock_request(mre_id, *also)
    if mre.current_id is None:
        return mre, None
    mre.current = lock_assignment(mre.current_id)
    return mre, mre.current


def lock_held_by(assignment_id: int) -> tuple[MentoringRequest, Assignment]:
    """An assignment and its request, locked in order; for acts that name the assignment."""
    mre_id = Assignment.objects.values_list("request_id", flat=True).get(pk=assignment_id)
    mre = lock_request(mre_id)
    assignment = lock_assignment(assignment_id)
    if mre.current_id == assignment.pk:
        mre.current = assignment
    elif mre.current_id is not None:
        mre.current = Assignment.objects.select_related("mentor").get(pk=mre.current_id)
    return mre, assignment


def lock_session(session_id: int) -> tuple[MentoringRequest, Session]:
    """A session, its request and the assignment that holds the request, locked in order."""
    mre_id = Session.objects.values_list("request_id", flat=True).get(pk=session_id)
    mre, current = lock_with_current(mre_id)
    session = Session.objects.select_for_update(no_key=True).get(pk=session_id)
    session.request = mre
    if current is not None and session.assignment_id == current.pk:
        session.assignment = current
    return mre, session


def lock_sessions(session_ids: Iterable[int]) -> dict[int, Session]:
    """Several, by number. Lock their requests and the assignments in force first."""
    locked = Session.objects.select_for_update(of=("self",), no_key=True)
    found = locked.select_related("assignment__mentor__chapter").filter(pk__in=list(session_ids))
    return {session.pk: session for session in found.order_by("pk")}


def take_turn(name: str) -> None:
    """Let one transaction at a time do the same thing: the turn ends with the transaction.

    Turns are taken before any row is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def take_turn_at_address(email: str) -> None:
    """Let one transaction at a time decide who is the client behind an e-mail address."""
    take_turn(f"client:{email.lower()}")


def require_seen(mre: MentoringRequest, seen: int | None) -> None:
    """Raise AlreadyDone unless the assignment that somebody saw is still the one in force."""
    if seen is not None and mre.current_id != seen:
        raise AlreadyDone("Somebody else gave this request to another mentor meanwhile.")


def event_of(
    mre: MentoringRequest,
    kind: EventKind,
    *,
    now: datetime,
    at: datetime | None = None,
    by: Volunteer | None = None,
    by_client: bool = False,
    was: str | None = None,
    assignment: Assignment | None = None,
    **data: Any,
) -> RequestEvent:
    """An entry for the timeline, not written yet.

    `was` is the status before; `at` the instant it counts, if that is not `now`; `data` what the
    timeline and the mails say beyond that.
    """
    return RequestEvent(
        request=mre,
        assignment=assignment,
        kind=kind,
        at=at or now,
        processed_at=now,
        by=by,
        by_client=by_client,
        from_status=was if was is not None else mre.status,
        to_status=mre.status,
        data=data,
    )


def record(
    mre: MentoringRequest, kind: EventKind, *, now: datetime, tell: bool = True, **more: Any
) -> RequestEvent:
    """Append an event to the timeline (see `event_of`) and write the mails that follow from it."""
    event = event_of(mre, kind, now=now, **more)
    event.save(force_insert=True)
    if tell:
        notifications.tell(event)
    return event


def save_state(*rows: Model) -> None:
    """Write what transitions changed, and nothing else."""
    for row in rows:
        row.save(update_fields=row.STATE_FIELDS)  # type: ignore[attr-defined]


class AtOnce:
    """How an act writes: each thing as soon as it happens."""

    def save(self, row: Model, fields: Sequence[str]) -> None:
        """Write these fields of a row, and nothing else."""
        row.save(update_fields=fields)

    def record(self, mre: MentoringRequest, kind: EventKind, **more: Any) -> None:
        """Append an event and write its mails; takes what `record` takes."""
        record(mre, kind, **more)

    def drop(self, assignment: Assignment, kinds: Sequence[str]) -> None:
        """Drop the reminders of these kinds that have not left."""
        drop_reminders(assignment, kinds)


AT_ONCE = AtOnce()


def settle_overdue(
    mre: MentoringRequest,
    assignment: Assignment,
    now: datetime,
    *,
    tell: bool = False,
    write: AtOnce = AT_ONCE,
) -> bool:
    """Mark an unanswered assignment overdue if its deadline has passed; whether it was done now.

    The clock does this within a minute; people who act in that minute must find the same truth,
    but need no mail about it. The recorded instant is the deadline.
    """
    if assignment.outcome != Outcome.PENDING or not assignment.is_late(now):
        return False
    assignment.become_overdue()
    write.save(assignment, assignment.STATE_FIELDS)
    write.record(
        mre,
        EventKind.OVERDUE,
        at=assignment.respond_by,
        now=now,
        assignment=assignment,
        tell=tell,
    )
    return True
