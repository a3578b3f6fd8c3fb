"""Every duration and number of the rules in one place, and the instants that follow from them.

Pure. The defaults are the national ones; a site overrides them by settings. An assignment keeps the
instants that were worked out when it was made, so a changed number only touches what begins
afterwards.

"Business days" end at local midnight after the last of them (see `BusinessCalendar.deadline`);
plain "days" are spans of 24 hours from the instant they start at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intake.calendar import MIDNIGHT, ONE_DAY, BusinessCalendar, day_start, local_date

LAST_COMMON_DAY = 28
"""The last day that every month has."""
LARGEST = 366
"""No number of the policy may be larger: a year, if it counts days."""


class SenselessPolicyError(ValueError):
    """Numbers that make no sense; `problems` holds a sentence for each, its field's name first."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The numbers of the rules. Raises SenselessPolicyError, which is a ValueError."""

    respond_days: int = 2
    """Business days a mentor has to answer an assignment; after that it is overdue."""
    requeue_days: int = 5
    """Business days after which an unanswered assignment goes back to the queue."""
    reminder_hour: int = 9
    """Local hour of the reminder on the first business day after an assignment."""
    notes_days: int = 1
    """Business days a mentor has to write down a session that was held."""
    attempts_needed: int = 3
    """Contact attempts by the current mentor before a request may be closed for no response."""
    attempt_gap_days: int = 7
    """Days after an attempt without reaching the client until the mentor is nudged to try again."""
    close_out_days: int = 14
    """Days from the first attempt until a mentor is asked to close a request without a response."""
    pause_check_days: int = 30
    """A pause of more days than this is brought to the Membership Chair."""
    mail_from_hour: int = 8
    """Reminders go out from this local hour, on business days only."""
    mail_until_hour: int = 20
    """Reminders go out before this local hour."""
    reopen_days: int = 30
    """Days after closing in which the lead mentor may reopen a request."""
    duplicate_days: int = 30
    """Days back in which another request of the same client is flagged as a possible duplicate."""
    session_edit_day: int = 5
    """Day of the month after a session was entered until whose end it can be edited."""
    answer_history_days: int = 180
    """Days back over which a mentor's answers are counted for the shortlist."""
    repeated_timeouts: int = 2
    """From so many time-outs in a period on, a mentor is flagged in the activity report."""
    repeated_declines: int = 3
    """From so many declines in a period on, a mentor is flagged in the activity report."""

    def __post_init__(self) -> None:
        # Numbers first: comparing them with each other makes no sense before each is a number.
        problems = list(_bad_numbers(self)) or list(_contradictions(self))
        if problems:
            raise SenselessPolicyError(problems)


@dataclass(frozen=True)
class Clocks:
    """The instants frozen on an assignment, all in UTC."""

    respond_by: datetime
    requeue_at: datetime
    remind_at: datetime


def assignment_clocks(
    policy: Policy, calendar: BusinessCalendar, assigned_at: datetime, zone: ZoneInfo
) -> Clocks:
    """When an assignment made now falls due, in the zone of the mentor's chapter.

    Accept time-out: 2 business days. Auto-requeue: 5. Reminder: 09:00 on the first.
    """
    return Clocks(
        respond_by=calendar.deadline(assigned_at, policy.respond_days, zone),
        requeue_at=calendar.deadline(assigned_at, policy.requeue_days, zone),
        remind_at=calendar.business_morning(assigned_at, policy.reminder_hour, zone),
    )


def notes_due(
    policy: Policy, calendar: BusinessCalendar, session_end: datetime, zone: ZoneInfo
) -> datetime:
    """Session notes: late from the end of the first business day after the session."""
    return calendar.deadline(session_end, policy.notes_days, zone)


def attempts_due(policy: Policy, last_unanswered_at: datetime) -> datetime:
    """Next contact attempt: 7 days after the last one that did not reach the client."""
    return _days_after(last_unanswered_at, policy.attempt_gap_days)


def close_out_due(policy: Policy, first_attempt_at: datetime) -> datetime:
    """Close-out: 14 days after the current mentor's first attempt.

    That three attempts were made and none was answered is for the caller to know.
    """
    return _days_after(first_attempt_at, policy.close_out_days)


