"""The clocks that run for the mentor of one assignment, each explained.

The numbers are those that were frozen on the assignment; where nothing is frozen, those in force.
"""

from collections.abc import Iterator
from datetime import datetime

from intake.calendar import Explanation
from intake.enums import EventKind
from intake.models import Assignment, ContactAttempt, Session
from intake.pages import counting
from intake.pages.clock_facts import Facts, Held, Rules, Story
from intake.pages.clock_links import ClockName, anchor
from intake.pages.counting import Counted, count_in_words
from intake.pages.desk import nth
from intake.policy import attempts_due, close_out_due, session_edit_until
from mentors.words import day_in_words

NO_ZONE = "None: every hour counts, also at weekends and on closed days."


def of_assignment(row: Assignment, story: Story, rules: Rules) -> Iterator[Counted]:
    """Its clocks in the order in which a request meets them, without those that were never set.

    `row` comes with `request` and `mentor__chapter`.
    """
    mentor = row.mentor
    whose = counting.of_person(str(mentor), str(mentor.chapter or ""), mentor.zone)
    held = Held(row, whose, story, rules)
    yield from (_remind(held), _respond(held), _requeue(held))
    last = story.attempts.get(row.pk)
    if last is not None and row.attempts_due_at is not None:
        yield _attempt(held, last, row.attempts_due_at)
    if row.first_attempt_at is not None and row.close_out_due_at is not None:
        yield _close_out(held, row.first_attempt_at, last, row.close_out_due_at)
    for session in story.sessions.get(row.pk, []):
        if session.notes_due_at is not None:
            yield _notes(held, session, session.notes_due_at)
            yield from _edit(held, session)
        elif session.starts_at <= rules.now:
            yield _record(held, session)


# --- The answer -----------------------------------------------------------------------------------


def _respond(held: Held) -> Counted:
    row = held.row
    return _of_answer(
        held,
        ClockName.RESPOND,
        f"Answer by {held.last_day(row.respond_by)}",
        "respond_by",
        row.respond_days,
        EventKind.OVERDUE,
        "Late from that instant on.",
    )


def _requeue(held: Held) -> Counted:
    row = held.row
    return _of_answer(
        held,
        ClockName.REQUEUE,
        f"Back in the queue after {held.last_day(row.requeue_at)}",
        "requeue_at",
        row.requeue_days,
        EventKind.REQUEUED,
        "At that instant it goes back to the queue if there is no answer.",
    )


def _of_answer(
    held: Held, name: ClockName, title: str, field_name: str, days: int, kind: EventKind, then: str
) -> Counted:
    row, stored = held.row, getattr(held.row, field_name)
    how, number = held.explain(row.assigned_at, days), count_in_words(days, "business day")
    facts = counting.facts_of(
        how,
        row.assigned_at,
        held.whose,
        what=f"assigned to {row.mentor}",
        number=f"{number}, the number in force when it was assigned.",
        due=counting.end_in_words(stored, held.whose, then),
    )
    return Counted(
        anchor=anchor(name, row),
        title=title,
        rule=f"{number} after the assignment, until the end of the last of them.",
        facts=(
            *facts,
            *held.became(kind, row.pk, stored, held.answer),
            *held.moved(field_name, row.pk),
        ),
        steps=counting.steps(how),
        warning=counting.stored_differs(stored, how.instant, held.whose, _why(held, kind, stored)),
    )


def _remind(held: Held) -> Counted:
    row, whose, hour = held.row, held.whose, held.rules.policy.reminder_hour
    how = held.explain(row.assigned_at, 1)
    recounted = held.rules.calendar.business_morning(row.assigned_at, hour, whose.zone)
    facts = counting.facts_of(
        how,
        row.assigned_at,
        whose,
        what=f"assigned to {row.mentor}",
        number="The first business day.",
        due=f"{whose.instant(row.remind_at)}.",
    )
    return Counted(
        anchor=anchor(ClockName.REMIND, row),
        title=f"Reminder on {day_in_words(row.remind_at.astimezone(whose.zone).date())}",
        rule=f"{hour:02d}:00 on the first business day after the assignment, while unanswered.",
        facts=(
            *facts,
            *held.became(EventKind.REMINDED, row.pk, row.remind_at, held.answer),
            *held.moved("remind_at", row.pk),
        ),
        steps=counting.steps(how),
        warning=counting.stored_differs(row.remind_at, recounted, whose, _why_not(held)),
    )


def _why_not(held: Held) -> str:
    """Why a reminder is set to another hour than counting gives today."""
    return _stands(held.is_over or held.has_struck(EventKind.REMINDED, held.row.pk))


def _why(held: Held, kind: EventKind, stored: datetime) -> str:
    if counting.ends_a_day(stored, held.whose.zone):
        return _stands(held.is_over or held.has_struck(kind, held.row.pk))
    return (
        "it was counted on the clock of another time zone than that of the chapter today. "
        "It stays as it is."
    )


def _stands(is_over: bool) -> str:  # noqa: FBT001
    """Why stored and counted differ, and what follows from that."""
    changed = "the closed days or the numbers have changed since it was set."
    if is_over:
        return f"{changed} It is over and stays as it was recorded."
    return f"{changed} It stays as it is until an administrator moves the open due dates."


