"""Note templates, filled in for a request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Lower

from intake.models import MentoringRequest, NoteTemplate
from mentors.models import Volunteer


@dataclass(frozen=True)
class Words:
    """A template as it reads for one request."""

    name: str
    text: str


def at_hand(user: Volunteer, now: datetime) -> QuerySet[NoteTemplate]:
    """One's own and those shared with one's units, by name."""
    found: QuerySet[NoteTemplate] = NoteTemplate.objects.for_user(user, now)
    shown = found.select_related("owner", "chapter", "district", "region")
    return shown.order_by(Lower("name"), "pk")


def filled_in(templates: Iterable[NoteTemplate], mre: MentoringRequest) -> list[Words]:
    """The words of each for this request. Anything else in braces stays as it was typed."""
    places = {
        "{client}": mre.client.first_name,
        "{area}": mre.area.name,
        "{business}": mre.business_name or "the business",
    }
    return [Words(template.name, _fill(template.text, places)) for template in templates]


def _fill(text: str, places: dict[str, str]) -> str:
    for place, words in places.items():
        text = text.replace(place, words)
    return text
