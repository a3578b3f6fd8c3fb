"""“My wordings”: the words that somebody keeps for notes, mails and session notes."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from intake.actions.keeping import check_owns
from intake.actions.note_templates import drop_note_template, keep_note_template
from intake.enums import WordsFor
from intake.forms.note_templates import NoteTemplateForm
from intake.models import NoteTemplate
from intake.pages.note_templates import all_at_hand
from intake.views.acts import posted
from intake.wording_permissions import words_kept_by
from mentors.errors import NotAllowed
from mentors.web import SignedInRequest, carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: SignedInRequest) -> HttpResponse:
    """All that are at hand, by purpose, and a form to add one (for `?purpose=`)."""
    mine = _purposes(request)
    purpose = request.GET.get("purpose", "")
    form = NoteTemplateForm(posted(request), user=request.user, now=request.now, purpose=purpose)
    if form.is_valid() and (added := _keep(request, form)):
        messages.success(request, f"“{added}” is at hand wherever it is of use.")
        return redirect("intake:note_templates")
    kept = all_at_hand(request.user, request.now, mine)
    found = kept.select_related("owner", "chapter", "district", "region")
    by_purpose = {key: list(rows) for key, rows in groupby(found, lambda one: one.purpose)}
    context = {
        "groups": [(each, by_purpose.get(each, [])) for each in mine],
        "form": form,
        "coordinates": WordsFor.MENTOR in mine,
    }
    return render(request, "intake/notes/templates.html", context)


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
    messages.success(request, f"“{kept}” is gone. What was written with it stays as it is.")
    return redirect("intake:note_templates")


def _purposes(request: SignedInRequest) -> tuple[WordsFor, ...]:
    """For what the reader may keep words. Raises NotAllowed if for nothing."""
    mine = words_kept_by(request.user, request.now)
    if not mine:
        raise NotAllowed("Wordings are for mentors and coordinators (RCIC).")
    return mine


def _get(request: SignedInRequest, pk: int) -> NoteTemplate:
    request.back = reverse("intake:note_templates")
    return get_object_or_404(all_at_hand(request.user, request.now, _purposes(request)), pk=pk)


def _keep(
    request: SignedInRequest, form: NoteTemplateForm, kept: NoteTemplate | None = None
) -> NoteTemplate | None:
    entered = form.cleaned_data
    return carry_out(
        form, keep_note_template, by=request.user, now=request.now, template=kept, **entered
    )
