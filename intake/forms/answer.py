"""The mentor's answer to an assignment: a first note, a reason, a pause."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from intake.enums import DeclineReason, WordsFor
from intake.forms.fields import DayField
from intake.forms.text import OneLine, Words
from intake.models import Assignment
from intake.pages.note_templates import Wording, first_words
from intake.wording import fill, places_of

LONGEST_NOTE = 4_000
LONGEST_REASON = 2_000


class AcceptForm(forms.Form):
    """The note that goes to the client with the acceptance, and whether to keep its words."""

    note = Words(
        longest=LONGEST_NOTE,
        rows=12,
        error_messages={"required": "Write a first note to the client; it is sent with your yes."},
    )
    keep = forms.BooleanField(required=False, label="Keep this wording for next time")

    def __init__(
        self,
        data: Any = None,
        *,
        assignment: Assignment,
        words: Sequence[Wording],
        asked: str | None = None,
        **options: Any,
    ) -> None:
        """`words` are at hand for this note; `asked` names those that shall stand there."""
        super().__init__(data, **options)
        self.assignment, self.words = assignment, words
        self.initial["note"] = first_words(words, asked)
        client = assignment.request.client.first_name
        note = self.fields["note"]
        note.label = f"Your first note to {client}"
        note.help_text = (
            f"A draft to change as you like. It goes to {client} by e-mail when you accept; "
            "answers come to your own address."
        )
        if not self.is_bound:
            note.widget.attrs["data-draft"] = ""
        self.fields["keep"].help_text = (
            f"Your next first note begins with it; the names of {client} and of the business make "
            "way for those of the next client."
        )

    def clean_note(self) -> str:
        """The note as the client shall read it: places that were typed are filled in."""
        mre = self.assignment.request
        return fill(self.cleaned_data["note"], places_of(mre, WordsFor.FIRST_NOTE))


class PauseFields(forms.Form):
    """From when to when a mentor takes no new requests."""

    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")
    hand_back = forms.BooleanField(
        required=False,
        initial=True,
        label="Hand back what I have not answered, so that nobody waits for me",
        help_text="Only if the pause begins today. Requests you have accepted stay with you.",
    )


class PauseForm(PauseFields):
    """A pause from the link in a mail."""

    reason = OneLine(
        max_length=200,
        required=False,
        label="Reason",
        help_text="Optional. Your chapter manager and membership chair can read it.",
    )

    field_order = ("starts_on", "ends_on", "reason", "hand_back")

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["starts_on"] = today


class DeclineForm(PauseFields):
    """Why not, and optionally a pause in the same step."""

    reason = forms.ChoiceField(
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        label="Why do you decline?",
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose a reason."},
    )
    text = Words(
        longest=LONGEST_REASON,
        rows=3,
        required=False,
        label="In your words",
        help_text="For the coordinator only. Needed for “Other”.",
    )

    field_order = ("reason", "text", "starts_on", "ends_on", "hand_back")

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        first, last = self.fields["starts_on"], self.fields["ends_on"]
        first.required = last.required = False
        first.help_text = "Empty: today."
        last.help_text = "Empty: no pause."

    def clean(self) -> dict[str, Any]:
        """A pause needs its last day; without a first one it begins today."""
        given = super().clean() or self.cleaned_data
        if given.get("starts_on") and not given.get("ends_on") and "ends_on" in given:
            self.add_error("ends_on", ValidationError("When does the pause end?"))
        if given.get("ends_on") and not given.get("starts_on"):
            given["starts_on"] = self.today
        return given

    @property
    def pauses(self) -> bool:
        """Whether a pause is wished, too."""
        return bool(self.cleaned_data["ends_on"])
