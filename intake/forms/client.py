"""What a client may change on the status page, and how the way back to it is found."""

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.enums import Speech
from intake.forms.public import LONGEST_QUESTION
from intake.forms.text import EmailField, PhoneField, Words


class ContactForm(forms.Form):
    """How the client can be reached."""

    title = _("Correct phone or e-mail")
    button = _("Save")

    email = EmailField(label=_("E-mail"))
    phone = PhoneField(label=_("Phone"), help_text=_("With area code."))
    speech = forms.TypedChoiceField(
        coerce=Speech,
        choices=Speech.choices,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
        label=_("Language of our e-mails to you"),
    )


class AdditionForm(forms.Form):
    """More of the question. What stands there stays."""

    title = _("Add to your question")
    button = _("Add this")

    text = Words(
        longest=LONGEST_QUESTION,
        label=_("What do you want to add?"),
        help_text=_("It is put below your question; your mentor reads both."),
    )


class LostLinkForm(forms.Form):
    """The address to which the link goes, if it is known."""

    email = EmailField(label=_("The e-mail address you gave us"))
