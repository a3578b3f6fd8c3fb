"""The team of a request: who helps its mentor, from being asked to leaving."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from intake.actions.base import lock_with_current, record
from intake.enums import EventKind, Leaving, TeamRole
from intake.models import Assignment, MentoringRequest, TeamMember
from intake.team_permissions import check_can_build_team, check_can_help
from mentors.actions import lock_mentor
from mentors.enums import Classification
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer
from mentors.words import day_in_words


@transaction.atomic
def add_member(
    *, mre_id: int, volunteer_id: int, by: Volunteer, now: datetime, line: str
) -> TeamMember:
    """Ask a colleague to help with this client; the line tells him what for, and goes by mail.

    Raises Invalid for somebody who cannot help and without a line, AlreadyDone if he is on the
    team, NotAllowed (see `check_can_build_team`).
    """
    mre, assignment = lock_with_current(mre_id, "area")
    check_can_build_team(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    helper = lock_mentor(volunteer_id)
    check_can_help(helper, assignment.mentor)
    if not line.strip():
        raise Invalid("line", f"Tell {helper.first_name} in a line what you hope for.")
    if there := mre.team.present().filter(volunteer=helper).first():
        day = day_in_words(there.added_at.astimezone(by.zone).date())
        raise AlreadyDone(f"{helper} is on the team since {day}.")
    member = TeamMember.objects.create(
        request=mre, volunteer=helper, role=role_of(helper), added_by=by, added_at=now
    )
    tell_joined(mre, assignment, helper, by, now, line=line.strip())
    return member


def role_of(helper: Volunteer) -> TeamRole:
    """What somebody is on a team: it follows from his classification."""
    is_expert = helper.classification == Classification.SME
    return TeamRole.EXPERT if is_expert else TeamRole.CO_MENTOR


@transaction.atomic
def end_membership(*, member_id: int, by: Volunteer, now: datetime) -> TeamMember:
    """Off the team: by himself, or taken off by the lead or an RCIC. The other side is told.

    Raises AlreadyDone if he is not on the team any more.
    """
    mre_id = TeamMember.objects.values_list("request_id", flat=True).get(pk=member_id)
    mre, _ = lock_with_current(mre_id)
    member = _lock_member(member_id)
    if member.volunteer_id != by.pk:
        check_can_build_team(by, mre, now)
    if member.left_at is not None:
        day = day_in_words(member.left_at.astimezone(by.zone).date())
        raise AlreadyDone(f"{member.volunteer} left the team on {day}.")
    how = Leaving.HIMSELF if member.volunteer_id == by.pk else Leaving.TAKEN_OFF
    _end(member, mre, how, by, now)
    return member


def dissolve(mre: MentoringRequest, now: datetime) -> None:
    """The lead's time with a request ends, and the team's with it. Part of what ends it.

    The request is locked; a mentor who comes next asks whom he wants.
    """
    for member in _members().filter(request=mre).select_for_update(of=("self",)):
        _end(member, mre, Leaving.ENDED, None, now)


@transaction.atomic
def leave_all(*, volunteer_id: int, by: Volunteer, now: datetime) -> None:
    """Off every team: somebody becomes inactive or is no mentor and no expert any more."""
    mine = _members().filter(volunteer=volunteer_id).order_by("request_id")
    for mre_id, member_id in list(mine.values_list("request_id", "pk")):
        mre, _ = lock_with_current(mre_id)
        member = _lock_member(member_id)
        if member.left_at is None:
            _end(member, mre, Leaving.HIMSELF, by, now)


def _members() -> QuerySet[TeamMember]:
    return TeamMember.objects.present().select_related("volunteer__chapter")


def _lock_member(member_id: int) -> TeamMember:
    members = TeamMember.objects.select_related("volunteer__chapter")
    return members.select_for_update(of=("self",)).get(pk=member_id)


def _end(
    member: TeamMember, mre: MentoringRequest, how: Leaving, by: Volunteer | None, now: datetime
) -> None:
    member.left_at = now
    member.save(update_fields=["left_at"])
    tell_left(mre, mre.current, member.volunteer, by, now, how=how)


# --- What is told ---------------------------------------------------------------------------------


def tell_joined(
    mre: MentoringRequest,
    assignment: Assignment,
    helper: Volunteer,
    by: Volunteer,
    now: datetime,
    **data: Any,
) -> None:
    """Somebody helps from now on: on the timeline and by mail."""
    record(
        mre,
        EventKind.TEAM_JOINED,
        now=now,
        by=by,
        assignment=assignment,
        volunteer=helper.pk,
        name=str(helper),
        role=role_of(helper),
        **data,
    )


def tell_left(
    mre: MentoringRequest,
    assignment: Assignment | None,
    helper: Volunteer,
    by: Volunteer | None,
    now: datetime,
    **data: Any,
) -> None:
    """Somebody helps no longer: on the timeline and by mail."""
    record(
        mre,
        EventKind.TEAM_LEFT,
        now=now,
        by=by,
        assignment=assignment,
        volunteer=helper.pk,
        name=str(helper),
        **data,
    )
