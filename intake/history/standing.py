"""What is there already of the requests of an export, and what a longer one adds to it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from intake.enums import EventKind
from intake.history.reader import Refusal
from intake.history.records import Replayed
from intake.models import Assignment, ContactAttempt, MentoringRequest, RequestEvent, Session
from intake.policy import Clocks

BESIDE = (
    EventKind.REMINDED,
    EventKind.ATTEMPTS_DUE,
    EventKind.CLOSE_OUT_DUE,
    EventKind.NOTES_DUE,
    EventKind.NOTE,
    EventKind.NUDGED,
    EventKind.RECOMPUTED,
    EventKind.NOT_DUPLICATE,
    EventKind.CLIENT_MERGED,
    EventKind.MERGE_UNDONE,
    EventKind.CONTACT_CORRECTED,
    EventKind.QUESTION_EXTENDED,
    EventKind.ADDRESS_FAILED,
    EventKind.SNOOZED,
    EventKind.SNOOZE_ENDED,
)
"""Events that leave a request where it is: they may have come in between."""

Mark = tuple[str, datetime]


@dataclass
class Standing:
    """A request that was loaded earlier: its timeline, and the clocks of its assignments."""

    pk: int
    marks: list[Mark] = field(default_factory=list)
    clocks: list[Clocks] = field(default_factory=list)


def standing(request_ids: Collection[str], *, lock: bool = False) -> dict[str, Standing]:
    """Those of these requests that are there, by their ids. Three queries.

    `lock` keeps whoever acts on them waiting until the transaction that is open ends.
    """
    found = MentoringRequest.objects.filter(external_id__in=request_ids)
    if lock:
        found = found.select_for_update(no_key=True).order_by("pk")
    by_id = {name: Standing(pk) for name, pk in found.values_list("external_id", "pk") if name}
    if not by_id:
        return {}
    by_pk = {there.pk: there for there in by_id.values()}
    events = RequestEvent.objects.filter(request__in=by_pk).exclude(kind__in=BESIDE)
    for pk, kind, at in events.order_by("pk").values_list("request", "kind", "at"):
        by_pk[pk].marks.append((kind, at))
    rows = Assignment.objects.filter(request__in=by_pk).order_by("pk")
    clocks = ("respond_by", "requeue_at", "remind_at")
    for pk, *instants in rows.values_list("request", *clocks):
        by_pk[pk].clocks.append(Clocks(*instants))
    return by_id


def is_longer(told: Replayed, there: Standing) -> bool:
    """Whether a history has more to tell than is there. Raises Refusal if it tells another one."""
    marks: list[Mark] = [(event.kind, event.at) for event in told.events]
    same = min(len(marks), len(there.marks))
    if marks[:same] != there.marks[:same]:
        at = next(mine[1] for mine, its in zip(there.marks, marks, strict=False) if mine != its)
        raise Refusal(
            "It was loaded earlier and has gone on here since: from "
            f"{at:%Y-%m-%d %H:%M} UTC on the two timelines differ."
        )
    return len(marks) > len(there.marks)


def join(longer: Sequence[tuple[Replayed, Standing]]) -> None:
    """Tell replayed requests which of their rows are there. Three queries.

    A replay gives its rows in the order in which they were written.
    """
    if not longer:
        return
    pks = [there.pk for _, there in longer]
    assignments = _by_request(Assignment.objects.filter(request__in=pks))
    attempts = _by_request(ContactAttempt.objects.filter(request__in=pks))
    sessions = _by_request(Session.objects.filter(request__in=pks))
    for told, there in longer:
        told.pk, told.there, told.events_there = there.pk, True, len(there.marks)
        for mine, row in zip(told.assignments, assignments[there.pk], strict=False):
            mine.pk, mine.there = row.pk, True
            if mine.attempts_due_at == row.attempts_due_at:
                mine.attempts_nudged_at = mine.attempts_nudged_at or row.attempts_nudged_at
            if mine.close_out_due_at == row.close_out_due_at:
                mine.close_out_asked_at = mine.close_out_asked_at or row.close_out_asked_at
        for tried, attempt in zip(told.attempts, attempts[there.pk], strict=False):
            tried.pk, tried.there = attempt.pk, True
        for met, session in zip(told.sessions, sessions[there.pk], strict=False):
            met.pk, met.there = session.pk, True
            met.notes_asked_at = met.notes_asked_at or session.notes_asked_at


Of = TypeVar("Of", Assignment, ContactAttempt, Session)


def _by_request(rows: QuerySet[Of]) -> dict[int, list[Of]]:
    found: dict[int, list[Of]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.request_id].append(row)
    return found
