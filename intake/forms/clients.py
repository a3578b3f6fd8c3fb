"""What a coordinator enters about two requests, and about a client."""

from typing import Any

from django import forms

from intake.actions.clients import CONTACT_DATA, shown
from intake.enums import NotifyBy, Speech
from intake.forms.closing import LONGEST_NOTE
from intake.forms.text import EmailField, OneLine, PhoneField, Words, ZipField
from intake.models import Client, MentoringRequest


class WithdrawForForm(forms.Form):
    """Which of two requests goes; the other one stays."""

    goes = forms.TypedChoiceField(
        coerce=int,
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose which of the two is withdrawn.",
            "invalid_choice": "Choose which of the two is withdrawn.",
        },
    )
    note = Words(
        label="Note",
        longest=LONGEST_NOTE,
        rows=2,
        initial="Asks for the same as the other request.",
        help_text="For the record; the client does not see it, and gets no mail.",
        error_messages={"required": "Say in a few words why it is withdrawn."},
    )

    def __init__(self, data: Any = None, *, pair: tuple[MentoringRequest, ...]) -> None:
        super().__init__(data)
        field: Any = self.fields["goes"]
        field.choices = [(mre.pk, str(mre)) for mre in pair]


class CorrectForm(forms.Form):
    """What is known of a client, as it should be."""

    first_name = OneLine(label="First name", max_length=60)
    last_name = OneLine(label="Last name", max_length=60)
    email = EmailField(
        label="E-mail", help_text="The address until now goes on finding this client."
    )
    phone = PhoneField(label="Phone", help_text="With area code.")
    zip = ZipField(label="Zip code", help_text="Requests stay in the chapter that has them.")
    notify_by = forms.ChoiceField(label="Preferred notification", choices=NotifyBy.choices)
    speech = forms.ChoiceField(label="Language of our mails", choices=Speech.choices)


class MergeForm(forms.Form):
    """For every field in which two clients differ: which value stays."""

    def __init__(self, data: Any = None, *, kept: Client, merged: Client) -> None:
        super().__init__(data)
        for name, label in CONTACT_DATA.items():
            values = [getattr(client, name) for client in (kept, merged)]
            if len(set(values)) > 1:
                self.fields[name] = _choice(name, label, kept, merged)

    def asked(self) -> dict[str, str]:
        """The chosen values."""
        return dict(self.cleaned_data)


def _choice(name: str, label: str, kept: Client, merged: Client) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label[0].upper() + label[1:],
        widget=forms.RadioSelect,
        initial=getattr(kept, name),
        choices=[
            (getattr(client, name), f"{shown(client, name)} ({client.number})")
            for client in (kept, merged)
        ],
        error_messages={
            "required": "Choose which one stays.",
            "invalid_choice": "This was changed meanwhile: choose again.",
        },
    )
