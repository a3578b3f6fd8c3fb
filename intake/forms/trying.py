"""What can be tried on the page of clocks: an instant, a place, the numbers of the policy."""

from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

from intake.forms.fields import EARLIEST, LATEST
from intake.pages.counting import Whose
from intake.pages.trying import LABELS, TRIED
from intake.policy import Policy, SenselessPolicyError
from mentors.models import Chapter


class WallTimeField(forms.DateTimeField):
    """A day and time as a clock on the wall shows it; which wall is said elsewhere."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**{"widget": widget, **options})
        self.error_messages["invalid"] = "Enter a day and a time, e.g. 2026-11-24 14:00."
        self.error_messages["required"] = self.error_messages["invalid"]

    def to_python(self, value: Any) -> datetime | None:
        """The reading, without a zone."""
        with timezone.override(UTC):
            at = super().to_python(value)
        if at is not None and not EARLIEST <= at.year < LATEST:
            raise ValidationError(f"Look at the year again: {at.year}.")
        return at.replace(tzinfo=None) if at else None


@cache
def _zones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if "/" in name and "Etc" not in name)
    return [("", "That of the chapter"), *((name, name.replace("_", " ")) for name in names)]


class TryForm(forms.Form):
    """Everything may stay empty but the start; what is empty is as it is in force.

    Afterwards `start_at`, `until_at` (instants), `whose` and `policy`.
    """

    start = WallTimeField(label="Start", help_text="On the clock of the place.")
    until = WallTimeField(
        label="Until", required=False, help_text="To count the business days in between."
    )
    chapter = forms.ModelChoiceField(
        Chapter.objects.order_by("name", "pk"),
        required=False,
        empty_label="My own",
        help_text="Whose clock is meant.",
    )
    zone = forms.ChoiceField(
        label="Time zone", choices=_zones, required=False, help_text="Instead of a chapter."
    )

    start_at: datetime
    until_at: datetime | None
    whose: Whose
    policy: Policy

    def __init__(self, *args: Any, own_zone: ZoneInfo, in_force: Policy, **options: Any) -> None:
        super().__init__(*args, **options)
        self.own_zone, self.in_force = own_zone, in_force
        for name in TRIED:
            hint = f"In force: {getattr(in_force, name)}."
            self.fields[name] = forms.IntegerField(
                label=LABELS[name], required=False, help_text=hint
            )

    @property
    def has_changed_numbers(self) -> bool:
        """Whether a number was entered that is not in force, or makes no sense."""
        asked = [str(self.data.get(name, "")).strip() for name in TRIED]
        return any(
            number not in ("", str(getattr(self.in_force, name)))
            for name, number in zip(TRIED, asked, strict=True)
        )

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The fields for the numbers of the policy."""
        return [self[name] for name in TRIED]

    def clean(self) -> dict[str, Any]:
        """Work out on whose clock and by which numbers is counted."""
        entered = self.cleaned_data
        if entered.get("chapter") and entered.get("zone"):
            self.add_error("zone", "Choose a chapter or a time zone, not both.")
        self.whose = self._whose(entered.get("chapter"), entered.get("zone", ""))
        start, self.until_at = self._instant("start"), self._instant("until")
        if start is not None:
            self.start_at = start
        if start and self.until_at and self.until_at < start:
            self.add_error("until", "That is before the start.")
        self._read_policy()
        return entered

    def _whose(self, chapter: Chapter | None, zone: str) -> Whose:
        if zone:
            return Whose(ZoneInfo(zone), "as chosen.")
        if chapter is not None:
            return Whose(chapter.zone, f"that of {chapter}.")
        return Whose(self.own_zone, "the one in which you see times.")

    def _instant(self, name: str) -> datetime | None:
        reading = self.cleaned_data.get(name)
        if reading is None:
            return None
        try:
            with timezone.override(self.whose.zone):
                return from_current_timezone(reading)
        except ValidationError:
            said = "The clocks are changed then: this time is skipped or comes twice there."
            self.add_error(name, f"{said} Choose another one.")
            return None

    def _read_policy(self) -> None:
        entered = {name: self.cleaned_data.get(name) for name in TRIED}
        numbers = {name: number for name, number in entered.items() if number is not None}
        try:
            self.policy = Policy(**(asdict(self.in_force) | numbers))
        except SenselessPolicyError as senseless:
            for problem in senseless.problems:
                self._say(problem)

    def _say(self, problem: str) -> None:
        """A sentence about numbers beside its field, with the names that people know."""
        name = problem.split(maxsplit=1)[0]
        for known, label in LABELS.items():
            problem = problem.replace(known, f"“{label}”")
        self.add_error(name if name in self.fields else None, problem)
