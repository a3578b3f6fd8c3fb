"""What is entered to end a request, give it back, open it again, and to write a note on it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from intake.enums import NoteLevel, WithdrawReason
from intake.forms.team import FindForm
from intake.forms.text import OneLine, Words
from mentors.models import Volunteer

LONGEST_NOTE = 4000


class WithdrawForm(forms.Form):
    """Why nothing more will come of it."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose a reason"), *WithdrawReason.choices],
        error_messages={"required": "Choose a reason."},
    )
    duplicate_of = OneLine(
        label="The request that stays",
        help_text="For a duplicate only, e.g. MR-123.",
        max_length=20,
        required=False,
    )
    note = Words(
        label="Note",
        longest=LONGEST_NOTE,
        rows=3,
        help_text="For the record; the client does not see it.",
        error_messages={"required": "Say in a few words why it is withdrawn."},
    )

    def clean_duplicate_of(self) -> int | None:
        """The id behind a number; None if there is none. Raises ValidationError for other words."""
        typed = self.cleaned_data["duplicate_of"].strip()
        if not typed:
            return None
        number = re.fullmatch(r"(?:MR)?[\s-]*([0-9]{1,15})", typed, re.IGNORECASE)
        if number is None:
            raise ValidationError("Name the request that stays by its number, e.g. MR-123.")
        return int(number[1])

    def asked(self) -> dict[str, Any]:
        """What the act is given."""
        entered = self.cleaned_data
        return {
            "reason": entered["reason"],
            "note": entered["note"],
            "duplicate_of_id": entered["duplicate_of"],
        }


class TransferForm(FindForm):
    """Why somebody else has to go on, and who. The page draws those who can be proposed."""

    reason = Words(
        label="Why",
        longest=LONGEST_NOTE,
        rows=3,
        help_text="The coordinator and the next mentor read it.",
        error_messages={"required": "Say why; the coordinator and the next mentor read it."},
    )
    proposed = forms.ModelChoiceField(
        Volunteer.objects.all(),
        label="Who could go on",
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "This mentor is not on the roster any more."},
    )

    def proposed_id(self) -> int | None:
        """Who is proposed, if anybody is. Only of a valid form."""
        mentor = self.cleaned_data["proposed"]
        return mentor.pk if mentor else None


class NoResponseForm(forms.Form):
    """Closing for no response takes a note before two weeks have passed."""

    note = Words(
        label="Note",
        longest=LONGEST_NOTE,
        rows=3,
        required=False,
        error_messages={"required": "Two weeks have not passed since the first attempt: say why."},
    )

    def __init__(self, data: Any = None, *, needs_note: bool) -> None:
        super().__init__(data)
        if needs_note:
            field = self.fields["note"]
            field.required = field.widget.is_required = True
            field.help_text = "Two weeks have not passed since the first attempt: say why already."


TO_QUEUE, TO_MENTOR = "queue", "mentor"


class ReopenForm(forms.Form):
    """Why it was closed too early, and who goes on."""

    to_mentor = forms.ChoiceField(label="Who goes on", widget=forms.RadioSelect, initial=TO_QUEUE)
    reason = Words(
        label="Why",
        longest=LONGEST_NOTE,
        rows=3,
        help_text="The coordinator and the mentor read it.",
        error_messages={"required": "Say why it is opened again."},
    )

    def __init__(self, data: Any = None, *, mentor: str) -> None:
        super().__init__(data)
        field: Any = self.fields["to_mentor"]
        field.choices = [(TO_QUEUE, "The coordinator’s queue: a mentor has to be found again")]
        if mentor:
            field.choices += [(TO_MENTOR, f"{mentor}, who held it before")]

    def asked(self) -> dict[str, Any]:
        """What the act is given."""
        entered = self.cleaned_data
        return {"reason": entered["reason"], "to_mentor": entered["to_mentor"] == TO_MENTOR}


class NoteForm(forms.Form):
    """A note, and who is to read it."""

    level = forms.ChoiceField(label="Who reads it", widget=forms.RadioSelect)
    text = Words(label="Note", longest=LONGEST_NOTE, rows=5)

    def __init__(self, data: Any = None, *, levels: list[NoteLevel]) -> None:
        super().__init__(data, initial={"level": levels[0]})
        field: Any = self.fields["level"]
        field.choices = [(level.value, level.label) for level in levels]
