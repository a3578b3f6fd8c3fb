"""All reports there are: what each is called, who may read it, what it lists and how it is asked.

Files, subscriptions and the command line know reports only by this. A report module gives

- `COLUMNS`: `mentors.spreadsheets.Column`s. `name` is what programs call a column, `code` what they
  are given where people read words; instants are aware and on the clock of the chapter they belong
  to; yes and no are `bool`; nothing is None; figures with decimals are unrounded floats
  (`places=4`).
- a function `(Question) -> Iterable[Row]`: all rows in the order of the page, read a few hundred at
  a time where they may be many.

and its page a form, a `QuestionForm` whose `question()` needs nothing but what was typed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from intake.calendar import local_date
from intake.enums import Stage
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.roles import Duties, duties
from mentors.spreadsheets import Column
from reports import (
    activity,
    conversion,
    coverage,
    fairness,
    open_requests,
    standouts,
    timing,
    waiting,
)
from reports.conversion_form import ConversionForm
from reports.forms import QuestionForm
from reports.list_form import WaitingForm
from reports.mentor_forms import MentorsForm
from reports.periods import Span
from reports.question import By, Question
from reports.scope import Reach, mentors_reach, requests_reach
from reports.timing_form import TimingForm


@dataclass(frozen=True)
class Audience:
    """Who may read a report, about which chapters, and what everybody else is told."""

    may: Callable[[Duties], object]
    reach: Callable[[Duties], Reach]
    refusal: str


OF_REQUESTS = Audience(
    lambda mine: mine.is_admin or mine.sees_requests_of,
    requests_reach,
    "Reports are for leaders and coordinators (RCIC).",
)
OF_MENTORS = Audience(
    lambda mine: mine.is_admin or mine.chairs or mine.sees_requests_of,
    mentors_reach,
    "The mentors’ activity is for Membership Chairs, leaders and RCICs.",
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One list or set of figures."""

    name: str
    """In addresses and on the command line."""
    title: str
    page: str
    """The name of the address of its page, which is asked with the same fields as its file."""
    columns: Sequence[Column[Any]]
    rows: Callable[[Question], Iterable[Any]]
    audience: Audience = OF_REQUESTS
    form: type[QuestionForm] = QuestionForm
    usual: Span = Span.LAST_30_DAYS
    """The period of the page when none is chosen."""
    by: tuple[By, ...] = ()
    """What its figures can be grouped by; nothing for lists."""

    @property
    def address(self) -> str:
        """The page."""
        return reverse(self.page)

    def query(self, form: QuestionForm) -> str:
        """What stands behind the ? of the page: what was said, in one order."""
        said = [(name, str(form.data.get(name, "")).strip()) for name in form.fields]
        return urlencode([(name, words) for name, words in said if words])

    def asked(self, data: QueryDict, *, reader: Volunteer, now: datetime) -> QuestionForm:
        """What a reader asks of it. Raises NotAllowed with a sentence if it is not for him."""
        mine = duties(reader, now)
        if not self.audience.may(mine):
            raise NotAllowed(self.audience.refusal)
        return self.form(
            data,
            reach=self.audience.reach(mine),
            now=now,
            today=local_date(now, reader.zone),
            usual=self.usual,
        )


def _list(stage: Stage) -> Report:
    """One of the lists of clients who wait."""
    name = waiting.NAMES[stage]
    return Report(
        name=name,
        title=f"Clients {stage.label.lower()}",
        page=f"reports:{name}",
        columns=waiting.COLUMNS,
        rows=partial(waiting.rows, stage=stage),
        form=WaitingForm,
    )


REPORTS: tuple[Report, ...] = (
    *(_list(stage) for stage in Stage),
    Report(
        name="open-requests",
        title="Open requests by unit",
        page="reports:overview",
        columns=open_requests.COLUMNS,
        rows=open_requests.rows,
        form=open_requests.OpenForm,
        by=open_requests.GROUPED,
    ),
    Report(
        name="timing",
        title="Timing",
        page="reports:timing",
        columns=timing.COLUMNS,
        rows=timing.figures,
        form=TimingForm,
        by=timing.BYS,
    ),
    Report(
        name="mentors-activity",
        title="My Active Mentors Activity",
        page="reports:activity",
        columns=activity.COLUMNS,
        rows=standouts.listed,
        audience=OF_MENTORS,
        form=MentorsForm,
        by=(By.MENTOR,),
    ),
    Report(
        name="conversion",
        title="Conversion",
        page="reports:conversion",
        columns=conversion.COLUMNS,
        rows=conversion.rows,
        form=ConversionForm,
        by=conversion.GROUPED,
    ),
    Report(
        name="coverage",
        title="Coverage",
        page="reports:coverage",
        columns=coverage.COLUMNS,
        rows=coverage.rows,
    ),
    Report(
        name="fairness",
        title="Fairness",
        page="reports:fairness",
        columns=fairness.COLUMNS,
        rows=fairness.rows,
        by=(By.MENTOR,),
    ),
)
"""In the order in which they are offered."""

BY_NAME = {report.name: report for report in REPORTS}
