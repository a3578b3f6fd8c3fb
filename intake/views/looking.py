"""Two people at one request: each sees the other, and what the other has done."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from intake import presence
from intake.numbers import read_ids
from intake.pages import changes
from intake.pages.sight import sight
from intake.views.scope import get_mre
from mentors.web import SignedInRequest


@require_POST
def look(request: SignedInRequest, pk: int) -> HttpResponse:
    """From the page of a request: I look at it. Who else does, and what happened since?"""
    mre = get_mre(request, pk)
    presence.look(mre.pk, request.user, request.now)
    read = read_ids([request.POST.get("since", "")])
    seen = sight(request.user, mre, request.now)
    happened = changes.since(
        mre,
        next(iter(read), 0),
        user=request.user,
        seen=seen,
        zone=timezone.get_current_timezone(),
    )
    others = presence.others([mre.pk], request.user, request.now)
    return JsonResponse({"looking": others, "happened": happened})


@require_POST
def leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page was closed: I look at it no longer."""
    presence.leave(get_mre(request, pk).pk, request.user)
    return HttpResponse(status=204)
