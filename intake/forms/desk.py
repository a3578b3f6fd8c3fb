"""What a mentor enters at his desk: the search for a closed request."""

from django import forms

from intake.forms.text import OneLine


class ClosedForm(forms.Form):
    """Find a closed request."""

    q = OneLine(
        label="Find a closed request",
        max_length=200,
        required=False,
        widget=forms.TextInput({"type": "search", "placeholder": "Client, business or MR number"}),
    )
