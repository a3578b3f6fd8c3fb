"""What is entered to ask somebody for help, and about the time that helping took."""

from typing import Any

from django import forms

from intake.actions.company import MOST_MINUTES, OwnTime
from intake.forms.text import OneLine, Words
from mentors.models import Volunteer

LONGEST_LINE = 1000
LONGEST_SEARCH = 100


class FindForm(forms.Form):
    """For whom to look. What makes no sense finds nobody."""

    q = OneLine(
        label="Find somebody",
        max_length=LONGEST_SEARCH,
        required=False,
        help_text="Name, chapter, area or skill. Your own chapter comes first.",
        widget=forms.TextInput({"type": "search"}),
    )


class JoinForm(FindForm):
    """Who is asked, and for what. The page draws the people, so the field has no choices here."""

    volunteer = forms.ModelChoiceField(
        Volunteer.objects.all(),
        label="Who",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose somebody.",
            "invalid_choice": "This person is not on the roster any more; choose another one.",
        },
    )
    line = Words(label="A line", longest=LONGEST_LINE, rows=2)

    def __init__(self, *args: Any, needs_line: bool, help_text: str, **options: Any) -> None:
        super().__init__(*args, **options)
        line = self.fields["line"]
        line.required = line.widget.is_required = needs_line
        line.error_messages["required"] = "Say in a line what you hope for."
        line.help_text = help_text


class OwnTimeForm(forms.Form):
    """How long it took a co-mentor."""

    minutes = forms.IntegerField(
        label="Minutes in the session",
        min_value=1,
        max_value=MOST_MINUTES,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    preparation = forms.IntegerField(
        label="Preparation",
        min_value=0,
        max_value=MOST_MINUTES,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    travel = forms.IntegerField(
        label="Travel",
        min_value=0,
        max_value=MOST_MINUTES,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    def took(self) -> OwnTime:
        """What was entered, as the act takes it. Only of a valid form."""
        entered = self.cleaned_data
        return OwnTime(
            minutes=entered["minutes"],
            preparation=entered["preparation"] or 0,
            travel=entered["travel"] or 0,
        )
