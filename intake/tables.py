"""How requests are listed. What costs a query is read once for the page that is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from intake import cells
from intake.calendar import BusinessCalendar
from intake.models import MentoringRequest
from intake.pages import watch_words, why_here
from intake.pages.clock_links import ClockName, clock_address
from intake.referral import referrals
from intake.templatetags.requests import age
from mentors.addresses import address
from mentors.columns import Drawn
from mentors.paging import MOST
from mentors.templatetags.moments import long_day

WIDE = {"td": {"class": "stack-wide"}}

Rows = QuerySet[MentoringRequest]


def by_name(rows: Rows, field: str, descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001
    """Sorted by a name whatever its capitals; equal names keep one order by number."""
    name = Lower(F(field))
    return rows.order_by(name.desc() if descending else name.asc(), "pk"), True


class RequestTable(tables.Table):
    """What every list of requests has."""

    client = Drawn("Client and question", attrs=WIDE)
    area = Drawn("Area · business")
    chapter = Drawn("Chapter")

    def draw_client(self, record: MentoringRequest) -> str:
        """Who asks what."""
        return cells.client(record)

    def draw_area(self, record: MentoringRequest) -> str:
        """The mentoring area; below it the business."""
        return cells.area(record)

    def draw_chapter(self, record: MentoringRequest) -> str:
        """Its name."""
        return record.chapter.name

    def order_client(self, rows: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001
        """By last name."""
        return by_name(rows, "client__last_name", is_descending)

    def order_area(self, rows: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001
        """By mentoring area."""
        return by_name(rows, "area__name", is_descending)

    def order_chapter(self, rows: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001
        """By the chapter's name."""
        return by_name(rows, "chapter__name", is_descending)


class AgedTable(RequestTable):
    """A list in which the client's wait is counted in business days of the request's chapter."""

    def __init__(
        self,
        rows: Rows | Sequence[MentoringRequest],
        *,
        now: datetime,
        calendar: BusinessCalendar,
        **options: Any,
    ) -> None:
        super().__init__(rows, **options)
        self.now, self.calendar = now, calendar

    def aged(self, mre: MentoringRequest, since: datetime, how: str = "") -> str:
        """The business days since an instant, with the mark of their level; `how` explains them."""
        return age(self.calendar.business_days(since, self.now, mre.chapter.zone), how=how)


class QueueTable(AgedTable):
    """The coordinator's queue, what has waited longest first."""

    caption = "Client requests that need action, the longest wait first"

    pick = Drawn(
        "Choose", orderable=False, attrs={"th": {"class": "pick"}, "td": {"class": "pick"}}
    )
    waiting = Drawn("Waiting", order_by=("waiting_since", "pk"))
    why = Drawn("Why here", orderable=False)

    class Meta:
        sequence = ("pick", "waiting", "client", "area", "chapter", "why")
        order_by = "waiting"

    def before_render(self, request: HttpRequest) -> None:
        """Read the details of the rows on this page, and who is proposed for them."""
        records = [row.record for row in self.paginated_rows]
        self.details = why_here.details(records)
        self.referrals = referrals(records, self.now)

    def draw_row(self, record: MentoringRequest, parity: str) -> str:
        """By what the script of the page finds a row, and the pane that belongs to it."""
        return format_html(
            'class="queue-row {1}" id="row-{0}" data-mre="{0}" data-preview="{2}" hx-boost="false"',
            record.pk,
            parity,
            address("intake:preview", record.pk),
        )

    def draw_pick(self, record: MentoringRequest) -> str:
        """The box that chooses a row."""
        return cells.pick(record)

    def draw_client(self, record: MentoringRequest) -> str:
        """Who asks what, and what a coordinator should know first."""
        return cells.client_in_queue(record)

    def draw_waiting(self, record: Any) -> str:
        """How long the client has waited, and the number of the request."""
        how = clock_address(ClockName.WAIT, record)
        return self.aged(record, record.waiting_since, how) + cells.small(record.number)

    def draw_why(self, record: MentoringRequest) -> str:
        """Why it is here, and whom the last mentor proposes."""
        found = self.referrals.get(record.pk)
        return cells.why_in_queue(record, self.details[record.pk], found)


