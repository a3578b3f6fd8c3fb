"""What the lists of requests can be narrowed down to; each offers only what its reader may see."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from intake.enums import Status
from intake.inforce import calendar
from intake.models import ClientAlias, MentoringRequest
from intake.numbers import read_number
from mentors.models import BusinessType, Chapter, MentoringArea, Volunteer
from mentors.picklists import LANGUAGES
from mentors.roles import duties

TELLING_DIGITS = 4
"""Fewer digits would be found in nearly every phone number."""
MOST_WORDS = 6
NEW, EXISTING = "new", "existing"
AGES = (1, 2, 5)
"""Business days: a client waits, waits too long, and is nearly lost."""


def _waits(days: int) -> str:
    return f"{days} business day{'' if days == 1 else 's'} or more"


class RequestFilter(django_filters.FilterSet):
    """What all lists of requests share. `lane` is carried along, so that filtering stays in it."""

    q = django_filters.CharFilter(
        label="Search",
        method="search",
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": "Name, number …"}),
    )
    chapter = django_filters.ModelChoiceFilter(label="Chapter", empty_label="All chapters")
    area = django_filters.ModelChoiceFilter(
        label="Area", empty_label="Any area", queryset=MentoringArea.objects.order_by(Lower("name"))
    )
    lane = django_filters.CharFilter(method="carry_along", widget=forms.HiddenInput, max_length=30)

    class Meta:
        model = MentoringRequest
        fields = ["q", "chapter", "area"]

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

    def search(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """By number, client, question, mentor; by e-mail and phone where the reader sees them."""
        return rows.filter(self._anywhere(value))

    def carry_along(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """Nothing: the view puts the rows into lanes, after it has counted them all."""
        return rows

    def _anywhere(self, value: str) -> Q:
        contact = by_contact(value)
        if not self.mine.is_admin:
            # Or a reader of lists could find out by guessing what he is not shown.
            contact &= Q(chapter__in=self.mine.rcic)
        return by_number(value) | by_names(value) | Q(question__icontains=value) | contact


class QueueFilter(RequestFilter):
    """The queue by business, language, wait and the mentor asked for, besides."""

    business_type = django_filters.ModelChoiceFilter(
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
    age = django_filters.ChoiceFilter(
        label="Waiting",
        empty_label="Any wait",
        choices=[(str(days), _waits(days)) for days in AGES],
        method="by_age",
    )
    language = django_filters.ChoiceFilter(
        label="Language",
        empty_label="Any language",
        choices=[(name, name) for name in LANGUAGES],
    )
    asks_for = django_filters.ModelChoiceFilter(
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

    def by_stage(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """Businesses that are planned, or those that exist."""
        return rows.filter(existing=value == EXISTING)

    def by_age(
        self, rows: QuerySet[MentoringRequest], name: str, value: str
    ) -> QuerySet[MentoringRequest]:
        """Clients who have waited at least so many business days, each counted in his chapter."""
        days, long_enough = calendar(), Q(pk__in=[])
        for zone in set(self.chapters().values_list("time_zone", flat=True)):
            since = days.waited_since(self.now, float(value), ZoneInfo(zone))
            long_enough |= Q(chapter__time_zone=zone, waiting_since__lte=since)
        return rows.filter(long_enough)


class AllRequestsFilter(RequestFilter):
    """All requests, by where they stand."""

    status = django_filters.ChoiceFilter(
        label="Status", empty_label="Any status", choices=Status.choices
    )

    def chapters(self) -> QuerySet[Chapter]:
        """Those that the reader coordinates or leads."""
        offered = Chapter.objects.all()
        return offered if self.mine.is_admin else offered.filter(pk__in=self.mine.sees_requests_of)


def by_number(value: str) -> Q:
    """“MR-10482”, “mr 10482” or “10482”; nothing for anything else."""
    number = read_number(value)
    return Q(pk__in=[]) if number is None else Q(pk=number)


def by_names(value: str) -> Q:
    """Every word is part of the name of the client, or every word of that of the mentor."""
    client, mentor = Q(), Q()
    for word in value.split()[:MOST_WORDS]:
        client &= (
            Q(client__first_name__icontains=word)
            | Q(client__last_name__icontains=word)
            | Q(business_name__icontains=word)
        )
        mentor &= Q(current__mentor__first_name__icontains=word) | Q(
            current__mentor__last_name__icontains=word
        )
    return (client | mentor) if client else Q(pk__in=[])


def by_contact(value: str) -> Q:
    """Part of an e-mail address, also of a former one; or of a phone number, however written."""
    aliases = ClientAlias.objects.filter(email__icontains=value).values("client")
    found = Q(client__email__icontains=value) | Q(client__in=aliases)
    digits = re.sub(r"[\s().+/-]", "", value)
    if re.fullmatch(rf"[0-9]{{{TELLING_DIGITS},20}}", digits):
        found |= Q(client__phone_digits__contains=digits)
    return found
