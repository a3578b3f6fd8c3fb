"""What stands in the cells of lists of requests.

Drawn in Python: a template for each cell of a page of rows took longer than to read the rows.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from intake.models import MentoringRequest
from intake.pages.watch_words import Step
from intake.referral import Referral
from intake.templatetags.requests import outcome_badge, reason_badge, status_badge
from mentors.addresses import address

LONGEST_QUESTION = 160
NOTHING = SafeString("")
FLAGGED = SafeString('<span class="badge bg-yellow-lt">Possible duplicate</span>')
BY_NAME = SafeString(' <span class="badge bg-azure-lt">Mentor asked for by name</span>')


def client(mre: MentoringRequest) -> SafeString:
    """Who asks what."""
    return format_html("{}{}{}", who(mre), _question(mre), small(mre.number))


def client_in_queue(mre: Any) -> SafeString:
    """Who asks what, and what a coordinator should know first; the number stands elsewhere."""
    marks = format_html(" {}", FLAGGED) if mre.is_flagged else NOTHING
    if mre.requested_mentor_id and mre.status == "need_action":
        marks += BY_NAME
    looking = SafeString('<div class="looking small" data-looking></div>')
    return format_html("{}{}{}", who(mre, "row-link text-reset", marks), _question(mre), looking)


def who(mre: MentoringRequest, kind: str = "text-reset", marks: SafeString = NOTHING) -> SafeString:
    """The client by name, which leads to the request, with the business."""
    return format_html(
        '<div class="fw-medium"><a class="{}" href="{}">{}</a>'
        ' <span class="text-secondary fw-normal">{}</span>{}</div>',
        kind,
        address("intake:request", mre.pk),
        mre.client.full_name,
        mre.business_name,
        marks,
    )


def area(mre: MentoringRequest) -> SafeString:
    """The mentoring area; below it the business."""
    stage = "Existing" if mre.existing else "New"
    kind = f" · {mre.business_type}" if mre.business_type else ""
    return format_html("<div>{}</div>{}", mre.area, small(f"{stage}{kind}"))


def status(mre: MentoringRequest) -> SafeString:
    """Where it stands; below it why it is in the queue."""
    why = small(mre.get_queue_reason_display()) if mre.queue_reason else NOTHING
    return format_html("{}{}", status_badge(mre.status), why)


def pick(mre: MentoringRequest) -> SafeString:
    """The box that chooses a row, for what is done with several."""
    return format_html(
        '<input class="form-check-input" type="checkbox" name="mre" value="{0}" form="several"'
        ' id="pick-{0}" aria-label="Choose {1}, {2}">',
        mre.pk,
        mre.number,
        mre.client.full_name,
    )


def why_in_queue(mre: MentoringRequest, detail: str, referral: Referral | None) -> SafeString:
    """Why it is here, whom the last mentor proposes, and for a parked one the way to release it."""
    badge = reason_badge(mre.queue_reason) if mre.queue_reason else _outcome(mre)
    proposed = _proposed(referral) if referral else NOTHING
    return format_html("{}{}{}{}", badge, small(detail), proposed, _release(mre))


def steps(offered: Iterable[Step], number: str, marks: SafeString = NOTHING) -> SafeString:
    """What can be done about a row; what cannot, with the reason. `marks` are for the links."""
    drawn = format_html_join("", "{}", ((_step(one, number, marks),) for one in offered))
    return format_html('<div class="btn-list">{}</div>', drawn)


def small(words: str) -> SafeString:
    """A line in small letters."""
    return format_html('<div class="small text-secondary">{}</div>', words)


def _question(mre: MentoringRequest) -> SafeString:
    words = Truncator(mre.question).chars(LONGEST_QUESTION)
    return format_html('<div class="question">{}</div>', words)


def _outcome(mre: MentoringRequest) -> str:
    return outcome_badge(mre.current.outcome) if mre.current else ""


def _proposed(referral: Referral) -> SafeString:
    tone = "yellow" if referral.obstacle else "azure"
    words = '<div class="badge bg-{}-lt text-wrap text-start mt-1">{}</div>'
    return format_html(words, tone, referral.in_short)


def _release(mre: MentoringRequest) -> SafeString:
    if not mre.parked:
        return NOTHING
    page = address("intake:release", mre.pk)
    return format_html('<a class="btn btn-sm mt-1" href="{}">Release…{}</a>', page, _of(mre.number))


def _step(one: Step, number: str, marks: SafeString) -> SafeString:
    words = format_html("{}{}", one.label, _of(number))
    if not one.refused:
        link = '<a class="btn btn-sm" href="{}"{}>{}</a>'
        return format_html(link, one.address, marks, words)
    return format_html(
        '<span class="refused"><button class="btn btn-sm disabled" type="button"'
        ' aria-disabled="true" aria-describedby="why-{0}">{1}</button>'
        '<span class="small text-secondary" id="why-{0}">{2}</span></span>',
        number,
        words,
        one.refused,
    )


def _of(number: str) -> SafeString:
    """Which row a button is about, for those who hear the page."""
    return format_html('<span class="visually-hidden">: {}</span>', number)
