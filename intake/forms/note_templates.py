"""Words that somebody keeps, with the places to be filled in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from intake.enums import WordsFor
from intake.forms.assign import LONGEST_NOTE
from intake.forms.sharing import SharedWithField, shared_with
from intake.forms.text import OneLine, Words
from intake.models import NoteTemplate
from intake.wording_permissions import check_can_share_words, words_kept_by
from mentors.models import Volunteer
from mentors.permissions import refusal


class NoteTemplateForm(forms.Form):
    """What they are for, a name to find them by, the words, and who else may use them."""

    purpose = forms.ChoiceField(
        label="What for",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the words are for."},
    )
    name = OneLine(label="Name", max_length=60)
    text = Words(label="Words", longest=LONGEST_NOTE, rows=6)
    begins = forms.BooleanField(
        label="Stand there from the start",
        required=False,
        help_text="One of your wordings for each purpose can; the others are a tap away.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        user: Volunteer,
        now: datetime,
        template: NoteTemplate | None = None,
        purpose: str = "",
    ) -> None:
        mine = words_kept_by(user, now)
        super().__init__(data, initial=_initial(template, mine, purpose))
        self.fields["purpose"].choices = [(each.value, each.label) for each in mine]  # type: ignore[attr-defined]
        if not refusal(check_can_share_words, user, now):
            self.fields["shared"] = SharedWithField(
                user=user,
                now=now,
                help_text="Notes to a mentor are shared with coordinators, all others with the "
                "mentors of the unit too.",
            )


def _initial(
    template: NoteTemplate | None, mine: Sequence[WordsFor], purpose: str
) -> dict[str, Any]:
    if template is None:
        return {"purpose": purpose if purpose in mine else next(iter(mine), "")}
    kept = {name: getattr(template, name) for name in ("purpose", "name", "text", "begins")}
    return kept | {"shared": shared_with(template)}
