"""The proposal for the whole queue: worked out, looked at, changed by hand, and carried out."""

from collections.abc import Collection

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from intake.actions.several import Order, Result
from intake.enums import QueueReason
from intake.filters import QueueFilter
from intake.forms.several import ForAllForm
from intake.models import MentoringRequest
from intake.numbers import read_ids
from intake.pages import proposal as pages
from intake.querysets import RequestQuerySet
from intake.views.lists import check_has_queue
from intake.views.several import carry_out_orders, waits
from mentors.models import Volunteer
from mentors.web import SignedInRequest

AT_ONCE = 40
"""With more requests than this the page is shown first, and then what takes longer."""


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: SignedInRequest) -> HttpResponse:
    """A mentor for every request of the queue as it is filtered in the address."""
    check_has_queue(request.user, request.now)
    if request.method == "POST":
        return _carry_out(request)
    waiting = _rows(request)
    rows = pages.undecided(waiting)
    counted = waiting.aggregate(count=Count("pk"), referred=Count("proposed_mentor"))
    count = counted["count"] - counted["referred"]
    context: dict[str, object] = {
        "count": count,
        "referred": counted["referred"],
        "most": pages.MOST,
        "back": _queue(request),
    }
    if count <= AT_ONCE or "show" in request.GET:
        page = pages.page(rows, request.now)
        context |= {
            "page": page,
            "waits": waits([line.mre for line in page.lines], request.now),
        }
    return render(request, "intake/proposal/page.html", context)


def _queue(request: SignedInRequest) -> str:
    """The queue with the lane and the filters from which one came."""
    query = request.GET.copy()
    query.pop("show", None)
    return f"{reverse('intake:queue')}?{query.urlencode()}".rstrip("?")


def _rows(request: SignedInRequest) -> RequestQuerySet:
    """What waits in the lane and with the filters of the queue; nothing in other lanes is left."""
    own = pages.waiting(MentoringRequest.objects.coordinated_by(request.user, request.now))
    lane = request.GET.get("lane", "")
    if lane in QueueReason.values:
        own = own.filter(queue_reason=lane)
    filtered: RequestQuerySet = QueueFilter(request.GET, own, user=request.user, now=request.now).qs
    return filtered


def _carry_out(request: SignedInRequest) -> HttpResponse:
    """Assign what is ticked; every ticked row gets its sentence, whatever happened meanwhile."""
    seen = MentoringRequest.objects.in_duty_of(request.user, request.now)
    ticked = seen.filter(pk__in=read_ids(request.POST.getlist("mre")))
    longest = ticked.order_by("waiting_since", "pk").values_list("pk", flat=True)[: pages.MOST]
    chosen = {pk: read_ids([request.POST.get(f"to_{pk}", "")]) for pk in longest}
    people = Volunteer.objects.filter(pk__in=set().union(*chosen.values()))
    known = set(people.values_list("pk", flat=True))
    orders, refused = [], []
    for pk, mentors in chosen.items():
        for mentor in mentors:  # none: it is to stay in the queue
            note = ForAllForm({"note": request.POST.get(f"note_{pk}", "")})
            if why := _why_not(note, mentor, known):
                refused.append(Result(pk, done=False, said=why))
            else:
                orders.append(Order(pk, mentor, note.cleaned_data["note"]))
    if not orders and not refused:
        messages.info(request, "Nothing was ticked, so nothing was assigned.")
        return redirect(request.get_full_path())
    return carry_out_orders(request, orders, refused, back=_queue(request))


def _why_not(note: ForAllForm, mentor: int, known: Collection[int]) -> str:
    """Why what was entered for one request will not do; empty if it will."""
    if not note.is_valid():
        return f"The note: {note.errors['note'][0]}"
    return "" if mentor in known else "This mentor is not on the roster any more."
