"""The pages of units and people, with an import. They know of none themselves: it needs intake."""

from django.contrib import admin

from intake.imports.pages import Importing
from intake.imports.people import VolunteerSheet
from intake.imports.units import ChapterSheet, DistrictSheet, RegionSheet, ZipPrefixSheet
from mentors.admin import people, units
from mentors.models import Chapter, District, Region, Volunteer, ZipPrefix

admin.site.unregister([Region, District, Chapter, ZipPrefix, Volunteer])


@admin.register(Region)
class RegionAdmin(Importing, units.RegionAdmin):
    sheet = RegionSheet


@admin.register(District)
class DistrictAdmin(Importing, units.DistrictAdmin):
    sheet = DistrictSheet


@admin.register(Chapter)
class ChapterAdmin(Importing, units.ChapterAdmin):
    sheet = ChapterSheet


@admin.register(ZipPrefix)
class ZipPrefixAdmin(Importing, units.ZipPrefixAdmin):
    sheet = ZipPrefixSheet


@admin.register(Volunteer)
class VolunteerAdmin(Importing, people.VolunteerAdmin):
    sheet = VolunteerSheet
