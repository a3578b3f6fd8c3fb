"""The public directory of mentors: found, read about, asked for by name."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from intake.forms.directory import DirectoryForm
from intake.pages import directory as pages
from intake.speech import for_clients
from intake.throttle import held_back, leafed_through
from intake.views.by_link import OpenRequest
from mentors.paging import MOST

PER_PAGE = 12
KEPT = 120
"""Seconds for which a browser may show the same page again without asking."""

View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """For everybody, at a pace at which people read; kept by the reader's browser for a while.

    Not by caches that several people share: the page also carries the choice of a language.
    """

    @wraps(view)
    def paced(request: OpenRequest, *args: object, **kwargs: object) -> HttpResponse:
        if wait := leafed_through(request, "directory"):
            return held_back(render(request, "intake/directory/slower.html"), wait)
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, max_age=KEPT)
        return response

    return for_clients(login_not_required(require_safe(paced)))


@open_to_all
def directory(request: OpenRequest) -> HttpResponse:
    """The mentors who are listed, as they are looked for in the address."""
    form = DirectoryForm(request.GET)
    wanted = form.wanted()
    turn = pages.turn_of(request.GET.get("turn", ""), request.now)
    near = wanted.place.chapter if wanted.place else None
    rows = pages.in_turn(pages.found(wanted, request.now), turn, near)
    # All ids at once: to count them and then to shuffle them anew would cost twice as much.
    ids = list(rows.values_list("pk", flat=True)[:MOST])
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "is_search": bool(form.changed_data),
        "near": near,
        "page": page,
        "entries": pages.entries(page.object_list, request.now),
        "turn": turn,
    }
    return render(request, "intake/directory/list.html", context)


@open_to_all
def entry(request: OpenRequest, pk: int) -> HttpResponse:
    """One mentor. Who is not listed is not here, whoever asks."""
    found = pages.entries([pk], request.now)
    if not found:
        raise Http404
    [shown] = found
    turn = pages.turn_of("", request.now)
    others = [] if shown.takes_requests else pages.similar(pk, turn, request.now)
    return render(request, "intake/directory/entry.html", {"entry": shown, "similar": others})
