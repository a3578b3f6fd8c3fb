"""Pages of lists that may be very long."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django_tables2.rows import BoundRows

MOST = 10_000


class BoundedPaginator(Paginator):
    """Counts and shows the first 10,000 rows only: counting millions takes too long.

    What is further down is found by narrowing the list. `known`: how many rows there are, where
    the page has counted them already.
    """

    def __init__(self, *args: Any, known: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = known

    @cached_property
    def count(self) -> int:
        """How many rows there are, or 10,000 if there are more."""
        if self.known is not None:
            return min(self.known, MOST)
        return _queryset(self.object_list).order_by()[:MOST].count()

    @property
    def is_cut(self) -> bool:
        """Whether there may be more rows than are shown."""
        return self.count == MOST


class LatePaginator(BoundedPaginator):
    """For tables whose rows show much: finds the ids of a page first.

    The database would join everything to all the rows before the page, too.
    """

    def page(self, number: Any) -> Page:
        """The rows of this page. One more query, however deep it lies."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        top = min(bottom + self.per_page, self.count)
        rows: Any = self.object_list
        found = _queryset(rows)
        ids = list(found.values_list("pk", flat=True)[bottom:top])
        shown = BoundRows(found.filter(pk__in=ids), rows.table, rows.pinned_data)
        return Page(shown, number, self)


def _queryset(rows: Any) -> QuerySet:
    """The queryset itself, or the one behind the rows of a table."""
    return rows if isinstance(rows, QuerySet) else rows.data.data
