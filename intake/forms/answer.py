"""The mentor's answer to an assignment: a first note, a reason, a pause."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from intake.enums import DeclineReason, MeetBy
from intake.forms.fields import DayField
from intake.forms.text import OneLine, Words
from intake.models import Assignment

LONGEST_NOTE = 4_000
LONGEST_REASON = 2_000


class AcceptForm(forms.Form):
    """The note that goes to the client with the acceptance."""

    note = Words(
        longest=LONGEST_NOTE,
        rows=16,
        error_messages={"required": "Write a first note to the client; it is sent with your yes."},
    )

    def __init__(self, *args: Any, assignment: Assignment, **options: Any) -> None:
        super().__init__(*args, **options)
        client = assignment.request.client.first_name
        self.initial["note"] = draft(assignment)
        self.fields["note"].label = f"Your first note to {client}"
        self.fields["note"].help_text = (
            f"A draft to change as you like. It goes to {client} by e-mail when you accept; "
            "answers come to your own address."
        )


def draft(assignment: Assignment) -> str:
    """A first note that could go out as it is."""
    mre, mentor = assignment.request, assignment.mentor
    how = {
        MeetBy.NO_PREFERENCE: "by video, by phone or in person",
        MeetBy.VIDEO: "by video",
        MeetBy.PHONE: "by phone",
        MeetBy.EMAIL: "by e-mail first, and by phone if that helps",
        MeetBy.IN_PERSON: "in person",
    }[MeetBy(mre.meet_by)]
    return (
        f"Hello {mre.client.first_name},\n\n"
        f"my name is {mentor}, I am a volunteer mentor with {mentor.chapter}, and I will gladly "
        f"help you with your question about {mre.area}.\n\n"
        f"Shall we talk about it, {how}? Please tell me two or three times in the next days that "
        "suit you, and which of your questions is the most urgent.\n\n"
        "You can simply answer this mail.\n\n"
        f"Best regards\n{mentor}"
    )


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
