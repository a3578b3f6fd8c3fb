"""What all pages of Django's admin have in common here."""

from typing import Any

from django.contrib.admin import ModelAdmin, ShowFacets, TabularInline
from django.db.models import Model
from django.http import HttpRequest

from mentors.paging import BoundedPaginator


class KeptAdmin(ModelAdmin):
    """Records that history needs: nothing is deleted, and a list of millions opens at once."""

    list_per_page = 50
    paginator = BoundedPaginator
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    search_help_text = "At most the first 10,000 are listed; search for the others."

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: other records point here."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001
        """Write what was edited and nothing else: an act may have changed the rest meanwhile."""
        if not change:
            obj.save()
        elif edited := self.edited_fields(obj, form):
            obj.save(update_fields=edited)

    def edited_fields(self, obj: Model, form: Any) -> list[str]:
        """The columns that the form changed."""
        return [f.name for f in obj._meta.concrete_fields if f.name in form.changed_data]


class AddressedAdmin(KeptAdmin):
    """People with an address: what is known against it ends when it is corrected."""

    TROUBLE = ("mail_trouble", "mail_trouble_at")

    def edited_fields(self, obj: Model, form: Any) -> list[str]:
        """With a corrected address also that nothing is known against it."""
        edited = super().edited_fields(obj, form)
        if "email" not in edited or form.initial["email"].lower() == form.instance.email.lower():
            return edited
        form.instance.trust_address()
        return [*edited, *self.TROUBLE]


class ReadOnlyAdmin(KeptAdmin):
    """Records that only acts write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


class ReadOnlyInline(TabularInline):
    """Rows that belong to the record shown; each opens on its own page."""

    extra = 0
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never here."""
        return False
