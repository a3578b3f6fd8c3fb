"""Until when a request is put aside, and why."""

from django import forms

from intake.enums import WAITING
from intake.forms.fields import DayField
from intake.forms.text import OneLine

LONGEST_REASON = 300


class SnoozeForm(forms.Form):
    """The day on which it is looked at again, and what the list showed."""

    until = DayField(label="Until", error_messages={"required": "Choose a day."})
    reason = OneLine(
        label="Why",
        max_length=LONGEST_REASON,
        help_text="Coordinators read it; the mentor and the client do not.",
        error_messages={"required": "Say why nothing is to be done until then."},
    )
    stage = forms.ChoiceField(
        choices=[(stage, stage.label) for stage in WAITING], widget=forms.HiddenInput
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
