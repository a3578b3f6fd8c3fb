"""What gives points on the shortlist, for those who work with it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intake.inforce import policy
from intake.pages.offered import latest_example
from intake.permissions import check_can_read_weights
from mentors.web import SignedInRequest
from mentors.weights import DEFAULT_WEIGHTS, weight_rows


@require_safe
def weights(request: SignedInRequest) -> HttpResponse:
    """The weights in words, and a recent score put together from them."""
    check_can_read_weights(request.user, request.now)
    context = {
        "weights": weight_rows(DEFAULT_WEIGHTS),
        "history": policy().answer_history_days,
        "example": latest_example(request.user, request.now),
    }
    return render(request, "intake/weights/page.html", context)
