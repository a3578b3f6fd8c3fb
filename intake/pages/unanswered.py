"""What waits for a mentor's answer: listed where he pauses, because it goes back with that."""

from django.db.models import QuerySet

from intake.models import Assignment
from mentors.models import Volunteer


def unanswered(mentor: Volunteer) -> QuerySet[Assignment]:
    """The requests that wait for his answer, with what a line says of each, by deadline."""
    waiting: QuerySet[Assignment] = Assignment.objects.filter(mentor=mentor).unanswered()
    return waiting.select_related("request__client", "request__area").order_by("respond_by", "pk")
