"""What a client is asked: the same rules for the public form and for one typed in for him."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from intake.actions.submission import Ask, Person
from intake.enums import HeardAbout, MeetBy, NotifyBy, Speech
from intake.forms.blank import AlikeForAll
from intake.forms.text import (
    EmailField,
    OneLine,
    PhoneField,
    WebAddressField,
    Words,
    ZipField,
    refuse_line_breaks,
)
from intake.speech import spoken
from intake.wishes import wished_in
from mentors.models import BusinessType, MentoringArea, Volunteer
from mentors.names import folded
from mentors.picklists import LANGUAGES

LONGEST_QUESTION = 5_000
LONGEST_ORIGIN = 500
OLDEST_BUSINESS = 1600
MOST_EMPLOYEES = 1_000_000
PLANNED, RUNNING = "new", "existing"
BROUGHT = {"key", "origination_url", "requested_mentor", "language"}
"""What a browser brings along to a form: the language is that which it asks for."""
HEARD = [("", _("Choose if you like")), *HeardAbout.choices]


class InTheReadersOrder(forms.models.ModelChoiceIterator):
    """The rows in the order of the alphabet: their names begin differently in each language."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield ("", self.field.empty_label)
        rows = sorted(self.queryset, key=lambda row: row.pk)
        yield from sorted(map(self.choice, rows), key=lambda choice: folded(choice[1]))


class PicklistField(forms.ModelChoiceField):
    """One of a picklist, as the reader calls it."""

    iterator = InTheReadersOrder


class RequestForm(forms.Form):
    """The rules of every field of a request. `person()` and `ask()` are what `submit` takes."""

    area = PicklistField(
        MentoringArea.objects.filter(is_offered=True),
        label=_("What is it about?"),
        empty_label=_("Choose an area"),
        error_messages={"invalid_choice": _("Choose one of the areas in the list.")},
    )
    question = Words(
        longest=LONGEST_QUESTION,
        rows=7,
        label=_("Your question"),
        help_text=_("A few sentences about where you stand and what you want to know."),
    )
    stage = forms.ChoiceField(
        choices=[(PLANNED, _("Not yet: I am planning it")), (RUNNING, _("Yes, it is running"))],
        widget=forms.RadioSelect,
        label=_("Is there a business already?"),
    )
    meet_by = forms.ChoiceField(
        choices=MeetBy.choices,
        initial=MeetBy.NO_PREFERENCE,
        required=False,
        label=_("How would you like to meet?"),
    )
    language = forms.ChoiceField(
        choices=[(name, _(name)) for name in LANGUAGES],
        initial=LANGUAGES[0],
        required=False,
        label=_("Language for the conversation"),
    )

    first_name = OneLine(
        max_length=60, widget=forms.TextInput({"autocomplete": "given-name"}), label=_("First name")
    )
    last_name = OneLine(
        max_length=60, widget=forms.TextInput({"autocomplete": "family-name"}), label=_("Last name")
    )
    email = EmailField(label=_("E-mail"))
    phone = PhoneField(label=_("Phone"), help_text=_("With area code."))
    zip = ZipField(label=_("Zip code"), help_text=_("Finds the chapter near you."))
    notify_by = forms.ChoiceField(
        choices=[(NotifyBy.EMAIL, _("By e-mail")), (NotifyBy.TEXT, _("By text message"))],
        initial=NotifyBy.EMAIL,
        widget=forms.RadioSelect,
        label=_("How do you like to hear from us?"),
        help_text=_("We note your wish. For now all news comes by e-mail."),
    )

    business_name = OneLine(max_length=150, required=False, label=_("Name of the business"))
    website = WebAddressField(max_length=300, required=False, label=_("Website"))
    business_type = PicklistField(
        BusinessType.objects.filter(is_offered=True),
        required=False,
        label=_("Type of business"),
        empty_label=_("Choose if you like"),
        error_messages={"invalid_choice": _("Choose one of the types in the list.")},
    )
    year_formed = forms.IntegerField(
        required=False,
        label=_("Year formed"),
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={"invalid": _("Enter a year, like 2019.")},
    )
    employees = forms.IntegerField(
        min_value=0,
        max_value=MOST_EMPLOYEES,
        required=False,
        label=_("Employees, you included"),
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={
            "invalid": _("Enter a number, like 3."),
            "min_value": _("Enter 0 or more."),
            "max_value": format_lazy(_("Enter a number up to {most}."), most=f"{MOST_EMPLOYEES:,}"),
        },
    )

    heard_about = forms.ChoiceField(
        choices=HEARD, required=False, label=_("How did you hear of us?")
    )
    consent_contact = forms.BooleanField(
        label=_("A volunteer mentor may write to me and call me about this request"),
        error_messages={"required": _("Please tick this: without it nobody may answer you.")},
    )
    consent_news = forms.BooleanField(
        required=False, label=_("Send me news and invitations to workshops, too")
    )

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.this_year = now.year

    def clean_year_formed(self) -> int | None:
        """A year in which a business can have been formed."""
        year: int | None = self.cleaned_data["year_formed"]
        if year is not None and not OLDEST_BUSINESS <= year <= self.this_year:
            raise ValidationError(
                _("Enter a year from %(first)s to %(last)s."),
                params={"first": OLDEST_BUSINESS, "last": self.this_year},
            )
        return year

    def person(self) -> Person:
        """Who asks. The form has to be valid."""
        given = self.cleaned_data
        names = ("first_name", "last_name", "email", "phone", "zip", "notify_by")
        return Person(**{name: given[name] for name in names}, speech=self.speech())

    def speech(self) -> Speech:
        """The language of the mails to the client: that in which the form was read."""
        return spoken()

    def ask(self) -> Ask:
        """What for. The form has to be valid."""
        given = self.cleaned_data
        same = (
            "question",
            "area",
            "business_name",
            "website",
            "business_type",
            "year_formed",
            "employees",
            "heard_about",
            "consent_contact",
            "consent_news",
        )
        return Ask(
            **{name: given[name] for name in same},
            existing=given["stage"] == RUNNING,
            meet_by=given["meet_by"] or MeetBy.NO_PREFERENCE,
            language=given["language"] or LANGUAGES[0],
            origination_url=given.get("origination_url", ""),
            requested_mentor=given.get("requested_mentor"),
        )


