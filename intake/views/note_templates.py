"""The words that a coordinator keeps for notes to mentors."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from intake.actions.keeping import check_owns
from intake.actions.note_templates import drop_note_template, keep_note_template
from intake.forms.note_templates import NoteTemplateForm
from intake.models import NoteTemplate
from intake.pages.note_templates import at_hand
from intake.views.acts import posted
from intake.views.lists import check_has_queue
from mentors.web import SignedInRequest, carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: SignedInRequest) -> HttpResponse:
    """All that are at hand, and a form to add one."""
    check_has_queue(request.user, request.now)
    form = NoteTemplateForm(posted(request), user=request.user, now=request.now)
    if form.is_valid() and (kept := _keep(request, form)):
        messages.success(request, f"“{kept}” is at hand beside every note to a mentor.")
        return redirect("intake:note_templates")
    found = at_hand(request.user, request.now)
    return render(request, "intake/notes/templates.html", {"templates": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change one's own."""
    kept = _get(request, pk)
    check_owns(request.user, kept)
    form = NoteTemplateForm(posted(request), user=request.user, now=request.now, template=kept)
    if form.is_valid() and _keep(request, form, kept):
        messages.success(request, f"“{kept}” is changed.")
        return redirect("intake:note_templates")
    return render(request, "intake/notes/template.html", {"template": kept, "form": form})


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget one's own."""
    kept = _get(request, pk)
    drop_note_template(by=request.user, template=kept)
    messages.success(request, f"“{kept}” is gone. Notes written with it stay as they are.")
    return redirect("intake:note_templates")


def _get(request: SignedInRequest, pk: int) -> NoteTemplate:
    request.back = reverse("intake:note_templates")
    return get_object_or_404(at_hand(request.user, request.now), pk=pk)


def _keep(
    request: SignedInRequest, form: NoteTemplateForm, kept: NoteTemplate | None = None
) -> NoteTemplate | None:
    entered = form.cleaned_data
    return carry_out(
        form, keep_note_template, by=request.user, now=request.now, template=kept, **entered
    )
