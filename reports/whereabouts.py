"""Which requests a chapter had at an instant that is over, for the database to work out.

Only those that have been moved since were elsewhere: the first move after that instant says where.
"""

from datetime import datetime

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from intake.enums import EventKind
from intake.models import MentoringRequest, RequestEvent
from intake.querysets import RequestQuerySet
from mentors.models import Chapter
from reports.question import Question
from reports.spans import during


def requests_of(question: Question) -> RequestQuerySet:
    """The requests that were in the chapters of a question at its instant, each with its `home`.

    `home` is the id of the chapter, `home_zone` the name of its time zone. Who does not see parked
    requests is not given those that were parked then.
    """
    if not question.is_past:
        found = question.reach.requests()
        return found.annotate(home=F("chapter_id"), home_zone=F("chapter__time_zone"))
    zone = Chapter.objects.filter(pk=OuterRef("home")).values("time_zone")
    found = MentoringRequest.objects.annotate(home=chapter_then(question.at))
    if not question.reach.parked:
        released = _since(question.at, EventKind.RELEASED).filter(request=OuterRef("pk"))
        found = found.filter(~Exists(released), parked=False)
    return found.annotate(home_zone=Subquery(zone)).filter(question.reach.within("home"))


def submitted(question: Question) -> RequestQuerySet:
    """Those of them that were submitted in the period, on the clock of the chapter."""
    found = requests_of(question).filter(
        during(question.period, "submitted_at", "home_zone"), submitted_at__lte=question.at
    )
    return found if question.area is None else found.filter(area=question.area)


def chapter_then(at: datetime, request: str = "pk", chapter: str = "chapter_id") -> Combinable:
    """The id of the chapter that had the request then; two columns say which, and who has it now.

    The moves since are few and looked through once, not for each request.
    """
    moves = _since(at, EventKind.MOVED)
    came_from = Cast(KT("data__from_chapter"), BigIntegerField())
    next_move = moves.filter(request=OuterRef(request)).order_by("at", "pk")
    then = Subquery(next_move.values_list(came_from, flat=True)[:1])
    was_elsewhere = When(**{f"{request}__in": moves.values("request")}, then=then)
    return Case(was_elsewhere, default=F(chapter), output_field=BigIntegerField())


def _since(at: datetime, kind: EventKind) -> QuerySet[RequestEvent]:
    return RequestEvent.objects.filter(kind=kind, at__gt=at)
