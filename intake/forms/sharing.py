"""With whom something kept is shared: nobody, or the coordinators of one unit."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models.functions import Lower

from mentors.models import Chapter, District, Region, Shared, Volunteer
from mentors.roles import duties

OWN = ""
KINDS: dict[str, Any] = {"chapter": Chapter, "district": District, "region": Region}


class SharedWithField(forms.ChoiceField):
    """A unit above the chapters that the reader serves; its value is {kind: unit} or {}."""

    def __init__(self, *, user: Volunteer, now: datetime, **options: Any) -> None:
        self.units = _units(user, now)
        groups = [(OWN, "Only me"), *((key, str(unit)) for key, unit in self.units.items())]
        super().__init__(choices=groups, required=False, label="Who sees it", **options)

    def clean(self, value: Any) -> Any:
        """The unit as the fields of `Shared` take it; all empty for nobody else."""
        key = super().clean(value)
        kind = key.partition("-")[0]
        return dict.fromkeys(KINDS) | ({kind: self.units[key]} if key else {})


def shared_with(kept: Shared) -> str:
    """The value of the field for what is shared so already."""
    unit = kept.unit
    return f"{type(unit).__name__.lower()}-{unit.pk}" if unit else OWN


def _units(user: Volunteer, now: datetime) -> dict[str, Any]:
    """The units that somebody may share with, by key: those above his chapters. Three queries."""
    mine = duties(user, now)
    chapters = Chapter.objects.all()
    if not mine.is_admin:
        chapters = chapters.filter(pk__in=mine.sees_requests_of)
    found = {
        "chapter": chapters,
        "district": District.objects.filter(pk__in=chapters.values("district")),
        "region": Region.objects.filter(pk__in=chapters.values("district__region")),
    }
    return {
        f"{kind}-{unit.pk}": unit
        for kind, units in found.items()
        for unit in units.order_by(Lower("name"), "pk")
    }
