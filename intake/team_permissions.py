"""Who may add whom to the work on a request, and who logs whose time. See `intake.permissions`."""

from datetime import datetime

from intake.enums import SessionState
from intake.inforce import policy
from intake.models import MentoringRequest, Session
from intake.permissions import check_can_edit_session, check_can_work, coordinates
from intake.policy import session_edit_until
from mentors.enums import Classification, VolunteerStatus
from mentors.errors import AlreadyDone, Invalid, NotAllowed
from mentors.models import Volunteer
from mentors.words import last_day_in_words

JOINABLE = (Classification.MENTOR, Classification.SME)


def check_can_build_team(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Add and take off members of a team: the leading mentor or an RCIC, while it is accepted."""
    check_can_work(user, mre, now)


def check_can_change_companions(user: Volunteer, session: Session, now: datetime) -> None:
    """Say who joins the mentor in a session: as long as it is planned, or can be corrected."""
    if session.state == SessionState.HELD:
        check_can_edit_session(user, session, now)
        return
    check_can_work(user, session.request, now)
    if session.state != SessionState.SCHEDULED:
        raise AlreadyDone(f"This session is {session.get_state_display().lower()}.")
    if session.assignment_id != session.request.current_id:
        raise AlreadyDone("This session was planned by an earlier mentor of the request.")


def check_can_help(helper: Volunteer, lead: Volunteer) -> None:
    """Raise Invalid unless `helper` can join the work of `lead`. A pause is no obstacle.

    Who is paused wants no new clients; a colleague may still ask for an hour of his time.
    """
    if helper.pk == lead.pk:
        raise Invalid("volunteer", f"{helper} leads this request already.")
    if helper.status != VolunteerStatus.ACTIVE or not helper.is_active:
        standing = helper.get_status_display().lower()
        raise Invalid("volunteer", f"{helper} is {standing}, not active.")
    if helper.classification not in JOINABLE:
        raise Invalid("volunteer", f"{helper} is neither a mentor nor a subject matter expert.")


def check_can_leave_session(
    user: Volunteer, helper: Volunteer, session: Session, now: datetime
) -> None:
    """Take somebody off a session: himself, until its month is closed; who can change the session.

    Time that he has logged himself is struck out by himself or a coordinator only.
    """
    if user.pk != helper.pk:
        check_can_change_companions(user, session, now)
        return
    if session.state == SessionState.HELD:
        _check_month_is_open(session, now)
    elif session.state != SessionState.SCHEDULED:
        raise AlreadyDone(f"This session is {session.get_state_display().lower()}.")


def check_may_strike_out(
    user: Volunteer, helper: Volunteer, session: Session, now: datetime
) -> None:
    """Raise NotAllowed unless `user` may take away the time that `helper` has logged himself."""
    if user.pk != helper.pk and not coordinates(user, session.request, now):
        raise NotAllowed(
            f"{helper} has logged the time of this session: only {helper.first_name} or a "
            "coordinator (RCIC) can take it away."
        )


def check_can_log_time(user: Volunteer, helper: Volunteer, session: Session, now: datetime) -> None:
    """Log a co-mentor's time on a held session: himself until its month is closed; an RCIC.

    The rest of a session has the same limit: see `check_can_edit_session`.
    """
    coordinator = coordinates(user, session.request, now)
    if user.pk != helper.pk and not coordinator:
        raise NotAllowed("Co-mentors log their time themselves; a coordinator (RCIC) can, too.")
    if session.state == SessionState.SCHEDULED:
        raise NotAllowed("Time can be logged once the mentor has recorded the session as held.")
    if session.state != SessionState.HELD:
        raise AlreadyDone(f"This session is {session.get_state_display().lower()}, not held.")
    if not coordinator:
        _check_month_is_open(session, now)


def _check_month_is_open(session: Session, now: datetime) -> None:
    assert session.entered_at is not None  # held by session_entered_when_past
    zone = session.assignment.mentor.zone
    until = session_edit_until(policy(), session.entered_at, zone)
    if now >= until:
        day = last_day_in_words(until, zone)
        raise NotAllowed(f"This session could be changed until {day}. Ask your coordinator.")
