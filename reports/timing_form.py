"""What the timing is asked for."""

from typing import Any

from django import forms

from reports.forms import QuestionForm
from reports.question import By, Question
from reports.timing import BYS, of_group

GROUPED = (By.CHAPTER, By.DISTRICT, By.REGION, By.MONTH, By.MENTOR)
"""What can be chosen, and what it is without a choice."""


class TimingForm(QuestionForm):
    """A unit and a period, and what the figures are grouped by: chapters, without a choice."""

    by = forms.ChoiceField(
        label="Grouped by",
        required=False,
        choices=[(by.value, by.value.title()) for by in GROUPED],
    )
    field_order = ("unit", "by", "span", "first", "last", "at")

    def question(self, **more: Any) -> Question:
        """What is asked, once the form is valid."""
        return super().question(**{"by": By(self.cleaned_data["by"] or GROUPED[0]), **more})


class BehindForm(QuestionForm):
    """The same of one group or mentor, within bounds of business days: what a figure counts."""

    by = forms.ChoiceField(
        required=False, choices=[(by.value, by.value) for by in BYS], widget=forms.HiddenInput
    )
    group = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    mentor = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    least = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)
    below = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)
    waiting = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A group is one of those that there are."""
        given = super().clean()
        if not self.errors:
            try:
                self.question()
            except LookupError:
                raise forms.ValidationError("There is no such group: choose a unit.") from None
        return given

    def question(self, **more: Any) -> Question:
        """What is asked, once the form is valid."""
        given = self.cleaned_data
        asked = super().question(
            by=By(given["by"] or By.ALL),
            mentor=given["mentor"],
            least_days=given["least"],
            below_days=given["below"],
            **more,
        )
        return of_group(asked, given["group"]) if given["group"] else asked
