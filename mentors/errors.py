"""Why an act was refused. Each carries one sentence that is shown as it is."""


class Refused(Exception):
    """An act that cannot be carried out; `reason` is the sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(Refused):
    """The rules do not allow this act here: by this person, or as things stand."""


class AlreadyDone(Refused):
    """Somebody else was faster; things no longer stand as this person saw them."""


class Invalid(Refused):
    """What was entered will not do; `field` names where the sentence belongs."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
