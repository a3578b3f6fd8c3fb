"""What a report is about: the chapters of its reader."""

from dataclasses import dataclass
from datetime import datetime

from intake.models import MentoringRequest
from intake.querysets import RequestQuerySet
from mentors.models import Chapter, Volunteer
from mentors.querysets import ChapterQuerySet
from mentors.roles import Chapters, Duties, duties


@dataclass(frozen=True)
class Scope:
    """Chapters and the requests of theirs that the reader sees."""

    chapters: ChapterQuerySet
    requests: RequestQuerySet


def scope_of(user: Volunteer, now: datetime) -> Scope:
    """What `user` coordinates or leads; everything for an administrator."""
    mine = duties(user, now)
    return Scope(
        chapters=chapters(mine, mine.sees_requests_of),
        requests=MentoringRequest.objects.in_duty_of(user, now),
    )


def chapters(mine: Duties, ids: Chapters) -> ChapterQuerySet:
    """These chapters; all of them for an administrator."""
    everywhere = Chapter.objects.all()
    return everywhere if mine.is_admin else everywhere.filter(pk__in=ids)
