"""The coordinator's acts: assign, give to another mentor, move."""

from datetime import datetime
from typing import Any

from django.db import transaction

from intake.actions import snoozing
from intake.actions.base import (
    lock_request,
    lock_with_current,
    record,
    require_seen,
    save_state,
    settle_overdue,
)
from intake.actions.closing import close_assignment
from intake.choosing import Choice, choose, consider
from intake.enums import EventKind, Outcome, Status
from intake.inforce import calendar, policy
from intake.models import Assignment, MentoringRequest
from intake.needs import NEED
from intake.notifications import ANSWER_REMINDERS
from intake.outbox import drop_reminders
from intake.permissions import (
    check_can_assign,
    check_can_move,
    check_can_reassign,
    check_can_replace,
)
from intake.policy import assignment_clocks
from intake.shortlist import Looked
from mentors.actions import lock_mentor
from mentors.errors import Invalid
from mentors.models import Chapter, Volunteer

NOWHERE = Looked()
"""Nobody said how: the shortlist of the tier of the mentor is kept."""


@transaction.atomic
def assign(
    *,
    mre_id: int,
    mentor_id: int,
    by: Volunteer,
    now: datetime,
    note: str = "",
    tell: bool = True,
    looked: Looked = NOWHERE,
) -> Assignment:
    """Give a request of the queue to a mentor. The clocks start, and are frozen on the assignment.

    `looked` says how far and for whom the coordinator looked; the shortlist of that is kept.
    Without `tell` the caller owes the mentor his mail, in the same transaction.

    Raises NotAllowed or AlreadyDone (see `check_can_assign`), and Invalid if the mentor cannot be
    assigned or a note is missing: it is required on a reassignment, and to go over a limit.
    """
    mre = lock_request(mre_id, *NEED)
    check_can_assign(by, mre, now)
    mentor, choice = _lock_choice(mre, mentor_id, note, now, looked)
    was, proposal = mre.status, _about_proposal(mre, mentor)
    assignment = _create(mre, mentor, choice, by, note, now)
    mre.assign(assignment, now)
    save_state(mre)
    record(
        mre,
        EventKind.ASSIGNED,
        now=now,
        by=by,
        was=was,
        assignment=assignment,
        mentor=mentor.pk,
        note=note,
        tell=tell,
        **proposal,
    )
    return assignment


def _about_proposal(mre: MentoringRequest, mentor: Volunteer) -> dict[str, Any]:
    """Whom the mentor before proposed, and whether he gets it, for the timeline."""
    if mre.proposed_mentor is None:
        return {}
    return {"proposed": str(mre.proposed_mentor), "followed": mre.proposed_mentor == mentor}


@transaction.atomic
def replace(
    *,
    mre_id: int,
    mentor_id: int,
    by: Volunteer,
    now: datetime,
    note: str,
    seen: int | None = None,
    looked: Looked = NOWHERE,
) -> Assignment:
    """Give an assigned request to another mentor without waiting for a clock. A note is required.

    `seen` is the assignment that the coordinator looked at; raises AlreadyDone if it is no longer
    the one in force. The replaced mentor is told.
    """
    mre, before = lock_with_current(mre_id, *NEED)
    check_can_replace(by, mre, now)
    require_seen(mre, seen)
    assert before is not None  # held by request_current_while_with_mentor
    mentor, choice = _lock_choice(mre, mentor_id, note, now, looked)
    settle_overdue(mre, before, now)
    if before.outcome == Outcome.OVERDUE:
        before.time_out(now)
    else:
        before.be_replaced(now)
    save_state(before)
    drop_reminders(before, ANSWER_REMINDERS)
    return _hand_over(mre, before, mentor, choice, by, note, now)


@transaction.atomic
def reassign(
    *,
    mre_id: int,
    mentor_id: int,
    by: Volunteer,
    now: datetime,
    note: str,
    seen: int | None = None,
    looked: Looked = NOWHERE,
) -> Assignment:
    """Transfer an accepted request and assign it, in one step. A note is required.

    Both mentors and the client are told. Raises as `replace` does.
    """
    mre, before = lock_with_current(mre_id, *NEED)
    check_can_reassign(by, mre, now)
    require_seen(mre, seen)
    assert before is not None  # held by request_current_while_with_mentor
    mentor, choice = _lock_choice(mre, mentor_id, note, now, looked)
    close_assignment(mre, before, now)
    return _hand_over(mre, before, mentor, choice, by, note, now)


