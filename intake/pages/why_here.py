"""Why a request is in the coordinator's queue: the detail beside the badge.

The facts for a page of rows cost three queries at most, whatever its length.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count

from intake.enums import EventKind, QueueReason, SessionState, Status
from intake.models import Assignment, MentoringRequest, RequestEvent, Session
from mentors.models import Volunteer
from mentors.words import last_day_in_words


@dataclass(frozen=True)
class _Facts:
    before: dict[int, Assignment]
    held: dict[int, int]
    came_from: dict[int, str]


def details(mres: Iterable[MentoringRequest]) -> dict[int, str]:
    """By request: “J. Hale, 5 bd”, “not my expertise”, “1 session held”, “from SCORE Akron” …"""
    rows = list(mres)
    facts = _Facts(_before(rows), _held(rows), _came_from(rows))
    return {mre.pk: " · ".join(part for part in _detail(mre, facts) if part) for mre in rows}


def _detail(mre: MentoringRequest, facts: _Facts) -> Iterator[str]:
    before = facts.before.get(mre.pk)
    if mre.status == Status.ASSIGNED:
        yield _overdue(mre)
    elif mre.queue_reason == QueueReason.MOVED_HERE:
        yield f"from {facts.came_from.get(mre.pk, 'another chapter')}"
    elif mre.queue_reason == QueueReason.TRANSFERRED:
        yield _sessions(facts.held.get(mre.pk, 0))
    elif before is not None:
        yield _by_mentor(mre, before)
    if before is None and mre.status == Status.NEED_ACTION:
        yield from _wishes(mre)


def _by_mentor(mre: MentoringRequest, before: Assignment) -> str:
    name = short_name(before.mentor)
    if mre.queue_reason == QueueReason.TIMED_OUT:
        return f"{name}, {before.requeue_days} bd"
    if mre.queue_reason == QueueReason.DECLINED:
        return f"{name}: {before.get_decline_reason_display().lower()}"
    return name


def _overdue(mre: MentoringRequest) -> str:
    current = mre.current
    assert current is not None  # held by request_current_while_with_mentor
    day = last_day_in_words(current.respond_by, current.mentor.zone)
    return f"{short_name(current.mentor)}, was due {day}"


def _sessions(number: int) -> str:
    if not number:
        return "no session held"
    return f"{number} session{'' if number == 1 else 's'} held"


def _wishes(mre: MentoringRequest) -> Iterator[str]:
    if mre.requested_mentor is not None:
        yield f"asks for {short_name(mre.requested_mentor)}"
    if mre.language != "English":
        yield mre.language


def short_name(person: Volunteer) -> str:
    """“J. Hale”."""
    return f"{person.first_name[:1]}. {person.last_name}"


def _before(rows: list[MentoringRequest]) -> dict[int, Assignment]:
    """The latest assignment of each that came back."""
    back = [mre.pk for mre in rows if mre.status == Status.NEED_ACTION]
    latest = (
        Assignment.objects.filter(request__in=back)
        .order_by("request", "-assigned_at", "-pk")
        .distinct("request")
        .select_related("mentor")
    )
    return {assignment.request_id: assignment for assignment in latest}


def _held(rows: list[MentoringRequest]) -> dict[int, int]:
    wanted = [mre.pk for mre in rows if mre.queue_reason == QueueReason.TRANSFERRED]
    counted = (
        Session.objects.filter(request__in=wanted, state=SessionState.HELD)
        .order_by()
        .values_list("request")
        .annotate(Count("pk"))
    )
    return dict(counted)


def _came_from(rows: list[MentoringRequest]) -> dict[int, str]:
    wanted = [mre.pk for mre in rows if mre.queue_reason == QueueReason.MOVED_HERE]
    moves = RequestEvent.objects.filter(request__in=wanted, kind=EventKind.MOVED)
    return dict(moves.order_by("pk").values_list("request", "data__from_name"))
