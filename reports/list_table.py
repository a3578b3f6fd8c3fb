"""How clients who wait are listed."""

import django_tables2 as tables
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from intake import cells
from intake.enums import Stage
from intake.inforce import policy
from intake.tables import WIDE
from mentors.columns import Drawn
from mentors.models import Volunteer
from mentors.templatetags.moments import long_day
from reports import list_cells, next_steps
from reports.list_data import NowData, ThenData
from reports.waiting import Waiting

DETAILS = {
    Stage.NOT_ASSIGNED: "Why here",
    Stage.NOT_ACCEPTED: "Answer",
    Stage.NOT_CONTACTED: "Attempts",
    Stage.NOT_COUNSELED: "Session",
    Stage.IN_MENTORING: "Sessions",
}


IN_PLACE = SafeString(" data-in-place")
"""Says of a link that the page of the act is opened in the row."""


class WaitingTable(tables.Table):
    """One list; for who may act on a row, with the next steps on it."""

    since = Drawn("At this stage")
    client = Drawn("Client", attrs=WIDE)
    detail = Drawn("Detail", orderable=False)
    mentor = Drawn("Mentor")
    chapter = Drawn("Chapter")
    area = Drawn("Area")
    submitted = Drawn("Submitted")
    step = Drawn("Next step", orderable=False, attrs={"td": {"class": "next-steps"}})

    class Meta:
        order_by = "since"

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
        back = request.get_full_path()
        self.known = next_steps.known(rows, self.stage, reader=self.reader, back=back, now=self.now)

    def draw_row(self, record: Waiting, parity: str) -> str:
        """By what the script of the page finds a row, and whether it is put aside."""
        aside = " is-snoozed" if record.snooze else ""
        words = 'class="{}{}" id="row-{}" hx-boost="false"'
        return format_html(words, parity, aside, record.mre.pk)

    def draw_since(self, record: Waiting) -> str:
        """How long it has been at its stage."""
        return list_cells.since(record)

    def draw_client(self, record: Waiting) -> str:
        """Who waits."""
        return list_cells.client(record, may_act=self.may_act)

    def draw_detail(self, record: Waiting) -> str:
        """What has happened at the stage."""
        if self.is_past:
            return record.detail
        return list_cells.detail(self.known[record.mre.pk], now=self.now, needed=self.needed)

    def draw_mentor(self, record: Waiting) -> str:
        """Whose step it is."""
        return str(record.mentor or "")

    def draw_chapter(self, record: Waiting) -> str:
        """Where it was then."""
        return record.chapter.name

    def draw_area(self, record: Waiting) -> str:
        """What it is about."""
        return str(record.mre.area.name)

    def draw_submitted(self, record: Waiting) -> str:
        """The day with its year, in the reader's zone."""
        return long_day(record.mre.submitted_at)

    def draw_step(self, record: Waiting) -> str:
        """What can be done next."""
        return cells.steps(self.known[record.mre.pk].steps, record.mre.number, IN_PLACE)
