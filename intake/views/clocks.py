"""How the due dates of a request were counted."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from intake import inforce
from intake.pages.clock_facts import Rules
from intake.pages.clocks import clocks_of
from intake.pages.sight import client_name, sight
from intake.views.scope import get_mre
from mentors.web import SignedInRequest


@require_safe
def of_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every clock of a request that its reader may see; with `?clock=` only that one.

    Asked for by a script it is the words alone, for a dialog on the page where somebody is.
    """
    mre = get_mre(request, pk)
    seen = sight(request.user, mre, request.now)
    rules = Rules(request.now, inforce.calendar(), inforce.policy())
    groups = clocks_of(mre, seen, request.user, rules)
    wanted = request.GET.get("clock", "")
    clocks = [clock for group in groups for clock in group.clocks]
    context = {
        "mre": mre,
        "name": client_name(mre, seen),
        "groups": groups,
        "wanted": wanted,
        "clock": next((clock for clock in clocks if clock.anchor == wanted), None),
    }
    by_script = request.htmx and not request.htmx.boosted
    page = "_one" if by_script else "of_request"
    response = render(request, f"intake/clocks/{page}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
