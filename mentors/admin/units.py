"""Regions, districts, chapters with their zip codes, and the picklists."""

from django import forms
from django.contrib import admin
from django.contrib.admin import ModelAdmin, TabularInline
from django.db.models import Model
from django.http import HttpRequest

from mentors.admin.base import KeptAdmin
from mentors.models import BusinessType, Chapter, District, MentoringArea, Region, ZipPrefix

Names = tuple[str, ...]


class UnitAdmin(KeptAdmin):
    """Units are renamed and moved, never deleted; a code is given once."""

    search_fields = ("code", "name")
    ordering = ("name", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Names:
        """The code of a unit that is there."""
        return ("code",) if obj else ()


@admin.register(Region)
class RegionAdmin(UnitAdmin):
    list_display = ("name", "code")


@admin.register(District)
class DistrictAdmin(UnitAdmin):
    list_display = ("name", "code", "region")
    list_select_related = ("region",)
    list_filter = ("region",)
    autocomplete_fields = ("region",)


class ChapterForm(forms.ModelForm):
    """The constraints of the database, as sentences beside the fields."""

    code = forms.RegexField(
        r"^[0-9]{4}$",
        error_messages={"invalid": "Four digits, e.g. 0216."},
        help_text="Four digits.",
    )

    def clean_is_national(self) -> bool:
        """There is one national virtual chapter."""
        chosen: bool = self.cleaned_data["is_national"]
        others = Chapter.objects.filter(is_national=True).exclude(pk=self.instance.pk)
        if chosen and (other := others.first()):
            raise forms.ValidationError(f"{other} is the national virtual chapter.")
        return chosen


class ZipPrefixInline(TabularInline):
    model = ZipPrefix
    extra = 1


@admin.register(Chapter)
class ChapterAdmin(UnitAdmin):
    form = ChapterForm
    list_display = ("name", "code", "district", "time_zone", "is_national")
    list_select_related = ("district",)
    list_filter = ("district__region", "time_zone")
    autocomplete_fields = ("district",)
    inlines = (ZipPrefixInline,)


@admin.register(ZipPrefix)
class ZipPrefixAdmin(ModelAdmin):
    list_display = ("prefix", "chapter")
    list_select_related = ("chapter",)
    list_per_page = 100
    search_fields = ("^prefix", "chapter__name")
    search_help_text = "The prefix or the chapter."
    ordering = ("prefix",)
    autocomplete_fields = ("chapter",)
    show_full_result_count = False


@admin.register(MentoringArea, BusinessType)
class PicklistAdmin(KeptAdmin):
    list_display = ("name", "is_offered")
    list_filter = ("is_offered",)
    search_fields = ("name",)
    ordering = ("name",)
