"""Django's admin for requests. What an act writes can be read here and is changed by acts only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import TabularInline
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from intake import recompute
from intake.imports import admin as imports
from intake.imports.closed_days import ClosedDaySheet
from intake.imports.pages import Importing
from intake.imports.sheet import Outcome
from intake.models import (
    Assignment,
    Client,
    ClientAlias,
    ClosedDay,
    CoMentor,
    ContactAttempt,
    DuplicateFlag,
    Export,
    MentoringRequest,
    Note,
    OutboxMail,
    RequestEvent,
    Session,
)
from intake.numbers import read_number
from mentors.admin.base import AddressedAdmin, KeptAdmin, ReadOnlyAdmin, ReadOnlyInline

__all__ = ["imports"]

TELLING_DIGITS = 7
"""A phone number has more digits than any number that a request will reach soon."""

MOST_WORDS = 4
MOST_CLIENTS = 1000

Found = tuple[QuerySet[Any], bool]


def clients_called(words: str) -> list[int]:
    """Ids of clients by e-mail, phone or the beginnings of their names; the first thousand.

    Fetched at once: inside of another query the database would look through all of them.
    """
    words = words.strip()
    digits = "".join(character for character in words if character.isdecimal())
    if "@" in words:
        found = _by_address(words.lower())
    elif len(digits) >= TELLING_DIGITS:
        found = Client.objects.filter(phone_digits=digits).values_list("pk", flat=True)
    else:
        found = _by_name(words.split()[:MOST_WORDS]).values_list("pk", flat=True)
    return list(found[:MOST_CLIENTS])


def _by_address(address: str) -> QuerySet[Any, int]:
    former = ClientAlias.objects.annotate(key=Lower("email")).filter(key=address)
    current = Client.objects.filter(email_key=address)
    return current.values_list("pk", flat=True).union(former.values_list("client", flat=True))


def _by_name(words: list[str]) -> QuerySet[Client]:
    found = Client.objects.all()
    for word in words:
        found = found.filter(Q(first_name__istartswith=word) | Q(last_name__istartswith=word))
    return found


class AliasFormSet(forms.BaseInlineFormSet):
    """The database allows each address once for a client; here that is said in words."""

    def clean(self) -> None:
        """Refuse an address that is there twice, on the page or meanwhile in the database."""
        super().clean()
        valid = [form.cleaned_data for form in self.forms if form.is_valid()]
        stay = [row["email"] for row in valid if row.get("email") and not row.get("DELETE")]
        shown = [form.instance.pk for form in self.initial_forms]
        others = self.instance.aliases.exclude(pk__in=shown).values_list("email", flat=True)
        addresses = [email.lower() for email in [*stay, *others]]
        if len(addresses) != len(set(addresses)):
            raise forms.ValidationError("The same address is there twice.")


class AliasInline(TabularInline):
    model = ClientAlias
    formset = AliasFormSet
    extra = 0
    verbose_name = "further e-mail address"
    verbose_name_plural = "further e-mail addresses"


@admin.register(Client)
class ClientAdmin(AddressedAdmin):
    """Clients come with their requests; here their data is corrected, and service suspended."""

    list_display = ("__str__", "email", "phone", "zip", "service_suspended")
    list_filter = ("service_suspended", "mail_trouble")
    search_fields = ("email_key",)
    search_help_text = "E-mail, phone, or the beginning of the names."
    ordering = ("-pk",)
    readonly_fields = (
        "requests_link", "created_at", "external_id", "merged_into", *AddressedAdmin.TROUBLE
    )  # fmt: skip
    inlines = (AliasInline,)
    fieldsets = (
        (None, {"fields": ("first_name", "last_name", "email", "phone", "zip", "notify_by")}),
        ("Service", {"fields": ("service_suspended",)}),
        ("Mail", {"fields": AddressedAdmin.TROUBLE}),
        ("Record", {"fields": ("requests_link", "created_at", "external_id", "merged_into")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a client comes with a request."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Client], search_term: str
    ) -> Found:
        """By e-mail, phone or name."""
        if not search_term:
            return queryset, False
        return queryset.filter(pk__in=clients_called(search_term)), False

    @admin.display(description="requests")
    def requests_link(self, client: Client) -> str:
        """The list of this client's requests."""
        address = reverse("admin:intake_mentoringrequest_changelist")
        return format_html('<a href="{}?client__id__exact={}">Show them</a>', address, client.pk)


