"""Why an act was refused. Each carries one sentence that is shown as it is.

A sentence for clients is a lazy translation: acts run in English, the page has its own language.
"""

from typing import cast

from django.utils.functional import Promise


class Refused(Exception):
    """An act that cannot be carried out; `reason` is the sentence for the person."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = cast("str", reason)


class NotAllowed(Refused):
    """The rules do not allow this act here: by this person, or as things stand."""


class AlreadyDone(Refused):
    """Somebody else was faster; things no longer stand as this person saw them."""


class Invalid(Refused):
    """What was entered will not do; `field` names where the sentence belongs."""

    def __init__(self, field: str, reason: str | Promise) -> None:
        super().__init__(reason)
        self.field = field
