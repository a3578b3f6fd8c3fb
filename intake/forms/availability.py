"""What a mentor enters about his weekly limit and his expertise."""

from typing import Any

from django import forms
from django.db.models import Q

from intake.forms.fields import DayField
from intake.forms.text import OneLine, Words
from mentors.actions import MOST_AREAS, MOST_BUSINESS_TYPES
from mentors.models import BusinessType, MentoringArea, MentorProfile
from mentors.public_words import refuse_addresses

MOST_LANGUAGES = 10
LONGEST_LANGUAGE = 40


def _in_columns() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple({"class": "columns-sm-2 columns-lg-4"})


class LimitForm(forms.Form):
    """How many new requests a week."""

    weekly_limit = forms.IntegerField(
        label="New requests a week",
        help_text="From Sunday to Saturday. Empty: no limit.",
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric", "min": 0, "max": 50}),
    )


class ExpertiseForm(forms.Form):
    """Whom the mentor can help."""

    areas = forms.ModelMultipleChoiceField(
        MentoringArea.objects.none(),
        label="Areas of expertise",
        help_text=f"One to {MOST_AREAS}.",
        widget=_in_columns(),
        error_messages={"required": f"Choose one to {MOST_AREAS} areas."},
    )
    business_types = forms.ModelMultipleChoiceField(
        BusinessType.objects.none(),
        label="Types of business",
        help_text=f"At most {MOST_BUSINESS_TYPES}; none is fine.",
        required=False,
        widget=_in_columns(),
    )
    languages = OneLine(
        label="Languages",
        help_text="Separated by commas.",
        max_length=400,
        error_messages={"required": "Name at least one language."},
    )
    keywords = OneLine(
        label="Keywords",
        help_text="Skills in your own words, separated by commas. They are looked for in the "
        "client’s question.",
        max_length=500,
        required=False,
    )
    summary = Words(
        label="About you",
        help_text="Coordinators read it when they choose a mentor.",
        longest=4000,
        rows=5,
        required=False,
    )
    serves_outside = forms.BooleanField(
        label="I also serve clients outside the local area", required=False
    )

    def __init__(self, *args: Any, profile: MentorProfile, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, model in (("areas", MentoringArea), ("business_types", BusinessType)):
            chosen = getattr(profile, name).values("pk")
            field = self.fields[name]
            assert isinstance(field, forms.ModelMultipleChoiceField)
            offered = model._default_manager.filter(Q(is_offered=True) | Q(pk__in=chosen))
            field.queryset = offered.order_by("name")

    def clean_languages(self) -> list[str]:
        """Each language once, in the order given."""
        words = [" ".join(word.split()) for word in self.cleaned_data["languages"].split(",")]
        spoken = list(dict.fromkeys(word for word in words if word))
        if len(spoken) > MOST_LANGUAGES:
            raise forms.ValidationError(f"At most {MOST_LANGUAGES} languages.")
        if any(len(word) > LONGEST_LANGUAGE for word in spoken):
            raise forms.ValidationError("That is too long for a language; use commas.")
        return spoken


class ListingForm(forms.Form):
    """What clients see of the mentor."""

    in_directory = forms.BooleanField(
        label="List me in the public directory",
        help_text="Everybody can then read your name, chapter, areas, types of business and "
        "languages, and the words below. Never your e-mail, your phone or anything about requests.",
        required=False,
    )
    public_words = Words(
        label="About me, for clients",
        help_text="A few sentences. No e-mail addresses, phone numbers or links.",
        longest=1000,
        rows=5,
        required=False,
        validators=[refuse_addresses],
    )
    accepts_direct = forms.BooleanField(
        label="Clients may ask for me by name",
        help_text="Such requests come to you at once while you are not paused and under your "
        "weekly limit. You can decline them like any other.",
        required=False,
    )


class PauseEndForm(forms.Form):
    """Another last day of a pause."""

    ends_on = DayField(label="Last day")


def listing_of(profile: MentorProfile) -> dict[str, Any]:
    """What the form about the directory begins with."""
    return {name: getattr(profile, name) for name in ListingForm.base_fields}


def expertise_of(profile: MentorProfile) -> dict[str, Any]:
    """What the form about the expertise begins with."""
    return {
        "areas": list(profile.areas.values_list("pk", flat=True)),
        "business_types": list(profile.business_types.values_list("pk", flat=True)),
        "languages": ", ".join(profile.volunteer.languages),
        "keywords": profile.keywords,
        "summary": profile.summary,
        "serves_outside": profile.serves_outside,
    }
