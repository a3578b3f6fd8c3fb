"""What a client may change on the status page, and how the way back to it is found."""

from django import forms

from intake.forms.public import LONGEST_QUESTION
from intake.forms.text import EmailField, PhoneField, Words


class ContactForm(forms.Form):
    """How the client can be reached."""

    title = "Correct phone or e-mail"
    button = "Save"

    email = EmailField(label="E-mail")
    phone = PhoneField(label="Phone", help_text="With area code.")


class AdditionForm(forms.Form):
    """More of the question. What stands there stays."""

    title = "Add to your question"
    button = "Add this"

    text = Words(
        longest=LONGEST_QUESTION,
        label="What do you want to add?",
        help_text="It is put below your question; your mentor reads both.",
    )


class LostLinkForm(forms.Form):
    """The address to which the link goes, if it is known."""

    email = EmailField(label="The e-mail address you gave us")
