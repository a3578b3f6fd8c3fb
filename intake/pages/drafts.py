"""What the reader has begun to write, put back into the form in which he did.

Nobody else's words are ever asked for, and no page lists them: a form finds its own by its key,
once the page that shows it has decided that the reader may use it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django import forms
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from intake.models import Unfinished
from mentors.addresses import page_address
from mentors.models import Volunteer


class FormName(StrEnum):
    """The forms that keep what is typed."""

    ACCEPT = "accept"
    DECLINE = "decline"
    """About an assignment."""
    MAIL = "mail"
    RECORD = "record"
    """About a request."""
    HELD = "held"
    NOTES = "notes"
    EDIT = "edit"
    """About a session."""


MINUTES = ("minutes", "preparation", "travel")
FIELDS: dict[FormName, Sequence[str]] = {
    FormName.ACCEPT: ("note",),
    FormName.DECLINE: ("reason", "text"),
    FormName.MAIL: ("subject", "text"),
    FormName.RECORD: ("starts_at", "mode", "notes", *MINUTES),
    FormName.HELD: ("notes", *MINUTES),
    FormName.NOTES: ("notes", *MINUTES),
    FormName.EDIT: ("mode", "notes", *MINUTES),
}
"""What is kept of each."""


def key(name: FormName, row: Model) -> str:
    """“notes:17”."""
    return f"{name}:{row.pk}"


@dataclass(frozen=True)
class Draft:
    """One form on a page that is opened `now`; and what was begun in it, and when, if anything."""

    form: str
    now: datetime
    at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def attrs(self) -> SafeString:
        """What a template writes into the form’s tag to have it kept."""
        return format_html(
            'data-unfinished="{}" data-keep="{}" data-opened="{}"',
            self.form,
            page_address("intake:keep_draft"),
            self.now.isoformat(),
        )

    @property
    def fold(self) -> str:
        """An id for the button that begins afresh."""
        return f"afresh-{self.form.replace(':', '-')}"

    def put_into(self, form: forms.Form) -> None:
        """Let the form begin with what was typed, instead of what else it would begin with."""
        for name in form.fields.keys() & self.fields.keys():
            form.initial[name] = self.fields[name]
            # These are somebody's own words: a wording that is put in is added to them.
            form.fields[name].widget.attrs.pop("data-draft", None)


def drafts(reader: Volunteer, forms_of_page: Sequence[str], now: datetime) -> dict[str, Draft]:
    """A draft for each of these forms, by its key. One query, whatever was begun."""
    begun = Unfinished.objects.filter(owner=reader, form__in=forms_of_page).exclude(fields={})
    found = {row.form: Draft(row.form, now, row.saved_at, row.fields) for row in begun}
    return {each: found.get(each) or Draft(each, now) for each in forms_of_page}
