"""What waits for a mentor's answer: listed where he pauses, because it goes back with that."""

from django.db.models import QuerySet

from intake.models import Assignment
from mentors.models import Volunteer


def unanswered(mentor: Volunteer) -> QuerySet[Assignment]:
    """The requests that wait for his answer, with what a line says of each, by deadline."""
    waiting: QuerySet[Assignment] = Assignment.objects.filter(mentor=mentor).unanswered()
    told = ("respond_by", "request__client__first_name", "request__area__name")
    shown = waiting.select_related("request__client", "request__area").only(*told)
    return shown.order_by("respond_by", "pk")
