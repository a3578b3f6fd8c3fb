"""How the conversion is listed, group by group."""

from functools import partial

import django_tables2 as tables
from django.http import QueryDict
from django.utils.html import escape, format_html
from django.utils.http import urlencode

from mentors.addresses import page_address
from mentors.columns import Drawn, digits
from reports.conversion import Row, Step, total
from reports.question import By, Question
from reports.tables import FOOT, NUMBER

LINK = '<a href="{}?{}">{}</a>'
SHARE = '<div class="small text-secondary">{}</div>'


class _StepColumn(Drawn):
    """A figure that opens to its requests, with its share of all of the group."""

    def __init__(self, step: Step) -> None:
        super().__init__(
            step.label,
            order_by=(f"counts__{step.value}", "name"),
            initial_sort_descending=True,
            attrs={**NUMBER, "tf": {"class": f"text-end clock {FOOT}"}},
            footer=lambda table: table.cell(step, table.total),
        )


class ConversionTable(tables.Table):
    """Every group with its figures, which add up in the last line."""

    caption = "Requests by how far they have come"

    name = Drawn(
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
        self.asked = {row.key: _about(row, asked.urlencode()) for row in (*rows, self.total)}
        self.pages = {step: page_address("reports:conversion_requests", step) for step in Step}
        self.drawn_asked = {key: escape(asked) for key, asked in self.asked.items()}
        """The same as it stands in a cell: it stands in all of a row."""
        self.drawn_pages = {step: escape(page) for step, page in self.pages.items()}
        self.columns["name"].column.verbose_name = _heading(question.by)
        for step in Step:
            setattr(self, f"draw_{step.value}", partial(self.cell, step))

    def draw_name(self, record: Row) -> str:
        """What the group is called."""
        return record.name

    def cell(self, step: Step, row: Row) -> str:
        """A figure as a link to the requests behind it."""
        number, share = row.counts[step], row.share(step)
        if not number:
            return "0"
        opens = self.drawn_pages[step], self.drawn_asked[row.key], digits(number, ",")
        if step == Step.REQUESTS or share is None:
            return format_html(LINK, *opens)
        return format_html(LINK + SHARE, *opens, digits(share, ".0%"))

    def address(self, row: Row, step: Step, *, missed: bool = False) -> str:
        """Where the requests behind a figure are, or those of the group that it leaves out."""
        return f"{self.pages[step]}?{self.asked[row.key]}{'&missed=1' if missed else ''}"


def _about(row: Row, asked: str) -> str:
    """What is asked of the requests of a group."""
    return asked if row.key == By.ALL.value else f"{asked}&{urlencode({'group': row.key})}"


def _heading(by: By) -> str:
    return "Month of submission" if by == By.MONTH else by.value.title()
