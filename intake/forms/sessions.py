"""What a mentor enters about a session to come: when and how."""

from django import forms

from intake.enums import SessionMode
from intake.forms.fields import LocalTimeField


class PlanForm(forms.Form):
    """When and how client and mentor will meet."""

    starts_at = LocalTimeField(label="When")
    mode = forms.ChoiceField(label="How", choices=SessionMode.choices, widget=forms.RadioSelect)
