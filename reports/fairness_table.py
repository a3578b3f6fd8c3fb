"""How it is listed who received how many."""

from typing import Any

import django_tables2 as tables
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from reports.fairness import Row
from reports.tables import NUMBER

BY_NAME = ("mentor__last_name", "mentor__first_name", "mentor__pk")


class FairnessTable(tables.Table):
    """Every mentor with what he received, the most first."""

    caption = "Mentors by how many requests they received, the most first"

    mentor = tables.Column(
        accessor="mentor__get_full_name",
        linkify=("mentors:person", {"pk": tables.A("mentor__pk")}),
        order_by=BY_NAME,
        attrs={"td": {"class": "stack-wide text-break"}},
    )
    chapter = tables.Column(accessor="chapter__name")
    received = tables.Column(attrs=NUMBER, initial_sort_descending=True)
    weekly_limit = tables.Column("Limit a week", default="no limit", attrs=NUMBER)

    class Meta:
        attrs = {"class": "table table-vcenter card-table stack"}
        empty_text = "No mentor received as many"

    def __init__(self, rows: list[Row], *, asked: QueryDict) -> None:
        super().__init__(rows)
        self.asked = asked

    def render_received(self, value: int, record: Row) -> Any:
        """A number that opens to what was given to him."""
        if not value:
            return "0"
        address = reverse("reports:fairness_mentor", args=[record.mentor.pk])
        return format_html('<a href="{}?{}">{}</a>', address, self.asked.urlencode(), value)