def session_edit_until(policy: Policy, entered_at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the 5th of the month after a session was entered; no edits from that instant."""
    next_month = local_date(entered_at, zone).replace(day=1) + 31 * ONE_DAY
    return day_start(next_month.replace(day=policy.session_edit_day) + ONE_DAY, zone)


@dataclass(frozen=True)
class ClockRow:
    """One clock in words: `when` is worded from the numbers of a policy."""

    name: str
    when: Callable[[Policy], str]
    what: str


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


CLOCKS: tuple[ClockRow, ...] = (
    ClockRow(
        "Reminder",
        lambda p: (
            f"{p.reminder_hour:02d}:00 on the first business day after an assignment, unanswered"
        ),
        "mail to the mentor",
    ),
    ClockRow(
        "Accept time-out",
        lambda p: f"{_count(p.respond_days, 'business day')} after an assignment, unanswered",
        "the assignment is marked overdue; mail to the mentor and the coordinators; listed as "
        "overdue with the mentor; counts in the mentor's activity",
    ),
    ClockRow(
        "Auto-requeue",
        lambda p: f"{_count(p.requeue_days, 'business day')} after an assignment, unanswered",
        "the request goes back to Need Action (timed out); mail to the mentor and the "
        "coordinators, and an apology to the client",
    ),
    ClockRow(
        "Session notes",
        lambda p: f"{_count(p.notes_days, 'business day')} after a session, notes not entered",
        "mail to the mentor; shown late until entered",
    ),
    ClockRow(
        "Next contact attempt",
        lambda p: (
            f"{_count(p.attempt_gap_days, 'day')} after an attempt that did not reach the client, "
            f"fewer than {_count(p.attempts_needed, 'attempt')} made"
        ),
        "nudge to the mentor",
    ),
    ClockRow(
        "Close-out",
        lambda p: (
            f"{_count(p.close_out_days, 'day')} after the first attempt, "
            f"{_count(p.attempts_needed, 'attempt')} made and no answer"
        ),
        "the mentor is asked to close, and the request is on the coordinators' watch list; never "
        "closed by itself",
    ),
    ClockRow(
        "Pause check",
        lambda p: f"daily, pauses of more than {_count(p.pause_check_days, 'day')}",
        "weekly digest to the Membership Chair; flagged in the activity report",
    ),
)
"""Every clock of the system, in the order a request meets them."""


def clock_table(policy: Policy) -> str:
    """The clocks as a Markdown table, for the README."""
    rows = [f"| {row.name} | {row.when(policy)} | {row.what} |" for row in CLOCKS]
    return "\n".join(["| Clock | When | What happens |", "|---|---|---|", *rows]) + "\n"


def _days_after(at: datetime, days: int) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone, so it is not clear which instant is meant.")
    return at + timedelta(days=days)


def _bad_numbers(policy: Policy) -> Iterator[str]:
    for item in fields(policy):
        value = getattr(policy, item.name)
        smallest = 0 if item.name.endswith("_hour") else 1
        largest = MIDNIGHT if item.name.endswith("_hour") else LARGEST
        # bool is an int to Python, but "respond_days=True" is a slip.
        if type(value) is not int:
            yield f"{item.name} must be a whole number, not {value!r}."
        elif not smallest <= value <= largest:
            yield f"{item.name} must be between {smallest} and {largest}, not {value}."


def _contradictions(policy: Policy) -> Iterator[str]:
    if policy.requeue_days <= policy.respond_days:
        yield (
            f"requeue_days ({policy.requeue_days}) must be more than respond_days "
            f"({policy.respond_days}): a request is overdue before it goes back to the queue."
        )
    if policy.mail_from_hour >= policy.mail_until_hour:
        yield (
            f"mail_until_hour ({policy.mail_until_hour}) must be later than "
            f"mail_from_hour ({policy.mail_from_hour})."
        )
    elif not policy.mail_from_hour <= policy.reminder_hour < policy.mail_until_hour:
        yield (
            f"reminder_hour ({policy.reminder_hour}) must be from mail_from_hour "
            f"({policy.mail_from_hour}) until before mail_until_hour ({policy.mail_until_hour}): "
            "no mail goes out at other hours."
        )
    if policy.close_out_days < policy.attempt_gap_days:
        yield (
            f"close_out_days ({policy.close_out_days}) must not be less than attempt_gap_days "
            f"({policy.attempt_gap_days}): there would be no time for a second attempt."
        )
    if policy.session_edit_day > LAST_COMMON_DAY:
        yield (
            "session_edit_day must be a day that every month has "
            f"(1 to {LAST_COMMON_DAY}), not {policy.session_edit_day}."
        )
