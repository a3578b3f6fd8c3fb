"""How a page carries out an act: one call, and every refusal finds its place.

`Invalid` goes beside its field and keeps what was typed. `NotAllowed` and `AlreadyDone` pass
through to `mentors.middleware.RefusalMiddleware`: a 403 page with the reason, or a message on the
page one came from.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from mentors.errors import Invalid
from mentors.models import Volunteer

Result = TypeVar("Result")


class SignedInRequest(HttpRequest):
    """For type hints: what a view behind the sign-in is given by the middleware."""

    user: Volunteer
    now: datetime
    back: str
    htmx: HtmxDetails


def carry_out(
    form: forms.BaseForm, action: Callable[..., Result], **wanted: object
) -> Result | None:
    """The result of the action, or None if what was entered will not do (the form says why).

    What an act writes down is read by everybody here, so it is English on every page.
    """
    try:
        with translation.override(settings.LANGUAGE_CODE):
            return action(**wanted)
    except Invalid as invalid:
        form.add_error(invalid.field if invalid.field in form.fields else None, invalid.reason)
        return None
