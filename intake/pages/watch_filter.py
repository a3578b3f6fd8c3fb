"""What the watch list can be narrowed down to."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from intake.enums import OPEN
from intake.filters import RequestFilter
from intake.models import MentoringRequest
from intake.pages.watching import Watched, late_notes, only_lasting
from intake.search import volunteers_called
from mentors.names import folded_words

AGES = (1, 2, 5, 10)


def _lasts(days: int) -> str:
    return f"{days} business day{'' if days == 1 else 's'} or more"


class WatchFilter(RequestFilter):
    """The watch list by mentor, and by how long it has lasted."""

    mentor = django_filters.CharFilter(
        label="Mentor",
        method="by_mentor",
        max_length=100,
        widget=forms.TextInput({"type": "search", "placeholder": "Name"}),
    )
    age = django_filters.ChoiceFilter(
        label="Lasting",
        empty_label="Any time",
        choices=[(str(days), _lasts(days)) for days in AGES],
        method="carry_along",
    )

    def by_mentor(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """By the name of the mentor who holds it, or who owes notes of it."""
        people = volunteers_called(folded_words(value))
        owing = late_notes(self.now).filter(assignment__mentor__in=people)
        return rows.filter(
            Q(current__mentor__in=people, status__in=OPEN) | Q(pk__in=owing.values("request"))
        )

    def narrow(self, found: list[Watched]) -> list[Watched]:
        """What is asked for of the requests of this filter; all, without a query, if nothing is."""
        if not self.form.changed_data:
            return found
        age = self.form.cleaned_data.get("age") if self.form.is_valid() else ""
        cutoffs = self.cutoffs(int(age)) if age else {}
        zones = self.qs.values_list("pk", "chapter__time_zone")
        return only_lasting(found, {pk: cutoffs.get(zone, self.now) for pk, zone in zones})
