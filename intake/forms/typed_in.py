"""A request that a coordinator or a mentor types in for a client: the rules of the public form."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower

from intake.enums import Speech
from intake.forms.public import SentOnceForm
from intake.forms.text import OneLine
from intake.search import volunteers_called
from mentors.models import Chapter, Volunteer
from mentors.names import folded_words
from mentors.roles import duties

MOST_NAMED = 5
LABELS = {
    "question": "The client’s question",
    "meet_by": "How to meet",
    "notify_by": "How the client likes to hear from us",
    "employees": "Employees, the client included",
    "heard_about": "How the client heard of us",
    "consent_contact": "The client agrees that a volunteer mentor writes and calls about this",
    "consent_news": "The client wants news and invitations to workshops, too",
}
HINTS = {
    "question": "In the client’s words as far as you can.",
    "zip": "Finds the chapter, unless you choose one.",
    "notify_by": "",
    "consent_contact": "As the client told you.",
}
NOT_AGREED = "Ask the client: without this nobody may answer."


class TypedInForm(SentOnceForm):
    """The public form in the third person, with the chapter and the mentor asked for."""

    chapter = forms.ModelChoiceField(
        Chapter.objects.none(),
        required=False,
        label="Chapter",
        empty_label="By the zip code",
        error_messages={"invalid_choice": "Choose one of your chapters."},
    )
    mails_in = forms.ChoiceField(
        choices=Speech.choices,
        initial=Speech.ENGLISH,
        required=False,
        label="Language of our mails to the client",
        help_text="The conversation may be in another one.",
    )

    def __init__(self, *args: Any, by: Volunteer, now: datetime, **options: Any) -> None:
        super().__init__(*args, now=now, **options)
        mine = duties(by, now)
        chapters = Chapter.objects.order_by(Lower("name"), "pk")
        if not mine.is_admin:
            chapters = chapters.filter(Q(pk__in=mine.rcic) | Q(pk=by.chapter_id))
        self.fields["chapter"].queryset = chapters  # type: ignore[attr-defined]
        for name, label in LABELS.items():
            self.fields[name].label = label
        for name, hint in HINTS.items():
            self.fields[name].help_text = hint
        self.fields["consent_contact"].error_messages["required"] = NOT_AGREED
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)  # not the data of who types

    def speech(self) -> Speech:
        """As chosen for the client."""
        return Speech(self.cleaned_data["mails_in"] or Speech.ENGLISH)


class CoordinatorsForm(TypedInForm):
    """The mentor whom the client asks for is found by name."""

    asks_for = OneLine(
        max_length=100,
        required=False,
        label="Asks for a certain mentor",
        help_text="Name or e-mail. Who takes direct requests and has a place gets it at once.",
    )

    def clean_asks_for(self) -> Volunteer | None:
        """The one active mentor of this name or address."""
        typed = self.cleaned_data["asks_for"]
        if not typed:
            return None
        called = Q(pk__in=volunteers_called(folded_words(typed))) | Q(email__iexact=typed)
        found = list(
            Volunteer.objects.mentors()
            .filter(called)
            .select_related("chapter")
            .order_by("last_name", "first_name", "pk")[: MOST_NAMED + 1]
        )
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError("No active mentor has this name. Look among Mentors.")
        some = ", ".join(f"{one} ({one.email})" for one in found[:MOST_NAMED])
        raise ValidationError(f"Several have this name; enter the e-mail of the right one: {some}.")

    def clean(self) -> dict[str, Any] | None:
        """Name the mentor as the request does."""
        given = super().clean() or self.cleaned_data
        return given | {"requested_mentor": given.get("asks_for")}


class MentorsForm(TypedInForm):
    """A mentor may take the client himself."""

    for_me = forms.BooleanField(
        required=False,
        label="The client asks for me",
        help_text="If you take direct requests and have a place this week, it is assigned to you.",
    )

    def __init__(self, *args: Any, by: Volunteer, now: datetime, **options: Any) -> None:
        super().__init__(*args, by=by, now=now, **options)
        self.by = by

    def clean(self) -> dict[str, Any] | None:
        """Name the mentor as the request does."""
        given = super().clean() or self.cleaned_data
        return given | {"requested_mentor": self.by if given.get("for_me") else None}
