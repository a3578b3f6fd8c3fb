"""The search box: a number, a name, an e-mail, a phone, a mentor, and the answer in one step."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from intake.pages.finding import look_up, numbered
from mentors.roles import duties
from mentors.web import SignedInRequest

LONGEST = 200


@require_safe
def find_anything(request: SignedInRequest) -> HttpResponse:
    """Straight to what was meant if it is one thing, else all that fits, kind by kind."""
    typed = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    number = numbered(typed, request.user, request.now)
    if number is not None:
        return redirect("intake:request", number)
    hits = look_up(typed, request.user, request.now)
    if hits.only:
        return redirect(hits.only)
    mine = duties(request.user, request.now)
    context = {
        "typed": typed,
        "hits": hits,
        "has_list": mine.is_admin or bool(mine.sees_requests_of),
        "sees_people": mine.is_admin or bool(mine.people_of),
        "may_search_contact": mine.is_admin or bool(mine.rcic) or mine.is_mentor,
    }
    return render(request, "intake/find/page.html", context)
