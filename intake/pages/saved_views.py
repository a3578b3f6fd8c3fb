"""The views of a list that somebody has at hand, and the address that says what he sees now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from intake.enums import ListPage
from intake.filters import AllRequestsFilter, QueueFilter, RequestFilter
from intake.models import DefaultView, SavedView
from intake.pages.watch_filter import WatchFilter
from mentors.models import Volunteer
from mentors.querysets import SharedQuerySet
from mentors.web import SignedInRequest

FILTERS: Mapping[ListPage, type[RequestFilter]] = {
    ListPage.QUEUE: QueueFilter,
    ListPage.WATCH: WatchFilter,
    ListPage.REQUESTS: AllRequestsFilter,
}
SORT, ALL = "sort", "all"
LONGEST = 1000
"""Characters of an address that are kept."""


@dataclass(frozen=True)
class SavedMenu:
    """What the menu “Saved views” offers on one list."""

    page: ListPage
    views: list[SavedView]
    current: SavedView | None
    """The view that is shown now, if it is one of these."""
    to_save: str
    """The address of the form that keeps what is shown now; empty while nothing is chosen."""
    address: str

    @property
    def default(self) -> SavedView | None:
        """The one with which this list opens."""
        return next((view for view in self.views if view.is_default), None)  # type: ignore[attr-defined]


def canonical(page: ListPage, chosen: QueryDict) -> str:
    """What stands behind the ? of the list: known filters that say something, in one order.

    Two addresses that show the same are the same; neither page number nor anything else is kept.
    """
    known = [*FILTERS[page].base_filters, SORT]
    said = [(key, str(chosen.get(key, ""))) for key in known]
    return urlencode([(key, value) for key, value in said if value.strip()])


def at_hand(user: Volunteer, now: datetime, page: ListPage | None = None) -> SharedQuerySet:
    """The views that somebody may use, with `is_default` for him: own ones, and shared ones."""
    begun_with = DefaultView.objects.filter(volunteer=user, view=OuterRef("pk"))
    views = SavedView.objects.for_user(user, now).annotate(is_default=Exists(begun_with))
    views = views.select_related("owner", "region", "district", "chapter")
    if page is not None:
        views = views.filter(page=page)
    return views.order_by("page", Lower("name"), "pk")


def saved_menu(request: SignedInRequest, page: ListPage) -> SavedMenu:
    """What `intake/saved/_menu.html` offers, as `saved`. One query."""
    views = list(at_hand(request.user, request.now, page))
    query = canonical(page, request.GET)
    current = next((view for view in views if query and view.query == query), None)
    to_save = f"{reverse('intake:save_view', args=[page])}?{query}" if query else ""
    address = reverse(f"intake:{page}")
    return SavedMenu(page, views, current, to_save, address)


def default_redirect(request: SignedInRequest, saved: SavedMenu) -> HttpResponseRedirect | None:
    """To the view with which this reader begins, if he opens the bare list.

    Whatever stands behind the ? is left alone; `?all` shows the whole list.
    """
    if request.GET or saved.default is None or not saved.default.query:
        return None
    return redirect(f"{saved.address}?{saved.default.query}")
