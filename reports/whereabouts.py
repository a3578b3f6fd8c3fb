"""Which requests a chapter had at an instant that is over, for the database to work out.

Only those that have been moved since were elsewhere: the first move after that instant says where.
"""

from datetime import datetime

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
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
    was_elsewhere = When(moved_since(question.at), then=Subquery(zone))
    home_zone = Case(was_elsewhere, default=F("chapter__time_zone"))
    return found.annotate(home_zone=home_zone).filter(question.reach.within("home"))


def submitted(question: Question) -> RequestQuerySet:
    """Those of them that were submitted in the period, on the clock of the chapter."""
    found = requests_of(question).filter(
        during(question.period, "submitted_at", "home_zone"), submitted_at__lte=question.at
    )
    return found if question.area is None else found.filter(area=question.area)


def chapter_then(at: datetime, request: str = "pk", chapter: str = "chapter_id") -> Combinable:
    """The id of the chapter that had the request; two columns say which, and who has it now."""
    moves = _since(at, EventKind.MOVED)
    came_from = Cast(KT("data__from_chapter"), BigIntegerField())
    next_move = moves.filter(request=OuterRef(request)).order_by("at", "pk")
    then = Subquery(next_move.values_list(came_from, flat=True)[:1])
    was_elsewhere = When(moved_since(at, request), then=then)
    return Case(was_elsewhere, default=F(chapter), output_field=BigIntegerField())


def moved_since(at: datetime, request: str = "pk") -> Q:
    """Whether the request that a column names has been moved since.

    The moves since are few and looked through once, not for each request. Only for what was moved
    is anything looked up: for all others, what their chapter is called now is what it was.
    """
    return Q(**{f"{request}__in": _since(at, EventKind.MOVED).values("request")})


def _since(at: datetime, kind: EventKind) -> QuerySet[RequestEvent]:
    return RequestEvent.objects.filter(kind=kind, at__gt=at)
