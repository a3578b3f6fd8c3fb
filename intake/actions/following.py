"""The Membership Chairs get in touch with their mentors, and keep what came of it."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from intake import outbox
from intake.calendar import local_date
from intake.links import absolute
from intake.outbox import Draft
from mentors.actions import lock_mentor
from mentors.enums import FollowUpHow
from mentors.errors import AlreadyDone, Invalid
from mentors.models import FollowUp, Volunteer
from mentors.permissions import check_can_follow_up, check_can_mail


@transaction.atomic
def log_follow_up(
    *, mentor_id: int, by: Volunteer, now: datetime, on: date, how: FollowUpHow, text: str
) -> FollowUp:
    """Keep that somebody got in touch with a mentor on a day, and what came of it.

    Days are those of the mentor's chapter. Raises Invalid, and AlreadyDone for the same once more.
    """
    mentor = lock_mentor(mentor_id)
    check_can_follow_up(by, mentor, now)
    if on > local_date(now, mentor.zone):
        raise Invalid("on", "That day is still to come.")
    words = _said(text)
    if mentor.follow_ups.filter(by=by, on=on, how=how, text=words).exists():
        raise AlreadyDone("You have done this already: it stands below.")
    return FollowUp.objects.create(mentor=mentor, by=by, on=on, how=how, text=words, logged_at=now)


@transaction.atomic
def mail_mentor(
    *, mentor_id: int, by: Volunteer, now: datetime, subject: str, text: str
) -> FollowUp:
    """Write to a mentor, and keep the mail as a follow-up of today; an answer goes to the writer.

    Raises Invalid, and AlreadyDone for the same mail once more on one day.
    """
    mentor = lock_mentor(mentor_id)
    check_can_mail(by, mentor, now)
    if not subject.strip():
        raise Invalid("subject", "Say in a few words what it is about.")
    words = _said(text)
    kept = log_follow_up(
        mentor_id=mentor_id,
        by=by,
        now=now,
        on=local_date(now, mentor.zone),
        how=FollowUpHow.EMAIL,
        text=f"{subject.strip()}\n\n{words}",
    )
    context = {
        "by_name": str(by),
        "chapter_name": mentor.chapter.name if mentor.chapter else "",
        "subject": subject.strip(),
        "note": words,
        "url": absolute(reverse("intake:availability")),
    }
    draft = Draft(
        kind="mentor_followed_up",
        key=f"follow-up:{kept.pk}",
        to=mentor,
        reply_to=by.email,
        context=context,
    )
    outbox.write([draft], now=now)
    return kept


def _said(text: str) -> str:
    if not text.strip():
        raise Invalid("text", "Write a few words.")
    return text.strip()
