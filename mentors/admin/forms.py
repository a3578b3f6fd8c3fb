"""What administrators enter about people: the rules as sentences beside the fields."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.db.models import QuerySet

from mentors.actions import MOST_AREAS, MOST_BUSINESS_TYPES
from mentors.models import BusinessType, MentoringArea, Volunteer


class VolunteerForm(forms.ModelForm):
    """What the two forms for people share."""

    administrator = forms.BooleanField(
        required=False, help_text="Sees and changes everything, here and on every page."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chapter"].required = False
        self.fields["administrator"].initial = self.instance.is_superuser

    def clean_email(self) -> str:
        """In small letters, as the sign-in looks for it; one address is one person."""
        email: str = self.cleaned_data["email"].lower()
        if Volunteer.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("A volunteer with this e-mail is on a roster already.")
        return email

    def clean(self) -> dict[str, Any]:
        """An administrator is staff and superuser; everybody else belongs to a chapter."""
        given = self.cleaned_data
        administrator = bool(given.get("administrator"))
        if not given.get("chapter") and not administrator and "chapter" not in self.errors:
            self.add_error("chapter", "Only an administrator may have no chapter.")
        self.instance.is_staff = self.instance.is_superuser = administrator
        return given


class VolunteerAddForm(VolunteerForm):
    """A new person, who asks for a password by mail, or is given one on the next page."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        """Nobody can sign in yet."""
        self.instance.set_unusable_password()
        return super().save(commit)


class VolunteerChangeForm(VolunteerForm, UserChangeForm):
    """A person on record. `reader` is who edits; `get_form` sets it."""

    reader: Any = None

    def clean(self) -> dict[str, Any]:
        """Administrators cannot shut themselves out, and be it by mistake."""
        given = super().clean()
        if self.instance.pk == self.reader.pk:
            for field in ("administrator", "is_active"):
                if not given.get(field):
                    self.add_error(field, "Somebody else has to take this from you.")
        return given


class ProfileForm(forms.ModelForm):
    """The limits that the mentor's own page keeps."""

    def clean_areas(self) -> QuerySet[MentoringArea]:
        """Up to six areas."""
        return _at_most(MOST_AREAS, self.cleaned_data["areas"])

    def clean_business_types(self) -> QuerySet[BusinessType]:
        """Up to six types of business."""
        return _at_most(MOST_BUSINESS_TYPES, self.cleaned_data["business_types"])


def _at_most(number: int, chosen: Any) -> Any:
    if len(chosen) > number:
        raise forms.ValidationError(f"Choose at most {number}.")
    return chosen
