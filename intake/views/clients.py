"""The page of a client, and what is corrected on it."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from intake.actions.clients import CONTACT_DATA, correct
from intake.client_permissions import check_can_correct
from intake.forms.clients import CorrectForm
from intake.pages.clients import compile_file
from intake.views.acts import posted
from intake.views.scope import get_client
from mentors.web import SignedInRequest, carry_out


@require_safe
def client(request: SignedInRequest, pk: int) -> HttpResponse:
    """Contact data, all requests, and who may be the same; a merged one leads to the kept."""
    found = get_client(request, pk)
    if found.pk != pk:
        return redirect(request.back)
    file = compile_file(
        found, user=request.user, now=request.now, page_number=request.GET.get("page")
    )
    return render(request, "intake/clients/page.html", {"file": file, "client": found})


@require_http_methods(["GET", "HEAD", "POST"])
def correct_client(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct names and contact data."""
    found = get_client(request, pk)
    if found.pk != pk:
        return redirect(request.back)
    check_can_correct(request.user, found, request.now)
    form = CorrectForm(posted(request), initial=model_to_dict(found, CONTACT_DATA))
    if form.is_valid():
        done = carry_out(
            form, correct, client_id=pk, by=request.user, now=request.now, **form.cleaned_data
        )
        if done is not None:
            messages.success(request, f"The contact data of {done} are corrected.")
            return redirect("intake:client", pk)
    context = {"client": found, "form": form, "back": reverse("intake:client", args=[pk])}
    return render(request, "intake/clients/correct.html", context)
