"""The requests that a mentor held when they were closed, and how he finds one of them again."""

from django.contrib.postgres.search import SearchVectorExact
from django.db.models import Q, QuerySet

from intake.enums import CLOSED
from intake.models import MentoringRequest
from intake.numbers import read_number
from mentors.models import Volunteer
from mentors.names import begins, folded_words, name_words

SHOWN = ("status", "closed_at", "client__first_name", "client__last_name", "area__name")
CALLED = name_words("client__first_name", "client__last_name", "business_name")
"""Read row by row, but of his own requests only: no index is needed."""


def closed(mentor: Volunteer, typed: str = "") -> QuerySet[MentoringRequest]:
    """His closed requests, latest first; by number, or by words of client and business.

    With what a row of them shows.
    """
    mine = MentoringRequest.objects.on_desk_of(mentor).filter(status__in=CLOSED)
    mine = mine.select_related("client", "area").only(*SHOWN)
    if typed:
        mine = mine.filter(_called(typed))
    return mine.order_by("-closed_at", "-pk")


def _called(typed: str) -> Q:
    """Words are found by their beginnings, whatever their capitals and accents."""
    words, number = folded_words(typed), read_number(typed)
    called = Q(SearchVectorExact(CALLED, begins(words))) if words else Q(pk__in=[])
    return called | Q(pk=number) if number is not None else called
