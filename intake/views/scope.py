"""What a viewer may open: everything else is 404, as if it did not exist."""

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
    seen = MentoringRequest.objects.for_user(request.user, request.now)
    return get_object_or_404(seen.for_list(), pk=pk)


def get_client(request: SignedInRequest, pk: int) -> Client:
    """The client if he is in the viewer's scope; for one who was merged, who was kept.

    Raises Http404. A refusal further on leads back to the page of this client.
    """
    asked = get_object_or_404(Client, pk=pk)
    kept = asked.merged_into_id or asked.pk
    request.back = reverse("intake:client", args=[kept])
    return get_object_or_404(Client.objects.for_user(request.user, request.now), pk=kept)
