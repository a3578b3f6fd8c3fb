"""The three metrics as pages show them: the figure, the period before, and the trend by itself."""

from dataclasses import dataclass, replace
from datetime import date

from reports import timing
from reports.charts import Chart, trend
from reports.measuring import Metric
from reports.periods import Span, before, spanned
from reports.question import By, Question
from reports.timing import Figure

NOTICEABLE = 0.05
"""Days below which two averages look the same, as they are shown."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One metric over the period."""

    figure: Figure
    earlier: float | None
    """The mean in business days over the period before, if there is one to compare with."""

    @property
    def change(self) -> float | None:
        """By how many business days the average is longer than in the period before."""
        now, then = self.figure.mean_business_days, self.earlier
        return None if now is None or then is None else now - then

    @property
    def change_in_words(self) -> str:
        """“0.4 days less than before”; nothing if there is nothing to compare with."""
        if self.change is None:
            return ""
        if abs(self.change) < NOTICEABLE:
            return "as in the period before"
        return f"{abs(self.change):.1f} {'more' if self.change > 0 else 'less'} than before"

    @property
    def tone(self) -> str:
        """Whether that is good."""
        return "warn" if (self.change or 0) >= NOTICEABLE else "ok"


def cards(question: Question, figures: list[Figure], span: Span) -> list[Card]:
    """The metrics, `figures` being those of the period as a whole."""
    period = before(span, question.period)
    earlier = timing.means(question.during(period)) if period else {}
    return [Card(figure=figure, earlier=earlier.get(figure.metric)) for figure in figures]


def year(question: Question, metric: Metric, today: date) -> Chart:
    """One metric month by month, the last twelve; `today` is that of the report.

    Reads the rows of a year, whatever the period is: too much to do before the page is shown.
    """
    period = spanned(Span.LAST_12_MONTHS, question.period.last or today)
    return trend(timing.of_metric(replace(question, period=period, by=By.MONTH), metric))