class Unseen(forms.CharField):
    """What a page carries along: nobody typed it, so no sentence about it would help anybody."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **{"widget": forms.HiddenInput, **options})

    def run_validators(self, value: Any) -> None:
        """Leave it to the form, which takes what it can use."""


class SentOnceForm(RequestForm):
    """A form that makes one request, however often it is sent."""

    key = Unseen()

    def clean_key(self) -> UUID:
        """The key that came with this page; another one if somebody tampered with it."""
        try:
            return UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid4()

    def submission_key(self) -> UUID:
        """The same for the same form sent twice.

        Who goes back, asks something else and sends again means another request: the key of the
        page alone would swallow it.
        """
        return uuid5(cast("UUID", self.cleaned_data["key"]), repr((self.person(), self.ask())))


class PublicRequestForm(AlikeForAll, SentOnceForm):
    """The form on the public page, with what a stranger's browser brings along unseen."""

    origination_url = Unseen()
    requested_mentor = Unseen()
    reference = Unseen(
        label=_("Leave this empty"),
        widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_origination_url(self) -> str:
        """The page that led here, if it is one."""
        return origin(self.cleaned_data["origination_url"])

    def clean_requested_mentor(self) -> Volunteer | None:
        """The mentor whom the page has named, and the client still asks for."""
        return wished_in(self.cleaned_data["requested_mentor"])

    @property
    def is_blank(self) -> bool:
        """Whether nobody has sent it, and nothing is known of who asks."""
        return not self.is_bound and self.initial.keys() <= BROUGHT

    @property
    def trapped(self) -> bool:
        """Whether the field that no person sees was filled in."""
        return bool(self.cleaned_data["reference"])


def origin(address: str) -> str:
    """An address of the web, cut to what can be kept; nothing for anything else."""
    try:
        refuse_line_breaks(address)
        parts = urlsplit(address)
    except (ValueError, ValidationError):
        return ""
    return address[:LONGEST_ORIGIN] if parts.scheme in ("http", "https") and parts.netloc else ""
