"""What a viewer may open: everything else is 404, as if it did not exist."""

from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.urls import reverse

from intake.models import Client, MentoringRequest
from intake.views.way_back import list_behind
from mentors.web import SignedInRequest


def get_mre(request: SignedInRequest, pk: int) -> MentoringRequest:
    """The request if it is in the viewer's scope, with all that its page shows. Raises Http404.

    A refusal further on leads back to the list that one came from, else to the page of this
    request.
    """
    request.back = list_behind(request) or reverse("intake:request", args=[pk])
    shown = MentoringRequest.objects.for_page().filter(pk=pk)
    in_duty = shown.in_duty_of(request.user, request.now).first()  # most are found by that alone
    return in_duty or get_object_or_404(shown.for_user(request.user, request.now))


def get_client(request: SignedInRequest, pk: int) -> Client:
    """The client if he is in the viewer's scope; for one who was merged, who was kept.

    Raises Http404. A refusal further on leads back to the page of this client.
    """
    kept = Client.objects.filter(pk=pk).values(kept=Coalesce("merged_into", "pk"))
    seen = Client.objects.for_user(request.user, request.now)
    found = get_object_or_404(seen, pk=Subquery(kept))
    request.back = reverse("intake:client", args=[found.pk])
    return found
