"""The table of the timing, group by group.

Drawn here and not by a template: of a whole country it has thousands of cells.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from mentors.addresses import page_address
from reports.question import By
from reports.timing import Figure

ROW = (
    '<tr>{}<td class="ps-2">{}</td>'
    '<td class="text-end clock">{}</td><td class="text-end clock">{}</td>'
    '<td class="text-end clock">{}</td><td class="text-end clock">{}</td>'
    '<td class="text-end clock">{}</td><td class="text-end clock">{}</td></tr>'
)
HEAD = '<th scope="rowgroup" rowspan="{}" class="align-top">{}</th>'
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Group:
    """Some lines of the table: the metrics of a group."""

    label: str
    asked: str
    """What is asked of the requests behind its figures."""
    figures: list[Figure]

    @property
    def rows(self) -> SafeString:
        """The lines, each figure of which opens to its requests."""
        return format_html_join("\n", ROW, self._cells())

    def _cells(self) -> Iterator[tuple[str, ...]]:
        head = format_html(HEAD, len(self.figures), self.label)
        for figure in self.figures:
            page = page_address("reports:timing_rows", figure.metric.value)
            address = f"{page}?{self.asked}"
            yield (
                head,
                figure.metric.words,
                self._opening(figure.measured, "measured", address),
                self._opening(figure.waiting, "still waiting", f"{address}&waiting=on"),
                _days(figure.mean_business_days),
                _days(figure.median_business_days),
                _days(figure.mean_days),
                _days(figure.median_days),
            )
            head = SafeString()

    def _opening(self, number: int, what: str, address: str) -> str:
        if not number:
            return "0"
        link = '<a href="{}" aria-label="{} {}, {}">{}</a>'
        return format_html(link, address, number, what, self.label, f"{number:,}")


def groups(found: Iterable[Figure], by: By, kept: dict[str, str]) -> list[Group]:
    """The figures by their groups; `kept` is what every report was asked."""
    by_key: dict[str, list[Figure]] = {}
    for one in found:
        by_key.setdefault(one.key, []).append(one)
    return [
        Group(of[0].label, urlencode({**kept, "by": by.value, "group": key}), of)
        for key, of in by_key.items()
    ]


def _days(number: float | None) -> str:
    """With one decimal, halves up; a dash where nothing was measured."""
    return "–" if number is None else str(Decimal(repr(number)).quantize(TENTH, ROUND_HALF_UP))
