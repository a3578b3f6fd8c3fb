"""Pages of lists that may be very long."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

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


def _queryset(rows: Any) -> QuerySet:
    """The queryset itself, or the one behind the rows of a table."""
    return rows if isinstance(rows, QuerySet) else rows.data.data
