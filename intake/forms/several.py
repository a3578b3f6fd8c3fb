"""What a coordinator enters for several requests at once."""

from typing import Any

from django import forms
from django.db.models.functions import Lower

from intake.forms.assign import LONGEST_NOTE, ChapterField
from intake.forms.text import Words
from mentors.models import Chapter, Volunteer


class WhichMentorForm(forms.Form):
    """Who is to have them; what makes no sense is passed over."""

    q = forms.CharField(max_length=100, required=False)
    mentor = forms.ModelChoiceField(Volunteer.objects.mentors(), required=False)


class WhichChapterForm(forms.Form):
    """Where they are to go."""

    chapter = ChapterField(
        label="To chapter",
        queryset=Chapter.objects.none(),
        empty_label="Choose a chapter",
        required=False,
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["chapter"]
        field.queryset = Chapter.objects.select_related("district").order_by(Lower("name"), "pk")


class ForAllForm(forms.Form):
    """One note for all of them."""

    note = Words(
        label="Note to the mentor",
        longest=LONGEST_NOTE,
        rows=3,
        required=False,
        help_text="One for all; it stands on each.",
    )


class WhyMovedForm(forms.Form):
    """Why they belong elsewhere."""

    note = Words(
        label="Why",
        longest=LONGEST_NOTE,
        rows=3,
        help_text="One for all. The coordinators of both chapters read it.",
        error_messages={"required": "Say why they belong to the other chapter."},
    )
