"""The numbers by which people call requests and clients, and the ids that browsers send."""

import re
from collections.abc import Iterable

NUMBER = re.compile(r"\s*(?:mr)?[\s-]*([0-9]{1,15})\s*", re.IGNORECASE)


def read_number(words: str) -> int | None:
    """The request's id in “MR-10482”, “mr 10482” or “10482”; None for anything else."""
    found = NUMBER.fullmatch(words)
    return int(found[1]) if found else None


CLIENT_NUMBER = re.compile(r"\s*c[\s-]*([0-9]{1,15})\s*", re.IGNORECASE)


def read_client_number(words: str) -> int | None:
    """The client's id in “C-123” or “c 123”; None for anything else."""
    found = CLIENT_NUMBER.fullmatch(words)
    return int(found[1]) if found else None


LONGEST_ID = 18
"""Digits; the database knows no longer number."""


def read_ids(sent: Iterable[str]) -> list[int]:
    """The ids among what a browser sent, in its order; what cannot be one is passed over."""
    return [
        int(one) for one in sent if one.isascii() and one.isdecimal() and len(one) <= LONGEST_ID
    ]
