"""What a report is asked for."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from intake.forms.fields import DayField
from mentors.models import Chapter
from mentors.querysets import ChapterQuerySet
from reports.periods import Period

SENSIBLE = [
    MinValueValidator(date(2000, 1, 1), "Look at the year again."),
    MaxValueValidator(date(2099, 12, 31), "Look at the year again."),
]


class ActivityForm(forms.Form):
    """A chapter and a period."""

    chapter = forms.ModelChoiceField(Chapter.objects.none(), empty_label=None)
    first = DayField(label="From", validators=SENSIBLE)
    last = DayField(label="To", validators=SENSIBLE)

    def __init__(self, *args: Any, chapters: ChapterQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chapter"].queryset = chapters  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        given = self.cleaned_data
        if "first" in given and "last" in given and given["last"] < given["first"]:
            self.add_error("last", "The last day is before the first.")
        return given

    @property
    def period(self) -> Period:
        """The days that were asked for, once the form is valid."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])
