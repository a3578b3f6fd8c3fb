"""A button on a page, and why it is off."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Act:
    """A button: its words, its page, of which row; and why it is off, if it is."""

    label: str
    page: str
    pk: int
    refused: str = ""
    primary: bool = False
