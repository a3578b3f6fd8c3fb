"""The number by which people call a request."""

import re

NUMBER = re.compile(r"\s*(?:mr)?[\s-]*([0-9]{1,15})\s*", re.IGNORECASE)


def read_number(words: str) -> int | None:
    """The request's id in “MR-10482”, “mr 10482” or “10482”; None for anything else."""
    found = NUMBER.fullmatch(words)
    return int(found[1]) if found else None
