"""What people enter about volunteers, their standing and their positions."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet

from mentors.enums import Classification, Role, VolunteerStatus
from mentors.models import Chapter

JOINING = (VolunteerStatus.ACTIVE, VolunteerStatus.PROVISIONAL)
UNSHOWN = "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
"""Control characters, and marks that turn the direction of writing."""


class NameField(forms.CharField):
    """A name on one line, however it was pasted."""

    default_validators = [
        RegexValidator(
            UNSHOWN,
            "This contains characters that cannot be shown. Please type it by hand.",
            inverse_match=True,
        )
    ]

    def to_python(self, value: Any) -> str:
        """The words with single spaces between them."""
        return " ".join(str(super().to_python(value)).split())


class DayInput(forms.DateInput):
    """A date, chosen from the calendar of the browser."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class VolunteerForm(forms.Form):
    """A person who joins one of these chapters."""

    first_name = NameField(max_length=60)
    last_name = NameField(max_length=60)
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="Also the login. The person asks for a password on the sign-in page.",
    )
    phone = NameField(max_length=40, required=False)
    chapter = forms.ModelChoiceField(Chapter.objects.none(), empty_label=None)
    status = forms.ChoiceField(choices=[(s.value, s.label) for s in JOINING])
    classification = forms.ChoiceField(
        choices=Classification.choices,
        initial=Classification.MENTOR,
        help_text="Mentors can be given clients. Subject matter experts join sessions only.",
    )

    def __init__(self, *args: Any, chapters: QuerySet[Chapter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chapter"].queryset = chapters  # type: ignore[attr-defined]


class StandingForm(forms.Form):
    """Status and classification of somebody on the roster."""

    status = forms.ChoiceField(choices=VolunteerStatus.choices)
    classification = forms.ChoiceField(choices=Classification.choices)


class PositionForm(forms.Form):
    """A role at one of these chapters, from a day to a day."""

    role = forms.ChoiceField(choices=[("", "Choose…"), *Role.choices])
    chapter = forms.ModelChoiceField(Chapter.objects.none(), empty_label=None)
    starts_on = forms.DateField(label="From", widget=DayInput(), help_text="The first day.")
    ends_on = forms.DateField(
        label="To",
        widget=DayInput(),
        required=False,
        help_text="The last day; empty if no end is planned.",
    )

    def __init__(self, *args: Any, chapters: QuerySet[Chapter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chapter"].queryset = chapters  # type: ignore[attr-defined]
