"""How reports are listed."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import django_tables2 as tables
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django_tables2.data import TableListData

from mentors.models import FollowUp, Pause
from mentors.templatetags.moments import day
from reports.activity import Row
from reports.standouts import FIGURES, Flag, flags

NUMBER = {"th": {"class": "text-end text-wrap"}, "td": {"class": "text-end clock"}}
FOOT = "fw-bold d-none d-md-table-cell"
"""Sums stand below their columns; on a phone there are no columns."""


class Number(tables.Column):
    """A number that opens to its rows, with the sum of all mentors below; nothing for none."""

    def __init__(self, verbose_name: str, accessor: str, **kwargs: Any) -> None:
        super().__init__(
            verbose_name,
            accessor=accessor,
            attrs={**NUMBER, "tf": {"class": f"text-end clock {FOOT}"}},
            footer=_sum,
            initial_sort_descending=True,
            **kwargs,
        )

    def render(self, value: int, record: Row, bound_column: Any, table: Any) -> str:
        """Nothing for none: what did happen stands out."""
        return table.opening(bound_column.name, str(value or ""), record)


def _sum(bound_column: Any, table: Any) -> str:
    figure: Callable[[Row], Any] = FIGURES[bound_column.name].value
    total = sum(map(figure, table.data))
    return str(table.opening(bound_column.name, str(total or "")))


def _outcome(name: str, words: str) -> Number:
    return Number(words, f"outcomes__{name}", order_by=f"outcomes__{name}")


class _ByName(TableListData):
    """Rows that are in the order of names already: thousands need not be put in order again."""

    def order_by(self, aliases: Sequence[str]) -> None:
        """Another order, if that is asked for."""
        if tuple(aliases) != ("mentor",):
            super().order_by(aliases)


class ActivityTable(tables.Table):
    """Each mentor with the outcomes of the period, which add up to what was received."""

    caption = "Active mentors, by name, with what became of the requests given to them"

    mentor = tables.Column(
        accessor="mentor__get_full_name",
        order_by=("mentor__last_name", "mentor__first_name", "mentor__pk"),
        attrs={"td": {"class": "stack-wide text-break"}, "tf": {"class": FOOT}},
        footer="All",
    )
    chapter = tables.Column(accessor="mentor__chapter__name", attrs={"tf": {"class": FOOT}})
    received = Number("Received", "received")
    accepted_in_time = _outcome("accepted_in_time", "Accepted in time")
    accepted_late = _outcome("accepted_late", "Accepted late")
    declined = _outcome("declined", "Declined")
    timed_out = _outcome("timed_out", "Timed out")
    replaced = _outcome("replaced", "Replaced")
    handed_back = _outcome("handed_back", "Handed back")
    withdrawn = _outcome("withdrawn", "Withdrawn")
    pending = _outcome("pending", "Waiting")
    overdue = _outcome("overdue", "Overdue")
    in_time_share = tables.Column(
        "Answered in time", accessor="share_in_time", default="", attrs=NUMBER
    )
    median_business_days_to_answer = tables.Column(
        "Median to answer", accessor="median_days", default="", attrs=NUMBER
    )
    open_clients = Number("Open clients", "open_clients")
    sessions_held = Number("Sessions", "sessions")
    used_this_week = Number("This week", "used")
    weekly_limit = tables.Column("Limit a week", default="", attrs=NUMBER)
    pause = tables.Column(
        accessor="pause",
        order_by=("paused_until",),
        default="",
        attrs={"tf": {"class": FOOT}},
    )
    paused_days = tables.Column("Days paused", default="", attrs=NUMBER)
    last_follow_up = tables.Column(
        "Last follow-up",
        order_by=("followed_up_on",),
        default="",
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
        super().__init__(_ByName(rows), **kwargs)
        if one_chapter:
            self.columns.hide("chapter")

    def opening(self, figure: str, words: str, row: Row | None = None) -> str:
        """A figure as a link to what it counts, of one mentor or of all that are listed."""
        if not words:
            return ""
        mentor = f"mentor={row.mentor.pk}" if row else ""
        query = "&".join(filter(None, [self.query, mentor]))
        return format_html('<a href="{}?{}">{}</a>', _behind(figure), query, words)

    def render_mentor(self, value: str, record: Row) -> str:
        """The name as a link to the mentor's page, with what stands out about him."""
        page = reverse("reports:mentor", args=[record.mentor.pk])
        query = f"?{self.query}" if self.query else ""
        name = format_html('<a href="{}{}">{}</a>', page, query, value)
        return format_html("{} {}", name, badges(flags(record)))

    def render_in_time_share(self, value: float, record: Row) -> str:
        """In per cent."""
        return self.opening("in_time_share", f"{value:.0%}", record)

    def render_median_business_days_to_answer(self, value: float, record: Row) -> str:
        """Business days with one decimal."""
        return self.opening("median_business_days_to_answer", f"{value:.1f}", record)

    def render_pause(self, value: Pause) -> str:
        """From when until when."""
        return format_html(
            '<span class="text-nowrap">{} –</span> <span class="text-nowrap">{}</span>',
            day(value.starts_on),
            day(value.ends_on),
        )

    def render_last_follow_up(self, value: FollowUp) -> str:
        """The day, and how."""
        words = '<span class="text-nowrap">{}</span> {}'
        return format_html(words, day(value.on), value.get_how_display().lower())


@cache
def _behind(figure: str) -> str:
    return reverse("reports:activity_behind", args=[figure])


def badges(raised: list[Flag]) -> str:
    """What stands out about a mentor, each in a badge."""
    badge = '<span class="badge bg-orange-lt">{}</span>'
    return format_html_join(" ", badge, ((flag.words,) for flag in raised))
