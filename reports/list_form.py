"""What the lists of clients who wait are asked for."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower

from intake.forms.fields import DayField
from intake.models import Assignment
from mentors.models import MentoringArea, Volunteer
from reports.forms import SENSIBLE, QuestionForm
from reports.periods import Period
from reports.question import Question
from reports.scope import Reach, narrowed
from reports.waiting_now import held

MOST_PEOPLE = 300
"""More mentors than these are not offered in one menu, unless they all work for one chapter."""
HIDDEN, ALONE = "hidden", "alone"


@dataclass(frozen=True)
class Band:
    """A span of business days at one stage."""

    key: str
    words: str
    least: float | None
    below: float | None


BANDS = (
    Band("0-1", "Under 1 day", None, 1),
    Band("1-2", "1 to 2 days", 1, 2),
    Band("2-5", "2 to 5 days", 2, 5),
    Band("5-10", "5 to 10 days", 5, 10),
    Band("10", "10 days or more", 10, None),
)
BY_KEY = {band.key: band for band in BANDS}


class WaitingForm(QuestionForm):
    """A list by unit, mentor, area, days of submission, age, and what is put aside.

    Six queries at most, for what is on offer.
    """

    mentor = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Holds none of your requests: all mentors are shown."},
    )
    area = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    first = DayField(label="Submitted from", required=False, validators=SENSIBLE)
    last = DayField(label="Submitted to", required=False, validators=SENSIBLE)
    age = forms.ChoiceField(
        required=False,
        choices=[("", "Any time"), *((band.key, band.words) for band in BANDS)],
        widget=forms.HiddenInput,  # it is chosen by the pills above the list
    )
    aside = forms.ChoiceField(
        label="Snoozed",
        required=False,
        choices=[("", "Shown last"), (HIDDEN, "Not shown"), (ALONE, "Only these")],
    )
    field_order = ("unit", "mentor", "area", "age", "aside", "first", "last", "at")

    def __init__(self, data: Any, *, reach: Reach, **options: Any) -> None:
        super().__init__(data, reach=reach, **options)
        del self.fields["span"]  # a list has no period of its own
        areas = MentoringArea.objects.order_by(Lower("name")).values_list("pk", "name")
        self._offer("area", [("", "Any area"), *areas])
        people = self._mentors(str(data.get("mentor", "")))
        self._offer("mentor", [("", "Any mentor"), *((one.pk, str(one)) for one in people)])

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _mentors(self, wanted: str) -> list[Volunteer]:
        """Who holds open requests of the chosen unit, and who is asked for if he held one there.

        Of too many only who is asked for: some of the names would look like all of them.
        """
        reach = self._reach_typed()
        holders = _holders(reach)
        if holders is None:
            self.fields["mentor"].help_text = "Choose a unit to see names."
        people = Volunteer.objects.only("first_name", "last_name")
        people = people.order_by("last_name", "first_name", "pk")
        offered = list(people.filter(pk__in=holders or ()))
        if not wanted.isdecimal() or any(one.pk == int(wanted) for one in offered):
            return offered
        led = Assignment.objects.filter(reach.within("request__chapter"), mentor=int(wanted))
        return offered + list(people.filter(pk__in=led.values("mentor")))

    def _reach_typed(self) -> Reach:
        unit = self.units.get(str(self.data.get("unit", "")))
        return narrowed(self.reach, unit) if unit else self.reach

    @property
    def period(self) -> Period:
        """The days of submission; open without a choice."""
        return Period(self.cleaned_data.get("first"), self.cleaned_data.get("last"))

    @property
    def band(self) -> Band | None:
        """How long it has lasted, if that was asked for."""
        return BY_KEY.get(self.cleaned_data.get("age", ""))

    def question(self, **more: Any) -> Question:
        """What is asked, once the form is valid."""
        given, band = self.cleaned_data, self.band
        asked = {
            "mentor": given["mentor"],
            "area": given["area"],
            "least_days": band.least if band else None,
            "below_days": band.below if band else None,
            "snoozed": {HIDDEN: False, ALONE: True}.get(given["aside"]),
        }
        return super().question(**asked | more)


def _holders(reach: Reach) -> list[int] | None:
    """The mentors who hold open requests of these chapters; None if they are too many for a menu.

    One query.
    """
    most = None if reach.is_one_chapter else MOST_PEOPLE + 1
    found = list(_holding(reach).distinct()[:most])
    return found if most is None or len(found) < most else None


def _holding(reach: Reach) -> QuerySet[Any, Any]:
    if reach.ids is None:  # what has not ended is of an open request, and need not be looked for
        return Assignment.objects.filter(ended_at=None).values_list("mentor", flat=True)
    led = reach.requests().with_mentor().order_by().alias(held=held())
    return led.values_list("held__mentor", flat=True)
