"""How often a report is to be mailed, and as which file."""

from django import forms

from intake.enums import Cadence
from mentors.spreadsheets import Format


class SubscriptionForm(forms.Form):
    """What is asked stands in the address already."""

    cadence = forms.ChoiceField(
        label="How often",
        choices=Cadence,
        initial=Cadence.WEEKLY,
        widget=forms.RadioSelect,
        help_text="In the morning, on the clock of your chapter.",
    )
    kind = forms.ChoiceField(
        label="File", choices=Format, initial=Format.XLSX, widget=forms.RadioSelect
    )