class AssignmentInline(ReadOnlyInline):
    model = Assignment
    fk_name = "request"
    fields = ("mentor", "assigned_at", "respond_by", "outcome", "answered_at", "ended_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        """With their mentors, oldest first."""
        return super().get_queryset(request).select_related("mentor").order_by("pk")


@admin.register(MentoringRequest)
class RequestAdmin(KeptAdmin):
    """Requests. What the client wrote can be corrected; where the request stands cannot."""

    list_display = ("number", "client", "chapter", "status", "queue_reason", "submitted_at")
    list_select_related = ("client", "chapter")
    list_filter = ("status", "queue_reason", "source", "parked")
    search_fields = ("pk",)
    search_help_text = "Number, or the client’s e-mail, phone or beginning of the names."
    ordering = ("-submitted_at", "-id")
    autocomplete_fields = ("area", "business_type")
    inlines = (AssignmentInline,)
    CORRECTABLE = (
        "question", "area", "existing", "business_name", "website", "business_type",
        "year_formed", "employees", "meet_by", "heard_about", "language",
        "consent_contact", "consent_news",
    )  # fmt: skip
    STATE = (
        "status", "queue_reason", "status_since", "waiting_since", "current", "closed_at",
        "withdraw_reason", "duplicate_of", "parked",
    )  # fmt: skip
    SUBMISSION = (
        "client", "chapter", "submitted_at", "source", "submitted_by", "origination_url",
        "requested_mentor", "external_id",
    )  # fmt: skip
    readonly_fields = (*STATE, *SUBMISSION)
    fieldsets = (
        ("Where it stands", {"fields": STATE}),
        ("What the client wrote", {"fields": CORRECTABLE}),
        ("How it came in", {"fields": SUBMISSION}),
    )

    @admin.display(ordering="id")
    def number(self, mre: MentoringRequest) -> str:
        """As people call it."""
        return mre.number

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: submission also finds the chapter, flags duplicates and writes mails."""
        return False

    def view_on_site(self, mre: MentoringRequest) -> str:
        """The page of the request."""
        return reverse("intake:request", args=[mre.pk])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[MentoringRequest], search_term: str
    ) -> Found:
        """By number or client."""
        if not search_term:
            return queryset, False
        number = read_number(search_term)
        if number is not None and queryset.filter(pk=number).exists():
            return queryset.filter(pk=number), False
        return queryset.filter(client__in=clients_called(search_term)), False


class OfRequestAdmin(ReadOnlyAdmin):
    """What belongs to a request, and is found by its number."""

    search_fields = ("request",)
    search_help_text = "Number of the request."
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> Found:
        """By the number of the request."""
        if not search_term:
            return queryset, False
        number = read_number(search_term)
        found = queryset.none() if number is None else queryset.filter(request=number)
        return found, False


@admin.register(Assignment)
class AssignmentAdmin(OfRequestAdmin):
    list_display = ("request", "mentor", "assigned_at", "respond_by", "outcome", "ended_at")
    list_select_related = ("request", "mentor")
    list_filter = ("outcome", "tier")
    fieldsets = (
        (None, {"fields": ("request", "mentor", "assigned_by", "assigned_at", "tier", "note")}),
        (
            "Answer",
            {
                "fields": (
                    "outcome", "answered_at", "answer_days", "decline_reason", "decline_text",
                    "ended_at",
                )
            },
        ),
        (
            "Clocks, frozen when it was made",
            {
                "fields": (
                    "respond_days", "requeue_days", "remind_at", "respond_by", "requeue_at",
                    "reminded_at", "overdue_at",
                )
            },
        ),
        (
            "Contact",
            {
                "fields": (
                    "attempts_made", "first_attempt_at", "contacted_at", "counseled_at",
                    "attempts_due_at", "attempts_nudged_at", "close_out_due_at",
                    "close_out_asked_at",
                )
            },
        ),
        ("Clocks that failed", {"fields": ("sweep_after", "sweep_failures")}),
    )  # fmt: skip


