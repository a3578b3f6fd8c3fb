"""How the conversion is listed, group by group."""

from functools import cache
from typing import Any

import django_tables2 as tables
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from reports.conversion import Row, Step, total
from reports.question import By, Question
from reports.tables import FOOT, NUMBER


class _StepColumn(tables.Column):
    """A figure that opens to its requests, with its share of all of the group."""

    def __init__(self, step: Step) -> None:
        super().__init__(
            step.label,
            accessor=f"counts__{step.value}",
            order_by=(f"counts__{step.value}", "name"),
            initial_sort_descending=True,
            attrs={**NUMBER, "tf": {"class": f"text-end clock {FOOT}"}},
            footer=lambda table: table.cell(table.total, step),
        )
        self.step = step

    def render(self, record: Row, table: Any) -> str:
        """The number, and how much of the requests it is."""
        return str(table.cell(record, self.step))


class ConversionTable(tables.Table):
    """Every group with its figures, which add up in the last line."""

    caption = "Requests by how far they have come"

    name = tables.Column(
        order_by=("name",),
        attrs={"td": {"class": "stack-wide"}, "tf": {"class": FOOT}},
        footer="All together",
    )

    class Meta:
        attrs = {"class": "table table-vcenter card-table stack"}

    def __init__(self, rows: list[Row], *, question: Question, asked: QueryDict) -> None:
        super().__init__(rows, extra_columns=[(step.value, _StepColumn(step)) for step in Step])
        self.total = total(rows)
        asked = asked.copy()
        asked["by"] = question.by.value
        self.asked = asked.urlencode()
        self.columns["name"].column.verbose_name = _heading(question.by)

    def cell(self, row: Row, step: Step) -> str:
        """A figure as a link to the requests behind it."""
        number, share = row.counts[step], row.share(step)
        if not number:
            return "0"
        link = format_html('<a href="{}">{}</a>', self.address(row, step), number)
        if step == Step.REQUESTS or share is None:
            return link
        return format_html('{}<div class="small text-secondary">{}</div>', link, f"{share:.0%}")

    def address(self, row: Row, step: Step, *, missed: bool = False) -> str:
        """Where the requests behind a figure are, or those of the group that it leaves out."""
        more = {} if row.key == By.ALL.value else {"group": row.key}
        if missed:
            more["missed"] = "1"
        return f"{_behind(step)}?{'&'.join(filter(None, [self.asked, urlencode(more)]))}"


@cache
def _behind(step: Step) -> str:
    return reverse("reports:conversion_requests", args=[step.value])


def _heading(by: By) -> str:
    return "Month of submission" if by == By.MONTH else by.value.title()
