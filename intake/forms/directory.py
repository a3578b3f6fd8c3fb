"""What somebody looks for in the public directory of mentors."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.blank import AlikeForAll
from intake.pages.directory import Wanted
from intake.pages.near import Place, place
from mentors.models import BusinessType, MentoringArea
from mentors.picklists import LANGUAGES

LONGEST = 100
ANY = _("Any")


class RowsOnceRead(forms.models.ModelChoiceIterator):
    """The rows that `drawn_from` has read; Django would read them anew."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield ("", self.field.empty_label)
        yield from map(self.choice, self.queryset)


class PickField(forms.ModelChoiceField):
    """One of a picklist, or any."""

    iterator = RowsOnceRead


class DirectoryForm(AlikeForAll):
    """The search. `wanted()` leaves out what could not be understood; the form says what it was."""

    area = PickField(
        MentoringArea.objects.filter(is_offered=True).order_by("name"),
        label=_("What is it about?"),
        required=False,
        empty_label=ANY,
        error_messages={"invalid_choice": _("Choose one of the areas in the list.")},
    )
    type = PickField(
        BusinessType.objects.filter(is_offered=True).order_by("name"),
        label=_("Type of business"),
        required=False,
        empty_label=ANY,
        error_messages={"invalid_choice": _("Choose one of the types in the list.")},
    )
    language = forms.ChoiceField(
        choices=[("", ANY), *((name, _(name)) for name in LANGUAGES)],
        label=_("Language"),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the languages in the list.")},
    )
    place = forms.CharField(
        label=_("Place"),
        help_text=_("Zip code, or the name of a chapter or district."),
        required=False,
        max_length=LONGEST,
    )
    q = forms.CharField(
        label=_("Name or word"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput({"type": "search"}),
    )
    free = forms.BooleanField(label=_("Only who takes new requests now"), required=False)

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__(asked, auto_id="find_%s")
        self.full_clean()

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen, not even a space."""
        return not any(map(self.data.get, self.fields))

    def clean_place(self) -> Place | None:
        """Where to look. Raises ValidationError for a place that there is not."""
        typed = self.cleaned_data["place"].strip()
        if not typed:
            return None
        if (known := place(typed)) is None:
            raise ValidationError(
                _("We know no place like this. Try a zip code of five digits, like 44114.")
            )
        return known

    def wanted(self) -> Wanted:
        """Whom somebody looks for."""
        said = self.cleaned_data
        return Wanted(
            area=said.get("area"),
            business_type=said.get("type"),
            language=said.get("language", ""),
            words=said.get("q", ""),
            place=said.get("place"),
            takes_requests=said.get("free", False),
        )
