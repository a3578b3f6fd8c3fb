"""What the lists of requests share: who has them, and the counts in the header."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django_tables2 import RequestConfig, Table

from intake.models import MentoringRequest
from intake.pages import watching
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.paging import BoundedPaginator
from mentors.roles import duties
from mentors.web import SignedInRequest

PER_PAGE = 25
REMEMBERED = 15
"""Seconds for which the header shows the same length of the watch list, away from that list."""


def check_has_queue(user: Volunteer, now: datetime) -> None:
    """Raise NotAllowed unless `user` coordinates a chapter, or is an administrator."""
    mine = duties(user, now)
    if not (mine.is_admin or mine.rcic):
        raise NotAllowed(
            "This list is for coordinators (RCIC). Leaders find the requests of their chapters "
            "under All requests, mentors theirs under My requests."
        )


def check_has_list(user: Volunteer, now: datetime) -> None:
    """Raise NotAllowed unless `user` coordinates or leads a chapter, or is an administrator."""
    mine = duties(user, now)
    if not (mine.is_admin or mine.sees_requests_of):
        raise NotAllowed(
            "This list is for coordinators (RCIC) and leaders. Mentors find their own requests "
            "under My requests."
        )


def show_page(
    request: SignedInRequest,
    table: Table,
    *,
    known: int | None = None,
    pages: type[BoundedPaginator] = BoundedPaginator,
) -> Table:
    """The page and the order that were asked for; the first or last page for a number too far.

    `known`: how many rows there are, where they have been counted already.
    """
    paging = {"per_page": PER_PAGE, "paginator_class": pages, "known": known}
    return RequestConfig(request, paginate=paging).configure(table)


def header_counts(
    user: Volunteer, now: datetime, *, waiting: int | None = None, watched: int | None = None
) -> dict[str, Any]:
    """How much waits for a coordinator, for the header. Four queries, and one while the watch list
    is remembered; none for everybody else.

    `waiting`: how many wait, `watched`: how many need an eye, where that is known already.
    """
    mine = duties(user, now)
    if not (mine.is_admin or mine.rcic):
        return {}
    own = MentoringRequest.objects.coordinated_by(user, now)
    if waiting is None:
        waiting = own.need_action().filter(parked=False).count()
    key = f"watched-{user.pk}-{now.timestamp() // REMEMBERED:.0f}"
    if watched is None:
        watched = cache.get_or_set(key, lambda: len(watching.watched(own, now)), REMEMBERED)
    else:
        cache.set(key, watched, REMEMBERED)
    return {"nav_counts": {"intake:queue": waiting, "intake:watch": watched}}
