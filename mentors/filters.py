"""What the lists of people and positions can be narrowed down to."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from mentors.enums import Classification, Role, VolunteerStatus
from mentors.models import Chapter, Pause, Position, Volunteer


class RosterFilter(django_filters.FilterSet):
    """People by name, standing, chapter and pause. Who has resigned is listed on demand only."""

    name = django_filters.CharFilter(
        label="Name or e-mail",
        method="named",
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    chapter = django_filters.ModelChoiceFilter(
        queryset=Chapter.objects.none(), empty_label="All chapters"
    )
    status = django_filters.ChoiceFilter(
        choices=VolunteerStatus.choices, empty_label="Not resigned"
    )
    classification = django_filters.ChoiceFilter(choices=Classification.choices, empty_label="Any")
    paused = django_filters.ChoiceFilter(
        label="Pause",
        choices=[("yes", "Paused today"), ("no", "Not paused")],
        empty_label="Paused or not",
        method="pausing",
    )

    class Meta:
        model = Volunteer
        fields = ["name", "chapter", "status", "classification", "paused"]

    def __init__(
        self, *args: Any, chapters: QuerySet[Chapter], now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.filters["chapter"].queryset = chapters

    def filter_queryset(self, queryset: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
        """Everything that was chosen; the resigned only if they were."""
        found = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("status"):
            return found
        return found.exclude(status=VolunteerStatus.RESIGNED)

    def named(self, people: QuerySet[Volunteer], field: str, words: str) -> QuerySet[Volunteer]:
        """Every word is part of the name or of the e-mail."""
        for word in words.split():
            people = people.filter(
                Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(email__icontains=word)
            )
        return people

    def pausing(self, people: QuerySet[Volunteer], field: str, answer: str) -> QuerySet[Volunteer]:
        """Who is paused today in the zone of the chapter, or who is not."""
        paused = Exists(Pause.objects.filter(mentor=OuterRef("pk")).in_force(self.now))
        return people.filter(paused if answer == "yes" else ~paused)


class PositionFilter(django_filters.FilterSet):
    """Positions by chapter and role."""

    chapter = django_filters.ModelChoiceFilter(
        queryset=Chapter.objects.none(), empty_label="All chapters"
    )
    role = django_filters.ChoiceFilter(choices=Role.choices, empty_label="Any role")

    class Meta:
        model = Position
        fields = ["chapter", "role"]

    def __init__(self, *args: Any, chapters: QuerySet[Chapter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["chapter"].queryset = chapters
