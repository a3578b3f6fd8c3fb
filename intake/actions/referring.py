"""Following a mentor who gives a request up and proposes who should go on."""

from datetime import datetime

from django.db import transaction

from intake.actions.assigning import assign
from intake.actions.base import lock_request
from intake.models import Assignment
from intake.permissions import check_can_assign
from intake.referral import referral_of
from mentors.actions import lock_mentor
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer


@transaction.atomic
def follow_proposal(*, mre_id: int, mentor_id: int, by: Volunteer, now: datetime) -> Assignment:
    """Give a request of the queue to the mentor whom his predecessor proposes, with his reason.

    `mentor_id` is who was proposed when the coordinator looked: raises AlreadyDone if that is no
    longer so. Raises Invalid where more than a click is needed, and as `assign` does.
    """
    mre = lock_request(mre_id)
    check_can_assign(by, mre, now)
    if mre.proposed_mentor_id != mentor_id:
        raise AlreadyDone("This mentor is not proposed any more; look at the request again.")
    lock_mentor(mentor_id)
    referral = referral_of(mre, now)
    assert referral is not None  # somebody is proposed
    if referral.obstacle:
        raise Invalid("mentor", f"{referral.mentor} takes a closer look: {referral.obstacle}.")
    return assign(mre_id=mre_id, mentor_id=mentor_id, by=by, now=now, note=referral.note)
