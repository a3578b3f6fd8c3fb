"""What stands in the cells of the lists of clients who wait; drawn in Python, as `intake.cells`."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from intake.cells import NOTHING, small, who
from intake.enums import Stage
from intake.models import Assignment, Session
from intake.pages.clock_links import ClockName, clock_address
from intake.templatetags.requests import age, deadline, level, reason_badge
from mentors.templatetags.moments import clock, day, last_day
from reports.next_steps import Known
from reports.waiting import Waiting

PARKED = SafeString(' · <span class="badge bg-yellow-lt">Parked</span>')
NOBODY_NAMED = SafeString(
    '<span class="badge bg-red-lt">No coordinator is named for this chapter</span>'
)
NONE_PLANNED = SafeString('<span class="text-secondary">None planned</span>')


def since(row: Waiting) -> SafeString:
    """How long it has been at its stage, and until when it is put aside."""
    began = small(format_html("since {}", day(row.since, row.chapter)))
    return format_html("{}{}{}", age(row.business_days), began, _aside(row))


def _aside(row: Waiting) -> SafeString:
    if row.snooze is None:
        return NOTHING
    words = format_html("Snoozed until {}", day(row.snooze.until))
    return _line(format_html('<span class="badge bg-secondary-lt">{}</span>', words))


def client(row: Waiting, *, may_act: bool) -> SafeString:
    """Who waits; for who may act, why the row is put aside."""
    number = small(format_html("{}{}", row.mre.number, PARKED if row.mre.parked else NOTHING))
    why = NOTHING
    if row.snooze and may_act:
        words = '{} <span class="text-secondary">({})</span>'
        why = _line(format_html(words, row.snooze.reason, row.snooze.by))
    return format_html("{}{}{}", who(row.mre), number, why)


def detail(one: Known, *, now: datetime, needed: int) -> SafeString:
    """What has happened at the stage, and what comes next; `needed` attempts are enough."""
    match one.row.stage:
        case Stage.NOT_ASSIGNED:
            return _why_in_queue(one)
        case Stage.NOT_ACCEPTED:
            return _answer(one.row.mre.current, now)
        case Stage.NOT_CONTACTED:
            tried = f"{one.row.attempts} of {needed} attempts"
            return format_html("{}{}", tried, _next_attempt(one.row.mre.current, now))
    return format_html("{}{}", _held(one.held), _session(one))


def _why_in_queue(one: Known) -> SafeString:
    named = f"Coordinator: {one.coordinators}" if one.coordinators else NOBODY_NAMED
    return format_html("{}{}", reason_badge(one.row.reason), small(named))


def _answer(held: Assignment, now: datetime) -> SafeString:
    chapter = held.mentor.chapter
    how = clock_address(ClockName.RESPOND, held)
    due = deadline(held.respond_by, now, verb="answer", chapter=chapter, how=how)
    requeued = format_html("in the queue again after {}", last_day(held.requeue_at, chapter))
    return format_html("{}{}", due, small(requeued))


def _next_attempt(held: Assignment, now: datetime) -> SafeString:
    if at := held.close_out_due_at:
        return _line(_due(at, now, ("can be closed: no answer", "late"), "can be closed on"))
    if at := held.attempts_due_at:
        return _line(_due(at, now, ("next attempt is due", "warn"), "next on"))
    return NOTHING


def _due(at: datetime, now: datetime, over: tuple[str, str], to_come: str) -> str:
    if at <= now:
        return level(*over)
    return format_html('<span class="text-secondary">{} {}</span>', to_come, day(at))


def _held(sessions: list[Session]) -> SafeString:
    if not sessions:
        return NOTHING
    return format_html("{} held, the last {}<br>", len(sessions), day(sessions[-1].starts_at))


def _session(one: Known) -> SafeString:
    """The one that matters most: what is not told yet, what is to come, what came to nothing."""
    if one.unrecorded:
        return _told(one.unrecorded, "not recorded", "warn")
    if one.planned:
        return _told(one.planned, "planned", "ok")
    if one.held:
        return NOTHING
    return _told(one.missed, "missed by the client", "late") if one.missed else NONE_PLANNED


def _told(session: Session, words: str, mark: str) -> SafeString:
    return format_html("{} {}", level(words, mark), small(clock(session.starts_at)))


def _line(words: str) -> SafeString:
    return format_html('<div class="small">{}</div>', words)
