"""How the coverage is listed: areas, the chapters of one area, and the mentors who offer it."""

from typing import Any

import django_tables2 as tables
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.http import urlencode

from mentors.addresses import address
from mentors.columns import Drawn, link
from mentors.matching import Candidate
from reports.coverage import Row
from reports.tables import NUMBER

MENTORS = "reports:coverage_area"
"""The page of one area, with the mentors who offer it."""


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
    asked = f"{_several(row.requests, 'request')}, {row.open:,} open now"
    if row.is_bare:
        return f"Nobody offers it: {asked}."
    parts = [f"{_several(row.mentors, 'mentor')} for {asked}"]
    if row.is_full:
        parts.append("no place left this week")
    if row.bare:
        parts.append(f"asked for in {_several(row.bare, 'chapter')} where nobody offers it")
    return f"{'; '.join(parts)}."


def _several(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _figure(verbose_name: str) -> Drawn:
    """A number that opens to what is behind it."""
    return Drawn(verbose_name, attrs=NUMBER, initial_sort_descending=True)


class CoverageTable(tables.Table):
    """Every row with what is asked for and who offers it, the widest gap first."""

    caption = "Areas, with who asks for them and who offers them, the widest gap first"

    about = Drawn(
        "Area", order_by=("about__name",), attrs={"td": {"class": "stack-wide text-break"}}
    )
    requests = _figure("Requests")
    open = _figure("Open now")
    mentors = _figure("Mentors")
    free = _figure("With a free place")
    places = Drawn("Free places", order_by=("unlimited", "places"), attrs=NUMBER)
    per_mentor = _figure("Per mentor")
    bare = _figure("Nobody in")

    class Meta:
        attrs = {"class": "table table-vcenter card-table stack"}

    def __init__(
        self, rows: list[Row[Any]], *, asked: QueryDict, area: int | None = None, **options: Any
    ) -> None:
        super().__init__(rows, **options)
        self.area = area
        self.asked = dict(asked.lists())

    def draw_about(self, record: Row[Any]) -> str:
        """The area, which opens, or the chapter; and what stands out."""
        name: str = format_html('<span class="fw-medium">{}</span>', record.about.name)
        if self.area is None:
            name = link(self._page(record.about.pk), name)
        words = why_here(record)
        tone = "red" if record.is_bare else "orange" if record.is_full else "secondary"
        badge = '{} <span class="badge bg-{}-lt">{}</span>'
        return format_html(badge, name, tone, words) if words else name

    def draw_requests(self, record: Row[Any]) -> str:
        """Those of the period."""
        return self._opening(record.requests, "reports:coverage_requests", record)

    def draw_open(self, record: Row[Any]) -> str:
        """Those that are open."""
        return self._opening(record.open, "reports:coverage_open", record)

    def draw_mentors(self, record: Row[Any]) -> str:
        """Who offers it."""
        return self._opening(record.mentors, MENTORS, record, at="#mentors")

    def draw_free(self, record: Row[Any]) -> str:
        """Who of them has a place left."""
        return self._opening(record.free, MENTORS, record, at="#mentors", free="1")

    def draw_places(self, record: Row[Any]) -> str:
        """In words where there is no limit."""
        return places_in_words(record)

    def draw_per_mentor(self, record: Row[Any]) -> str:
        """With one decimal; nothing where nobody offers it."""
        return "" if record.per_mentor is None else f"{record.per_mentor:.1f}"

    def draw_bare(self, record: Row[Any]) -> str:
        """In how many chapters of those that ask for it nobody offers it; nothing for none."""
        if not record.bare:
            return ""
        return link(self._page(record.about.pk), _several(record.bare, "chapter"))

    def _opening(self, number: int, page: str, row: Row[Any], *, at: str = "", **more: str) -> str:
        """A figure as a link to the rows behind it."""
        if not number:
            return "0"
        area = row.about.pk if self.area is None else self.area
        here = {} if self.area is None else {"unit": f"chapter:{row.about.code}"}
        without = {name: asked for name, asked in self.asked.items() if name != "free"}
        query = urlencode({**without, **more, **here}, doseq=True)
        return link(f"{address(page, area)}?{query}{at}", f"{number:,}")

    def _page(self, area: int) -> str:
        return f"{address(MENTORS, area)}?{urlencode(self.asked, doseq=True)}"


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
