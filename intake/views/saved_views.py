"""Saved views of the lists: keep what is shown, find it again, begin with it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intake.actions import saved_views as actions
from intake.actions.keeping import check_owns
from intake.enums import ListPage
from intake.forms.saved_views import SavedViewForm
from intake.models import SavedView
from intake.pages.saved_views import LONGEST, at_hand, canonical
from intake.permissions import check_has_saved_views
from intake.views.acts import posted
from mentors.errors import NotAllowed
from mentors.web import SignedInRequest, carry_out


@require_safe
def saved_views(request: SignedInRequest) -> HttpResponse:
    """All views at hand, list by list, to rename, share, delete or begin with."""
    check_has_saved_views(request.user, ListPage.REQUESTS, request.now)
    views = list(at_hand(request.user, request.now))
    lists = [(page, [view for view in views if view.page == page]) for page in ListPage]
    return render(request, "intake/saved/views.html", {"lists": lists})


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: SignedInRequest, page: str) -> HttpResponse:
    """Keep what a list shows, which stands behind the ? of this address, under a name."""
    if page not in ListPage:
        raise Http404
    kept = ListPage(page)
    check_has_saved_views(request.user, kept, request.now)
    query = canonical(kept, request.GET)
    if len(query) > LONGEST:
        raise NotAllowed("This is too much to keep: use fewer filters or a shorter search.")
    if not query:
        messages.info(request, "Filter or sort the list first: what you then see can be saved.")
        return redirect(f"{reverse(f'intake:{page}')}?all")
    form = SavedViewForm(posted(request), user=request.user, now=request.now)
    if form.is_valid() and (view := _keep(request, form, kept, query)):
        messages.success(request, f"“{view}” is kept among the saved views.")
        return redirect(f"{reverse(f'intake:{page}')}?{query}")
    back = f"{reverse(f'intake:{page}')}?{query}"
    return render(request, "intake/saved/save.html", {"form": form, "page": kept, "back": back})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename one's own view, or share it with others."""
    view = _get(request, pk)
    check_owns(request.user, view)
    form = SavedViewForm(posted(request), user=request.user, now=request.now, view=view)
    if form.is_valid():
        changed = carry_out(
            form, actions.change_view, by=request.user, view=view, **form.cleaned_data
        )
        if changed is not None:
            messages.success(request, f"“{changed}” is changed.")
            return redirect("intake:saved_views")
    return render(request, "intake/saved/change.html", {"form": form, "view": view})


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget one's own view."""
    view = _get(request, pk)
    actions.drop_view(by=request.user, view=view)
    messages.success(request, f"“{view}” is gone.")
    return redirect("intake:saved_views")


@require_POST
def begin_with(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the list open with this view from now on."""
    view = _get(request, pk)
    actions.begin_with(by=request.user, view=view)
    messages.success(request, f"{view.get_page_display()} opens with “{view}” from now on.")
    return redirect(f"{reverse(f'intake:{view.page}')}?{view.query}")


@require_POST
def begin_with_all(request: SignedInRequest, page: str) -> HttpResponse:
    """Let the list open as a whole from now on."""
    if page not in ListPage:
        raise Http404
    kept = ListPage(page)
    actions.begin_with_all(by=request.user, page=kept)
    messages.success(request, f"{kept.label} opens with everything from now on.")
    return redirect(f"intake:{page}")


def _get(request: SignedInRequest, pk: int) -> SavedView:
    request.back = reverse("intake:saved_views")
    view: SavedView = get_object_or_404(at_hand(request.user, request.now), pk=pk)
    return view


def _keep(
    request: SignedInRequest, form: SavedViewForm, page: ListPage, query: str
) -> SavedView | None:
    return carry_out(
        form,
        actions.keep_view,
        by=request.user,
        now=request.now,
        page=page,
        query=query,
        **form.cleaned_data,
    )
