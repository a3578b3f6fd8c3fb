"""What would follow from an instant under any numbers: every due date, counted and explained."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intake.calendar import BusinessCalendar
from intake.pages import counting
from intake.pages.counting import Counted, Whose, count_in_words
from intake.policy import Policy, attempts_due, close_out_due, session_edit_until
from mentors.words import day_in_words, instant_in_words, last_day_in_words

LABELS = {
    "respond_days": "Business days to answer",
    "requeue_days": "Business days until back in the queue",
    "reminder_hour": "Hour of the reminder",
    "notes_days": "Business days for session notes",
    "attempts_needed": "Attempts before closing for no response",
    "attempt_gap_days": "Days until the next attempt",
    "close_out_days": "Days until close-out",
    "pause_check_days": "Days of a pause before the chair is told",
    "repeated_timeouts": "Time-outs from which a mentor is flagged",
    "repeated_declines": "Declines from which a mentor is flagged",
    "mail_from_hour": "Mails of clocks leave from this hour",
    "mail_until_hour": "Mails of clocks leave before this hour",
    "reopen_days": "Days in which a mentor may reopen",
    "duplicate_days": "Days in which a second request is flagged",
    "session_edit_day": "Day of the next month until which a session can be changed",
    "answer_history_days": "Days over which a mentor’s answers are counted",
}
"""Every number of the policy, as people call it."""
IDLE = (
    "attempts_needed",
    "duplicate_days",
    "answer_history_days",
    "pause_check_days",
    "repeated_timeouts",
    "repeated_declines",
)
"""Numbers that are no part of any due date below."""
TRIED = tuple(name for name in LABELS if name not in IDLE)


@dataclass(frozen=True)
class InForce:
    """One number of the policy, and where it comes from."""

    label: str
    setting: str
    number: int
    default: int
    is_set: bool


def in_force(policy: Policy, overrides: dict[str, int]) -> list[InForce]:
    """Every number in force; `overrides` are those that the environment sets."""
    return [
        InForce(
            label=LABELS[item.name],
            setting=f"POLICY_{item.name.upper()}",
            number=getattr(policy, item.name),
            default=int(str(item.default)),
            is_set=item.name in overrides,
        )
        for item in fields(policy)
    ]


def tried(
    start: datetime, whose: Whose, policy: Policy, calendar: BusinessCalendar
) -> list[Counted]:
    """All due dates if everything happened at `start`. Raises NoBusinessDayError."""
    day = _Day(start, whose, calendar)
    return [
        day.reminder(policy.reminder_hour),
        day.business_days("answer", "Answer", policy.respond_days, "after an assignment"),
        day.business_days(
            "requeue", "Back in the queue", policy.requeue_days, "after an assignment"
        ),
        day.business_days("notes", "Session note", policy.notes_days, "after a session"),
        day.hours("attempt", "Next attempt", attempts_due(policy, start), "an attempt in vain"),
        day.hours("close-out", "Close-out", close_out_due(policy, start), "the first attempt"),
        day.hours("reopen", "Reopening", start + timedelta(days=policy.reopen_days), "the closing"),
        day.month(policy),
        day.mail(policy),
    ]


@dataclass(frozen=True)
class _Day:
    """The instant from which everything is counted, on whose clock, with which closed days."""

    start: datetime
    whose: Whose
    calendar: BusinessCalendar

    @property
    def zone(self) -> ZoneInfo:
        return self.whose.zone

    def business_days(self, name: str, title: str, days: int, after: str) -> Counted:
        how = self.calendar.explain_deadline(self.start, days, self.zone)
        number = count_in_words(days, "business day")
        preposition = "after" if name == "requeue" else "by"
        return Counted(
            anchor=name,
            title=f"{title} {preposition} {day_in_words(how.last_day)}",
            rule=f"{number} {after}, until the end of the last of them.",
            facts=counting.facts_of(
                how,
                self.start,
                self.whose,
                what="as entered",
                number=f"{number}.",
                due=counting.end_in_words(how.instant, self.whose),
            ),
            steps=counting.steps(how),
        )

    def reminder(self, hour: int) -> Counted:
        how = self.calendar.explain_deadline(self.start, 1, self.zone)
        at = self.calendar.business_morning(self.start, hour, self.zone)
        return Counted(
            anchor="reminder",
            title=f"Reminder on {instant_in_words(at, self.zone)}",
            rule=f"{hour:02d}:00 on the first business day after an assignment.",
            facts=counting.facts_of(
                how,
                self.start,
                self.whose,
                what="as entered",
                number="The first business day.",
                due=f"{self.whose.instant(at)}.",
            ),
            steps=counting.steps(how),
        )

    def hours(self, name: str, title: str, due: datetime, after: str) -> Counted:
        days = count_in_words((due - self.start).days, "day")
        ends = {"close-out": "from", "reopen": "until"}.get(name, "by")
        return Counted(
            anchor=name,
            title=f"{title} {ends} {instant_in_words(due, self.zone)}",
            rule=f"{days} of 24 hours after {after}; every hour counts.",
            facts=(("Due", f"{self.whose.instant(due)}."),),
        )

    def month(self, policy: Policy) -> Counted:
        until = session_edit_until(policy, self.start, self.zone)
        return Counted(
            anchor="edit",
            title=f"A session can be changed until {last_day_in_words(until, self.zone)}",
            rule=f"The end of day {policy.session_edit_day} of the month after it was entered.",
            facts=(("Due", counting.end_in_words(until, self.whose, "Then only coordinators.")),),
        )

    def mail(self, policy: Policy) -> Counted:
        hours = policy.mail_from_hour, policy.mail_until_hour
        leaves = self.calendar.next_mail_moment(self.start, self.zone, *hours)
        return Counted(
            anchor="mail",
            title=f"A mail of a clock leaves {instant_in_words(leaves, self.zone)}",
            rule="From {:02d}:00 until before {:02d}:00 on business days.".format(*hours),
            facts=(("Leaves", f"{self.whose.instant(leaves)}."),),
        )


def between(start: datetime, end: datetime, whose: Whose, calendar: BusinessCalendar) -> Counted:
    """The business days from one instant to another, with the sum."""
    parts = calendar.explain_business_days(start, end, whose.zone)
    return Counted(
        anchor="between",
        title=counting.total_in_words(parts),
        rule="The time that falls on business days, read from the wall clock, divided by 24 hours.",
        facts=(
            ("From", f"{whose.instant(start)}."),
            ("Until", f"{whose.instant(end)}."),
            ("Whose clock", whose.words),
        ),
        sum=counting.sum_of(parts),
    )
