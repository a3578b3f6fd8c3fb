"""Help where the work is: the guides, whole or the one section that is wanted."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mentors.guides import BY_NAME, GUIDES, read


@login_not_required
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """All guides; they tell nothing that only members may know."""
    return render(request, "mentors/help/guides.html", {"guides": GUIDES})


@login_not_required
@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """One guide; with ?section= only that section, for a window beside the work."""
    if name not in BY_NAME:
        raise Http404
    page = {"guide": BY_NAME[name], "guides": GUIDES, "text": read(name)}
    if (anchor := request.GET.get("section")) is None:
        return render(request, "mentors/help/guide.html", page)
    section = read(name).section(anchor)
    if section is None:
        raise Http404
    return render(request, "mentors/help/_section.html", page | {"section": section})
