"""The lists as files for a spreadsheet: what the page shows, as it is filtered and sorted."""

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig, Table

from intake.actions.exporting import note_export
from intake.enums import ListPage
from intake.filters import AllRequestsFilter
from intake.inforce import calendar
from intake.models import MentoringRequest
from intake.pages import exporting, need_action, watching
from intake.pages.exporting import Line
from intake.pages.saved_views import canonical
from intake.querysets import RequestQuerySet
from intake.tables import AllRequestsTable, QueueTable
from intake.views.asked import queue_as_asked, watch_as_asked
from intake.views.lists import check_has_list, check_has_queue
from mentors.paging import MOST
from mentors.spreadsheets import Column, Format, download
from mentors.web import SignedInRequest

# A download is asked for with GET, as all downloads are; the only thing it writes is who did.


@require_GET
def all_requests(request: SignedInRequest) -> HttpResponseBase:
    """All requests; as many as the list shows."""
    check_has_list(request.user, request.now)
    seen = MentoringRequest.objects.in_duty_of(request.user, request.now)
    filters = AllRequestsFilter(request.GET, seen, user=request.user, now=request.now)
    rows = _sorted(request, AllRequestsTable(filters.qs.for_list()))
    lines = exporting.request_lines(rows)
    return _send(request, ListPage.REQUESTS, exporting.REQUESTS, lines, rows.count())


@require_GET
def queue(request: SignedInRequest) -> HttpResponseBase:
    """One lane of the queue."""
    check_has_queue(request.user, request.now)
    filters, lane = queue_as_asked(request)
    seen = need_action.for_list(need_action.in_lane(filters.qs, lane, request.now))
    days = calendar()
    rows = _sorted(request, QueueTable(seen, now=request.now, calendar=days))
    lines = exporting.queue_lines(rows, now=request.now, calendar=days)
    return _send(request, ListPage.QUEUE, exporting.QUEUE, lines, rows.count())


@require_GET
def watch(request: SignedInRequest) -> HttpResponseBase:
    """One lane of the watch list."""
    check_has_queue(request.user, request.now)
    asked = watch_as_asked(request)
    found = watching.in_lane(asked.found, asked.lane)[:MOST]
    lines = exporting.watch_lines(
        found,
        lane=asked.lane,
        now=request.now,
        calendar=calendar(),
        zone=timezone.get_current_timezone(),
    )
    return _send(request, ListPage.WATCH, exporting.WATCH, lines, len(found))


def _sorted(request: SignedInRequest, table: Table) -> RequestQuerySet:
    """The rows in the order of the page, and no more than all its pages show."""
    RequestConfig(request, paginate=False).configure(table)
    rows: RequestQuerySet = table.data.data[:MOST]
    return rows


def _send(
    request: SignedInRequest,
    page: ListPage,
    columns: Sequence[Column[Line]],
    lines: Iterable[Line],
    count: int,
) -> HttpResponseBase:
    kind = request.GET.get("format", Format.CSV)
    if kind not in Format:
        raise Http404
    note_export(
        by=request.user,
        now=request.now,
        what=page.label,
        query=canonical(page, request.GET),
        rows=count,
        kind=Format(kind),
    )
    day = timezone.localdate(request.now)
    return download(
        columns,
        lines,
        name=f"{page.label} {day:%Y-%m-%d}",
        kind=Format(kind),
        zone=timezone.get_current_timezone(),
    )
