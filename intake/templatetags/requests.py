"""How a request's state and age look: a word or a number, with colour and shape beside it."""

from datetime import datetime
from typing import Any

from django import template
from django.db.models import TextChoices
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from intake import phones
from intake.enums import Outcome, QueueReason, Status
from intake.models import Assignment, MentoringRequest, Session
from intake.pages.clock_links import ClockName, clock_address
from mentors.templatetags.moments import day, short, spelled_out, zone_of
from mentors.words import day_in_words, last_date

register = template.Library()

STATUS_TONES = {
    Status.NEED_ACTION: "red",
    Status.ASSIGNED: "azure",
    Status.ACCEPTED: "green",
    Status.COMPLETE: "green",
}
REASON_TONES = {
    QueueReason.NEW: "green",
    QueueReason.DECLINED: "orange",
    QueueReason.TIMED_OUT: "red",
    QueueReason.TRANSFERRED: "azure",
    QueueReason.MENTOR_UNAVAILABLE: "orange",
    QueueReason.REOPENED: "azure",
}
OUTCOME_TONES = {
    Outcome.PENDING: "azure",
    Outcome.OVERDUE: "red",
    Outcome.ACCEPTED_IN_TIME: "green",
    Outcome.ACCEPTED_LATE: "orange",
    Outcome.DECLINED: "orange",
    Outcome.TIMED_OUT: "red",
}


@register.filter
def status_badge(status: str) -> str:
    """The status of a request as a word in a badge."""
    return _badge(Status, status, STATUS_TONES)


@register.filter
def reason_badge(reason: str) -> str:
    """Why a request is in the queue, as a badge; nothing when it is not there."""
    return _badge(QueueReason, reason, REASON_TONES)


@register.filter
def outcome_badge(outcome: str) -> str:
    """What became of an assignment, as a badge."""
    return _badge(Outcome, outcome, OUTCOME_TONES)


@register.filter
def dialled(phone: str) -> str:
    """A phone number for a link that calls: `href="tel:{{ client.phone|dialled }}"`."""
    return phones.dialled(phone)


@register.filter
def how_counted(row: MentoringRequest | Assignment | Session, name: str) -> str:
    """The address at which this clock of this row is explained: `assignment|how_counted:"answer"`.

    For `how` of the tags below; the names are those of `ClockName`.
    """
    return clock_address(ClockName(name), row)


@register.simple_block_tag
def counted(content: SafeString, how: str = "") -> str:
    """A due date as a link to how it was counted; just the words where there is no address."""
    return _explained(content, how, strip_tags(content)) if how else content


@register.simple_tag
def age(days: float | None, *, warn: float = 1, late: float = 2, how: str = "") -> str:
    """A wait in business days with the mark of its level; nothing for None."""
    if days is None:
        return ""
    reached = "late" if days >= late else "warn" if days >= warn else "ok"
    shown = format_html(
        '<span class="age" data-level="{}" title="{}">{}</span>',
        reached,
        spelled_out(days),
        short(days),
    )
    return _explained(shown, how, short(days))


@register.simple_tag
def deadline(
    at: datetime | None, now: datetime, *, verb: str = "", chapter: Any = None, how: str = ""
) -> str:
    """“answer by Wed 25 Nov”: warns on the last day, and says so once it has passed."""
    if at is None:
        return ""
    ends_on = last_date(at, zone_of(chapter))
    if now >= at:
        reached, words = "late", "was due"
    else:
        today = now.astimezone(zone_of(chapter)).date()
        reached, words = ("warn", "by today,") if today == ends_on else ("ok", "by")
    said = f"{verb} {words}".strip()
    shown = _marked(format_html("{} {}", said, day(ends_on)), reached)
    return _explained(shown, how, f"{said} {day_in_words(ends_on)}")


@register.simple_tag
def level(words: str, mark: str, *, how: str = "") -> str:
    """Any words behind the age mark `ok`, `warn` or `late`."""
    return _explained(_marked(words, mark), how, strip_tags(words))


def _marked(words: str, mark: str) -> SafeString:
    return format_html('<span class="age" data-level="{}">{}</span>', mark, words)


def _explained(shown: SafeString, how: str, said: str) -> SafeString:
    """As a link to how it was counted, which is `said` to who hears the page; as it is without."""
    if not how:
        return shown
    return format_html(
        '<a class="counted" href="{}" aria-label="{}: how it was counted">{}</a>',
        how,
        " ".join(said.split()),
        shown,
    )


def _badge(vocabulary: type[TextChoices], value: str, tones: dict[Any, str]) -> str:
    if not value:
        return ""
    known = vocabulary(value)
    tone = tones.get(known, "secondary")
    return format_html('<span class="badge bg-{}-lt">{}</span>', tone, known.label)
