"""Charts: what a page draws, from a table that stands beside it and says the same in figures."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.http import urlencode

from reports.measuring import Metric
from reports.stretches import Band
from reports.timing import Figure


@dataclass(frozen=True)
class Cell:
    """One value of a series at one place; None leaves a gap."""

    series: str
    value: float | None
    words: str
    address: str = ""


@dataclass(frozen=True)
class Line:
    """One place on the axis with its values."""

    label: str
    cells: list[Cell]
    short: str = ""
    """What stands on the axis, if that is less."""


@dataclass(frozen=True)
class Chart:
    """For `components/chart.html`: lines over time, or bars side by side."""

    kind: str
    """`line` or `bar`."""
    caption: str
    column: str
    """What stands above the labels."""
    lines: list[Line]
    notes: tuple[str, ...] = ()
    """Titles of series that stand in the table only."""

    @property
    def titles(self) -> list[str]:
        """What stands above the values."""
        return [cell.series for cell in self.lines[0].cells] if self.lines else []


def trend(figures: Iterable[Figure]) -> Chart:
    """One metric month by month: mean and median in business days; how many are in the table."""
    figures = list(figures)
    caption = f"{figures[0].metric.words}, business days by month" if figures else ""
    return Chart("line", caption, "Month", [_month(one) for one in figures], notes=("Measured",))


def _month(figure: Figure) -> Line:
    mean, middle = figure.mean_business_days, figure.median_business_days
    return Line(
        figure.label,
        [
            Cell("Mean", mean, _in_words(mean)),
            Cell("Median", middle, _in_words(middle)),
            Cell("Measured", figure.measured, str(figure.measured)),
        ],
        short=figure.label.split()[0],
    )


def _in_words(days: float | None) -> str:
    return "–" if days is None else f"{days:.1f}"


def distributed(bands: Iterable[Band], metric: Metric, asked: str) -> Chart:
    """How many took how long; each number opens what `asked` lists, within its bounds."""
    caption = f"{metric.words}: how many took how many business days"
    return Chart("bar", caption, "Business days", [_band(band, asked) for band in bands])


def _band(band: Band, asked: str) -> Line:
    bounds = {"least": band.least} | ({} if band.below is None else {"below": band.below})
    address = "?" + "&".join(filter(None, [asked, urlencode(bounds)])) + "#requests"
    cell = Cell("Requests", band.number, str(band.number), address if band.number else "")
    return Line(band.label, [cell])
