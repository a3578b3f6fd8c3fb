"""How clients who wait are listed."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.http import HttpRequest

from intake.enums import Stage
from intake.inforce import policy
from intake.tables import WIDE
from mentors.models import Volunteer
from mentors.templatetags.moments import long_day
from reports import next_steps
from reports.list_data import NowData, ThenData

DETAILS = {
    Stage.NOT_ASSIGNED: "Why here",
    Stage.NOT_ACCEPTED: "Answer",
    Stage.NOT_CONTACTED: "Attempts",
    Stage.NOT_COUNSELED: "Session",
    Stage.IN_MENTORING: "Sessions",
}


def _part(template: str, title: str, **options: Any) -> tables.TemplateColumn:
    return tables.TemplateColumn(template_name=template, verbose_name=title, **options)


class WaitingTable(tables.Table):
    """One list; for who may act on a row, with the next steps on it."""

    since = _part("reports/list/_since.html", "At this stage")
    client = _part("reports/list/_client.html", "Client", attrs=WIDE)
    detail = _part("reports/list/_detail.html", "Detail", orderable=False)
    mentor = tables.Column("Mentor", accessor="mentor", default="")
    chapter = tables.Column("Chapter", accessor="chapter__name")
    area = tables.Column("Area", accessor="mre__area__name")
    submitted = tables.Column("Submitted", accessor="mre__submitted_at")
    step = _part(
        "reports/list/_steps.html",
        "Next step",
        orderable=False,
        attrs={"td": {"class": "next-steps"}},
    )

    class Meta:
        order_by = "since"
        row_attrs = {
            "class": lambda record: "is-snoozed" if record.snooze else "",
            "id": lambda record: f"row-{record.mre.pk}",
            "hx-boost": "false",
        }

    def __init__(
        self, rows: NowData | ThenData, *, stage: Stage, reader: Volunteer, may_act: bool
    ) -> None:
        unused = ["mentor"] if stage == Stage.NOT_ASSIGNED else []
        super().__init__(rows, exclude=unused if may_act else [*unused, "step"])
        self.stage, self.reader, self.may_act = stage, reader, may_act
        self.now, self.is_past = rows.question.at, rows.question.is_past
        self.needed = policy().attempts_needed
        self.columns["detail"].column.verbose_name = DETAILS[stage]
        self.caption = f"{stage.label}, what has lasted longest first"
        self.known: dict[int, next_steps.Known] = {}

    def before_render(self, request: HttpRequest) -> None:
        """Read what has to be known of the rows on this page."""
        if self.is_past:
            return
        rows = [row.record for row in self.paginated_rows]
        self.known = next_steps.known(rows, self.reader, request.get_full_path(), self.now)

    def render_submitted(self, value: datetime) -> str:
        """The day with its year, in the reader's zone."""
        return long_day(value)
