"""What the lists of requests can be narrowed down to; each offers only what its reader may see."""

from datetime import date, datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from intake.calendar import day_start
from intake.choices import ReadOnceFilter
from intake.enums import Status
from intake.inforce import calendar
from intake.models import MentoringRequest
from intake.search import MOST, contact_shown_to, find, volunteers_called
from mentors.models import BusinessType, Chapter, MentoringArea, Volunteer
from mentors.names import folded_words
from mentors.picklists import LANGUAGES
from mentors.roles import duties
from mentors.zones import zone_called

MOST_OPEN = 10_000
"""More requests than are ever open at once: a search of those finds all of them."""
NEW, EXISTING = "new", "existing"
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
AGES = (1, 2, 5)
"""Business days: a client waits, waits too long, and is nearly lost."""


def _waits(days: int) -> str:
    return f"{days} business day{'' if days == 1 else 's'} or more"


class RequestFilter(django_filters.FilterSet):
    """What all lists of requests share. `lane` is carried along, so that filtering stays in it."""

    q = django_filters.CharFilter(
        label="Search",
        method="carry_along",
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": "Name, number …"}),
    )
    chapter = ReadOnceFilter(
        label="Chapter",
        empty_label="All chapters",
        error_messages={"invalid_choice": "None of your chapters: this is left out here."},
    )
    area = ReadOnceFilter(
        label="Area", empty_label="Any area", queryset=MentoringArea.objects.order_by(Lower("name"))
    )
    lane = django_filters.CharFilter(method="carry_along", widget=forms.HiddenInput, max_length=30)

    class Meta:
        model = MentoringRequest
        fields = ["q", "chapter", "area"]

    most_found = MOST_OPEN
    is_cut = False
    """Whether more were found than are shown."""

    def __init__(
        self, data: Any, queryset: QuerySet[MentoringRequest], *, user: Volunteer, now: datetime
    ) -> None:
        super().__init__(data, queryset)
        self.mine, self.now = duties(user, now), now
        self.filters["chapter"].queryset = self.chapters().order_by(Lower("name"), "pk")
        self.form.fields["lane"].initial = self.data.get("lane")

    def chapters(self) -> QuerySet[Chapter]:
        """The chapters on offer: those that the reader coordinates."""
        offered = Chapter.objects.all()
        return offered if self.mine.is_admin else offered.filter(pk__in=self.mine.rcic)

    def filter_queryset(self, queryset: QuerySet[MentoringRequest]) -> QuerySet[MentoringRequest]:
        """Searched last, among what the other filters leave."""
        rows = super().filter_queryset(queryset)
        typed = self.form.cleaned_data.get("q")
        if not typed:
            return rows
        contact = contact_shown_to(self.mine)
        found = find(rows, typed, contact=contact, now=self.now, most=self.most_found)
        self.is_cut = found.is_cut
        return rows.filter(pk__in=found.ids)

    def carry_along(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """Nothing: rows are searched last, and the view puts them into lanes."""
        return rows

    def cutoffs(self, days: int) -> dict[str, datetime]:
        """By time zone: since when something has lasted so many business days there."""
        counted = calendar()
        zones = self.chapters().order_by("time_zone").values_list("time_zone", flat=True)
        return {
            zone: counted.waited_since(self.now, float(days), zone_called(zone))
            for zone in zones.distinct()
        }


class BusinessFilter(RequestFilter):
    """By business and language, besides."""

    business_type = ReadOnceFilter(
        label="Type of business",
        empty_label="Any type",
        queryset=BusinessType.objects.order_by(Lower("name")),
    )
    existing = django_filters.ChoiceFilter(
        label="New or existing",
        empty_label="New or existing",
        choices=[(NEW, "New business"), (EXISTING, "Existing business")],
        method="by_stage",
    )
    language = django_filters.ChoiceFilter(
        label="Language",
        empty_label="Any language",
        choices=[(name, name) for name in LANGUAGES],
    )

    def by_stage(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """Businesses that are planned, or those that exist."""
        return rows.filter(existing=value == EXISTING)


class QueueFilter(BusinessFilter):
    """The queue by wait and the mentor asked for, besides."""

    age = django_filters.ChoiceFilter(
        label="Waiting",
        empty_label="Any wait",
        choices=[(str(days), _waits(days)) for days in AGES],
        method="by_age",
    )
    asks_for = ReadOnceFilter(
        label="Asks for",
        empty_label="Any mentor or none",
        field_name="requested_mentor",
        queryset=Volunteer.objects.none(),
    )

    def __init__(self, data: Any, queryset: QuerySet[MentoringRequest], **reader: Any) -> None:
        super().__init__(data, queryset, **reader)
        wished = queryset.filter(requested_mentor__isnull=False).values("requested_mentor")
        people = Volunteer.objects.filter(pk__in=wished)
        self.form.fields["asks_for"].queryset = people.order_by("first_name", "last_name", "pk")

    def by_age(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """Clients who have waited at least so many business days, each counted in his chapter."""
        long_enough = Q(pk__in=[])
        for zone, at in self.cutoffs(int(value)).items():
            long_enough |= Q(chapter__time_zone=zone, waiting_since__lte=at)
        return rows.filter(long_enough)


class AllRequestsFilter(BusinessFilter):
    """All requests by where they stand, the mentor, and the day of submission, besides."""

    status = django_filters.ChoiceFilter(
        label="Status", empty_label="Any status", choices=Status.choices
    )
    mentor = django_filters.CharFilter(
        label="Mentor",
        method="by_mentor",
        max_length=100,
        widget=forms.TextInput({"type": "search", "placeholder": "First or last name"}),
    )
    first_day = django_filters.DateFilter(
        label="Submitted from", method="from_first_day", widget=DAY
    )
    last_day = django_filters.DateFilter(
        label="Submitted until", method="until_last_day", widget=DAY
    )

    most_found = MOST

    def chapters(self) -> QuerySet[Chapter]:
        """Those that the reader coordinates or leads."""
        offered = Chapter.objects.all()
        return offered if self.mine.is_admin else offered.filter(pk__in=self.mine.sees_requests_of)

    def by_mentor(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """What a mentor of this name has, or had when it was closed."""
        return rows.filter(current__mentor__in=volunteers_called(folded_words(value)))

    def from_first_day(
        self, rows: QuerySet[MentoringRequest], name: str, value: date
    ) -> QuerySet[MentoringRequest]:
        """From the beginning of a day on the reader's clock."""
        return rows.filter(submitted_at__gte=_midnight(value))

    def until_last_day(
        self, rows: QuerySet[MentoringRequest], name: str, value: date
    ) -> QuerySet[MentoringRequest]:
        """Until the end of a day on the reader's clock."""
        return rows.filter(submitted_at__lt=_midnight(value, later=1))


def _midnight(day: date, later: int = 0) -> datetime:
    """When a day, or one so many days later, begins on the reader's clock; within reason."""
    return day_start(
        min(max(day, EARLIEST), LATEST) + timedelta(days=later), timezone.get_current_timezone()
    )
