"""How many requests are open at each stage, unit by unit: the figures of the overview."""

from typing import Any

from django import forms

from intake.enums import Stage
from mentors.spreadsheets import Column
from reports import waiting
from reports.forms import QuestionForm
from reports.overview import Line, lines, whole
from reports.periods import ALWAYS, Period
from reports.question import UNITS, By, Question

GROUPED = (By.ALL, *UNITS)
"""What they can be grouped by."""


class OpenForm(QuestionForm):
    """Of which units, as of when. The page asks for a period, too, but not for these figures."""

    by = forms.CharField(required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.PERIOD:
            del self.fields[field]

    @property
    def period(self) -> Period:
        """None."""
        return ALWAYS

    def question(self, **more: Any) -> Question:
        """Chapter by chapter, if not asked for another level."""
        wanted = [level for level in UNITS if level == self.cleaned_data["by"]]
        return super().question(**{"by": wanted[0] if wanted else By.CHAPTER, **more})


def rows(question: Question) -> list[Line]:
    """Each unit of the level with its open requests, whatever the period; or all in one line."""
    counts = waiting.counts(question.during(ALWAYS))
    return [whole(counts)] if question.by == By.ALL else lines(question, question.by, counts)


def _count(stage: Stage) -> Column[Line]:
    return Column(stage.label, lambda line: line.counts[stage], 14, name=stage.value)


COLUMNS: tuple[Column[Line], ...] = (
    Column(
        "Unit",
        lambda line: line.unit.name if line.unit else "All",
        28,
        name="group",
        code=lambda line: line.unit.code if line.unit else By.ALL.value,
    ),
    *(_count(stage) for stage in Stage),
    Column("Open", lambda line: line.total, 10, name="open"),
)
"""The stages add up to the last."""
