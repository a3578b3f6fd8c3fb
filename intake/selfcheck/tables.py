"""What the tables keep of some requests, compared with their timelines."""

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Count

from intake.actions.base import lock_requests
from intake.models import Assignment, FigureCheck, MentoringRequest, RequestEvent, Session
from intake.replaying import STEPS, Happened
from intake.selfcheck.agreement import (
    OF_ASSIGNMENT,
    OF_REQUEST,
    OF_SESSION,
    REQUEST,
    Difference,
    Subjects,
    differences,
)

Found = dict[int, list[Difference]]
"""By the number of the request; those without a difference are not in it."""


@transaction.atomic
def compare(numbers: Collection[int]) -> Found:
    """Where these requests and their timelines do not agree. Four queries for any number of them.

    Somebody may act between one query and the next. What differs is therefore looked at once more,
    with nobody able to act on it.
    """
    suspects = _unlike(numbers)
    if not suspects:
        return {}
    lock_requests(suspects)
    return _unlike(suspects)


def told_of(check: FigureCheck) -> list[tuple[int, Difference]]:
    """The differences that were kept of a check, with the numbers of their requests."""
    return [(kept.pop("request"), Difference(**kept)) for kept in map(dict, check.differences)]


def _unlike(numbers: Collection[int]) -> Found:
    kept, timelines = _kept(numbers), _timelines(numbers)
    found = {pk: list(_differences(timelines.get(pk, []), kept[pk])) for pk in kept}
    return {pk: unlike for pk, unlike in found.items() if unlike}


def _differences(events: list[Happened], kept: Subjects) -> Iterator[Difference]:
    try:
        yield from differences(events, kept)
    except (KeyError, TypeError, ValueError, AssertionError) as why:
        yield Difference("the timeline", f"cannot be replayed ({why!r})")


def _timelines(numbers: Collection[int]) -> dict[int, list[Happened]]:
    entries = RequestEvent.objects.filter(request__in=numbers, kind__in=STEPS)
    rows = entries.order_by("request", "pk").values_list("request", *Happened._fields)
    return {
        pk: [Happened(*row[1:]) for row in own]
        for pk, own in groupby(rows.iterator(), key=lambda row: row[0])
    }


def _kept(numbers: Collection[int]) -> dict[int, dict[str, Mapping[str, Any]]]:
    """What the tables say of each of these requests."""
    requests = MentoringRequest.objects.filter(pk__in=numbers).order_by("pk")
    found: dict[int, dict[str, Mapping[str, Any]]] = {
        row["pk"]: {REQUEST: row} for row in requests.values("pk", *OF_REQUEST)
    }
    assignments = Assignment.objects.annotate(attempts_kept=Count("attempts"))
    for subject, rows in (
        ("assignment", assignments.values("pk", "request", *OF_ASSIGNMENT)),
        ("session", Session.objects.values("pk", "request", *OF_SESSION)),
    ):
        for row in rows.filter(request__in=found).order_by():
            found[row["request"]][f"{subject} {row['pk']}"] = row
    return found
