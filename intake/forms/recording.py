"""What a mentor enters about a session that was: how it went, minutes, the notes."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from intake.actions.company import MOST_MINUTES
from intake.actions.recording import Minutes, fingerprint
from intake.enums import SessionMode
from intake.forms.fields import LocalTimeField
from intake.forms.text import Words
from intake.models import Session
from intake.pages.note_templates import Wording, first_words

LONGEST_NOTES = 20_000
"""Characters that the notes of one session can have."""
SPARE_ROWS = 2
"""Empty lines for further co-mentors; saving a session offers as many again."""
USUAL_MINUTES = 60


def _minutes(label: str, *, required: bool = False, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST_MINUTES,
        required=required,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        **options,
    )


def _notes(*, required: bool, help_text: str = "") -> Words:
    return Words(
        label="Session notes",
        longest=LONGEST_NOTES,
        required=required,
        help_text=help_text,
        error_messages={"required": "Write what you talked about and what comes next."},
    )


class TookForm(forms.Form):
    """How long a session took, and what it took besides."""

    minutes = _minutes("Minutes", required=True, initial=USUAL_MINUTES)
    preparation = _minutes("Preparation", initial=0)
    travel = _minutes("Travel", initial=0)

    def __init__(
        self, *args: Any, words: Sequence[Wording] = (), asked: str | None = None, **options: Any
    ) -> None:
        """`words`: outlines for the notes; `asked`: the key of the one that was chosen."""
        super().__init__(*args, **options)
        self.words = words
        begin = "" if self.initial.get("notes") else first_words(words, asked)
        if begin:
            self.initial["notes"] = begin

    def clean_notes(self) -> str:
        """An outline that nobody has filled in is no note."""
        typed = str(self.cleaned_data["notes"])
        return "" if any(typed.strip() == each.text.strip() for each in self.words) else typed

    def co_mentors(self) -> Mapping[int, int] | None:
        """Minutes of each co-mentor; a short form leaves them as they are."""
        return None

    def took(self) -> Minutes:
        """What was entered, as the act takes it. Only of a valid form."""
        entered = self.cleaned_data
        return Minutes(
            minutes=entered["minutes"],
            preparation=entered["preparation"] or 0,
            travel=entered["travel"] or 0,
            co_mentors=self.co_mentors(),
        )


class ReadBefore(forms.Form):
    """A form about notes as its page showed them; others may save theirs meanwhile."""

    read = forms.CharField(required=False, widget=forms.HiddenInput)

    def show_as_read(self, session: Session) -> None:
        """The page shows the saved notes beside what was typed: saving once more replaces them."""
        typed = cast("QueryDict", self.data).copy()
        typed["read"] = fingerprint(session)
        self.data = typed


class NotesForm(ReadBefore, TookForm):
    """The notes that a held session still owes; its minutes can be put right on the way."""

    notes = _notes(required=True)
    field_order = ("notes",)

    def __init__(self, *args: Any, kept: Mapping[int, int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept = kept

    def clean_notes(self) -> str:
        """Raise ValidationError for an outline as it stands."""
        typed = super().clean_notes()
        if not typed:
            raise ValidationError("This is the outline as it stands: fill it in first.")
        return typed

    def co_mentors(self) -> Mapping[int, int]:
        """Those of the session, as they are."""
        return self.kept


class HeldForm(TookForm):
    """A session took place: minutes, co-mentors and, best at once, the notes."""

    notes = _notes(required=False, help_text="They can follow, within one business day.")

    def __init__(
        self,
        *args: Any,
        companions: Sequence[tuple[str, Sequence[tuple[int, str]]]] = (),
        present: Mapping[int, int] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        known = list((present or {}).items())
        self.rows = range(len(known) + SPARE_ROWS if companions else 0)
        for row in self.rows:
            person, minutes = known[row] if row < len(known) else ("", None)
            self.fields[f"co_mentor_{row}"] = forms.ChoiceField(
                label=f"Co-mentor {row + 1}",
                choices=[("", "Nobody"), *companions],
                initial=person,
                required=False,
            )
            self.fields[f"co_minutes_{row}"] = _minutes("Minutes", initial=minutes or None)

    @property
    def co_mentor_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Person and minutes, line by line."""
        return [(self[f"co_mentor_{row}"], self[f"co_minutes_{row}"]) for row in self.rows]

    @property
    def names_somebody(self) -> bool:
        """Whether a co-mentor is chosen, so that the lines are worth showing."""
        return any(person.value() for person, _ in self.co_mentor_rows)

    def co_mentors(self) -> Mapping[int, int] | None:
        """Minutes of each co-mentor; without a number, those of the session."""
        if not any(f"co_mentor_{row}" in self.data for row in self.rows):
            return None
        entered = self.cleaned_data
        return {
            int(entered[f"co_mentor_{row}"]): _or(entered[f"co_minutes_{row}"], entered["minutes"])
            for row in self.rows
            if entered[f"co_mentor_{row}"]
        }

    def clean(self) -> dict[str, Any]:
        """Nobody takes part twice, and minutes belong to somebody."""
        entered = super().clean() or {}
        seen: set[str] = set()
        for row in self.rows:
            person = entered.get(f"co_mentor_{row}")
            if person and person in seen:
                self.add_error(f"co_mentor_{row}", "This co-mentor is named twice.")
            if not person and entered.get(f"co_minutes_{row}"):
                self.add_error(f"co_mentor_{row}", "Say whose minutes these are.")
            seen.add(person or "")
        return entered


def _or(minutes: int | None, otherwise: int) -> int:
    return otherwise if minutes is None else minutes


class RecordForm(HeldForm):
    """A session that was held without having been planned here."""

    starts_at = LocalTimeField(label="When it began")
    mode = forms.ChoiceField(label="How", choices=SessionMode.choices, widget=forms.RadioSelect)
    field_order = ("starts_at", "mode")


class EditForm(ReadBefore, HeldForm):
    """A held session, put right. Notes that are there can be changed, not emptied."""

    mode = forms.ChoiceField(label="How", choices=SessionMode.choices, widget=forms.RadioSelect)
    field_order = ("mode",)


def entered_before(session: Session) -> dict[str, Any]:
    """What a form about a held session begins with."""
    return {
        "mode": session.mode,
        "minutes": session.minutes,
        "preparation": session.preparation_minutes,
        "travel": session.travel_minutes,
        "notes": session.notes,
        "read": fingerprint(session),
    }


def who_took_part(session: Session) -> dict[int, int]:
    """Minutes of each co-mentor of a session, by the volunteer's id."""
    return dict(session.co_mentorships.order_by("pk").values_list("volunteer", "minutes"))
