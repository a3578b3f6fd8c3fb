"""Keywords in a text: whole words, whatever their case and accents. Pure."""

import re
import unicodedata


class Text:
    """Words to look for keywords in: whole words, whatever their case and accents."""

    def __init__(self, text: str) -> None:
        words = words_of(text)
        self._words = frozenset(words)
        self._line = f" {' '.join(words)} "
        self._known: dict[str, str] = {}

    def find(self, keyword: str) -> str:
        """The keyword's plain form if its words occur one after the other, else nothing.

        A single letter or a sign is no keyword: it would be found by accident.
        """
        # Remembered because thousands of mentors share a few hundred keywords.
        if keyword not in self._known:
            self._known[keyword] = self._find(words_of(keyword))
        return self._known[keyword]

    def _find(self, words: list[str]) -> str:
        plain = " ".join(words)
        found = len(plain) > 1 and self._words.issuperset(words) and f" {plain} " in self._line
        return plain if found else ""


def plain(text: str) -> str:
    """The words of a text in one line, for comparing."""
    return " ".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case without accents: "Café-Bar" gives "cafe" and "bar"."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in apart if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", text.casefold())
