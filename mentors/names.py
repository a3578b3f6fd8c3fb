"""Names as they are searched: every word by its beginning, whatever its capitals and accents.

“jose” finds José, and “josé” finds Jose: both sides are folded to plain small letters. The function
`handoff_name_words` folds in the database, under an index; `folded_words` folds what was typed.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Func, Value
from django.db.models.functions import Concat

MOST_WORDS = 6
LONGEST_WORD = 60
UNSPLIT = str.maketrans("øđłıð", "odlid", "'’‘`´")
"""Letters that are not made of a plain one and an accent; and what does not part two words."""


def name_words(*columns: str) -> Func:
    """The words of these columns, folded, as an expression that an index can hold."""
    texts = [part for column in columns for part in (Value(" "), column)][1:]
    joined = Concat(*texts) if len(texts) > 1 else columns[0]
    return Func(joined, function="handoff_name_words", output_field=SearchVectorField())


def folded(words: str) -> str:
    """In plain small letters: what stands beside each other in an alphabet."""
    split = unicodedata.normalize("NFD", words.lower())
    bare = "".join(letter for letter in split if not unicodedata.combining(letter))
    return bare.translate(UNSPLIT)


def folded_words(typed: str) -> list[str]:
    """The first words of what somebody typed, folded."""
    found = re.findall(r"[^\W_]+", folded(typed))
    return [word[:LONGEST_WORD] for word in found[:MOST_WORDS]]


def begins(words: list[str], config: str = "simple") -> SearchQuery:
    """Asks for all these words by their beginnings; a single letter alone is a whole word.

    Without words it asks for nothing, and finds nothing.
    """
    if len(words) == 1 and len(words[0]) == 1:
        return SearchQuery(words[0], config=config, search_type="raw")
    parts = " & ".join(f"{word}:*" for word in words)
    return SearchQuery(parts, config=config, search_type="raw")
