"""The name of a view, and with whom it is shared."""

from datetime import datetime
from typing import Any

from django import forms

from intake.forms.sharing import SharedWithField, shared_with
from intake.forms.text import OneLine
from intake.models import SavedView
from mentors.models import Volunteer


class SavedViewForm(forms.Form):
    """What somebody calls a view, and who else may use it."""

    name = OneLine(label="Name", max_length=60)

    def __init__(
        self,
        data: Any = None,
        *,
        user: Volunteer,
        now: datetime,
        view: SavedView | None = None,
    ) -> None:
        initial = {"name": view.name, "shared": shared_with(view)} if view else {}
        super().__init__(data, initial=initial)
        self.fields["shared"] = SharedWithField(
            user=user,
            now=now,
            help_text="Everybody sees in it only the requests of the chapters he serves.",
        )
