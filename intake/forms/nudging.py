"""The personal line of a nudge."""

from django import forms

from intake.forms.text import Words

LONGEST_LINE = 600


class NudgeForm(forms.Form):
    """What the coordinator writes to the mentor."""

    note = Words(
        label="Your line",
        longest=LONGEST_LINE,
        rows=4,
        help_text="A draft; change it as you like. The mail greets by name and has the link.",
        error_messages={"required": "Write a line to the mentor."},
    )
