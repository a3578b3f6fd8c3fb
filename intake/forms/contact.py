"""What a mentor enters about reaching a client: an attempt, in one tap or in full, and a mail."""

from typing import Any

from django import forms
from django.db.models import TextChoices

from intake.enums import Channel, ContactResult
from intake.forms.fields import LocalTimeField
from intake.forms.text import OneLine, Words

LONGEST_NOTE = 2000
"""Characters; a contact attempt keeps no more."""
LONGEST_MAIL = 8000
LONGEST_SUBJECT = 150


class Tap(TextChoices):
    """The attempts that are made again and again, each one button."""

    NO_ANSWER = "no_answer", "Called, no answer"
    LEFT_MESSAGE = "left_message", "Left a message"
    TEXTED = "texted", "Sent a text"
    REACHED = "reached", "Reached by phone"


MEANS: dict[str, tuple[Channel, ContactResult]] = {
    Tap.NO_ANSWER: (Channel.PHONE, ContactResult.NO_ANSWER),
    Tap.LEFT_MESSAGE: (Channel.PHONE, ContactResult.LEFT_MESSAGE),
    Tap.TEXTED: (Channel.TEXT, ContactResult.AWAITING_ANSWER),
    Tap.REACHED: (Channel.PHONE, ContactResult.REACHED),
}
"""How and with what result, of each button."""


class TapForm(forms.Form):
    """Which button was tapped."""

    tap = forms.ChoiceField(choices=Tap.choices)

    def attempt(self) -> dict[str, Any]:
        """Channel and result, as the act takes them. Only of a valid form."""
        channel, result = MEANS[self.cleaned_data["tap"]]
        return {"channel": channel, "result": result}


class AttemptForm(forms.Form):
    """One try to reach the client."""

    channel = forms.ChoiceField(label="How", choices=Channel.choices, widget=forms.RadioSelect)
    result = forms.ChoiceField(
        label="With what result", choices=ContactResult.choices, widget=forms.RadioSelect
    )
    at = LocalTimeField(label="When", help_text="Leave empty for just now.", required=False)
    note = Words(
        label="Note",
        help_text="For you and your coordinator; the client does not see it.",
        longest=LONGEST_NOTE,
        rows=3,
        required=False,
    )


class MailForm(forms.Form):
    """A mail to the client."""

    subject = OneLine(
        label="Subject",
        max_length=LONGEST_SUBJECT,
        error_messages={"required": "A mail needs a subject."},
    )
    text = Words(
        label="Your words",
        longest=LONGEST_MAIL,
        rows=14,
        error_messages={"required": "Write what you want to say."},
    )
