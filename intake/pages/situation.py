"""Where a request stands, in one line: who does what by when, and how long the client waits."""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.calendar import BusinessCalendar
from intake.enums import QueueReason, Status
from intake.inforce import policy
from intake.models import Assignment, MentoringRequest
from mentors.templatetags.moments import spelled_out
from mentors.words import day_in_words, instant_in_words, last_day_in_words


def where_it_stands(
    mre: MentoringRequest,
    before: Assignment | None,
    calendar: BusinessCalendar,
    now: datetime,
    zone: ZoneInfo,
    *,
    you: bool = False,
) -> str:
    """One line for the top of the page. `before` is the latest assignment, `zone` the reader's.

    `you`: the reader is the mentor who has it.
    """
    parts = list(_stands(mre, before, now, zone, you))
    if mre.waiting_since is not None:
        parts.append(_wait(mre, calendar, now))
    return " · ".join(parts)


def _stands(
    mre: MentoringRequest,
    before: Assignment | None,
    now: datetime,
    zone: ZoneInfo,
    you: bool,  # noqa: FBT001
) -> Iterator[str]:
    if mre.parked:
        yield "held for an administrator: service to this client is suspended"
    match mre.status:
        case Status.NEED_ACTION:
            yield _why_in_queue(mre, before, zone)
        case Status.ASSIGNED:
            yield from _asked(mre, now, you)
        case Status.ACCEPTED:
            yield from _led(mre, zone, you)
        case _:
            yield _closed(mre, zone)


def _why_in_queue(mre: MentoringRequest, before: Assignment | None, zone: ZoneInfo) -> str:
    since = instant_in_words(mre.status_since, zone)
    if mre.queue_reason == QueueReason.MOVED_HERE:
        return "moved here from another chapter"
    if before is None:
        return f"new since {since}"
    return IN_QUEUE[QueueReason(mre.queue_reason)](before, since)


def _timed_out(before: Assignment, since: str) -> str:
    day = last_day_in_words(before.requeue_at, before.mentor.zone)
    return f"returned by the {before.requeue_days}-day clock after {day}"


def _declined(before: Assignment, since: str) -> str:
    reason = before.get_decline_reason_display().lower()
    return f"declined by {before.mentor} on {since}: {reason}"


IN_QUEUE: dict[QueueReason, Callable[[Assignment, str], str]] = {
    QueueReason.TIMED_OUT: _timed_out,
    QueueReason.DECLINED: _declined,
    QueueReason.TRANSFERRED: lambda _, since: f"transferred on {since}",
    QueueReason.MENTOR_UNAVAILABLE: (
        lambda before, since: f"handed back on {since}: {before.mentor} is unavailable"
    ),
    QueueReason.REOPENED: lambda _, since: f"reopened on {since}",
}


def _asked(mre: MentoringRequest, now: datetime, you: bool) -> Iterator[str]:  # noqa: FBT001
    assignment = _current(mre)
    zone = assignment.mentor.zone
    day = last_day_in_words(assignment.respond_by, zone)
    back = last_day_in_words(assignment.requeue_at, zone)
    if assignment.is_late(now):
        yield f"{'you' if you else assignment.mentor} did not answer by {day}"
        yield f"goes back to the queue after {back}"
    else:
        yield f"{'you are' if you else f'{assignment.mentor} is'} asked to answer by {day}"


def _led(mre: MentoringRequest, zone: ZoneInfo, you: bool) -> Iterator[str]:  # noqa: FBT001
    assignment = _current(mre)
    leads = "you lead" if you else f"{assignment.mentor} leads"
    yield f"{leads} it since {instant_in_words(mre.status_since, zone)}"
    if assignment.counseled_at is not None:
        yield f"first session {day_in_words(assignment.counseled_at.astimezone(zone).date())}"
    elif assignment.contacted_at is not None:
        contacted = day_in_words(assignment.contacted_at.astimezone(zone).date())
        yield f"in contact since {contacted}, no session held yet"
    else:
        needed = policy().attempts_needed
        yield f"client not reached yet, {assignment.attempts_made} of {needed} attempts made"


def _closed(mre: MentoringRequest, zone: ZoneInfo) -> str:
    when = instant_in_words(mre.status_since, zone)
    why = f": {mre.get_withdraw_reason_display().lower()}" if mre.withdraw_reason else ""
    stays = f" of MR-{mre.duplicate_of_id}" if mre.duplicate_of_id else ""
    return f"closed on {when}{why}{stays}"


def _wait(mre: MentoringRequest, calendar: BusinessCalendar, now: datetime) -> str:
    assert mre.waiting_since is not None  # asked by the caller
    zone = mre.chapter.zone
    waited = (
        f"client has waited {spelled_out(calendar.business_days(mre.waiting_since, now, zone))}"
    )
    if mre.status != Status.NEED_ACTION or mre.status_since <= mre.waiting_since:
        return waited
    here = calendar.business_days(mre.status_since, now, zone)
    return f"{waited}, {here:.1f} of them in this queue"


def _current(mre: MentoringRequest) -> Assignment:
    assert mre.current is not None  # held by request_current_while_with_mentor
    return mre.current
