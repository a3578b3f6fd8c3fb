"""Help where the work is: the guides, whole or the one section that is wanted."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from mentors.guides import BY_NAME, GUIDES, read


class OpenRequest(HttpRequest):
    """For type hints: from anybody."""

    htmx: HtmxDetails


@login_not_required
@require_safe
def guides(request: OpenRequest) -> HttpResponse:
    """All guides; they tell nothing that only members may know."""
    return render(request, "mentors/help/guides.html", {"guides": GUIDES})


@login_not_required
@require_safe
def guide(request: OpenRequest, name: str) -> HttpResponse:
    """One guide; for a dialog beside the work only the ?section= of it."""
    if name not in BY_NAME:
        raise Http404
    page = {"guide": BY_NAME[name], "text": read(name)}
    if not request.htmx:
        return render(request, "mentors/help/guide.html", page)
    section = read(name).section(request.GET.get("section", ""))
    if section is None:
        raise Http404
    return render(request, "mentors/help/_section.html", page | {"section": section})
