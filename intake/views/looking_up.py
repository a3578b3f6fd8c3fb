"""A form in which somebody is looked for before it is sent: one form, no JavaScript.

The button of the search sends the form, too; then nothing is done, and all that was typed stays.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from intake.views.acts import posted
from mentors.web import SignedInRequest

FIND = "find"
"""The name of the button that searches."""

Form = TypeVar("Form", bound=forms.Form)


def searched(request: SignedInRequest, form: Callable[..., Form], **options: Any) -> Form:
    """The form as it was sent; while one only looks, with what was typed and no complaints."""
    if request.method == "POST" and FIND not in request.POST:
        return form(posted(request), **options)
    typed = request.POST if request.method == "POST" else request.GET
    return form(initial=typed.dict(), **options)


def words_of(form: forms.Form) -> str:
    """For whom was looked, as far as it makes sense."""
    field: Any = form.fields["q"]
    try:
        return str(field.clean(str(form["q"].value() or "")))
    except forms.ValidationError:
        return ""
