"""How it is listed who received how many."""

import django_tables2 as tables
from django.http import QueryDict

from mentors.addresses import address
from mentors.columns import Drawn, link
from reports.fairness import Row
from reports.tables import NUMBER

BY_NAME = ("mentor__last_name", "mentor__first_name", "mentor__pk")


class FairnessTable(tables.Table):
    """Every mentor with what he received, the most first."""

    caption = "Mentors by how many requests they received, the most first"

    mentor = Drawn(order_by=BY_NAME, attrs={"td": {"class": "stack-wide text-break"}})
    chapter = Drawn(order_by=("chapter__name",))
    received = Drawn(attrs=NUMBER, initial_sort_descending=True)
    weekly_limit = Drawn("Limit a week", attrs=NUMBER)

    class Meta:
        attrs = {"class": "table table-vcenter card-table stack"}
        empty_text = "No mentor received as many"

    def __init__(self, rows: list[Row], *, asked: QueryDict) -> None:
        super().__init__(rows)
        self.asked = asked.urlencode()

    def draw_mentor(self, record: Row) -> str:
        """The name, which opens the page of the mentor."""
        mentor = record.mentor
        return link(address("mentors:person", mentor.pk), mentor.get_full_name())

    def draw_chapter(self, record: Row) -> str:
        """Its name."""
        return record.chapter.name

    def draw_received(self, record: Row) -> str:
        """A number that opens to what was given to him."""
        if not record.received:
            return "0"
        page = address("reports:fairness_mentor", record.mentor.pk)
        return link(f"{page}?{self.asked}", str(record.received))

    def draw_weekly_limit(self, record: Row) -> str:
        """In words where there is none."""
        return "no limit" if record.weekly_limit is None else str(record.weekly_limit)
