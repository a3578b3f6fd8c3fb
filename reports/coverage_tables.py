"""How the coverage is listed: areas, the chapters of one area, and the mentors who offer it."""

from typing import Any

import django_tables2 as tables
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from mentors.matching import Candidate
from reports.coverage import Row
from reports.tables import NUMBER


def places_in_words(row: Row[Any]) -> str:
    """The places left this week: “4”, “no limit”, “4, 2 without limit”; nothing for nobody."""
    if not row.mentors:
        return ""
    if row.unlimited == row.mentors:
        return "no limit"
    return f"{row.places}, {row.unlimited} without limit" if row.unlimited else str(row.places)


def why_here(row: Row[Any]) -> str:
    """What stands out, in words; nothing where enough is offered."""
    if row.is_bare:
        return "Nobody offers it"
    if row.is_full:
        return "No place left this week"
    return "" if row.mentors else "Nobody offers it, nobody asks for it"


def sentence(row: Row[Any]) -> str:
    """What is asked for against who offers it, as somebody would say it who looks for mentors."""
    asked = f"{_several(row.requests, 'request')}, {row.open} open now"
    if row.is_bare:
        return f"Nobody offers it: {asked}."
    parts = [f"{_several(row.mentors, 'mentor')} for {asked}"]
    if row.is_full:
        parts.append("no place left this week")
    if row.bare:
        parts.append(f"asked for in {_several(row.bare, 'chapter')} where nobody offers it")
    return f"{'; '.join(parts)}."


def _several(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


class _Figure(tables.Column):
    """A number that opens to what is behind it."""

    def __init__(self, verbose_name: str, **options: Any) -> None:
        options = {"attrs": NUMBER, "initial_sort_descending": True, "default": ""} | options
        super().__init__(verbose_name, **options)

    def render(self, value: Any, record: Row[Any], bound_column: Any, table: Any) -> str:
        """Nothing for none."""
        address = table.behind(record, bound_column.name)
        if not value:
            return "0"
        return str(format_html('<a href="{}">{}</a>', address, value) if address else value)


class CoverageTable(tables.Table):
    """Every row with what is asked for and who offers it, the widest gap first."""

    caption = "Areas, with who asks for them and who offers them, the widest gap first"

    about = tables.Column(
        "Area", order_by=("about__name",), attrs={"td": {"class": "stack-wide text-break"}}
    )
    requests = _Figure("Requests")
    open = _Figure("Open now")
    mentors = _Figure("Mentors")
    free = _Figure("With a free place")
    places = tables.Column(
        "Free places", order_by=("unlimited", "places"), attrs=NUMBER, empty_values=()
    )
    per_mentor = tables.Column("Per mentor", attrs=NUMBER, default="", initial_sort_descending=True)
    bare = _Figure("Nobody in")

    class Meta:
        attrs = {"class": "table table-vcenter card-table stack"}

    def __init__(
        self, rows: list[Row[Any]], *, asked: QueryDict, area: int | None = None, **options: Any
    ) -> None:
        super().__init__(rows, **options)
        self.asked, self.area = asked, area

    def render_about(self, record: Row[Any]) -> str:
        """The area, which opens, or the chapter; and what stands out."""
        name = format_html('<span class="fw-medium">{}</span>', record.about.name)
        if self.area is None:
            name = format_html('<a href="{}">{}</a>', self._page(record.about.pk), name)
        words = why_here(record)
        tone = "red" if record.is_bare else "orange" if record.is_full else "secondary"
        badge = '{} <span class="badge bg-{}-lt">{}</span>'
        return format_html(badge, name, tone, words) if words else name

    def render_places(self, record: Row[Any]) -> str:
        """In words where there is no limit."""
        return places_in_words(record)

    def render_per_mentor(self, value: float) -> str:
        """With one decimal."""
        return f"{value:.1f}"

    def render_bare(self, record: Row[Any]) -> str:
        """In how many chapters of those that ask for it nobody offers it; nothing for none."""
        if not record.bare:
            return ""
        words = _several(record.bare, "chapter")
        return format_html('<a href="{}">{}</a>', self._page(record.about.pk), words)

    def behind(self, row: Row[Any], column: str) -> str:
        """Where the rows behind a figure of an area are."""
        area = self.area if self.area is not None else row.about.pk
        if column in ("requests", "open"):
            return self._address(f"reports:coverage_{column}", area, row)
        return self._address("reports:coverage_area", area, row, free=column == "free") + "#mentors"

    def _page(self, area: int) -> str:
        return f"{reverse('reports:coverage_area', args=[area])}?{self.asked.urlencode()}"

    def _address(self, page: str, area: int, row: Row[Any], *, free: bool = False) -> str:
        asked = self.asked.copy()
        asked.pop("free", None)
        if free:
            asked["free"] = "1"
        if self.area is not None:
            asked["unit"] = f"chapter:{row.about.code}"
        return f"{reverse(page, args=[area])}?{asked.urlencode()}"


class ChapterTable(CoverageTable):
    """The chapters of one area."""

    caption = "Chapters, with who asks for it and who offers it there, the widest gap first"

    class Meta(CoverageTable.Meta):
        exclude = ("bare",)

    def __init__(self, rows: list[Row[Any]], *, asked: QueryDict, area: int) -> None:
        super().__init__(rows, asked=asked, area=area, prefix="c-")
        self.columns["about"].column.verbose_name = "Chapter"


class OfferingTable(tables.Table):
    """The mentors who offer an area, and what they have left this week."""

    caption = "Mentors who offer it, by name"

    name = tables.Column(
        "Mentor",
        linkify=("mentors:person", {"pk": tables.A("id")}),
        order_by=("name", "id"),
        attrs={"td": {"class": "stack-wide text-break"}},
    )
    chapter = tables.Column("Chapter", accessor="chapter_name", order_by=("chapter_name", "name"))
    week = tables.Column("This week", accessor="this_week", order_by=("used_this_week",))
    free = tables.Column("Place left", accessor="at_limit", order_by=("at_limit", "name"))

    class Meta:
        attrs = {"class": "table table-vcenter card-table stack"}

    def render_free(self, record: Candidate) -> str:
        """How many, or from when again."""
        if record.weekly_limit is None:
            return "no limit"
        if record.at_limit:
            return f"none until {record.free_again}"
        return str(record.weekly_limit - record.used_this_week)
