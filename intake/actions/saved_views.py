"""Keeping a list as it is filtered and sorted: own, shared, and the one to begin with."""

from datetime import datetime
from typing import Any

from intake.actions.keeping import check_owns, keep
from intake.enums import ListPage
from intake.models import DefaultView, SavedView
from intake.permissions import check_has_saved_views
from mentors.models import Volunteer


def keep_view(
    *, by: Volunteer, now: datetime, page: ListPage, name: str, query: str, shared: dict[str, Any]
) -> SavedView:
    """Save how a list is filtered and sorted. `shared` names one unit or none.

    Raises Invalid for a name that is taken, NotAllowed for whoever has no such list.
    """
    check_has_saved_views(by, page, now)
    return _save(SavedView(owner=by, page=page, query=query), name, shared)


def change_view(*, by: Volunteer, view: SavedView, name: str, shared: dict[str, Any]) -> SavedView:
    """Rename a view of one's own, or share it with others. Raises Invalid and NotAllowed."""
    check_owns(by, view)
    return _save(view, name, shared)


def _save(view: SavedView, name: str, shared: dict[str, Any]) -> SavedView:
    return keep(view, name=name, shared=shared, taken="You have a view of this name already.")


def drop_view(*, by: Volunteer, view: SavedView) -> None:
    """Forget a view of one's own; whoever began with it begins with the whole list again."""
    check_owns(by, view)
    view.delete()


def begin_with(*, by: Volunteer, view: SavedView) -> None:
    """Open the list with this view from now on."""
    DefaultView.objects.update_or_create(volunteer=by, page=view.page, defaults={"view": view})


def begin_with_all(*, by: Volunteer, page: ListPage) -> None:
    """Open the whole list from now on."""
    DefaultView.objects.filter(volunteer=by, page=page).delete()
