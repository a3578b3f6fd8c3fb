"""Form fields that several pages share."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from mentors.words import zone_in_words

EARLIEST, LATEST = 2000, 2100
"""Years between which a typed date is taken seriously."""


class LocalTimeField(forms.DateTimeField):
    """A day and time on the clock of the reader's chapter; the help text says which clock.

    A time that the clock skips or shows twice, when it is changed, gets a sentence that says so.
    """

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**{"widget": widget, **options})
        self.error_messages["invalid"] = "Enter a day and a time, e.g. 2026-11-24 14:00."
        self.hint = self.help_text

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """The field on a form for one reader, whose clock is known only now."""
        self.help_text = f"{self.hint} {_clock_in_words()}".strip()
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> datetime | None:
        """The instant. Raises ValidationError for what is no time on this clock."""
        try:
            at = super().to_python(value)
        except ValidationError as fault:
            if fault.code != "ambiguous_timezone":
                raise
            raise ValidationError(
                "The clocks are changed that night, and this time is skipped or comes twice. "
                "Choose another one."
            ) from None
        if at is not None and not EARLIEST <= at.year < LATEST:
            raise ValidationError(f"Look at the year again: {at.year}.")
        return at


def _clock_in_words() -> str:
    """“Time in New York.”: the clock on which the reader's chapter lives."""
    return f"Time in {zone_in_words(timezone.get_current_timezone_name())}."


class DayField(forms.DateField):
    """A day, chosen from a calendar where the browser has one."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, **options})
        self.error_messages["invalid"] = "Enter a day, e.g. 2026-11-24."
