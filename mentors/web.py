"""How a page carries out an act: one call, and every refusal finds its place.

`Invalid` goes beside its field and keeps what was typed. `NotAllowed` and `AlreadyDone` pass
through to `mentors.middleware.RefusalMiddleware`: a 403 page with the reason, or a message on the
page one came from.
"""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from mentors.errors import Invalid

Result = TypeVar("Result")


def carry_out(
    form: forms.BaseForm, action: Callable[..., Result], **wanted: object
) -> Result | None:
    """The result of the action, or None if what was entered will not do (the form says why)."""
    try:
        return action(**wanted)
    except Invalid as invalid:
        form.add_error(invalid.field if invalid.field in form.fields else None, invalid.reason)
        return None
