"""The figures of one mentor, each with the way to what it counts."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import template
from django.urls import reverse

from mentors.spreadsheets import Column
from reports.activity import Row
from reports.behind import TITLES
from reports.standouts import FIGURES, figure_of

register = template.Library()


@dataclass(frozen=True)
class Shown:
    """One figure: its name, its words, and the address of its rows if there are some."""

    title: str
    words: str
    address: str


@register.simple_tag
def figures(row: Row, asked: str) -> list[Shown]:
    """All figures of a mentor, in the order of the list."""
    return list(_figures(row, asked))


def _figures(row: Row, asked: str) -> Iterator[Shown]:
    query = "&".join(filter(None, [asked, f"mentor={row.mentor.pk}"]))
    for name, column in FIGURES.items():
        number = figure_of(row, name)
        page = f"{reverse('reports:activity_behind', args=[name])}?{query}"
        # A share or a median of nothing is reckoned of something; a count of nothing is not.
        opens = name in TITLES and (bool(number) or isinstance(number, float))
        yield Shown(column.title, _in_words(column, number), page if opens else "")


def _in_words(column: Column[Row], number: float | None) -> str:
    if number is None:
        return ""
    if column.number_format.endswith("%"):
        return f"{number:.0f}%"
    return f"{number:.1f}" if isinstance(number, float) else str(number)