@admin.register(ContactAttempt)
class ContactAttemptAdmin(OfRequestAdmin):
    list_display = ("request", "by", "at", "channel", "result")
    list_select_related = ("request", "by")
    list_filter = ("channel", "result")


@admin.register(Note)
class NoteAdmin(OfRequestAdmin):
    list_display = ("request", "by", "at", "level")
    list_select_related = ("request", "by")
    list_filter = ("level",)


class CoMentorInline(ReadOnlyInline):
    model = CoMentor
    fields = ("volunteer", "minutes")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CoMentor]:
        """With their names."""
        return super().get_queryset(request).select_related("volunteer")


@admin.register(Session)
class SessionAdmin(OfRequestAdmin):
    list_display = ("request", "mentor", "starts_at", "mode", "state", "notes_entered_at")
    list_select_related = ("request", "assignment__mentor")
    list_filter = ("state", "mode")
    inlines = (CoMentorInline,)
    exclude = ("co_mentors",)

    @admin.display(ordering="assignment__mentor__last_name")
    def mentor(self, session: Session) -> str:
        """Who led it."""
        return str(session.assignment.mentor)


@admin.register(RequestEvent)
class RequestEventAdmin(OfRequestAdmin):
    list_display = ("request", "kind", "at", "processed_at", "by", "from_status", "to_status")
    list_select_related = ("request", "by")
    list_filter = ("kind",)


@admin.register(DuplicateFlag)
class DuplicateFlagAdmin(OfRequestAdmin):
    list_display = ("request", "other", "reason", "found_at", "dismissed_at", "dismissed_by")
    list_select_related = ("request", "other", "dismissed_by")


@admin.register(OutboxMail)
class OutboxMailAdmin(OfRequestAdmin):
    """Mails as records; the Outbox page shows them as they arrive and sends them again."""

    list_display = ("subject", "to_email", "kind", "state", "created_at", "sent_at")
    list_filter = ("state",)
    exclude = ("text", "html", "calendar")
    raw_id_fields = ("joined_into", "event")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMail]:
        """Without the mails themselves, which are long."""
        return super().get_queryset(request).defer("text", "html", "calendar")

    def view_on_site(self, mail: OutboxMail) -> str:
        """The page of the mail."""
        return reverse("intake:mail", args=[mail.pk])


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """Who saved which list as a file, newest first."""

    list_display = ("at", "by", "what", "query", "rows", "kind")
    list_select_related = ("by",)
    list_filter = ("what", "kind")
    ordering = ("-at", "-id")


@admin.register(ClosedDay)
class ClosedDayAdmin(Importing, admin.ModelAdmin):
    """The holiday table."""

    sheet = ClosedDaySheet

    list_display = ("date", "name")
    list_per_page = 100
    date_hierarchy = "date"
    search_fields = ("name",)
    ordering = ("-date",)
    show_full_result_count = False

    def get_fieldsets(self, request: HttpRequest, obj: ClosedDay | None = None) -> Any:
        """The fields, and the way to the page that shows first what would move."""
        hint = format_html(
            'Due dates that are set already stay as they are here. On the page <a href="{}">Closed '
            "days</a> you see first which of them would move, and can move them.",
            reverse("intake:closed_days"),
        )
        return [(None, {"description": hint, "fields": ("date", "name")})]

    def process_result(self, result: Outcome, request: HttpRequest) -> HttpResponse:
        """On to the page that shows which due dates would move, if any would."""
        answer = super().process_result(result, request)
        return redirect("intake:move_due_dates") if recompute.preview() else answer
