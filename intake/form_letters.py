"""The words of mails that are written by the thousand: drawn once with blanks, then filled in.

Most templates do nothing with what they are given but put it in. Drawn once, such a mail is the
same for everybody but for these places, and to fill them takes a small part of the time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.translation import get_language

FORM_LETTERS = frozenset(
    {
        "client_closed",
        "client_delay",
        "client_new_mentor",
        "client_received",
        "mentor_notes_due",
        "mentor_replaced",
        "mentor_requeued",
        "mentor_withdrawn",
        "rcic_client_withdrew",
        "rcic_handed_back",
        "rcic_new",
        "rcic_overdue",
        "rcic_requeued",
    }
)
"""Mails whose templates put words in, ask at most whether there are any, and do nothing else."""

_MARK = re.compile("\ue000([\\w.]+)(&(?:amp;)?)\ue001")
"""A blank: its name, and a sign that looks different where templates escape. The letters around it
are for private use, and stand in no template."""

Context = Mapping[str, Any]


def draw(kind: str, part: str, context: Context) -> str:
    """One part of a mail (`subject.txt`, `body.txt`, `body.html`), in the language in force.

    Word for word what the template makes of this context.
    """
    template = f"emails/{kind}/{part}"
    if kind not in FORM_LETTERS:
        return render_to_string(template, {**context})
    given = tuple(name for name, value in context.items() if value)
    return form_of(template, get_language(), given).fill(context)


class _Blank:
    """Stands in a template for something that is there, and for whatever belongs to it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> "_Blank":
        if name.startswith("_"):
            raise AttributeError(name)
        return _Blank(f"{self._name}.{name}")

    def __bool__(self) -> bool:
        if "." in self._name:
            raise TypeError(f"A form letter may not ask whether there is {self._name}.")
        return True  # what is not there is no blank

    def __str__(self) -> str:
        return f"\ue000{self._name}&\ue001"


@dataclass(frozen=True)
class Form:
    """What the template says, and between it the names of what goes in, escaped or as it is."""

    begins: str
    goes_on: tuple[tuple[tuple[str, ...], bool, str], ...]

    def fill(self, context: Context) -> str:
        """The words, with what the context has for each blank."""
        words = [self.begins]
        for (first, *path), is_escaped, after in self.goes_on:
            value = str(reduce(getattr, path, context[first]))
            words += (conditional_escape(value) if is_escaped else value, after)
        return "".join(words)


@cache
def form_of(template: str, language: str | None, given: tuple[str, ...]) -> Form:
    """The form of a template in a language, for when there is something of these names.

    Kept as long as the process runs, as the templates and the catalogues are.
    """
    drawn = render_to_string(template, {name: _Blank(name) for name in given})
    begins, *rest = _MARK.split(drawn)
    names, signs, after = rest[::3], rest[1::3], rest[2::3]
    return Form(
        begins,
        tuple(
            (tuple(name.split(".")), sign != "&", words)
            for name, sign, words in zip(names, signs, after, strict=True)
        ),
    )
