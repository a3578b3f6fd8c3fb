"""Regions, districts, chapters and zip prefixes from a spreadsheet."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from import_export.fields import Field

from intake.history import cells
from intake.history.reader import Refusal
from intake.history.units import (
    LEVELS,
    LONGEST_CODE,
    LONGEST_NAME,
    check_chapter_code,
    check_prefix,
    time_zone,
)
from intake.imports.sheet import Cells, KeyedSheet, Sheet
from mentors.models import Chapter, District, Region, ZipPrefix

CODE = "Given once, never changed: the row with the code of a unit that is there changes that unit."
LEVEL = "Region, district or chapter, if the file holds all of them."


class UnitSheet(KeyedSheet):
    """Units of one level. A file may hold all three: rows of another level are left out."""

    LEVEL: ClassVar[str]
    PARENT: ClassVar[tuple[str, ...]] = ()
    """The field that names the unit above."""
    KEY = "code"
    BESIDE = ("level",)
    PASSED_OVER = "of other levels"

    code = Field("code", "code")
    name = Field("name", "name")

    def prepare(self, rows: list[Cells]) -> None:
        """The units that are there."""
        units = self._meta.model.objects.select_related(*self.PARENT)
        found = units.filter(code__in=[row["code"].strip() for row in rows])
        self.there = {unit.code: unit for unit in found}

    def passes_over(self, row: Cells) -> bool:
        """Rows of other levels."""
        level = row.get("level", "").strip()
        return level in LEVELS and level != self.LEVEL

    def before_import_row(self, row: Cells, **_: Any) -> None:
        """A level that is none is refused, not left out."""
        level = row.get("level", "").strip()
        if level and level not in LEVELS:
            known = ", ".join(LEVELS)
            raise ValidationError({"level": f"level “{level}” is not one of {known}."})

    def read_code(self, text: str) -> str:
        """Any few characters."""
        return cells.words(text, "code", LONGEST_CODE, needed=True)

    def read_name(self, text: str) -> str:
        """Any words."""
        return cells.words(text, "name", LONGEST_NAME, needed=True)


class RegionSheet(UnitSheet):
    LEVEL = "region"
    NEEDED = ("code", "name")
    SAVED = ("name",)
    HELP = {"code": CODE, "name": "", "level": LEVEL}

    class Meta(Sheet.Meta):
        model = Region


class DistrictSheet(UnitSheet):
    LEVEL = "district"
    PARENT = ("region",)
    NEEDED = ("code", "name", "parent_code")
    SAVED = ("name", "region")
    HELP = {"code": CODE, "name": "", "parent_code": "The code of its region.", "level": LEVEL}

    parent_code = Field("region", "parent_code")

    class Meta(Sheet.Meta):
        model = District

    def prepare(self, rows: list[Cells]) -> None:
        """With all regions."""
        super().prepare(rows)
        self.regions = {region.code: region for region in Region.objects.all()}

    def read_parent_code(self, text: str) -> Region:
        """A region."""
        if text not in self.regions:
            raise Refusal(f"parent_code: region “{text}” is not known.")
        return self.regions[text]

    def show_parent_code(self, region: Region) -> str:
        """Its code."""
        return region.code


class ChapterSheet(UnitSheet):
    """With the zip prefixes that each serves."""

    LEVEL = "chapter"
    PARENT = ("district",)
    NEEDED = ("code", "name", "parent_code", "time_zone")
    SAVED = ("name", "district", "time_zone", "is_national")
    HELP = {
        "code": f"Four digits. {CODE}",
        "name": "",
        "parent_code": "The code of its district.",
        "time_zone": "Of the IANA list, e.g. America/New_York.",
        "zip_prefixes": "All that it serves, with | in between; what is missing is given back.",
        "national": "1 for the national virtual chapter, of which there is one.",
        "level": LEVEL,
    }

    parent_code = Field("district", "parent_code")
    time_zone = Field("time_zone", "time_zone")
    zip_prefixes = Field("listed_prefixes", "zip_prefixes")
    national = Field("is_national", "national")

    class Meta(Sheet.Meta):
        model = Chapter

    def prepare(self, rows: list[Cells]) -> None:
        """With all districts, whose each prefix is, and which chapter is the national one."""
        super().prepare(rows)
        self.districts = {district.code: district for district in District.objects.all()}
        self.served = dict(ZipPrefix.objects.values_list("prefix", "chapter__code"))
        self.the_national = Chapter.objects.filter(is_national=True).first()

    def begin(self, instance: Any, *, new: bool) -> None:
        """With the prefixes that it serves."""
        own = [] if new else [of for of, code in self.served.items() if code == instance.code]
        instance.listed_prefixes = sorted(own)

    def keep(self, instance: Any) -> None:
        """Its prefixes: those that are not in the cell are given back."""
        super().keep(instance)
        listed = set(instance.listed_prefixes)
        own = {prefix for prefix, code in self.served.items() if code == instance.code}
        ZipPrefix.objects.filter(prefix__in=own - listed).delete()
        ZipPrefix.objects.bulk_create(
            ZipPrefix(prefix=prefix, chapter=instance) for prefix in sorted(listed - own)
        )
        self.served = {of: code for of, code in self.served.items() if of not in own - listed}
        self.served |= dict.fromkeys(listed, instance.code)
        if instance.is_national:
            self.the_national = instance

    def read_code(self, text: str) -> str:
        """Four digits."""
        check_chapter_code(text)
        return text

    def read_parent_code(self, text: str) -> District:
        """A district."""
        if text not in self.districts:
            raise Refusal(f"parent_code: district “{text}” is not known.")
        return self.districts[text]

    def show_parent_code(self, district: District) -> str:
        """Its code."""
        return district.code

    def read_time_zone(self, text: str) -> str:
        """A zone that is known."""
        return time_zone(text)

    def read_zip_prefixes(self, text: str) -> list[str]:
        """Prefixes that no other chapter serves."""
        listed = cells.listed(text)
        for prefix in listed:
            check_prefix(prefix, "zip_prefixes")
            holder = self.served.get(prefix, self.current.code)
            if holder != self.current.code:
                raise Refusal(f"zip_prefixes: “{prefix}” belongs to chapter “{holder}”.")
        return sorted(listed)

    def show_zip_prefixes(self, listed: list[str]) -> str:
        """As the cell holds them."""
        return "|".join(listed)

    def read_national(self, text: str) -> bool:
        """Only one chapter may be."""
        national = cells.flag(text, "national")
        other = self.the_national
        if national and other is not None and other.code != self.current.code:
            raise Refusal(f"There is a national virtual chapter already: “{other.code} {other}”.")
        return national

    def show_national(self, national: bool) -> str:  # noqa: FBT001
        """1 or nothing."""
        return "1" if national else ""


class ZipPrefixSheet(KeyedSheet):
    """Which chapter serves which zip codes; a prefix may pass from one chapter to another."""

    KEY = "prefix"
    NEEDED = ("prefix", "chapter_code")
    SAVED = ("chapter",)
    HELP = {
        "prefix": "One to five digits: the beginning of zip codes.",
        "chapter_code": "The code of the chapter that serves them from now on.",
    }

    prefix = Field("prefix", "prefix")
    chapter_code = Field("chapter", "chapter_code")

    class Meta(Sheet.Meta):
        model = ZipPrefix

    def prepare(self, rows: list[Cells]) -> None:
        """The prefixes that are there, and all chapters."""
        found = ZipPrefix.objects.filter(prefix__in=[row["prefix"].strip() for row in rows])
        self.there = {one.prefix: one for one in found.select_related("chapter")}
        self.chapters = {chapter.code: chapter for chapter in Chapter.objects.all()}

    def read_prefix(self, text: str) -> str:
        """Digits."""
        check_prefix(text, "prefix")
        return text

    def read_chapter_code(self, text: str) -> Chapter:
        """A chapter."""
        if text not in self.chapters:
            raise Refusal(f"chapter_code: chapter “{text}” is not known.")
        return self.chapters[text]

    def show_chapter_code(self, chapter: Chapter) -> str:
        """Its code."""
        return chapter.code