# --- Contact: spans of 24 hours -------------------------------------------------------------------


def _attempt(held: Held, last: ContactAttempt, stored: datetime) -> Counted:
    row, days = held.row, held.rules.policy.attempt_gap_days
    number = f"{nth(row.attempts_made + 1)} attempt"
    return _of_hours(
        held,
        (ClockName.ATTEMPT, EventKind.ATTEMPTS_DUE),
        f"{number.capitalize()} by {held.last_day(stored)}",
        f"{count_in_words(days, 'day')} after the last attempt that did not reach the client.",
        (
            (
                "Counted from",
                f"{held.whose.instant(last.at)}, the {nth(row.attempts_made)} attempt.",
            ),
            ("Days", f"{count_in_words(days, 'day')} of 24 hours, the number in force."),
        ),
        stored,
        attempts_due(held.rules.policy, last.at),
    )


def _close_out(
    held: Held, first: datetime, last: ContactAttempt | None, stored: datetime
) -> Counted:
    policy = held.rules.policy
    days, needed = policy.close_out_days, policy.attempts_needed
    due = close_out_due(policy, first)
    return _of_hours(
        held,
        (ClockName.CLOSE_OUT, EventKind.CLOSE_OUT_DUE),
        f"Close-out from {held.last_day(stored)}",
        f"{count_in_words(days, 'day')} after the first attempt, with {needed} made and no answer; "
        "not before the last attempt.",
        (
            ("Counted from", f"{held.whose.instant(first)}, the first attempt."),
            ("Days", f"{count_in_words(days, 'day')} of 24 hours, the number in force."),
        ),
        stored,
        max(due, last.at) if last else due,
    )


def _of_hours(
    held: Held,
    which: tuple[ClockName, EventKind],
    title: str,
    rule: str,
    counted: Facts,
    stored: datetime,
    recounted: datetime,
) -> Counted:
    (name, kind), row = which, held.row
    why = (
        "the request was reopened, or the numbers have changed since it was set. It stays as it is."
    )
    return Counted(
        anchor=anchor(name, row),
        title=title,
        rule=rule,
        facts=(
            *counted,
            ("Due", f"{held.whose.instant(stored)}."),
            ("Whose clock", NO_ZONE),
            *held.became(kind, row.pk, stored, held.end),
        ),
        warning=counting.stored_differs(stored, recounted, held.whose, why),
    )


# --- Sessions -------------------------------------------------------------------------------------


def _notes(held: Held, session: Session, stored: datetime) -> Counted:
    how = held.explain(session.starts_at, held.rules.policy.notes_days)
    done = ""
    if session.notes_entered_at is not None:
        late = "late" if session.notes_late(held.rules.now) else "in time"
        done = f"The notes were entered on {held.whose.instant(session.notes_entered_at)}, {late}."
    is_over = bool(done) or held.has_struck(EventKind.NOTES_DUE, session.pk)
    became = held.became(EventKind.NOTES_DUE, session.pk, stored, done)
    return Counted(
        anchor=anchor(ClockName.NOTES, session),
        title=f"Session note by {held.last_day(stored)}",
        rule="Notes of a session that was held, on the clock of its mentor.",
        facts=(
            *_of_session(held, session, how, stored),
            *became,
            *held.moved("notes_due_at", session.pk),
        ),
        steps=counting.steps(how),
        warning=counting.stored_differs(stored, how.instant, held.whose, _stands(is_over)),
    )


def _record(held: Held, session: Session) -> Counted:
    """A planned session has begun: it is recorded by the day on which its notes will be due."""
    how = held.explain(session.starts_at, held.rules.policy.notes_days)
    return Counted(
        anchor=anchor(ClockName.RECORD, session),
        title=f"Session record by {held.last_day(how.instant)}",
        rule="Whether a planned session was held is recorded by the day on which notes are due.",
        facts=_of_session(held, session, how, how.instant),
        steps=counting.steps(how),
    )


def _edit(held: Held, session: Session) -> Iterator[Counted]:
    """Until when the mentor may still correct a session that was recorded."""
    if session.entered_at is None:
        return
    day = held.rules.policy.session_edit_day
    until = session_edit_until(held.rules.policy, session.entered_at, held.whose.zone)
    yield Counted(
        anchor=anchor(ClockName.EDIT, session),
        title=f"Session can be changed until {held.last_day(until)}",
        rule=f"The end of day {day} of the month after it was recorded.",
        facts=(
            ("Counted from", f"{held.whose.instant(session.entered_at)}, when it was recorded."),
            ("Due", counting.end_in_words(until, held.whose, "Then only a coordinator can.")),
            ("Whose clock", held.whose.words),
        ),
    )


def _of_session(held: Held, session: Session, how: Explanation, due: datetime) -> Facts:
    days = count_in_words(held.rules.policy.notes_days, "business day")
    return counting.facts_of(
        how,
        session.starts_at,
        held.whose,
        what="when the session began",
        number=f"{days}, the number in force.",
        due=counting.end_in_words(due, held.whose),
    )
