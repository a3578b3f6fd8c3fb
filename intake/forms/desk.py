"""What a mentor enters at his desk: contact attempts, and the search for a closed request."""

from django import forms

from intake.enums import Channel, ContactResult
from intake.forms.fields import LocalTimeField
from intake.forms.text import OneLine, Words

LONGEST_NOTE = 2000
"""Characters; a contact attempt keeps no more."""


class AttemptForm(forms.Form):
    """One try to reach the client."""

    channel = forms.ChoiceField(label="How", choices=Channel.choices, widget=forms.RadioSelect)
    result = forms.ChoiceField(
        label="With what result", choices=ContactResult.choices, widget=forms.RadioSelect
    )
    at = LocalTimeField(label="When", help_text="Leave empty for just now.", required=False)
    note = Words(
        label="Note",
        help_text="For you and your coordinator; the client does not see it.",
        longest=LONGEST_NOTE,
        rows=3,
        required=False,
    )


class ClosedForm(forms.Form):
    """Find a closed request."""

    q = OneLine(
        label="Find a closed request",
        max_length=200,
        required=False,
        widget=forms.TextInput({"type": "search", "placeholder": "Client or MR number"}),
    )
