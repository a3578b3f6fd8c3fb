"""Volunteers, who sign in with their e-mail; their positions, profiles and pauses."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.admin import StackedInline
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from mentors.admin.base import AddressedAdmin, KeptAdmin, ReadOnlyInline
from mentors.admin.forms import ProfileForm, VolunteerAddForm, VolunteerChangeForm
from mentors.enums import Classification
from mentors.models import MentorProfile, Pause, Position, Volunteer

Names = tuple[str, ...]


class ProfileInline(StackedInline):
    model = MentorProfile
    form = ProfileForm
    can_delete = False
    autocomplete_fields = ("areas", "business_types")


class PositionInline(ReadOnlyInline):
    model = Position
    fields = ("role", "region", "district", "chapter", "starts_on", "ends_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Position]:
        """With their units, newest first."""
        found = super().get_queryset(request).select_related("region", "district", "chapter")
        return found.order_by("-starts_on", "-pk")


@admin.register(Volunteer)
class VolunteerAdmin(AddressedAdmin, UserAdmin):
    """People, who sign in with their e-mail."""

    form = VolunteerChangeForm
    add_form = VolunteerAddForm
    add_form_template = None
    list_display = ("__str__", "email", "chapter", "status", "classification", "administrator")
    list_select_related = ("chapter",)
    list_filter = ("status", "classification", "is_active", "is_superuser", "mail_trouble")
    search_fields = ("first_name", "last_name", "email")
    search_help_text = "Name or e-mail."
    ordering = ("last_name", "first_name", "pk")
    filter_horizontal = ()
    autocomplete_fields = ("chapter",)
    readonly_fields = (
        "standing", "status", "classification", "naming",
        "last_login", "date_joined", "external_id", *AddressedAdmin.TROUBLE,
    )  # fmt: skip
    inlines = (ProfileInline, PositionInline)
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "phone", "chapter", "languages")}),
        (
            "Standing",
            {
                "description": "Changing it also hands back requests that wait for an answer, so "
                "it is done on a page of its own.",
                "fields": ("status", "classification", "standing", "naming"),
            },
        ),
        ("Signing in", {"fields": ("is_active", "administrator")}),
        ("Mail", {"fields": AddressedAdmin.TROUBLE}),
        ("Record", {"fields": ("last_login", "date_joined", "external_id")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "description": "The person asks for a password on the sign-in page; or you set one "
                "on the next page.",
                "fields": ("email", "first_name", "last_name", "phone", "chapter", "languages"),
            },
        ),
        ("Standing", {"fields": ("status", "classification")}),
        ("Signing in", {"fields": ("administrator",)}),
    )

    @admin.display(boolean=True, description="administrator", ordering="is_superuser")
    def administrator(self, volunteer: Volunteer) -> bool:
        """Staff and superuser, both."""
        return volunteer.is_staff and volunteer.is_superuser

    @admin.display(description="change")
    def standing(self, volunteer: Volunteer) -> str:
        """The page that changes the standing."""
        if volunteer.chapter is None:
            return "belongs to no chapter"
        address = reverse("intake:standing", args=[volunteer.pk])
        return format_html('<a href="{}">Status and classification</a>', address)

    @admin.display(description="positions")
    def naming(self, volunteer: Volunteer) -> str:
        """The page that names this person to a position at any unit."""
        address = reverse("admin:mentors_position_add")
        return format_html(
            '<a href="{}?volunteer={}">Name to a position</a>', address, volunteer.pk
        )

    def view_on_site(self, volunteer: Volunteer) -> str:
        """The page of the person."""
        return reverse("mentors:person", args=[volunteer.pk])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Names:
        """A new person is given a standing; afterwards an act changes it."""
        return self.readonly_fields if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        """A new person has neither positions nor a profile."""
        return self.inlines if obj else ()

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> Any:
        """The form, which has to know who edits."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.reader = request.user
        return form

    def edited_fields(self, obj: Model, form: Any) -> list[str]:
        """One tick stands for two columns."""
        edited = super().edited_fields(obj, form)
        return [*edited, "is_staff", "is_superuser"] if form.changed_data else edited

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """A new mentor gets a profile; who has a new address no longer signs in with the old."""
        if not change:
            obj.date_joined = request.now  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        if not change and obj.classification == Classification.MENTOR:
            MentorProfile.objects.create(volunteer=obj)
        if change and "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()


@admin.register(Position)
class PositionAdmin(KeptAdmin):
    """Roles at any unit; the Chapter Managers name those of their chapters on the roster."""

    list_display = ("volunteer", "role", "unit", "starts_on", "ends_on")
    list_select_related = ("volunteer", "region", "district", "chapter")
    list_filter = ("role",)
    search_fields = (
        "volunteer__first_name", "volunteer__last_name",
        "region__name", "district__name", "chapter__name",
    )  # fmt: skip
    search_help_text = "Person or unit."
    ordering = ("-starts_on", "-pk")
    autocomplete_fields = ("volunteer", "region", "district", "chapter")
    fieldsets = (
        (None, {"fields": ("volunteer", "role")}),
        (
            "Unit",
            {
                "description": "Exactly one. Chapter Managers and Membership Chairs are named at "
                "a chapter.",
                "fields": ("region", "district", "chapter"),
            },
        ),
        ("Time", {"fields": ("starts_on", "ends_on")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Names:
        """Whose position it is stays; another person gets another position."""
        return ("volunteer",) if obj else ()


@admin.register(MentorProfile)
class MentorProfileAdmin(KeptAdmin):
    form = ProfileForm
    list_display = (
        "volunteer",
        "weekly_limit",
        "accepts_direct",
        "serves_outside",
        "in_directory",
    )
    list_select_related = ("volunteer",)
    list_filter = ("accepts_direct", "serves_outside", "in_directory")
    search_fields = ("volunteer__first_name", "volunteer__last_name", "keywords")
    search_help_text = "Person or keyword."
    ordering = ("volunteer__last_name", "volunteer__first_name", "pk")
    autocomplete_fields = ("volunteer", "areas", "business_types")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Names:
        """Whose profile it is stays."""
        return ("volunteer",) if obj else ()


@admin.register(Pause)
class PauseAdmin(KeptAdmin):
    """Pauses; those entered here leave requests that wait for an answer where they are."""

    list_display = ("mentor", "starts_on", "ends_on", "days", "resumed_on", "reason")
    list_select_related = ("mentor",)
    search_fields = ("mentor__first_name", "mentor__last_name")
    search_help_text = "Person."
    ordering = ("-starts_on", "-pk")
    autocomplete_fields = ("mentor",)
    fields = ("mentor", "starts_on", "ends_on", "reason", "created_at", "resumed_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Names:
        """The dates of a pause that somebody came back from early are history."""
        kept = ("created_at", "resumed_on")
        if obj is None:
            return kept
        return ("mentor", *kept, *(("starts_on", "ends_on") if obj.resumed_on else ()))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """With the instant at which it was entered."""
        if not change:
            obj.created_at = request.now  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
