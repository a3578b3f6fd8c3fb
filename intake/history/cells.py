"""What stands in a cell: instants, dates, numbers, words of a list. Each refusal is a sentence."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from intake.history.reader import Refusal

FIRST_YEAR, LAST_YEAR = 1960, 2100
LARGEST = 32_767
"""The largest number that is kept of minutes and limits."""
EXAMPLE = "2026-02-27T18:05:00-05:00"


def instant(text: str, column: str) -> datetime:
    """An instant in UTC. Raises Refusal."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None and FIRST_YEAR <= at.year <= LAST_YEAR:
            return at.astimezone(UTC)
    except ValueError:
        pass
    if not text:
        raise Refusal(f"{column} is empty.")
    raise Refusal(f"{column} “{text}” is not an instant with an offset, e.g. {EXAMPLE}.")


def day(text: str, column: str) -> date:
    """A date. Raises Refusal."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Refusal(f"{column} “{text}” is not a date, e.g. 2026-02-27.")
    return found


def number(text: str, column: str) -> int | None:
    """A whole number from 0 on; None for an empty cell. Raises Refusal."""
    if not text:
        return None
    is_short = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))
    if not is_short or int(text) > LARGEST:
        raise Refusal(f"{column} “{text}” is not a whole number from 0 to {LARGEST}.")
    return int(text)


def flag(text: str, column: str) -> bool:
    """1 or 0; an empty cell is 0. Raises Refusal."""
    if text not in ("", "0", "1"):
        raise Refusal(f"{column} “{text}” is neither 0 nor 1.")
    return text == "1"


def words(text: str, column: str, longest: int, *, needed: bool = False) -> str:
    """Free text, without the blanks around it. Raises Refusal."""
    text = text.strip()
    if needed and not text:
        raise Refusal(f"{column} is empty.")
    if len(text) > longest:
        raise Refusal(f"{column} has {len(text):,} characters; at most {longest:,} are kept.")
    return text


def email(text: str, column: str) -> str:
    """An e-mail address. Raises Refusal."""
    text = words(text, column, 254, needed=True)
    try:
        validate_email(text)
    except ValidationError:
        raise Refusal(f"{column} “{text}” is not an e-mail address.") from None
    return text


def listed(text: str) -> list[str]:
    """The entries of a list, in their order, each once."""
    return list(dict.fromkeys(filter(None, (entry.strip() for entry in text.split("|")))))


def code(text: str, column: str, known: Mapping[str, str]) -> str:
    """A value of a list of ours, by the value or by its label. Raises Refusal."""
    found = known.get(text) or known.get(_plain(text))
    if found is None:
        what = f"“{text}” is not one of {', '.join(dict.fromkeys(known.values()))}"
        raise Refusal(f"{column} {what}." if text.strip() else f"{column} is empty.")
    return found


def codes(choices: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """How the values of a list may be written: as they are, or as their labels."""
    by_label = {_plain(str(label)): value for value, label in choices}
    return {_plain(value): value for value, _ in choices} | by_label


def _plain(text: str) -> str:
    """Without what tells “Away or unavailable” and “away_or_unavailable” apart."""
    return re.sub(r"[\W_]+", "_", text.strip().casefold())
