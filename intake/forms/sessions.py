"""What a mentor enters about a session to come: when and how, where, how long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from intake.actions.sessions import LEAST_PLANNED_MINUTES, LONGEST_PLACE, MOST_PLANNED_MINUTES
from intake.actions.times import LONGEST_NOTE, MOST_TIMES, Meeting
from intake.enums import SessionMode
from intake.forms.fields import LocalTimeField
from intake.forms.text import OneLine, Words
from intake.models import Session
from mentors.models import Volunteer
from mentors.words import instant_in_words

USUAL_MINUTES = 60


class MeetingForm(forms.Form):
    """How client and mentor will meet, where, and for how long.

    What overlaps another session of the mentor is asked once more, not refused: the box that says
    so appears with the warning.
    """

    mode = forms.ChoiceField(label="How", choices=SessionMode.choices, widget=forms.RadioSelect)
    place = OneLine(
        label="Where",
        max_length=LONGEST_PLACE,
        required=False,
        help_text="An address, a number, or the link to a meeting (https://…).",
    )
    planned_minutes = forms.IntegerField(
        label="Minutes",
        min_value=LEAST_PLANNED_MINUTES,
        max_value=MOST_PLANNED_MINUTES,
        initial=USUAL_MINUTES,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    all_the_same = forms.BooleanField(required=False, label="Keep both, I know of it")

    def __init__(
        self, *args: Any, mentor: Volunteer, but: Session | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.mentor, self.but = mentor, but
        self.overlaps = False

    def clean_planned_minutes(self) -> int:
        """Without a number: as it stood there at first."""
        entered: int | None = self.cleaned_data["planned_minutes"]
        usual = self.initial.get("planned_minutes", USUAL_MINUTES)
        return usual if entered is None else entered

    def warn_of_overlap(self, field: str, starts_at: datetime) -> None:
        """Ask once more if the mentor has another session then."""
        entered = self.cleaned_data
        minutes = entered.get("planned_minutes")
        if minutes is None or entered.get("all_the_same"):
            return
        for session in Session.objects.overlapping(self.mentor, starts_at, minutes):
            if session != self.but:
                self.overlaps = True
                self.add_error(field, self._overlap_in_words(session))
                return

    def _overlap_in_words(self, session: Session) -> str:
        begins = instant_in_words(session.starts_at, self.mentor.zone)
        return (
            f"{self.mentor.first_name} already has a session then: {begins}, for "
            f"{session.planned_minutes} minutes. Choose another time, or tick “Keep both” below."
        )


class PlanForm(MeetingForm):
    """When and how client and mentor will meet."""

    starts_at = LocalTimeField(label="When")
    field_order = ("starts_at", "mode", "place", "planned_minutes", "all_the_same")

    def clean(self) -> dict[str, Any]:
        """Warns of what overlaps."""
        entered = super().clean() or self.cleaned_data
        if starts_at := entered.get("starts_at"):
            self.warn_of_overlap("starts_at", starts_at)
        return entered

    def plan(self) -> dict[str, Any]:
        """What was entered, as the acts take it. Only of a valid form."""
        wanted = ("starts_at", "mode", "place", "planned_minutes")
        return {name: self.cleaned_data[name] for name in wanted}


class TimesForm(MeetingForm):
    """Some times from which the client picks one."""

    note = Words(
        label="A line to the client",
        longest=LONGEST_NOTE,
        rows=3,
        required=False,
        help_text="It stands above the times in the mail.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for row in range(MOST_TIMES):
            self.fields[f"time_{row}"] = LocalTimeField(label=f"Time {row + 1}", required=row == 0)

    @property
    def times(self) -> Sequence[forms.BoundField]:
        """The fields for the times."""
        return [self[f"time_{row}"] for row in range(MOST_TIMES)]

    def clean(self) -> dict[str, Any]:
        """Each time stands there once; warns of what overlaps."""
        entered = super().clean() or self.cleaned_data
        seen: set[datetime] = set()
        for row in range(MOST_TIMES):
            at = entered.get(f"time_{row}")
            if at is None:
                continue
            if at in seen:
                self.add_error(f"time_{row}", "This time stands there twice.")
            seen.add(at)
            self.warn_of_overlap(f"time_{row}", at)
        return entered

    def starts(self) -> list[datetime]:
        """The times that were entered. Only of a valid form."""
        entered = [self.cleaned_data[f"time_{row}"] for row in range(MOST_TIMES)]
        return [at for at in entered if at is not None]

    def meeting(self) -> Meeting:
        """How, where and for how long. Only of a valid form."""
        entered = self.cleaned_data
        return Meeting(
            mode=entered["mode"],
            place=entered["place"],
            planned_minutes=entered["planned_minutes"],
        )
