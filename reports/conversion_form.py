"""What the conversion is asked for."""

from typing import Any

from django import forms

from reports.conversion import GROUPED
from reports.forms import QuestionForm
from reports.question import By, Question


class ConversionForm(QuestionForm):
    """A unit and a period of submission, and what the figures are grouped by."""

    by = forms.ChoiceField(
        label="Grouped by",
        required=False,
        initial=By.CHAPTER,
        choices=[(by.value, by.value.title()) for by in GROUPED],
    )
    field_order = ("unit", "by", "span", "first", "last", "at")

    def question(self, **more: Any) -> Question:
        """What is asked, once the form is valid; by chapter without a choice."""
        return super().question(by=By(self.cleaned_data["by"] or By.CHAPTER), **more)


class BehindForm(ConversionForm):
    """The same of one group of requests: those behind a figure, or those that are missing there."""

    by = forms.ChoiceField(
        required=False, choices=[(by.value, by.value) for by in By], widget=forms.HiddenInput
    )
    group = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    missed = forms.BooleanField(required=False, widget=forms.HiddenInput)
