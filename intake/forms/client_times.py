"""What a client writes about times that do not suit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.actions.times import LONGEST_ANSWER
from intake.forms.text import Words


class NoneSuitsForm(forms.Form):
    """None of the times that the mentor proposed suits."""

    title = _("None of these times suits you?")
    button = _("Send this")

    text = Words(
        longest=LONGEST_ANSWER,
        rows=4,
        label=_("When would it suit you?"),
        help_text=_("Your mentor gets this by e-mail and proposes other times."),
    )


class AnotherTimeForm(forms.Form):
    """A planned session should be at another time."""

    title = _("Ask for another time")
    button = _("Send this")

    text = Words(
        longest=LONGEST_ANSWER,
        rows=4,
        label=_("Why, and when would it suit you?"),
        help_text=_("Your mentor gets this by e-mail. Until you hear back, the meeting stays."),
    )
