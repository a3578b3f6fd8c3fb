"""Words for the note to a mentor that somebody keeps, with the places to be filled in."""

from datetime import datetime
from typing import Any

from django import forms

from intake.forms.assign import LONGEST_NOTE
from intake.forms.sharing import SharedWithField, shared_with
from intake.forms.text import OneLine, Words
from intake.models import NoteTemplate
from mentors.models import Volunteer

PLACES = "{client}, {area} and {business} are filled in from the request."


class NoteTemplateForm(forms.Form):
    """A name to find it by, the words, and who else may use them."""

    name = OneLine(label="Name", max_length=60)
    text = Words(label="Words", longest=LONGEST_NOTE, rows=4, help_text=PLACES)

    def __init__(
        self,
        data: Any = None,
        *,
        user: Volunteer,
        now: datetime,
        template: NoteTemplate | None = None,
    ) -> None:
        initial = {}
        if template is not None:
            shared = shared_with(template)
            initial = {"name": template.name, "text": template.text, "shared": shared}
        super().__init__(data, initial=initial)
        self.fields["shared"] = SharedWithField(user=user, now=now)
