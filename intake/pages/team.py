"""The team of a request and the company in its sessions: who is there, and what can be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.enums import WITH_COMPANY, EventKind, SessionState, Status
from intake.models import CoMentor, MentoringRequest, Session, TeamMember
from intake.pages.act import Act
from intake.pages.sight import Sight
from intake.pages.told import tells_of
from intake.team_permissions import (
    check_can_build_team,
    check_can_change_companions,
    check_can_log_time,
)
from mentors.models import Volunteer
from mentors.permissions import refusal


@dataclass(frozen=True)
class Member:
    """Somebody on the team, and the button that ends that, if the reader may press it."""

    row: TeamMember
    act: Act | None


@dataclass(frozen=True)
class TeamCard:
    """Who is on the team, and the button to ask somebody more."""

    members: Sequence[Member]
    add: Act | None


def team_card(
    mre: MentoringRequest, user: Volunteer, seen: Sight, now: datetime
) -> TeamCard | None:
    """The team of a request that somebody leads; None if there is none to be seen.

    One query if its timeline, which is read already, tells of somebody who joined.
    """
    if mre.status != Status.ACCEPTED or seen.sessions_only:
        return None
    builds = seen.coordinates or seen.mentors
    team = present(mre) if tells_of(mre, EventKind.TEAM_JOINED) else []
    members = [_member(row, user, builds=builds) for row in team]
    add = None
    if builds:
        refused = refusal(check_can_build_team, user, mre, now)
        add = Act("Ask somebody to help…", "intake:team", mre.pk, refused)
    return TeamCard(members, add) if members or add else None


def present(mre: MentoringRequest) -> list[TeamMember]:
    """Who is on the team now, in the order of joining."""
    rows = mre.team.present().select_related("volunteer__chapter")
    return list(rows.order_by("added_at", "pk"))


def _member(row: TeamMember, user: Volunteer, *, builds: bool) -> Member:
    if row.volunteer_id == user.pk:
        return Member(row, Act("Leave the team…", "intake:leave_team", row.pk))
    if builds:
        return Member(row, Act(f"Take {row.volunteer} off…", "intake:leave_team", row.pk))
    return Member(row, None)


def acts_on_company(
    session: Session, number: int, user: Volunteer, now: datetime, *, works: bool
) -> Iterator[Act]:
    """What can be done about who joins a session, by whoever works with it and who joins himself.

    The session comes with its co-mentors.
    """
    if session.state not in WITH_COMPANY:
        return
    is_held = session.state == SessionState.HELD
    if works:
        refused = refusal(check_can_change_companions, user, session, now)
        label = f"Who took part in session {number}" if is_held else f"Who joins session {number}"
        yield Act(label, "intake:companions", session.pk, refused)
    own = _own(session, user)
    if own is None:
        return
    if is_held:
        refused = refusal(check_can_log_time, user, user, session, now)
        label = (
            f"Correct my time for session {number}"
            if own.logged_at
            else f"Log my time for session {number}"
        )
        yield Act(label, "intake:log_time", session.pk, refused, primary=own.logged_at is None)
    else:
        yield Act(f"Not join session {number}…", "intake:leave_session", session.pk)


def _own(session: Session, user: Volunteer) -> CoMentor | None:
    rows = session.co_mentorships.all()
    return next((row for row in rows if row.volunteer_id == user.pk), None)
