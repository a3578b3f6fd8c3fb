"""The weekly digest of the Membership Chairs: figures of their page that deserve a call."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode

from intake import outbox
from intake.calendar import ONE_DAY, local_date, week_start
from intake.closed_days import SATURDAY
from intake.enums import Outcome
from intake.inforce import mail_moment, policy
from intake.links import absolute
from intake.models import Assignment, OutboxMail
from intake.outbox import Draft
from mentors.enums import Role
from mentors.models import Chapter, Pause, Position, Volunteer
from mentors.words import day_in_words
from reports.activity import Row, activity
from reports.periods import Period
from reports.question import Question
from reports.routing import read
from reports.scope import Reach

DAYS = 30
"""Of how many days the figures are, up to the last Saturday."""


def send_all(now: datetime) -> int:
    """The weekly digest of every chapter, from Monday on; chapters are asked one by one."""
    sent = 0
    for chapter in Chapter.objects.order_by("pk"):
        if local_date(now, chapter.zone).weekday() < SATURDAY:
            sent += send(chapter_id=chapter.pk, now=now)
    return sent


@transaction.atomic
def send(*, chapter_id: int, now: datetime) -> bool:
    """One mail a week to the Membership Chairs of a chapter: time-outs, declines, long pauses.

    If there was one of the former in the seven days before the last Sunday, or one of the latter.
    The figures are those of the page as of that Sunday, 00:00, and do not depend on when the mail
    is written. Its key makes it one per chair and week however often this runs.
    """
    chapter = Chapter.objects.select_related("district").get(pk=chapter_id)
    until = week_start(now, chapter.zone)
    key = f"digest:{chapter.pk}:{local_date(until, chapter.zone):%Y-%m-%d}"
    if OutboxMail.objects.filter(dedupe_key__startswith=f"{key}:").exists():
        return False
    chairs, news = _chairs(chapter, now), _news(chapter, until)
    question = _asked(chapter, until, now)
    # Most weeks there is nothing in most chapters: then the figures need not be reckoned.
    is_due = chairs and (news or _long_pauses(chapter, until))
    told = read(lambda: _told(question, news)) if is_due else {}
    if not told:
        return False
    told |= {"chapter_name": chapter.name, "week": _week(question)}
    leaves = mail_moment(now, chapter.zone)
    outbox.write(
        (
            Draft(
                kind="chair_digest",
                key=f"{key}:{chair.pk}",
                to=chair,
                context=told | {"url": _page(question, chair)},
                send_at=leaves,
            )
            for chair in chairs
        ),
        now=now,
    )
    return True


def _asked(chapter: Chapter, until: datetime, now: datetime) -> Question:
    """What the figures of the digest answer: the page asks the same."""
    saturday = local_date(until, chapter.zone) - ONE_DAY
    return Question(
        reach=Reach(chapter.name, frozenset([chapter.pk]), code=chapter.code),
        now=now,
        at=until,
        period=Period(saturday - (DAYS - 1) * ONE_DAY, saturday),
    )


def _chairs(chapter: Chapter, now: datetime) -> list[Volunteer]:
    held = Position.objects.in_force(now).filter(chapter=chapter, role=Role.MEMBERSHIP_CHAIR)
    people = Volunteer.objects.filter(pk__in=held.values("volunteer")).select_related("chapter")
    return list(people.order_by("pk"))


News = Counter[tuple[int, str]]
"""How often what became of a mentor's requests in the last week."""


def _news(chapter: Chapter, until: datetime) -> News:
    ended = Assignment.objects.filter(
        mentor__chapter=chapter,
        outcome__in=[Outcome.TIMED_OUT, Outcome.DECLINED],
        ended_at__gte=until - timedelta(days=7),
        ended_at__lt=until,
    )
    return Counter(ended.values_list("mentor", "outcome"))


def _long_pauses(chapter: Chapter, until: datetime) -> bool:
    pauses = Pause.objects.filter(mentor__chapter=chapter)
    return pauses.over(policy().pause_check_days, until).exists()


def _told(question: Question, news: News) -> dict[str, Any]:
    """The three lists; nothing if there is nothing new to tell."""
    rows = activity(question)
    paused = [_pause(row) for row in rows if row.paused_long]
    timeouts, declines = (
        list(_tally(rows, outcome, news)) for outcome in (Outcome.TIMED_OUT, Outcome.DECLINED)
    )
    if not (paused or any(one["new"] for one in (*timeouts, *declines))):
        return {}
    return {
        "days": DAYS,
        "until": _last_day(question),
        "timeouts": timeouts,
        "declines": declines,
        "paused": paused,
    }


def _tally(rows: Iterable[Row], outcome: Outcome, news: News) -> Iterable[dict[str, object]]:
    for row in rows:
        if count := row.outcomes[outcome]:
            new = news[row.mentor.pk, outcome]
            yield {
                "mentor": str(row.mentor),
                "count": count,
                "received": row.received,
                "new": new,
            }


def _pause(row: Row) -> dict[str, object]:
    assert row.pause is not None
    return {
        "mentor": str(row.mentor),
        "since": day_in_words(row.pause.starts_on),
        "until": day_in_words(row.pause.ends_on),
        "days": row.pause.days,
    }


def _last_day(question: Question) -> str:
    assert question.period.last is not None
    return day_in_words(question.period.last)


def _week(question: Question) -> str:
    assert question.period.last is not None
    return f"{day_in_words(question.period.last - 6 * ONE_DAY)} to {_last_day(question)}"


def _page(question: Question, reader: Volunteer) -> str:
    """The page with the same figures; its clock is that of the reader."""
    asked = {
        "unit": f"chapter:{question.reach.code}",
        "first": f"{question.period.first:%Y-%m-%d}",
        "last": f"{question.period.last:%Y-%m-%d}",
        "at": f"{question.at.astimezone(reader.zone):%Y-%m-%dT%H:%M}",
    }
    return absolute(f"{reverse('reports:activity')}?{urlencode(asked)}")
