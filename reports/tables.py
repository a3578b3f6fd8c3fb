"""How reports are listed."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import django_tables2 as tables
from django.http import QueryDict
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django_tables2.data import TableListData

from mentors.addresses import address, page_address
from mentors.columns import Drawn, digits, link
from mentors.templatetags.moments import day
from reports.activity import Row
from reports.standouts import FIGURES, Flag, flags

NUMBER = {"th": {"class": "text-end text-wrap"}, "td": {"class": "text-end clock"}}
FOOT = "fw-bold d-none d-md-table-cell"
"""Sums stand below their columns; on a phone there are no columns."""


NOTHING = SafeString("")


class Number(Drawn):
    """A number that opens to its rows, with the sum of all mentors below; nothing for none."""

    def __init__(self, verbose_name: str, **kwargs: Any) -> None:
        super().__init__(
            verbose_name,
            attrs={**NUMBER, "tf": {"class": f"text-end clock {FOOT}"}},
            footer=_sum,
            initial_sort_descending=True,
            **kwargs,
        )


def _sum(bound_column: Any, table: Any) -> str:
    figure: Callable[[Row], Any] = FIGURES[bound_column.name].value
    total = sum(map(figure, table.data))
    return str(table.opening(bound_column.name, str(total or "")))


def _outcome(name: str, words: str) -> Number:
    return Number(words, order_by=f"outcomes__{name}")


class _ByName(TableListData):
    """Rows that are in the order of names already: thousands need not be put in order again."""

    def order_by(self, aliases: Sequence[str]) -> None:
        """Another order, if that is asked for."""
        if tuple(aliases) != ("mentor",):
            super().order_by(aliases)


class ActivityTable(tables.Table):
    """Each mentor with the outcomes of the period, which add up to what was received."""

    caption = "Active mentors, by name, with what became of the requests given to them"

    mentor = Drawn(
        order_by=("mentor__last_name", "mentor__first_name", "mentor__pk"),
        attrs={"td": {"class": "stack-wide text-break"}, "tf": {"class": FOOT}},
        footer="All",
    )
    chapter = Drawn(order_by="mentor__chapter__name", attrs={"tf": {"class": FOOT}})
    received = Number("Received")
    accepted_in_time = _outcome("accepted_in_time", "Accepted in time")
    accepted_late = _outcome("accepted_late", "Accepted late")
    declined = _outcome("declined", "Declined")
    timed_out = _outcome("timed_out", "Timed out")
    replaced = _outcome("replaced", "Replaced")
    handed_back = _outcome("handed_back", "Handed back")
    withdrawn = _outcome("withdrawn", "Withdrawn")
    pending = _outcome("pending", "Waiting")
    overdue = _outcome("overdue", "Overdue")
    in_time_share = Drawn("Answered in time", order_by="share_in_time", attrs=NUMBER)
    median_business_days_to_answer = Drawn("Median to answer", order_by="median_days", attrs=NUMBER)
    open_clients = Number("Open clients")
    sessions_held = Number("Sessions", order_by="sessions")
    used_this_week = Number("This week", order_by="used")
    weekly_limit = Drawn("Limit a week", attrs=NUMBER)
    pause = Drawn(order_by=("paused_until",), attrs={"tf": {"class": FOOT}})
    paused_days = Drawn("Days paused", attrs=NUMBER)
    last_follow_up = Drawn(
        "Last follow-up",
        order_by=("followed_up_on",),
        attrs={"th": {"class": "text-wrap"}, "tf": {"class": FOOT}},
    )

    class Meta:
        attrs = {"class": "table table-vcenter card-table stack table-sm many-columns"}
        empty_text = "No active mentor is like this"
        order_by = "mentor"

    def __init__(
        self, rows: list[Row], *, asked: QueryDict, one_chapter: bool, **kwargs: Any
    ) -> None:
        self.query = asked.urlencode()
        self.opened = {figure: escape(self._page(figure)) for figure in FIGURES}
        """Where the rows behind each figure are, as it stands in a cell."""
        self.of_one = escape("&mentor=" if self.query else "mentor=")
        super().__init__(_ByName(rows), **kwargs)
        for name, column in self.base_columns.items():
            if isinstance(column, Number):
                setattr(self, f"draw_{name}", partial(self._number, name))
        if one_chapter:
            self.columns.hide("chapter")

    def opening(self, figure: str, words: str, row: Row | None = None) -> str:
        """A figure as a link to what it counts, of one mentor or of all that are listed."""
        if not words:
            return ""
        one = (self.of_one, digits(row.mentor.pk, "d")) if row else (NOTHING, NOTHING)
        return format_html('<a href="{}{}{}">{}</a>', self.opened[figure], *one, words)

    def _page(self, figure: str) -> str:
        return f"{page_address('reports:activity_behind', figure)}?{self.query}"

    def _number(self, figure: str, record: Row) -> str:
        """Nothing for none: what did happen stands out."""
        number: Any = FIGURES[figure].value(record)
        return self.opening(figure, digits(number, "d"), record) if number else NOTHING

    def draw_mentor(self, record: Row) -> str:
        """The name as a link to the mentor's page, with what stands out about him."""
        page = address("reports:mentor", record.mentor.pk)
        query = f"?{self.query}" if self.query else ""
        name = link(f"{page}{query}", record.mentor.get_full_name())
        return format_html("{} {}", name, badges(flags(record)))

    def draw_chapter(self, record: Row) -> str:
        """Its name."""
        return record.mentor.chapter.name

    def draw_in_time_share(self, record: Row) -> str:
        """In per cent; nothing where nothing was to be answered."""
        share = record.share_in_time
        return "" if share is None else self.opening("in_time_share", digits(share, ".0%"), record)

    def draw_median_business_days_to_answer(self, record: Row) -> str:
        """Business days with one decimal; nothing without answers."""
        days, figure = record.median_days, "median_business_days_to_answer"
        return "" if days is None else self.opening(figure, digits(days, ".1f"), record)

    def draw_weekly_limit(self, record: Row) -> str:
        """Nothing where there is none."""
        return "" if record.weekly_limit is None else str(record.weekly_limit)

    def draw_pause(self, record: Row) -> str:
        """From when until when."""
        if not record.pause:
            return ""
        return format_html(
            '<span class="text-nowrap">{} –</span> <span class="text-nowrap">{}</span>',
            day(record.pause.starts_on),
            day(record.pause.ends_on),
        )

    def draw_paused_days(self, record: Row) -> str:
        """Nothing for who is not paused."""
        return "" if record.paused_days is None else str(record.paused_days)

    def draw_last_follow_up(self, record: Row) -> str:
        """The day, and how."""
        last = record.last_follow_up
        if not last:
            return ""
        words = '<span class="text-nowrap">{}</span> {}'
        return format_html(words, day(last.on), last.get_how_display().lower())


def badges(raised: list[Flag]) -> str:
    """What stands out about a mentor, each in a badge."""
    badge = '<span class="badge bg-orange-lt">{}</span>'
    return format_html_join(" ", badge, ((flag.words,) for flag in raised))
