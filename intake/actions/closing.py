"""Ends and new beginnings: the five closings, transfer to the queue, reopening."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from intake.actions import snoozing
from intake.actions.base import (
    lock_with_current,
    record,
    save_state,
    settle_overdue,
)
from intake.actions.contacting import wake_clocks
from intake.actions.team import dissolve
from intake.enums import EventKind, SessionState, WithdrawReason
from intake.models import Assignment, MentoringRequest, Session, TimeProposal
from intake.notifications import ANSWER_REMINDERS, CONTACT_REMINDERS
from intake.outbox import drop_reminders
from intake.permissions import (
    check_can_complete,
    check_can_incorrect_contact,
    check_can_no_response,
    check_can_no_show,
    check_can_reopen,
    check_can_transfer,
    check_can_withdraw,
    no_response_needs_note,
)
from intake.shortlist import why_not_assignable
from mentors.actions import lock_mentor
from mentors.errors import Invalid
from mentors.models import Volunteer


@transaction.atomic
def complete(*, mre_id: int, by: Volunteer, now: datetime) -> MentoringRequest:
    """Mentored, and no more is needed. Needs a session held by the current mentor."""
    return _close(mre_id, by, now, check_can_complete, MentoringRequest.complete)


@transaction.atomic
def no_show(*, mre_id: int, by: Volunteer, now: datetime) -> MentoringRequest:
    """The client missed a scheduled session, and none was held."""
    return _close(mre_id, by, now, check_can_no_show, MentoringRequest.no_show)


@transaction.atomic
def incorrect_contact(*, mre_id: int, by: Volunteer, now: datetime) -> MentoringRequest:
    """The client cannot be reached by e-mail nor by phone."""
    return _close(mre_id, by, now, check_can_incorrect_contact, MentoringRequest.incorrect_contact)


@transaction.atomic
def no_response(*, mre_id: int, by: Volunteer, now: datetime, note: str = "") -> MentoringRequest:
    """Three attempts without an answer. Before two weeks since the first only with a note."""

    def check(user: Volunteer, mre: MentoringRequest, at: datetime) -> None:
        check_can_no_response(user, mre, at)
        if not note.strip() and no_response_needs_note(mre, at):
            raise Invalid("note", "Two weeks have not passed since the first attempt: say why.")

    return _close(mre_id, by, now, check, MentoringRequest.no_response, note)


def _close(
    mre_id: int,
    by: Volunteer,
    now: datetime,
    check: Callable[[Volunteer, MentoringRequest, datetime], None],
    transition: Callable[[MentoringRequest, datetime], None],
    note: str = "",
) -> MentoringRequest:
    """What the four closings of an accepted request have in common."""
    mre, assignment = lock_with_current(mre_id)
    check(by, mre, now)
    assert assignment is not None  # the checks let accepted requests through only
    was = mre.status
    close_assignment(mre, assignment, now)
    transition(mre, now)
    save_state(mre)
    record(mre, EventKind.CLOSED, now=now, by=by, was=was, assignment=assignment, note=note.strip())
    return mre


def close_assignment(mre: MentoringRequest, assignment: Assignment, now: datetime) -> None:
    """End the assignment of a request that is being closed: cancel what was still planned.

    Who helped its mentor is thanked.
    """
    settle_overdue(mre, assignment, now)
    if assignment.is_unanswered:
        assignment.be_withdrawn(now)
    else:
        assignment.ended_at = now
    save_state(assignment)
    drop_reminders(assignment, ANSWER_REMINDERS + CONTACT_REMINDERS)
    call_off_sessions(mre, assignment, now)
    TimeProposal.objects.filter(request=mre).end(now)
    dissolve(mre, now)


def call_off_sessions(mre: MentoringRequest, assignment: Assignment, now: datetime) -> None:
    """Cancel the sessions that a mentor had planned, with their invitations."""
    planned = Session.objects.filter(assignment=assignment, state=SessionState.SCHEDULED)
    for session in planned.select_for_update():
        session.state = SessionState.CANCELLED
        session.calendar_sequence += 1
        session.save(update_fields=["state", "calendar_sequence"])
        record(
            mre,
            EventKind.SESSION_CANCELLED,
            now=now,
            assignment=assignment,
            tell=session.starts_at > now,
            session=session.pk,
            starts_at=session.starts_at.isoformat(),
        )


@transaction.atomic
def withdraw(
    *,
    mre_id: int,
    by: Volunteer,
    now: datetime,
    reason: WithdrawReason,
    note: str,
    duplicate_of_id: int | None = None,
) -> MentoringRequest:
    """Nothing more will come of it: reason and note required; a duplicate names what stays."""
    mre, assignment = lock_with_current(mre_id)
    check_can_withdraw(by, mre, now)
    stays = _check_reason(mre, by, now, reason, note, duplicate_of_id)
    was = mre.status
    if assignment is not None:
        close_assignment(mre, assignment, now)
    mre.withdraw(reason, now, stays)
    save_state(mre)
    record(
        mre,
        EventKind.CLOSED,
        now=now,
        by=by,
        was=was,
        assignment=assignment,
        reason=reason,
        why=WithdrawReason(reason).label.lower(),
        note=note.strip(),
        duplicate_of=stays.pk if stays else None,
    )
    return mre


def _check_reason(
    mre: MentoringRequest,
    by: Volunteer,
    now: datetime,
    reason: WithdrawReason,
    note: str,
    duplicate_of_id: int | None,
) -> MentoringRequest | None:
    """The request that stays, if this one is a duplicate. Raises Invalid for what is missing."""
    if reason not in WithdrawReason.values:
        raise Invalid("reason", "Choose a reason.")
    if not note.strip():
        raise Invalid("note", "Say in a few words why it is withdrawn.")
    if reason != WithdrawReason.DUPLICATE:
        return None
    seen = MentoringRequest.objects.for_user(by, now)
    stays = seen.filter(pk=duplicate_of_id or 0).exclude(pk=mre.pk).first()
    if stays is None:
        raise Invalid("duplicate_of", "Name the request that stays, e.g. MR-123.")
    if stays.duplicate_of_id == mre.pk:
        raise Invalid("duplicate_of", f"{stays} was itself withdrawn as a duplicate of this one.")
    return stays


@transaction.atomic
def transfer_to_queue(
    *, mre_id: int, by: Volunteer, now: datetime, reason: str, proposed_id: int | None = None
) -> MentoringRequest:
    """Back to the queue after acceptance. Sessions and notes stay for the next mentor.

    Who gives it up may propose an assignable mentor in his place; a coordinator decides.
    """
    mre, assignment = lock_with_current(mre_id)
    check_can_transfer(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    if not reason.strip():
        raise Invalid("reason", "Say why; the coordinator and the next mentor read it.")
    proposed = _proposed(assignment, proposed_id, now)
    was = mre.status
    close_assignment(mre, assignment, now)
    mre.transfer(now, proposed)
    save_state(mre)
    record(
        mre,
        EventKind.TRANSFERRED,
        now=now,
        by=by,
        was=was,
        assignment=assignment,
        reason=reason.strip(),
        proposed=str(proposed or ""),
    )
    return mre


def _proposed(assignment: Assignment, mentor_id: int | None, now: datetime) -> Volunteer | None:
    """Who is to go on, if anybody is named. Raises Invalid if he cannot be assigned today."""
    if mentor_id is None:
        return None
    found = Volunteer.objects.select_related("chapter", "profile")
    mentor: Volunteer | None = found.filter(pk=mentor_id).first()
    if mentor is None:
        raise Invalid("proposed", "This mentor is not on the roster any more.")
    if mentor.pk == assignment.mentor_id:
        raise Invalid("proposed", f"{mentor} leads it now: propose somebody else, or nobody.")
    if why := why_not_assignable(mentor, now):
        raise Invalid("proposed", f"{mentor} cannot be proposed: {why}.")
    return mentor


@transaction.atomic
def reopen(
    *, mre_id: int, by: Volunteer, now: datetime, reason: str, to_mentor: bool
) -> MentoringRequest:
    """Closed too early: to the queue, or to the mentor who held it, if he can be assigned.

    An RCIC at any time; the mentor within 30 days.
    """
    mre, assignment = lock_with_current(mre_id)
    check_can_reopen(by, mre, now)
    if not reason.strip():
        raise Invalid("reason", "Say why it is opened again.")
    was = mre.status
    if to_mentor:
        _give_back(mre, assignment, now)
        mre.reopen_to_mentor(now)
    else:
        assignment = None
        mre.reopen_to_queue(now)
    save_state(mre)
    snoozing.forget(mre, by, now)  # that was before it was closed
    record(
        mre,
        EventKind.REOPENED,
        now=now,
        by=by,
        was=was,
        assignment=assignment,
        reason=reason.strip(),
    )
    return mre


def _give_back(mre: MentoringRequest, assignment: Assignment | None, now: datetime) -> None:
    """The assignment goes on where it ended: attempts and sessions count as before."""
    if assignment is None:
        raise Invalid("to_mentor", "No mentor held it when it was closed; reopen it to the queue.")
    mentor = lock_mentor(assignment.mentor_id)
    if why := why_not_assignable(mentor, now):
        raise Invalid("to_mentor", f"{mentor} cannot take it back: {why}. Reopen it to the queue.")
    assignment.ended_at = None
    save_state(assignment)
    wake_clocks(assignment, now)
