"""The buttons with which an attempt to reach a client is logged in one tap."""

from typing import Any

from django import template

from intake.forms.contact import Tap
from intake.inforce import policy
from intake.models import MentoringRequest

register = template.Library()


@register.inclusion_tag("intake/desk/_taps.html", takes_context=True)
def attempt_taps(context: dict[str, Any], mre: MentoringRequest, came: str = "") -> dict[str, Any]:
    """One button for each usual attempt; `came`: where to go back to, “desk” or the request.

    Who came to the page from a list goes back there.
    """
    return {
        "taps": Tap,
        "mre": mre,
        "came": came,
        "back": context["request"].GET.get("back", ""),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def attempts_needed() -> int:
    """How many attempts it takes until a request can be closed without an answer."""
    return policy().attempts_needed
