"""What is asked of the mentors' activity, and what is written down about it, as forms."""

from datetime import date
from typing import Any

from django import forms

from intake.forms.fields import DayField
from intake.forms.text import OneLine, Words
from mentors.enums import FollowUpHow
from reports.forms import SENSIBLE, QuestionForm
from reports.standouts import FIGURES, MentorsQuestion, Show

LONGEST_TEXT = 4000
LONGEST_SUBJECT = 150


class MentorsForm(QuestionForm):
    """Which mentors: of a unit, by name, by what stands out, by the number in a column."""

    name = OneLine(
        label="Mentor",
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )
    show = forms.ChoiceField(label="Show", required=False)
    figure = forms.ChoiceField(
        label="Column",
        required=False,
        choices=[("", "Any"), *((name, column.title) for name, column in FIGURES.items())],
    )
    least = forms.FloatField(label="At least", required=False)
    most = forms.FloatField(label="At most", required=False)
    mentor = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [(show.value, show.words) for show in Show]
        self.fields["show"].choices = shown  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Bounds belong to a column, and leave something between them."""
        given = super().clean()
        least, most = given.get("least"), given.get("most")
        bounded = least is not None or most is not None
        if bounded and not (given.get("figure") or "figure" in self.errors):
            self.add_error("figure", "Say of which column.")
        if least is not None and most is not None and most < least:
            self.add_error("most", "This is less than the other.")
        return given

    def question(self, **more: Any) -> MentorsQuestion:
        """What is asked, once the form is valid."""
        given = self.cleaned_data
        bounds = ("least", "most") if given["figure"] else ()
        return MentorsQuestion(
            **vars(super().question(**{"mentor": given["mentor"], **more})),
            name=given["name"],
            show=Show(given["show"]),
            figure=given["figure"],
            **{field: given[field] for field in bounds},
        )


class FollowUpForm(forms.Form):
    """When and how somebody got in touch with a mentor, and what came of it."""

    on = DayField(label="Date", validators=SENSIBLE)
    how = forms.ChoiceField(label="How", choices=FollowUpHow)
    text = Words(
        label="What came of it",
        longest=LONGEST_TEXT,
        rows=4,
        help_text="For the chairs, leaders and coordinators of the chapter. Nothing of clients.",
        error_messages={"required": "Write a few words, so that the next one knows."},
    )

    def __init__(self, data: Any = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, initial={"on": today}, **kwargs)


class MailForm(forms.Form):
    """A mail to a mentor."""

    subject = OneLine(label="Subject", max_length=LONGEST_SUBJECT)
    text = Words(
        label="Your words",
        longest=LONGEST_TEXT,
        rows=8,
        help_text="The mail greets by name; an answer comes to you.",
        error_messages={"required": "Write a few words."},
    )
