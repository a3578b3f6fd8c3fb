"""What a report is asked for, as a form: the same fields on every page, in the same addresses."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from intake.forms.fields import DayField, LocalTimeField
from reports.periods import Period, Span, spanned
from reports.question import By, Question
from reports.scope import Reach, choices, narrowed

SENSIBLE = [
    MinValueValidator(date(2000, 1, 1), "Look at the year again."),
    MaxValueValidator(date(2099, 12, 31), "Look at the year again."),
]


KEPT = ("unit", "span", "first", "last", "at")
"""What is asked of every report, so that it goes along from one to the next."""


def asked_so_far(data: QueryDict) -> dict[str, str]:
    """What every report is asked, as it stands in an address."""
    return {name: data.get(name, "") for name in KEPT if data.get(name)}


class DaysForm(forms.Form):
    """A period, and the instant as of which a report is wanted; all can be left out.

    The report is about all of `reach`. `usual` is the period without a choice.
    """

    span = forms.ChoiceField(
        label="Period", required=False, choices=[(span.value, span.words) for span in Span]
    )
    first = DayField(label="From", required=False, validators=SENSIBLE)
    last = DayField(label="To", required=False, validators=SENSIBLE)
    at = LocalTimeField(label="As of", required=False, help_text="Empty: now.")

    def __init__(
        self,
        data: Any,
        *,
        reach: Reach,
        now: datetime,
        today: date,
        usual: Span = Span.LAST_30_DAYS,
        **kwargs: Any,
    ) -> None:
        super().__init__(_with_usual(data, usual), **kwargs)
        self.reach, self.now, self.today, self.usual = reach, now, today, usual
        self.fields["span"].initial = usual

    def clean_at(self) -> datetime | None:
        """Nothing is known of what is to come."""
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and at > self.now:
            raise forms.ValidationError("That is still to come; leave it empty for now.")
        return at

    def clean(self) -> dict[str, Any]:
        """Own dates need a date; the last day is not before the first."""
        given = self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if given.get("span") == Span.OWN and not (first or last or self.errors):
            self.add_error("first", "Say from which day, or until which day.")
        if first and last and last < first:
            self.add_error("last", "The last day is before the first.")
        return given

    @property
    def which(self) -> Span:
        """Which period was chosen: own dates if there are some."""
        given = self.cleaned_data
        if given.get("first") or given.get("last"):
            return Span.OWN
        return Span(given.get("span") or self.usual)

    @property
    def period(self) -> Period:
        """The days that were asked for, once the form is valid; up to the day of `at`."""
        given = self.cleaned_data
        if self.which == Span.OWN:
            return Period(given.get("first"), given.get("last"))
        return spanned(self.which, given["at"].date() if given.get("at") else self.today)

    @property
    def chosen(self) -> Reach:
        """What the report is about."""
        return self.reach

    def question(self, **more: Any) -> Question:
        """What is asked, once the form is valid; `more` are fields of `Question`."""
        return Question(
            **{
                "reach": self.chosen,
                "now": self.now,
                "at": self.cleaned_data["at"] or self.now,
                "period": self.period,
                "by": By.ALL,
                **more,
            }
        )


class QuestionForm(DaysForm):
    """The same of one unit, or of all that the reader sees.

    Two queries at most, for the units on offer. Reports that have no period drop the fields in
    `PERIOD`.
    """

    PERIOD = ("span", "first", "last")

    unit = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": "None of your units: all of them are shown."},
    )
    field_order: tuple[str, ...] = ("unit",)

    def __init__(self, data: Any, *, reach: Reach, **kwargs: Any) -> None:
        super().__init__(data, reach=reach, **kwargs)
        self.units = {unit.key: unit for unit in choices(reach)}
        offered = [unit for unit in self.units.values() if unit.is_offered]
        self.only = offered[0] if len(offered) == 1 else None
        everything = [] if self.only else [("", reach.name)]
        asked = str(self.data.get("unit", ""))
        units = [
            (key, unit.words) for key, unit in self.units.items() if unit.is_offered or key == asked
        ]
        self.fields["unit"].choices = everything + units  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Reach:
        """The unit that was asked for, or all that the reader sees."""
        unit = self.units.get(self.cleaned_data.get("unit", ""), self.only)
        return narrowed(self.reach, unit) if unit else self.reach


def _with_usual(data: Mapping[str, Any], usual: Span) -> dict[str, Any]:
    """What was asked, with the period that is meant: the form shows it."""
    asked = data.dict() if isinstance(data, QueryDict) else dict(data)
    own = asked.get("first") or asked.get("last")
    return {**asked, "span": Span.OWN.value if own else asked.get("span") or usual.value}
