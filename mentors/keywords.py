"""Keywords in a text: whole words, whatever their case and accents. Pure."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache, partial


class Text:
    """Words to look for keywords in: whole words, whatever their case and accents."""

    find: Callable[[str], str]
    """The keyword's plain form if its words occur one after the other, else nothing.

    A single letter or a sign is no keyword: it would be found by accident.
    """

    def __init__(self, text: str) -> None:
        words = words_of(text)
        # Remembered because thousands of mentors share a few hundred keywords; and by the cache
        # itself rather than by a method around it, because it is asked for each of them.
        self.find = cache(partial(_found, frozenset(words), f" {' '.join(words)} "))


def _found(there: frozenset[str], line: str, keyword: str) -> str:
    words = plain(keyword)
    found = len(words) > 1 and there.issuperset(words.split()) and f" {words} " in line
    return words if found else ""


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """The words of a few words in one line, for comparing: of a keyword, of a language."""
    return " ".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case without accents: "Café-Bar" gives "cafe" and "bar"."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in apart if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", text.casefold())
