"""What the clocks do. Each step takes the same locks as people do and is done once.

A step that finds nothing left to do (somebody answered meanwhile, another worker was faster)
returns False. The recorded instant is the deadline; the time of processing stands beside it.
"""

from datetime import datetime, timedelta

from django.db import transaction

from intake import outbox
from intake.actions.base import lock_held_by, lock_session, record, save_state, settle_overdue
from intake.calendar import local_date, week_start
from intake.enums import EventKind, Outcome, SessionState
from intake.inforce import mail_moment, policy
from intake.links import absolute
from intake.models import Assignment, OutboxMail
from intake.notifications import ANSWER_REMINDERS
from intake.outbox import Draft, drop_reminders
from mentors.enums import Role
from mentors.models import Chapter, Pause, Position, Volunteer
from mentors.words import day_in_words


@transaction.atomic
def remind(*, assignment_id: int, now: datetime) -> bool:
    """Reminder: 09:00 on the first business day after assignment, if there is no answer."""
    mre, assignment = lock_held_by(assignment_id)
    if not assignment.is_unanswered or assignment.reminded_at or now < assignment.remind_at:
        return False
    assignment.reminded_at = assignment.remind_at
    assignment.save(update_fields=["reminded_at"])
    record(mre, EventKind.REMINDED, at=assignment.remind_at, now=now, assignment=assignment)
    return True


@transaction.atomic
def mark_overdue(*, assignment_id: int, now: datetime) -> bool:
    """Accept time-out: no answer within 2 business days. The mentor may still answer."""
    mre, assignment = lock_held_by(assignment_id)
    if not settle_overdue(mre, assignment, now, tell=True):
        return False
    drop_reminders(assignment, ["mentor_reminder"])
    return True


@transaction.atomic
def requeue(*, assignment_id: int, now: datetime) -> bool:
    """Auto-requeue: no answer within 5 business days, so it goes back to the coordinator."""
    mre, assignment = lock_held_by(assignment_id)
    if not assignment.is_unanswered or now < assignment.requeue_at:
        return False
    settle_overdue(mre, assignment, now, tell=True)
    was = mre.status
    assignment.time_out(assignment.requeue_at)
    save_state(assignment)
    mre.requeue(assignment.requeue_at)
    save_state(mre)
    drop_reminders(assignment, ANSWER_REMINDERS)
    record(
        mre, EventKind.REQUEUED, at=assignment.requeue_at, now=now, was=was, assignment=assignment
    )
    return True


@transaction.atomic
def ask_for_attempt(*, assignment_id: int, now: datetime) -> bool:
    """Second and third attempt: 7 days went by without reaching the client."""
    mre, assignment = lock_held_by(assignment_id)
    due = assignment.attempts_due_at
    if not _holds_accepted(assignment) or due is None or assignment.attempts_nudged_at or now < due:
        return False
    assignment.attempts_nudged_at = due
    assignment.save(update_fields=["attempts_nudged_at"])
    record(
        mre,
        EventKind.ATTEMPTS_DUE,
        at=due,
        now=now,
        assignment=assignment,
        attempts=assignment.attempts_made,
    )
    return True


@transaction.atomic
def ask_to_close(*, assignment_id: int, now: datetime) -> bool:
    """Close-out: three attempts in 14 days, no answer. The mentor is asked and decides."""
    mre, assignment = lock_held_by(assignment_id)
    due = assignment.close_out_due_at
    if not _holds_accepted(assignment) or due is None or assignment.close_out_asked_at or now < due:
        return False
    assignment.close_out_asked_at = due
    assignment.save(update_fields=["close_out_asked_at"])
    record(mre, EventKind.CLOSE_OUT_DUE, at=due, now=now, assignment=assignment)
    return True


def _holds_accepted(assignment: Assignment) -> bool:
    accepted = assignment.outcome in (Outcome.ACCEPTED_IN_TIME, Outcome.ACCEPTED_LATE)
    return accepted and assignment.ended_at is None


@transaction.atomic
def ask_for_notes(*, session_id: int, now: datetime) -> bool:
    """Session notes: 1 business day after the session, if they are missing."""
    mre, session = lock_session(session_id)
    due = session.notes_due_at
    missing = session.state == SessionState.HELD and session.notes_entered_at is None
    if not missing or due is None or session.notes_asked_at or now < due:
        return False
    session.notes_asked_at = due
    session.save(update_fields=["notes_asked_at"])
    record(
        mre,
        EventKind.NOTES_DUE,
        at=due,
        now=now,
        assignment=session.assignment,
        session=session.pk,
        starts_at=session.starts_at.isoformat(),
    )
    return True


@transaction.atomic
def send_chair_digest(*, chapter_id: int, now: datetime) -> bool:
    """One mail a week to the Membership Chairs of a chapter: time-outs, declines, long pauses.

    Of the seven days before the last Sunday. Nothing to tell sends nothing; the key of the mail
    makes it one per chair and week however often this runs.
    """
    chapter = Chapter.objects.get(pk=chapter_id)
    until = week_start(now, chapter.zone)
    key = f"digest:{chapter.pk}:{local_date(until, chapter.zone):%Y-%m-%d}"
    if OutboxMail.objects.filter(dedupe_key__startswith=f"{key}:").exists():
        return False
    since = until - timedelta(days=7)
    context = {
        "chapter_name": chapter.name,
        "week": f"{_day(since, chapter)} to {_day(until - timedelta(days=1), chapter)}",
        "timeouts": _tally(chapter, Outcome.TIMED_OUT, since, until),
        "declines": _tally(chapter, Outcome.DECLINED, since, until),
        "paused": _long_pauses(chapter, now),
        "url": absolute("/reports/activity/"),
    }
    if not (context["timeouts"] or context["declines"] or context["paused"]):
        return False
    chairs = Position.objects.in_force(now).filter(chapter=chapter, role=Role.MEMBERSHIP_CHAIR)
    people = list(Volunteer.objects.filter(pk__in=chairs.values("volunteer")).order_by("pk"))
    outbox.write(
        (
            Draft(
                kind="chair_digest",
                key=f"{key}:{chair.pk}",
                to=chair,
                context=context,
                send_at=mail_moment(now, chapter.zone),
            )
            for chair in people
        ),
        now=now,
    )
    return bool(people)


def _day(at: datetime, chapter: Chapter) -> str:
    return day_in_words(local_date(at, chapter.zone))


def _tally(
    chapter: Chapter, outcome: Outcome, since: datetime, until: datetime
) -> list[dict[str, object]]:
    ended = Assignment.objects.filter(
        mentor__chapter=chapter, outcome=outcome, ended_at__gte=since, ended_at__lt=until
    ).select_related("mentor")
    counts: dict[str, int] = {}
    for assignment in ended.order_by("mentor__last_name", "mentor__first_name"):
        name = str(assignment.mentor)
        counts[name] = counts.get(name, 0) + 1
    return [{"mentor": name, "count": count} for name, count in counts.items()]


def _long_pauses(chapter: Chapter, now: datetime) -> list[dict[str, object]]:
    pauses = Pause.objects.filter(mentor__chapter=chapter).over(policy().pause_check_days, now)
    return [
        {
            "mentor": str(pause.mentor),
            "since": day_in_words(pause.starts_on),
            "until": day_in_words(pause.ends_on),
            "days": pause.days,
        }
        for pause in pauses.select_related("mentor").order_by("starts_on", "pk")
    ]
