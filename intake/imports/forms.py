"""Choosing a file, and confirming what its preview shows."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from import_export.forms import ConfirmImportForm, ImportForm

from intake.imports.files import FORMATS

LARGEST = 10 * 1024 * 1024
"""Bytes."""


class UploadForm(ImportForm):
    """A file; its kind follows from its name."""

    format = forms.CharField(required=False, widget=forms.HiddenInput)
    import_file = forms.FileField(
        label="File",
        help_text=f"CSV (UTF-8) or Excel (XLSX), {filesizeformat(LARGEST)} at most.",
        widget=forms.FileInput(attrs={"accept": ",".join(FORMATS)}),
    )

    @property
    def media(self) -> forms.Media:
        """No script is needed to guess the kind."""
        return forms.Media()

    def clean_import_file(self) -> Any:
        """Of a kind that is known, and of a size that can be looked at."""
        file = self.cleaned_data["import_file"]
        if PurePath(file.name).suffix.lower() not in FORMATS:
            raise forms.ValidationError("The name of the file has to end in .csv or .xlsx.")
        if file.size > LARGEST:
            raise forms.ValidationError(f"The file is larger than {filesizeformat(LARGEST)}.")
        return file

    def clean(self) -> dict[str, Any]:
        """The number of the format, as the library counts them."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if file := given.get("import_file"):
            given["format"] = str(list(FORMATS).index(PurePath(file.name).suffix.lower()))
        return given


class ConfirmForm(ConfirmImportForm):
    """What was previewed; nobody types anything here."""

    format = forms.ChoiceField(
        choices=[(str(number), ending) for number, ending in enumerate(FORMATS)],
        widget=forms.HiddenInput,
    )
