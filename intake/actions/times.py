"""Times that a mentor proposes: the client picks one, or none suits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from intake.actions.base import lock_with_current, record
from intake.actions.contacting import count_attempt
from intake.actions.sessions import Plan, check_where, count_as_contacted, put_down, work_on
from intake.calendar import local_date
from intake.enums import Channel, ContactResult, EventKind, SessionMode, SessionState, Status
from intake.models import (
    Assignment,
    ContactAttempt,
    MentoringRequest,
    ProposedTime,
    Session,
    TimeProposal,
)
from intake.notifications import CONTACT_REMINDERS
from intake.outbox import drop_reminders
from intake.speech import when_shown
from mentors.actions import lock_mentor
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer
from mentors.words import appointment_in_words, instant_in_words

MOST_TIMES = 5
LONGEST_NOTE = 2000
LONGEST_ANSWER = 1000
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """How people would meet at each of the times, where, and for how many minutes."""

    mode: SessionMode
    place: str = ""
    planned_minutes: int = 60


# --- The mentor -----------------------------------------------------------------------------------


@transaction.atomic
def propose(
    *,
    mre_id: int,
    by: Volunteer,
    now: datetime,
    starts: Sequence[datetime],
    meeting: Meeting,
    note: str = "",
) -> TimeProposal:
    """Offer the client some times, by mail; what was offered before is no longer open.

    Writing to the client is an attempt to reach him. A second proposal on the same day puts the
    first one right, and is no attempt of its own. Raises Invalid for times that will not do.
    """
    mre, assignment = work_on(mre_id, by, now)
    _check_starts(starts, now)
    check_where(meeting.place, meeting.planned_minutes)
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", f"At most {LONGEST_NOTE:,} characters.")
    attempt = _attempt_of(assignment, by, starts, now)
    TimeProposal.objects.filter(request=mre).end(now)
    proposal = TimeProposal.objects.create(
        request=mre,
        assignment=assignment,
        by=by,
        attempt=attempt,
        note=note.strip(),
        created_at=now,
        **vars(meeting),
    )
    ProposedTime.objects.bulk_create(
        ProposedTime(proposal=proposal, starts_at=at) for at in sorted(starts)
    )
    _tell(EventKind.TIMES_PROPOSED, proposal, now, by=by, note=proposal.note)
    return proposal


def _check_starts(starts: Sequence[datetime], now: datetime) -> None:
    if not 1 <= len(starts) <= MOST_TIMES:
        raise Invalid("starts", f"Propose one to {MOST_TIMES} times.")
    if len(set(starts)) < len(starts):
        raise Invalid("starts", "The same time stands there twice.")
    if min(starts) <= now:
        raise Invalid("starts", "One of these times is in the past.")


def _attempt_of(
    assignment: Assignment, by: Volunteer, starts: Sequence[datetime], now: datetime
) -> ContactAttempt:
    """The attempt that this proposal is: that of the open one if it was made today, else a new."""
    zone = assignment.mentor.zone
    open_one = assignment.time_proposals.open().select_related("attempt").first()
    if open_one and local_date(open_one.created_at, zone) == local_date(now, zone):
        return open_one.attempt
    times = "; ".join(instant_in_words(at, zone) for at in sorted(starts))
    attempt = ContactAttempt.objects.create(
        request_id=assignment.request_id,
        assignment=assignment,
        by=by,
        at=now,
        channel=Channel.EMAIL,
        result=ContactResult.AWAITING_ANSWER,
        note=f"Proposed times: {times}",
    )
    count_attempt(assignment, attempt)
    assignment.save(update_fields=Assignment.CONTACT_FIELDS)
    drop_reminders(assignment, CONTACT_REMINDERS)
    return attempt


@transaction.atomic
def withdraw(*, mre_id: int, by: Volunteer, now: datetime) -> TimeProposal:
    """The mentor takes his times back. Raises AlreadyDone if none are open any more."""
    mre, _assignment = work_on(mre_id, by, now)
    proposal = mre.time_proposals.open().select_related("assignment__mentor__chapter").first()
    if proposal is None:
        raise AlreadyDone(_why_none_open(mre, by))
    proposal.request = mre
    _close(proposal, now)
    _tell(EventKind.TIMES_DROPPED, proposal, now, by=by)
    return proposal


def _why_none_open(mre: MentoringRequest, by: Volunteer) -> str:
    last = mre.time_proposals.select_related("session").order_by("pk").last()
    if last is None or last.session is None:
        return "No proposed times are open."
    when = instant_in_words(last.session.starts_at, by.zone)
    return f"{mre.client.first_name} chose a time meanwhile: {when}."


# --- The client -----------------------------------------------------------------------------------


@transaction.atomic
def pick(*, mre_id: int, time_id: int, now: datetime) -> Session:
    """The client chooses one of the times: the session is planned, and all are invited.

    Raises AlreadyDone if the times are no longer open or the mentor has been taken at that time
    since, and Invalid for a time that has passed; sentences are in the active language.
    """
    mre, assignment, proposal = _lock_offer(mre_id, time_id=time_id)
    lock_mentor(assignment.mentor_id)
    starts_at = proposal.times.get(pk=time_id).starts_at
    if starts_at <= now:
        raise Invalid("time", _("This time has passed. Please choose another one."))
    if is_taken(starts_at, proposal, planned_since(proposal)):
        raise AlreadyDone(_("This time has been taken meanwhile. Please choose another one."))
    plan = Plan(
        starts_at=starts_at,
        mode=SessionMode(proposal.mode),
        place=proposal.place,
        planned_minutes=proposal.planned_minutes,
    )
    _close(proposal, now)
    _reached(proposal, assignment, now)
    session = put_down(mre, assignment, plan, None, now)
    proposal.session = session
    proposal.save(update_fields=["session"])
    return session


def planned_since(proposal: TimeProposal) -> list[Session]:
    """What the mentor has planned since he proposed the times; what was planned before he knew of.

    One query.
    """
    planned = Session.objects.planned().of(proposal.assignment.mentor)
    return list(planned.filter(created_at__gt=proposal.created_at))


def is_taken(starts_at: datetime, proposal: TimeProposal, planned: Iterable[Session]) -> bool:
    """Whether one of these sessions stands where one of the times is proposed."""
    return any(session.overlaps(starts_at, proposal.planned_minutes) for session in planned)


@transaction.atomic
def decline(*, mre_id: int, proposal_id: int, text: str, now: datetime) -> TimeProposal:
    """None of the times suits the client, who says so in a line; the mentor gets it by mail."""
    _mre, assignment, proposal = _lock_offer(mre_id, proposal_id=proposal_id)
    _check_words(text)
    _close(proposal, now)
    _reached(proposal, assignment, now)
    _tell(EventKind.TIMES_DROPPED, proposal, now, text=text.strip())
    return proposal


@transaction.atomic
def ask_for_another(*, mre_id: int, session_id: int, text: str, now: datetime) -> Session:
    """The client would like another time for a planned session. It stays until the mentor moves it.

    Raises AlreadyDone if it is no longer to come.
    """
    mre, _assignment = _lock_accepted(mre_id)
    _check_words(text)
    session = mre.sessions.filter(assignment=mre.current_id, pk=session_id).first()
    if session is None or session.state != SessionState.SCHEDULED or session.starts_at <= now:
        raise AlreadyDone(_("This meeting is no longer planned."))
    record(
        mre,
        EventKind.TIME_ASKED,
        now=now,
        by_client=True,
        assignment=mre.current,
        session=session.pk,
        starts_at=session.starts_at.isoformat(),
        text=text.strip(),
    )
    return session


def _check_words(text: str) -> None:
    if not text.strip():
        raise Invalid("text", _("Write in a few words which times suit you."))
    if len(text) > LONGEST_ANSWER:
        raise Invalid("text", _("That is too long."))


def _lock_accepted(mre_id: int) -> tuple[MentoringRequest, Assignment]:
    """The request of a client while a mentor leads it, locked. Raises AlreadyDone."""
    mre, assignment = lock_with_current(mre_id)
    if mre.status != Status.ACCEPTED or assignment is None:
        raise AlreadyDone(_("These times are no longer open."))
    return mre, assignment


def _lock_offer(mre_id: int, **which: int) -> tuple[MentoringRequest, Assignment, TimeProposal]:
    """What the client answers, locked: by `time_id` or `proposal_id`. Raises AlreadyDone."""
    mre, assignment = _lock_accepted(mre_id)
    found = {"time_id": "times", "proposal_id": "pk"}
    [(name, pk)] = which.items()
    proposal = mre.time_proposals.select_related("session").filter(**{found[name]: pk}).first()
    if proposal is None:
        raise AlreadyDone(_("These times are no longer open."))
    if proposal.session is not None:
        starts_at = proposal.session.starts_at
        raise AlreadyDone(
            when_shown(
                lambda: (
                    gettext("You have already chosen a time: %(when)s.")
                    % {"when": appointment_in_words(starts_at, mre.chapter.zone)}
                )
            )
        )
    if proposal.closed_at is not None:
        raise AlreadyDone(
            when_shown(
                lambda: (
                    gettext("These times are no longer open. %(mentor)s will write to you again.")
                    % {"mentor": assignment.mentor.first_name}
                )
            )
        )
    proposal.request, proposal.assignment = mre, assignment
    return mre, assignment, proposal


def _reached(proposal: TimeProposal, assignment: Assignment, now: datetime) -> None:
    """The client has answered: the attempt has reached him, and its clocks stop."""
    ContactAttempt.objects.filter(pk=proposal.attempt_id).update(result=ContactResult.REACHED)
    count_as_contacted(assignment, now)


# --- Both -----------------------------------------------------------------------------------------


def _close(proposal: TimeProposal, now: datetime) -> None:
    proposal.closed_at = now
    proposal.save(update_fields=["closed_at"])


def _tell(
    kind: EventKind,
    proposal: TimeProposal,
    now: datetime,
    *,
    by: Volunteer | None = None,
    **data: Any,
) -> None:
    """Record what happened to a proposal; without `by` the client did it."""
    starts = proposal.times.order_by("starts_at").values_list("starts_at", flat=True)
    record(
        proposal.request,
        kind,
        now=now,
        by=by,
        by_client=by is None,
        assignment=proposal.assignment,
        proposal=proposal.pk,
        attempt=proposal.attempt_id,
        starts=[at.isoformat() for at in starts],
        **data,
    )
