"""The self-check: the timelines are replayed and compared with the tables, batch by batch.

Every night that is the open requests, those something was written of since the last check, and a
slice of the others, another one each night. Whatever breaks a check off, the next call goes on
where it stopped; two workers at once take turns and do no batch twice.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from intake import outbox
from intake.actions.base import take_turn
from intake.letters.checks import figures_differ
from intake.models import FigureCheck, MentoringRequest, RequestEvent
from intake.selfcheck.tables import Found, compare
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.roles import duties

BATCH = 500
"""Requests that are compared in one transaction."""
SLICE = 10_000
"""Requests of the rest that are looked at in one night."""
MOST_ENTRIES = 500_000
"""Entries of timelines that are followed in one night; what is beyond waits for the next."""
OVERLAP = 1_000
"""Entries that are followed once more: some with lower numbers may have been saved later."""
MOST_KEPT = 200
"""Differences of one check that are kept."""
NIGHT = range(6, 12)
"""The hours of UTC in which it is night or early morning wherever the organisation works."""
EVERY, AT_LATEST = timedelta(hours=20), timedelta(hours=30)
"""So long after the last one began the check is due at night, and by day if nights were missed."""
AT_ONCE = timedelta(minutes=5)
"""So long a worker goes on before it lets others have their turn."""
TURN = "figure check"


def check_can_check(user: Volunteer, now: datetime) -> None:
    """The self-check is for administrators."""
    if not duties(user, now).is_admin:
        raise NotAllowed("Only an administrator checks the figures.")


def under_way() -> FigureCheck | None:
    """The check that has begun and not ended, if there is one."""
    return FigureCheck.objects.filter(finished_at__isnull=True).order_by("pk").first()


@transaction.atomic
def begin(*, now: datetime, by: Volunteer | None = None, everything: bool = False) -> FigureCheck:
    """Begin a check, or give the one that is under way. `by` is empty for the clock.

    With `everything` it looks at every request there ever was. Raises NotAllowed for people who
    are not administrators.
    """
    if by is not None:
        check_can_check(by, now)
    take_turn(TURN)
    if (begun := under_way()) is not None:
        return begun
    last = FigureCheck.objects.order_by("pk").last() or FigureCheck()
    newest = RequestEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return FigureCheck.objects.create(
        started_at=now,
        by=by,
        everything=everything,
        first_event=last.last_event,
        last_event=newest if everything else min(newest, last.last_event + MOST_ENTRIES),
        slice_after=last.slice_to,
        slice_to=last.slice_to if everything else _slice_to(last.slice_to),
    )


def _slice_to(after: int) -> int:
    """The last number of the slice that begins after this one; 0 lets the next begin anew."""
    numbers = MentoringRequest.objects.filter(pk__gt=after).order_by("pk")
    return next(iter(numbers.values_list("pk", flat=True)[SLICE - 1 : SLICE]), 0)


@transaction.atomic
def step(check: FigureCheck, *, now: datetime) -> int:
    """Compare the next batch; how many requests that was. None left ends the check.

    The administrators are mailed if something differs.
    """
    check = FigureCheck.objects.select_for_update(no_key=True).get(pk=check.pk)
    if check.finished_at is not None:
        return 0
    numbers = _next(check)
    _note(check, numbers, compare(numbers))
    if not numbers:
        check.finished_at = now
        outbox.write(figures_differ(check), now=now)
    check.save()
    return len(numbers)


def _note(check: FigureCheck, numbers: Collection[int], found: Found) -> None:
    check.requests += len(numbers)
    check.done_to = max(numbers, default=check.done_to)
    check.differing += len(found)
    kept = [{"request": pk, **asdict(one)} for pk, unlike in found.items() for one in unlike]
    check.differences = [*check.differences, *kept][:MOST_KEPT]


def _next(check: FigureCheck) -> list[int]:
    """The numbers of the next batch, in order. Each kind is found by an index of its own."""
    left = MentoringRequest.objects.filter(pk__gt=check.done_to).order_by("pk")
    if check.everything:
        return list(left.values_list("pk", flat=True)[:BATCH])
    written_of = RequestEvent.objects.filter(
        pk__gt=check.first_event - OVERLAP, pk__lte=check.last_event, request__gt=check.done_to
    )
    upper = {"pk__lte": check.slice_to} if check.slice_to else {}
    numbers = {
        *left.open().values_list("pk", flat=True)[:BATCH],
        *left.filter(pk__gt=check.slice_after, **upper).values_list("pk", flat=True)[:BATCH],
        *written_of.order_by("request").values_list("request", flat=True).distinct()[:BATCH],
    }
    return sorted(numbers)[:BATCH]


def run(check: FigureCheck, *, clock: Callable[[], datetime]) -> Iterator[int]:
    """Do one batch after the other, to the end; yields how many requests each had."""
    while done := step(check, now=clock()):
        yield done


def run_due(*, clock: Callable[[], datetime]) -> int:
    """Go on with what has begun, or begin what is due; how many requests were compared."""
    begins = clock()
    check = _due(begins)
    if check is None:
        return 0
    compared = 0
    for done in run(check, clock=clock):
        compared += done
        if clock() - begins > AT_ONCE:
            break
    return compared


@transaction.atomic
def _due(now: datetime) -> FigureCheck | None:
    take_turn(TURN)
    return under_way() or (begin(now=now) if _is_due(now) else None)


def _is_due(now: datetime) -> bool:
    since = now - (EVERY if now.astimezone(UTC).hour in NIGHT else AT_LATEST)
    return not FigureCheck.objects.filter(by__isnull=True, started_at__gt=since).exists()
