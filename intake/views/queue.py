"""The coordinator's queue: the list, the pane beside it, and what changes while one looks."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from intake import presence
from intake.enums import ListPage, Status
from intake.inforce import calendar
from intake.models import MentoringRequest
from intake.numbers import read_ids
from intake.pages import changes, need_action
from intake.pages.lanes import pills
from intake.pages.saved_views import default_redirect, saved_menu
from intake.tables import QueueTable
from intake.views.asked import queue_as_asked
from intake.views.lists import check_has_queue, header_counts, show_page
from intake.views.preview import show_preview
from intake.views.scope import get_mre
from mentors.web import SignedInRequest

MOST_ROWS = 100
"""More rows are never on one page."""
FOLDED = {"business_type", "age", "language", "asks_for"}
"""Filters that stand behind a fold until one of them is used."""


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """Client Requests – Need Action: lanes by reason, filters, and where each has got stuck."""
    check_has_queue(request.user, request.now)
    saved = saved_menu(request, ListPage.QUEUE)
    if begins := default_redirect(request, saved):
        return begins
    filters, lane = queue_as_asked(request)
    counted = need_action.tally(filters.qs, lane, request.now)
    everything = None if filters.form.changed_data else counted.lanes[need_action.ALL]
    rows, days = need_action.in_lane(filters.qs, lane, request.now), calendar()
    table = QueueTable(need_action.for_list(rows), now=request.now, calendar=days)
    context = {
        "table": show_page(request, table, known=counted.lanes[lane]),
        "filter": filters,
        "is_filtered": bool(filters.form.changed_data),
        "is_narrowed": bool(FOLDED.intersection(filters.form.changed_data)),
        "pills": pills(need_action.LANES, counted.lanes, lane),
        "count": counted.lanes[lane],
        "chapters": counted.chapters,
        "stamp": counted.stamp,
        "oldest": need_action.longest_wait(rows, days, request.now),
        "saved": saved,
        **header_counts(request.user, request.now, waiting=everything),
    }
    if not counted.lanes[lane]:
        asked = filters.queryset.filter(status=Status.ASSIGNED)
        context["longest_with_mentor"] = need_action.longest_wait(asked, days, request.now)
    return render(request, "intake/queue/page.html", context)


@require_safe
def preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """The pane beside the list: the question, and the mentors to choose from."""
    mre = get_mre(request, pk)
    if not request.htmx:
        return redirect("intake:request", pk)
    check_has_queue(request.user, request.now)
    return show_preview(request, mre)


@require_POST
def pulse(request: SignedInRequest) -> HttpResponse:
    """Every few seconds: who looks where, and whether the list has changed since it was read.

    Says of the rows that have left the list what became of them.
    """
    check_has_queue(request.user, request.now)
    filters, lane = queue_as_asked(request)
    stamp = need_action.tally(filters.qs, lane, request.now).stamp
    shown = read_ids(request.POST.getlist("row")[:MOST_ROWS])
    own = MentoringRequest.objects.coordinated_by(request.user, request.now)
    seen = set(own.filter(pk__in=shown).values_list("pk", flat=True))
    for pk in seen.intersection(read_ids(request.POST.getlist("looking"))):
        presence.look(pk, request.user, request.now)
    answer = {"stamp": stamp, "looking": presence.others(seen, request.user, request.now)}
    if stamp != request.POST.get("stamp"):
        there = need_action.in_lane(filters.qs, lane, request.now).filter(pk__in=shown)
        gone = set(shown).difference(there.values_list("pk", flat=True))
        answer["gone"] = changes.what_became_of(gone, request.user, request.now)
    return JsonResponse(answer)
