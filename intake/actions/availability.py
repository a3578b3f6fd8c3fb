"""A mentor pauses or leaves: his unanswered requests go back to the queue in the same step."""

from contextlib import suppress
from datetime import date, datetime

from django.db import transaction

from intake.actions.answering import decline, hand_back
from intake.actions.base import lock_requests
from intake.actions.team import leave_all
from intake.enums import DeclineReason
from intake.models import Assignment, MentoringRequest, TeamMember
from intake.team_permissions import JOINABLE
from mentors import actions as people
from mentors.enums import Classification, VolunteerStatus
from mentors.errors import AlreadyDone
from mentors.models import Pause, Volunteer


@transaction.atomic
def pause(
    *,
    mentor_id: int,
    by: Volunteer,
    now: datetime,
    starts_on: date,
    ends_on: date,
    reason: str = "",
    hand_back_unanswered: bool = True,
) -> tuple[Pause, list[MentoringRequest]]:
    """Pause, and hand back what was not answered if the pause begins today and it is wished.

    Returns the pause and the requests that went back.
    """
    begins_now = starts_on <= now.astimezone(_mentor(mentor_id).zone).date()
    back: list[MentoringRequest] = []
    if hand_back_unanswered and begins_now:
        back = _hand_back_all(mentor_id, by, now)
    paused = people.pause(
        mentor_id=mentor_id, by=by, now=now, starts_on=starts_on, ends_on=ends_on, reason=reason
    )
    return paused, back


@transaction.atomic
def decline_and_pause(
    *,
    assignment_id: int,
    by: Volunteer,
    now: datetime,
    reason: DeclineReason,
    starts_on: date,
    ends_on: date,
    text: str = "",
    hand_back_unanswered: bool = True,
) -> tuple[Pause, list[MentoringRequest]]:
    """Decline one request and pause in the same step: both, or neither. Raises as the two do.

    Returns the pause and the other requests that went back.
    """
    # Before one of them is dealt with first: see the order of locks.
    lock_requests(Assignment.objects.filter(mentor=by.pk).unanswered().values("request"))
    decline(assignment_id=assignment_id, by=by, now=now, reason=reason, text=text)
    return pause(
        mentor_id=by.pk,
        by=by,
        now=now,
        starts_on=starts_on,
        ends_on=ends_on,
        hand_back_unanswered=hand_back_unanswered,
    )


@transaction.atomic
def change_standing(
    *,
    volunteer_id: int,
    by: Volunteer,
    now: datetime,
    status: VolunteerStatus,
    classification: Classification,
) -> tuple[Volunteer, list[MentoringRequest]]:
    """Change status and classification; who can no longer be assigned hands back unanswered ones.

    Who can no longer help either leaves the teams he is on. Accepted requests stay with him until a
    coordinator gives them to somebody else; they are on the watch list.
    """
    is_active = status == VolunteerStatus.ACTIVE
    stays = is_active and classification == Classification.MENTOR
    helps = is_active and classification in JOINABLE
    lock_requests(_in_hand(volunteer_id))
    back = [] if stays else _hand_back_all(volunteer_id, by, now)
    if not helps:
        leave_all(volunteer_id=volunteer_id, by=by, now=now)
    volunteer = people.change_standing(
        volunteer_id=volunteer_id, by=by, now=now, status=status, classification=classification
    )
    return volunteer, back


def _in_hand(volunteer_id: int) -> set[int]:
    """The requests that wait for his answer, and those on whose team he is."""
    asked = Assignment.objects.filter(mentor=volunteer_id).unanswered()
    teams = TeamMember.objects.present().filter(volunteer=volunteer_id)
    return set(asked.values_list("request", flat=True)) | set(
        teams.values_list("request", flat=True)
    )


def _mentor(mentor_id: int) -> Volunteer:
    mentor: Volunteer = Volunteer.objects.select_related("chapter").get(pk=mentor_id)
    return mentor


def _hand_back_all(mentor_id: int, by: Volunteer, now: datetime) -> list[MentoringRequest]:
    """Requests first, the mentor afterwards, in the order in which all acts take their locks.

    What a coordinator assigns between the two is answered or timed out like any other request.
    """
    waiting = Assignment.objects.filter(mentor=mentor_id).unanswered().order_by("request_id")
    back: list[MentoringRequest] = []
    for mre_id, assignment_id in list(waiting.values_list("request_id", "pk")):
        with suppress(AlreadyDone):  # answered, or given to somebody else, this very moment
            back.append(hand_back(mre_id=mre_id, by=by, now=now, seen=assignment_id))
    return back
