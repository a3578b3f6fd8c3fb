"""What a coordinator enters to give a request to a mentor or to another chapter."""

from typing import Any

from django import forms
from django.db.models.functions import Lower

from intake.forms.text import Words
from mentors.matching import TIERS
from mentors.models import Chapter, Volunteer

LONGEST_NOTE = 4000


class SearchForm(forms.Form):
    """How the shortlist is searched. What makes no sense is passed over."""

    tier = forms.ChoiceField(choices=[(tier, tier) for tier in TIERS], required=False)
    q = forms.CharField(max_length=100, required=False)
    language = forms.CharField(max_length=40, required=False)
    p = forms.IntegerField(min_value=1, max_value=10_000, required=False)
    mentor = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class AssignForm(forms.Form):
    """Who gets it, and why. The page draws the mentors, so the field has no choices of its own.

    `step` and `seen` are what stood there when the page was made: which act was offered, and which
    assignment it was about.
    """

    mentor = forms.ModelChoiceField(
        Volunteer.objects.all(),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a mentor.",
            "invalid_choice": "This mentor is not on the roster any more; choose another one.",
        },
    )
    note = Words(label="Note to the mentor", longest=LONGEST_NOTE, rows=2, required=False)
    step = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, needs_note: bool, **options: Any) -> None:
        super().__init__(data, **options)
        note = self.fields["note"]
        note.widget.attrs["placeholder"] = "Why this match; what to know before calling"
        if needs_note:
            note.required = note.widget.is_required = True
            note.error_messages["required"] = "Say why this mentor now; he reads it first."


class ChapterField(forms.ModelChoiceField):
    """A chapter with its district, because names of towns come twice."""

    def label_from_instance(self, chapter: Any) -> str:
        """“SCORE Akron, Great Lakes District”."""
        return f"{chapter}, {chapter.district}"


class MoveForm(forms.Form):
    """To which chapter, and why."""

    chapter = ChapterField(
        label="To chapter",
        queryset=Chapter.objects.none(),
        empty_label="Choose a chapter",
        error_messages={"required": "Choose the chapter to which it belongs."},
    )
    note = Words(
        label="Why",
        longest=LONGEST_NOTE,
        rows=3,
        help_text="The coordinators of both chapters read it.",
        error_messages={"required": "Say why it belongs to the other chapter."},
    )

    def __init__(self, data: Any = None, *, leaving: int) -> None:
        super().__init__(data)
        others = Chapter.objects.exclude(pk=leaving).select_related("district")
        field: Any = self.fields["chapter"]
        field.queryset = others.order_by(Lower("name"), "pk")
