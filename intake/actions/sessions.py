"""Sessions that are to come: schedule, move, cancel."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from intake.actions.base import lock_session, lock_with_current, record
from intake.actions.contacting import mark_contacted
from intake.enums import EventKind, SessionMode, SessionState
from intake.models import Assignment, MentoringRequest, Session, TimeProposal
from intake.notifications import CONTACT_REMINDERS
from intake.outbox import drop_reminders
from intake.permissions import check_can_work
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer

LEAST_PLANNED_MINUTES, MOST_PLANNED_MINUTES = 5, 480
LONGEST_PLACE = 300
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When and how people will meet, where, and for how many minutes."""

    starts_at: datetime
    mode: SessionMode
    place: str = ""
    planned_minutes: int = 60

    def check(self, now: datetime, past: str = "That is in the past.") -> None:
        """Raise Invalid for what cannot be planned."""
        if self.starts_at <= now:
            raise Invalid("starts_at", past)
        check_where(self.place, self.planned_minutes)


def check_where(place: str, planned_minutes: int) -> None:
    """Raise Invalid for a place that is too long, or for minutes that nobody meets for."""
    least, most = LEAST_PLANNED_MINUTES, MOST_PLANNED_MINUTES
    if not least <= planned_minutes <= most:
        raise Invalid("planned_minutes", f"Between {least} and {most} minutes.")
    if len(place) > LONGEST_PLACE:
        raise Invalid("place", f"At most {LONGEST_PLACE} characters.")


@transaction.atomic
def schedule(*, mre_id: int, by: Volunteer, now: datetime, **plan: Any) -> Session:
    """Plan a session, `plan` being the fields of `Plan`: all who take part get an invitation.

    The client counts as contacted. Times that were proposed are no longer open.
    """
    mre, assignment = work_on(mre_id, by, now)
    wanted = Plan(**plan)
    wanted.check(now, "That is in the past; record a session that was held instead.")
    TimeProposal.objects.filter(request=mre).end(now)
    return put_down(mre, assignment, wanted, by, now)


def put_down(
    mre: MentoringRequest, assignment: Assignment, plan: Plan, by: Volunteer | None, now: datetime
) -> Session:
    """A planned session of a locked request, and what follows; without `by` the client chose it."""
    session = Session.objects.create(
        request=mre,
        assignment=assignment,
        state=SessionState.SCHEDULED,
        created_at=now,
        calendar_uid=uuid4(),
        **asdict(plan),
    )
    count_as_contacted(assignment, now)
    tell(EventKind.SESSION_SCHEDULED, session, by, now)
    return session


@transaction.atomic
def move(*, session_id: int, by: Volunteer, now: datetime, **plan: Any) -> Session:
    """Another time, way, place or length for a planned session: the invitations are updated.

    `plan` are the fields of `Plan`. Raises Invalid if nothing would change.
    """
    _, session = lock_planned(session_id, by, now)
    wanted = Plan(**plan)
    wanted.check(now)
    if wanted == _plan_of(session):
        raise Invalid("starts_at", "Nothing was changed.")
    for name, value in asdict(wanted).items():
        setattr(session, name, value)
    session.calendar_sequence += 1
    session.save(update_fields=[*asdict(wanted), "calendar_sequence"])
    tell(EventKind.SESSION_MOVED, session, by, now)
    return session


def _plan_of(session: Session) -> Plan:
    names = [field.name for field in fields(Plan)]
    return Plan(**{name: getattr(session, name) for name in names})


@transaction.atomic
def cancel(*, session_id: int, by: Volunteer, now: datetime) -> Session:
    """Call a planned session off. The invitation is cancelled."""
    _, session = lock_planned(session_id, by, now)
    session.state = SessionState.CANCELLED
    session.calendar_sequence += 1
    session.save(update_fields=["state", "calendar_sequence"])
    tell(EventKind.SESSION_CANCELLED, session, by, now)
    return session


def work_on(mre_id: int, by: Volunteer, now: datetime) -> tuple[MentoringRequest, Assignment]:
    """Lock a request and its current assignment for somebody who works on it."""
    mre, assignment = lock_with_current(mre_id)
    check_can_work(by, mre, now)
    assert assignment is not None  # held by request_current_while_with_mentor
    return mre, assignment


def lock_planned(session_id: int, by: Volunteer, now: datetime) -> tuple[MentoringRequest, Session]:
    """Lock a planned session of the current mentor, and its request. Raises AlreadyDone."""
    mre, session = lock_session(session_id)
    check_planned(mre, session, by, now)
    return mre, session


def check_planned(mre: MentoringRequest, session: Session, by: Volunteer, now: datetime) -> None:
    """Raise AlreadyDone unless a locked session is a planned one of the current mentor."""
    check_can_work(by, mre, now)
    if session.state != SessionState.SCHEDULED:
        raise AlreadyDone(f"This session is already {session.get_state_display().lower()}.")
    if session.assignment_id != mre.current_id:
        raise AlreadyDone("This session was planned by an earlier mentor of the request.")


def count_as_contacted(assignment: Assignment, at: datetime) -> None:
    """A session is planned or was held, or the client has answered: the contact clocks stop."""
    mark_contacted(assignment, at)
    assignment.save(update_fields=Assignment.CONTACT_FIELDS)
    drop_reminders(assignment, CONTACT_REMINDERS)


def tell(
    kind: EventKind, session: Session, by: Volunteer | None, now: datetime, *, late: bool = False
) -> None:
    """Record what happened to a session; the mails follow from it. Without `by`: the client."""
    record(
        session.request,
        kind,
        now=now,
        by=by,
        by_client=by is None,
        assignment=session.assignment,
        session=session.pk,
        starts_at=session.starts_at.isoformat(),
        late=late,
    )
