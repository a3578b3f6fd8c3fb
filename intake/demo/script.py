"""The texts of the demo: three TOML files, and how their blanks are filled."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent


@cache
def read(name: str) -> dict[str, Any]:
    """The script of that name: cast, questions or words."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def seeded(*names: object) -> Random:
    """Chance that falls the same way every time for the same names."""
    return Random(":".join(map(str, names)))  # noqa: S311  # a play, not a secret


def chance(rng: Random, share: float) -> bool:
    """Whether something happens now that happens so often (0 to 1)."""
    return rng.random() < share


def line(rng: Random, *path: str, **blanks: str) -> str:
    """One of the texts at this place of the words, with its blanks filled."""
    texts: Any = read("words")
    for step in path:
        texts = texts[step]
    return str(rng.choice(texts)).format(**blanks)


def plain(name: str) -> str:
    """A name as it stands in an e-mail address: “Lucía O’Connor” gives “lucia.oconnor”."""
    letters = unicodedata.normalize("NFKD", name.lower()).replace(" ", ".")
    return "".join(char for char in letters if char.isascii() and (char.isalnum() or char == "."))


def volunteer_address(name: str) -> str:
    """The e-mail address of a volunteer."""
    return f"{plain(name)}@example.org"
