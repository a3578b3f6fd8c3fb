"""The mails of the outbox as a list that can be narrowed down."""

from functools import cache
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html

from intake.enums import MailState
from intake.models import Client, OutboxMail
from intake.numbers import read_number
from mentors.addresses import address
from mentors.columns import Drawn, link
from mentors.models import Volunteer
from mentors.templatetags.moments import clock

OWNERS = {"volunteer": "Volunteers", "client": "Clients"}
OWNER_MODELS: dict[str, type[Volunteer | Client]] = {"volunteer": Volunteer, "client": Client}
MOST_IN_TROUBLE = 200


def in_trouble(whose: str) -> list[Volunteer | Client]:
    """The volunteers or clients to whom no mail is sent, the latest first. One query."""
    found = _failing(whose).order_by("-mail_trouble_at", "-pk")
    return list(found[: MOST_IN_TROUBLE + 1])


def anybody_in_trouble() -> bool:
    """Whether there is one of them. A query for each kind, until somebody is found."""
    return any(_failing(whose).exists() for whose in OWNERS)


def _failing(whose: str) -> QuerySet[Any]:
    return OWNER_MODELS[whose]._default_manager.exclude(mail_trouble="")


EMAILS = settings.BASE_DIR / "templates" / "emails"
TONES = {
    MailState.FAILED: "red",
    MailState.HELD: "orange",
    MailState.SENT: "green",
    MailState.QUEUED: "azure",
}
SHORT = {MailState.KEPT: "Kept here", MailState.HELD: "Held back"}


def kind_in_words(kind: str) -> str:
    """“Mentor: assigned” for mentor_assigned."""
    who, _, what = kind.partition("_")
    whom = "RCIC" if who == "rcic" else who.capitalize()
    return f"{whom}: {what.replace('_', ' ')}" if what else whom


@cache
def kinds() -> list[tuple[str, str]]:
    """Every kind of mail there is, with its words. Those of a release do not change."""
    names = sorted(folder.name for folder in EMAILS.iterdir() if folder.is_dir())
    return [(name, kind_in_words(name)) for name in names]


def _check_number(words: str) -> None:
    if read_number(words) is None:
        raise ValidationError("Enter a number such as MR-12.")


class OutboxFilter(django_filters.FilterSet):
    """Mails by state, kind, address and request."""

    state = django_filters.ChoiceFilter(choices=MailState.choices, empty_label="Any state")
    kind = django_filters.ChoiceFilter(choices=kinds, empty_label="Any kind")
    address = django_filters.CharFilter(
        label="To (part of the address)",
        field_name="to_email",
        lookup_expr="icontains",
        max_length=254,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    request_number = django_filters.CharFilter(
        label="Request",
        method="about",
        max_length=30,
        validators=[_check_number],
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "MR-12"}),
    )

    came_back = django_filters.ChoiceFilter(
        label="Came back",
        choices=[("yes", "Came back or complained of")],
        empty_label="Whether or not",
        method="returned",
    )

    class Meta:
        model = OutboxMail
        fields = ["state", "kind", "address", "request_number", "came_back"]

    def about(self, mails: QuerySet[OutboxMail], field: str, number: str) -> QuerySet[OutboxMail]:
        """The mails about one request."""
        return mails.filter(request=read_number(number))

    def returned(
        self, mails: QuerySet[OutboxMail], field: str, chosen: str
    ) -> QuerySet[OutboxMail]:
        """Those that came back, or of which a reader complained."""
        return mails.filter(bounced_at__isnull=False)


class OutboxTable(tables.Table):
    """Mails, newest first."""

    caption = "Mails, newest first"

    subject = Drawn(orderable=False, attrs={"td": {"class": "stack-wide"}})
    state = Drawn(orderable=False)
    to = Drawn(orderable=False, attrs={"td": {"class": "text-break"}})
    kind = Drawn(orderable=False, attrs={"td": {"class": "text-nowrap"}})
    request = Drawn(orderable=False)
    written = Drawn(orderable=False, attrs={"td": {"class": "text-nowrap"}})

    class Meta:
        empty_text = "No mail matches this"

    def draw_subject(self, record: OutboxMail) -> str:
        """It opens the mail."""
        return link(address("intake:mail", record.pk), record.subject)

    def draw_state(self, record: OutboxMail) -> str:
        """A badge, and what the mail server said."""
        return state_badge(record)

    def draw_to(self, record: OutboxMail) -> str:
        """The address."""
        return record.to_email

    def draw_kind(self, record: OutboxMail) -> str:
        """In words."""
        return kind_in_words(record.kind)

    def draw_request(self, record: OutboxMail) -> str:
        """Its number, without asking the database for the rest."""
        number = record.request_id
        return link(address("intake:request", number), f"MR-{number}") if number else self.default

    def draw_written(self, record: OutboxMail) -> str:
        """In the reader's zone."""
        return clock(record.created_at)


def state_badge(mail: OutboxMail) -> str:
    """Where a mail stands as a word in a badge; behind it the error, if there was one."""
    state = MailState(mail.state)
    badge = format_html(
        '<span class="badge bg-{}-lt">{}</span>',
        TONES.get(state, "secondary"),
        SHORT.get(state, state.label),
    )
    if mail.joined_into_id is not None:
        page = address("intake:mail", mail.joined_into_id)
        return format_html('{} <a href="{}">with others</a>', badge, page)
    if mail.bounced_at is not None:
        badge += format_html(' <span class="badge bg-red-lt">{}</span>', _returned(mail))
    if not mail.last_error or (state == MailState.SENT and mail.bounced_at is None):
        return badge
    return format_html('{}<div class="small text-secondary">{}</div>', badge, mail.last_error)


def _returned(mail: OutboxMail) -> str:
    return "Complained of" if mail.state == MailState.SENT else "Came back"