def _hand_over(
    mre: MentoringRequest,
    before: Assignment,
    mentor: Volunteer,
    choice: Choice,
    by: Volunteer,
    note: str,
    now: datetime,
) -> Assignment:
    """From an assignment that has just ended to a new one."""
    was = mre.status
    assignment = _create(mre, mentor, choice, by, note, now)
    step = mre.reassign if was == Status.ACCEPTED else mre.replace
    step(assignment, now)
    save_state(mre)
    record(
        mre,
        EventKind.REPLACED,
        now=now,
        by=by,
        was=was,
        assignment=assignment,
        mentor=mentor.pk,
        note=note,
        previous=before.pk,
        previous_mentor=str(before.mentor),
    )
    return assignment


def start_direct(mre: MentoringRequest, mentor: Volunteer, now: datetime) -> Assignment:
    """A request that begins with the mentor whom the client asked for. Part of `submit`."""
    was = mre.status
    assignment = _create(mre, mentor, consider(mre, mentor, now), None, "", now)
    mre.assign(assignment, now)
    save_state(mre)
    record(
        mre,
        EventKind.ASSIGNED,
        now=now,
        was=was,
        assignment=assignment,
        mentor=mentor.pk,
        direct=True,
    )
    return assignment


def _lock_choice(
    mre: MentoringRequest, mentor_id: int, note: str, now: datetime, looked: Looked
) -> tuple[Volunteer, Choice]:
    """The chosen mentor, locked. Raises Invalid if he cannot be assigned or a note is missing."""
    mentor = lock_mentor(mentor_id)
    if mre.current is not None and mre.current.mentor_id == mentor.pk:
        raise Invalid("mentor", f"{mentor} has this request already.")
    choice = choose(mre, mentor, now, looked)
    if choice.final:
        raise Invalid("mentor", f"{mentor} cannot be assigned: {choice.final}.")
    if note.strip():
        return mentor, choice
    if choice.needs_note:
        raise Invalid("note", f"A note is needed, because {mentor}: {choice.needs_note}.")
    if mre.assignments.exists():
        raise Invalid("note", "A note is needed: say why this mentor now. It was assigned before.")
    return mentor, choice


def _create(
    mre: MentoringRequest,
    mentor: Volunteer,
    choice: Choice,
    by: Volunteer | None,
    note: str,
    now: datetime,
) -> Assignment:
    rules = policy()
    clocks = assignment_clocks(rules, calendar(), now, mentor.zone)
    return Assignment.objects.create(
        request=mre,
        mentor=mentor,
        assigned_by=by,
        assigned_at=now,
        tier=choice.tier,
        note=note.strip(),
        reasons=list(choice.reasons),
        offered=choice.offered,
        respond_days=rules.respond_days,
        requeue_days=rules.requeue_days,
        remind_at=clocks.remind_at,
        respond_by=clocks.respond_by,
        requeue_at=clocks.requeue_at,
    )


@transaction.atomic
def move(
    *, mre_id: int, chapter_id: int, by: Volunteer, now: datetime, note: str
) -> MentoringRequest:
    """To another chapter's queue. The wait and the submission stay; both sides are told."""
    mre = lock_request(mre_id)
    check_can_move(by, mre, now)
    if not note.strip():
        raise Invalid("note", "Say why it belongs to the other chapter.")
    if mre.chapter_id == chapter_id:
        raise Invalid("chapter", f"It is in {mre.chapter} already.")
    old = mre.chapter
    new = Chapter.objects.select_related("district").get(pk=chapter_id)
    mre.move(new)
    save_state(mre)
    snoozing.forget(mre, by, now)  # that was for the coordinators of the other chapter
    record(
        mre,
        EventKind.MOVED,
        now=now,
        by=by,
        note=note.strip(),
        from_chapter=old.pk,
        from_name=old.name,
        to_chapter=new.pk,
        to_name=new.name,
    )
    return mre
