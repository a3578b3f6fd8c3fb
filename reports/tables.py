"""How reports are listed."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from intake.enums import Outcome
from intake.inforce import policy
from mentors.models import Pause
from mentors.templatetags.moments import day
from reports.activity import Row

FOOT = "fw-bold d-none d-md-table-cell"
"""Sums stand below their columns; on a phone there are no columns."""


class Number(tables.Column):
    """A number with its sum below; nothing for none."""

    def __init__(self, verbose_name: str, accessor: str, **kwargs: Any) -> None:
        super().__init__(
            verbose_name,
            accessor=accessor,
            attrs={
                "th": {"class": "text-end text-wrap"},
                "td": {"class": "text-end clock"},
                "tf": {"class": f"text-end clock {FOOT}"},
            },
            footer=_sum,
            **kwargs,
        )

    def render(self, value: int) -> str:
        """Nothing for none: what did happen stands out."""
        return str(value or "")


def _sum(bound_column: Any, table: tables.Table) -> str:
    accessor = tables.A(bound_column.accessor)
    return str(sum(accessor.resolve(row) for row in table.data))


def _outcome(outcome: Outcome, words: str) -> Number:
    return Number(words, f"outcomes__{outcome.value}", order_by=f"outcomes__{outcome.value}")


class ActivityTable(tables.Table):
    """Each mentor with the outcomes of the period, which add up to what was received."""

    caption = "Active mentors, by name, with what became of the requests given to them"

    mentor = tables.Column(
        accessor="mentor__get_full_name",
        linkify=("mentors:person", {"pk": tables.A("mentor__pk")}),
        order_by=("mentor__last_name", "mentor__first_name", "mentor__pk"),
        attrs={"td": {"class": "stack-wide text-break"}, "tf": {"class": FOOT}},
        footer="All",
    )
    received = Number("Received", "received")
    pending = _outcome(Outcome.PENDING, "Waiting")
    overdue = _outcome(Outcome.OVERDUE, "Overdue")
    in_time = _outcome(Outcome.ACCEPTED_IN_TIME, "Accepted in time")
    late = _outcome(Outcome.ACCEPTED_LATE, "Accepted late")
    declined = _outcome(Outcome.DECLINED, "Declined")
    timed_out = _outcome(Outcome.TIMED_OUT, "Timed out")
    replaced = _outcome(Outcome.REPLACED, "Replaced")
    handed_back = _outcome(Outcome.HANDED_BACK, "Handed back")
    withdrawn = _outcome(Outcome.WITHDRAWN, "Withdrawn")
    share = tables.Column(
        "Answered in time",
        accessor="share_in_time",
        default="",
        attrs={"th": {"class": "text-end text-wrap"}, "td": {"class": "text-end clock"}},
    )
    clients = Number("Open clients", "open_clients")
    week = tables.Column(
        "This week",
        accessor="used",
        order_by=("used",),
        attrs={"th": {"class": "text-wrap"}},
    )
    pause = tables.Column(
        accessor="pause",
        order_by=("pause__ends_on",),
        default="",
        attrs={"tf": {"class": FOOT}},
    )

    class Meta:
        attrs = {"class": "table table-vcenter card-table stack table-sm"}
        empty_text = "This chapter has no active mentor"
        order_by = "mentor"

    def render_share(self, value: float) -> str:
        """In per cent."""
        return f"{value:.0%}"

    def render_week(self, record: Row) -> str:
        """Places taken since Sunday, of how many if there is a limit."""
        limit = record.weekly_limit
        return str(record.used) if limit is None else f"{record.used} of {limit}"

    def render_pause(self, value: Pause, record: Row) -> str:
        """From when until when, and whether it is a long one."""
        words = format_html(
            '<span class="text-nowrap">{} –</span> <span class="text-nowrap">{}</span>',
            day(value.starts_on),
            day(value.ends_on),
        )
        if not record.paused_long:
            return format_html("<div>{}</div>", words)
        long = f"over {policy().pause_check_days} days"
        badge = format_html('<span class="badge bg-orange-lt">{}</span>', long)
        return format_html("<div>{} {}</div>", words, badge)
