"""Adding and removing closed days."""

from datetime import date
from typing import Any

from django import forms

from intake.calendar import ONE_DAY, SATURDAY
from intake.forms.fields import EARLIEST, LATEST, DayField
from intake.models import ClosedDay
from mentors.words import long_day_in_words

LONGEST = 31
"""Days that can be added at once: more is a slip in the year."""


class ClosedDaysForm(forms.Form):
    """Days to add, one or a span, and days to remove. Afterwards `added` and `removed`, by date."""

    first = DayField(label="Day", required=False, help_text="The day, or the first of several.")
    last = DayField(label="Last day", required=False, help_text="Empty for a single day.")
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=80,
        help_text="As people know it, e.g. Thanksgiving Day.",
    )
    remove = forms.ModelMultipleChoiceField(
        ClosedDay.objects.order_by("date"), label="Days to remove", required=False
    )

    added: dict[date, str]
    removed: dict[date, str]

    def clean(self) -> dict[str, Any]:
        """Find the days that change; a sentence beside the field where there are none."""
        entered = self.cleaned_data
        self.removed = {day.date: day.name for day in entered.get("remove") or ()}
        self.added = {}
        if self.errors:
            return entered
        if entered["first"] or entered["last"] or entered["name"]:
            self._read_days(entered["first"], entered["last"] or entered["first"], entered["name"])
        elif not self.removed:
            self.add_error("first", "Enter a day to add, or choose days to remove.")
        return entered

    def _read_days(self, first: date | None, last: date | None, name: str) -> None:
        if not name:
            self.add_error("name", "Give it a name: explanations of due dates use it.")
        if first is None or last is None:
            self.add_error("first", "Enter the day, or the first of several.")
        elif problem := self._problem(first, last):
            self.add_error(*problem)
        elif name:
            self._add_days(first, last, name)

    def _problem(self, first: date, last: date) -> tuple[str, str] | None:
        if not EARLIEST <= first.year < LATEST:
            return "first", f"Look at the year again: {first.year}."
        if last < first:
            return "last", "The last day is before the first."
        if (last - first).days >= LONGEST:
            return "last", f"That is more than {LONGEST} days. Look at the dates again."
        return None

    def _add_days(self, first: date, last: date, name: str) -> None:
        """Weekends never count anyway, and what is closed already keeps its name."""
        span = [first + n * ONE_DAY for n in range((last - first).days + 1)]
        weekdays = [day for day in span if day.weekday() < SATURDAY]
        known = dict(ClosedDay.objects.filter(date__in=weekdays).values_list("date", "name"))
        known = {day: known[day] for day in known if day not in self.removed}
        self.added = {day: name for day in weekdays if day not in known}
        if not weekdays:
            self.add_error("first", "That is a weekend, which never counts anyway.")
        elif not self.added:
            closed = "; ".join(f"{long_day_in_words(day)}, {known[day]}" for day in sorted(known))
            self.add_error("first", f"Closed already: {closed}.")
