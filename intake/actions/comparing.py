"""Two requests that may be one: withdraw one for the other, or say that they are two."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from intake import duplicates
from intake.actions.base import lock_requests, record
from intake.actions.closing import withdraw
from intake.client_permissions import check_can_settle, check_can_withdraw_for
from intake.enums import EventKind, WithdrawReason
from intake.models import DuplicateFlag, MentoringRequest
from mentors.models import Volunteer


@transaction.atomic
def withdraw_for(
    *, mre_id: int, stays_id: int, by: Volunteer, now: datetime, note: str
) -> MentoringRequest:
    """Withdraw a request as a duplicate of another one, which stays. Raises as `withdraw` does."""
    mre, stays = _lock_both(mre_id, stays_id)
    check_can_withdraw_for(by, mre, stays, now)
    return withdraw(
        mre_id=mre_id,
        by=by,
        now=now,
        reason=WithdrawReason.DUPLICATE,
        note=note,
        duplicate_of_id=stays_id,
    )


@transaction.atomic
def settle(
    *, mre_id: int, other_id: int, by: Volunteer, now: datetime, different_people: bool
) -> list[DuplicateFlag]:
    """Say that two flagged requests are no duplicates; it is remembered, and stands on both.

    The same person may ask for two things: then it is about these two requests. Different people
    stay different: all flags between the two clients are settled, and neither is flagged against
    the other again for the same reason.
    """
    mre, other = (MentoringRequest.objects.get(pk=pk) for pk in (mre_id, other_id))
    flag = duplicates.between(mre, other)
    wanted = Q(pk=flag.pk if flag else None)
    if different_people:
        clients = duplicates.between_clients(mre.client_id, [other.client_id])
        wanted |= Q(pk__in=clients.filter(pk__in=duplicates.unsettled()).values("pk"))
    found = DuplicateFlag.objects.filter(wanted)
    ids = {pk for pair in found.values_list("request", "other") for pk in pair}
    locked = {row.pk: row for row in lock_requests(ids | {mre_id, other_id})}
    check_can_settle(by, duplicates.between(mre, other), now, different_people=different_people)
    flags = list(found.filter(dismissed_at__isnull=True).order_by("pk"))
    for settled in flags:
        both = locked[settled.request_id], locked[settled.other_id]
        _settle(settled, both, by, now, different_people=different_people)
    return flags


def _settle(
    flag: DuplicateFlag,
    both: tuple[MentoringRequest, MentoringRequest],
    by: Volunteer,
    now: datetime,
    *,
    different_people: bool,
) -> None:
    flag.dismissed_at, flag.dismissed_by = now, by
    flag.different_people = different_people
    flag.save(update_fields=["dismissed_at", "dismissed_by", "different_people"])
    for mre, other in (both, both[::-1]):
        record(
            mre,
            EventKind.NOT_DUPLICATE,
            now=now,
            by=by,
            other=other.pk,
            different_people=different_people,
            admins_only=other.parked,
        )


def _lock_both(one: int, other: int) -> list[MentoringRequest]:
    """Both requests in this order, locked in the order of their numbers."""
    found = {mre.pk: mre for mre in lock_requests([one, other])}
    return [found[one], found[other]]
