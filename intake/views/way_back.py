"""The list from which somebody came to an act, so that he comes back to where he was in it.

A row of a list links to an act with `?back=` and the address of the list: its lane, filters and
page. Forms post to the address that they stand at, so it is still there when the act is done.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

LISTS = (
    "intake:queue",
    "intake:watch",
    "intake:requests",
    "reports:not-yet-assigned",
    "reports:not-yet-accepted",
    "reports:not-yet-contacted",
    "reports:not-yet-counseled",
    "reports:in-mentoring",
)


def list_behind(request: HttpRequest) -> str:
    """The address of that list; empty for anything else, so that a link can lead nowhere else."""
    back = request.GET.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return ""
    try:
        found = resolve(urlsplit(back).path)
    except Resolver404:
        return ""
    return back if found.view_name in LISTS else ""
