"""Form fields for what strangers type: every refusal is a sentence that helps."""

import re
import unicodedata
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat

INVISIBLE = _("This contains characters that cannot be shown. Please type it by hand.")
ONE_LINE = _("This must stay on one line: please take out the line breaks.")

BREAKS = re.compile("[\n\r\v\f\x85\u2028\u2029]")
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: a name with them reads as another one."""
PASTED_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
"""What word processors and browsers send for a line break."""


def too_long(text: str, longest: int) -> str:
    """How much of a text has to go, in a sentence."""
    return gettext("At most %(longest)s characters, please; this has %(typed)s.") % {
        "longest": f"{longest:,}",
        "typed": f"{len(text):,}",
    }


def refuse_invisible(text: str) -> None:
    """Raise ValidationError for control characters, which no page, mail or table can show."""
    if DIRECTIONS.search(text) or any(
        unicodedata.category(character) == "Cc" and character not in "\n\t" for character in text
    ):
        raise ValidationError(INVISIBLE)


def refuse_line_breaks(text: str) -> None:
    """Raise ValidationError for line breaks: in a mail's header they would begin another one."""
    if BREAKS.search(text):
        raise ValidationError(ONE_LINE)
    refuse_invisible(text.replace("\t", "\0"))


class OneLine(forms.CharField):
    """Text of one line."""

    def run_validators(self, value: Any) -> None:
        """One objection is enough: a text that is too long is not looked at any further."""
        if self.max_length is not None and len(value) > self.max_length:
            raise ValidationError(too_long(value, self.max_length))
        refuse_line_breaks(value)
        super().run_validators(value)


class Words(forms.CharField):
    """Text of many lines."""

    def __init__(self, *, longest: int, rows: int = 6, **options: Any) -> None:
        self.longest = longest
        attrs = {"rows": rows, "data-warn-unsaved": "", **options.pop("attrs", {})}
        super().__init__(widget=forms.Textarea(attrs), **options)

    def to_python(self, value: Any) -> str:
        """The text with one kind of line break."""
        return str(super().to_python(PASTED_BREAKS.sub("\n", value or "")))

    def validate(self, value: Any) -> None:
        """Raise ValidationError if it is too long, or cannot be shown.

        No `max_length`: a browser would cut off what is pasted without a word.
        """
        super().validate(value)
        if len(value) > self.longest:
            raise ValidationError(too_long(value, self.longest))
        refuse_invisible(value)


class EmailField(OneLine, forms.EmailField):
    """An address to which mail can go."""

    default_error_messages = {"invalid": _("Enter an e-mail address like name@example.com.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.EmailInput({"autocomplete": "email"})
        super().__init__(**{"max_length": 254, "widget": widget, **options})


class PhoneField(OneLine):
    """A phone number as people write it; comes out as “(216) 555-0142”, or with + from abroad."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"type": "tel", "autocomplete": "tel"})
        super().__init__(**{"max_length": 40, "widget": widget, **options})

    def clean(self, value: Any) -> str:
        """The number in its usual form; the page keeps showing what was typed."""
        typed = super().clean(value)
        return usual_form(typed) if typed else ""


def usual_form(typed: str) -> str:
    """A number of the United States and Canada without the 1, any other with its country's.

    Raises ValidationError for what is no phone number.
    """
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _(
                "Enter a phone number with its area code, like 216-555-0142; "
                "from abroad with + and the country’s code."
            )
        )
    at_home = number.country_code == 1
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


class ZipField(OneLine):
    """A zip code of five digits, or ZIP+4; comes out as 44114 or 44114-1234."""

    default_validators = [
        RegexValidator(
            r"\A[0-9]{5}([- ]?[0-9]{4})?\Z", _("Enter a zip code of five digits, like 44114.")
        ),
    ]

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric"})
        super().__init__(**{"max_length": 10, "widget": widget, **options})

    def clean(self, value: Any) -> str:
        """The digits, with a hyphen before the last four of nine."""
        digits = re.sub("[- ]", "", super().clean(value))
        return "-".join(filter(None, [digits[:5], digits[5:]]))


class WebAddressField(OneLine, forms.URLField):
    """The address of a page, https:// being understood."""

    default_validators = [
        URLValidator(schemes=["http", "https"], message=_("Enter a web address like example.com."))
    ]
    default_error_messages = {"invalid": _("Enter a web address like example.com.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"inputmode": "url", "autocomplete": "url"})
        super().__init__(**{"assume_scheme": "https", "widget": widget, **options})