class WatchTable(AgedTable):
    """Requests with mentors that need an eye, what has lasted longest first."""

    caption = "Requests with mentors that need an eye, what has lasted longest first"

    since = Drawn("Since", orderable=False)
    why = Drawn("Why", orderable=False)
    mentor = Drawn("Mentor", orderable=False)
    step = Drawn("Next step", orderable=False)

    class Meta:
        orderable = False
        exclude = ("area",)
        sequence = ("since", "client", "why", "mentor", "chapter", "step")

    def __init__(
        self, rows: Sequence[MentoringRequest], *, lane: str, zone: ZoneInfo, **options: Any
    ) -> None:
        super().__init__(rows, **options)
        self.lane, self.zone = lane, zone

    def before_render(self, request: HttpRequest) -> None:
        """Put the rows on this page into words; each step comes back to where one is now."""
        records = [row.record for row in self.paginated_rows]
        back = request.get_full_path()
        self.watched = watch_words.rows(records, self.lane, back, self.now, self.zone)

    def draw_since(self, record: Any) -> str:
        """How long the concern of this lane has lasted; without a lane the oldest one."""
        since = getattr(record, f"{self.lane or 'watch'}_since")
        return self.aged(record, since, _clock_that_struck(record, since))

    def draw_why(self, record: Any) -> str:
        """Each concern in a sentence."""
        reasons = self.watched[record.pk].reasons
        return format_html_join("", "<div>{}</div>", ((reason,) for reason in reasons))

    def draw_mentor(self, record: Any) -> str:
        """Who has it."""
        return _mentor(self, record)

    def draw_step(self, record: Any) -> str:
        """What can be done about it from here."""
        return cells.steps(self.watched[record.pk].steps, record.number)


def _mentor(table: tables.Table, mre: MentoringRequest) -> str:
    return str(mre.current.mentor) if mre.current else table.default


def _clock_that_struck(mre: Any, since: datetime) -> str:
    """Where the due date is explained from which a concern lasts; nothing for other concerns."""
    for concern, name in CLOCKS.items():
        if getattr(mre, f"{concern}_since") == since:
            return clock_address(name, mre.current)
    return ""


CLOCKS = {
    "overdue": ClockName.RESPOND,
    "attempt": ClockName.ATTEMPT,
    "close_out": ClockName.CLOSE_OUT,
}
"""The concerns of the watch list that begin when a clock of the current assignment strikes."""


class AllRequestsTable(RequestTable):
    """All requests in scope, newest first."""

    caption = "All requests, newest first"

    submitted = Drawn("Submitted", order_by=("submitted_at", "pk"), initial_sort_descending=True)
    status = Drawn(orderable=False)
    mentor = Drawn("Mentor")

    class Meta:
        sequence = ("submitted", "client", "status", "mentor", "area", "chapter")
        order_by = "-submitted"

    def draw_submitted(self, record: MentoringRequest) -> str:
        """The day with its year, in the reader's zone."""
        return long_day(record.submitted_at)

    def draw_status(self, record: MentoringRequest) -> str:
        """Where it stands, and why it is in the queue."""
        return cells.status(record)

    def draw_mentor(self, record: MentoringRequest) -> str:
        """Who has it, or had it when it was closed."""
        return _mentor(self, record)

    def order_client(self, rows: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001
        """By last name, the newest requests only: sorting all of history takes too long."""
        return super().order_client(_newest(rows), is_descending)

    def order_area(self, rows: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001
        """By mentoring area, the newest requests only."""
        return super().order_area(_newest(rows), is_descending)

    def order_chapter(self, rows: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001
        """By the chapter's name, the newest requests only."""
        return super().order_chapter(_newest(rows), is_descending)

    def order_mentor(self, rows: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001
        """By the mentor's last name, the newest requests only."""
        return by_name(_newest(rows), "current__mentor__last_name", is_descending)


def _newest(rows: Rows) -> Rows:
    """As many of the newest rows as a list shows at most."""
    newest = rows.order_by("-submitted_at", "-pk").values("pk")[:MOST]
    return MentoringRequest.objects.filter(pk__in=newest).for_list()
