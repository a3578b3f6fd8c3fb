"""Two clients become one, after a preview; an administrator takes it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from intake.actions import merging
from intake.client_permissions import check_can_merge, check_can_undo_merge, check_not_merged
from intake.forms.clients import MergeForm
from intake.models import Client, ClientMerge
from intake.pages.merging import in_common, what_moves
from intake.views.acts import posted
from intake.views.scope import get_client
from mentors.web import SignedInRequest, carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: SignedInRequest, pk: int, other: int) -> HttpResponse:
    """Field by field, which value stays; what moves; then it is done."""
    merged, kept = get_client(request, other), get_client(request, pk)
    if kept.pk == merged.pk and pk != other:
        check_not_merged(get_object_or_404(Client, pk=other if kept.pk == pk else pk))
    check_can_merge(request.user, kept, merged, request.now)
    form = MergeForm(posted(request), kept=kept, merged=merged)
    if form.is_valid():
        made = carry_out(
            form,
            merging.merge,
            kept_id=kept.pk,
            merged_id=merged.pk,
            chosen=form.asked(),
            by=request.user,
            now=request.now,
        )
        if made is not None:
            messages.success(request, f"{merged.number} is merged into {kept.number}.")
            return redirect("intake:client", kept.pk)
    context = {
        "kept": kept,
        "merged": merged,
        "form": form,
        "common": in_common(kept, merged),
        "moving": what_moves(merged, request.user, request.now),
        "back": request.back,
    }
    return render(request, "intake/clients/merge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def undo_merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """What goes back and what stays; then it is done. Administrators only."""
    found = ClientMerge.objects.select_related("kept", "merged", "by", "undone_by")
    made = get_object_or_404(found, pk=pk)
    get_client(request, made.kept_id)
    check_can_undo_merge(request.user, made, request.now)
    if request.method == "POST":
        undone = merging.undo(merge_id=pk, by=request.user, now=request.now)
        messages.success(request, f"{made.merged.number} is a client of its own again.")
        for sentence in undone.stays:
            messages.warning(request, sentence)
        return redirect("intake:client", made.merged_id)
    context = {"made": made, "undoing": merging.foresee(made), "back": request.back}
    return render(request, "intake/clients/undo.html", context)
