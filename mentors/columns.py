"""Columns of tables that have many rows."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString


class Drawn(tables.Column):
    """A column whose cells the table draws from the record: by its method `draw_<column>`.

    Other columns look for a value along a path in each row, then find out by its signature what
    the drawing wants to know: that takes longer than the drawing.
    """

    def __init__(self, verbose_name: str | None = None, **options: Any) -> None:
        super().__init__(verbose_name, empty_values=(), **options)

    def render(self, record: Any, bound_column: Any, table: Any) -> Any:
        """The cell, where it is asked for by the way that all columns have."""
        return drawing(table, bound_column.name)(record)


def drawing(table: tables.Table, column: str) -> Any:
    """The method that draws the cells of a column of this kind; None for other columns."""
    return getattr(table, f"draw_{column}", None)


def digits(number: float, places: str) -> SafeString:
    """A number in these places, as `format` knows them: what no page has to look through again."""
    return SafeString(format(number, places))


def link(page: str, words: str) -> str:
    """Words that lead to a page."""
    return format_html('<a href="{}">{}</a>', page, words)
