"""Who a client is: the same person for the same number. Pure."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from intake.national.country import STRAY, City, script

HOSTS = ("example.com", "example.net")
PHONES = 8_000_000


@dataclass(frozen=True)
class Person:
    """A client on his first request."""

    number: int
    id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    zip: str


def person(number: int, chance: int, city: City) -> Person:
    """The client who has this number here; the rest follows from `chance`, a large number."""
    firsts, lasts = names("first"), names("last")
    chance, first = divmod(chance, len(firsts))
    chance, last = divmod(chance, len(lasts))
    chance, host = divmod(chance, len(HOSTS))
    chance, phone = divmod(chance, PHONES)
    prefixes = city.prefixes or (STRAY,)
    chance, prefix = divmod(chance, len(prefixes))
    first_name, of_first = firsts[first]
    last_name, of_last = lasts[last]
    return Person(
        number=number,
        id=f"C{number:07}",
        first_name=first_name,
        last_name=last_name,
        email=f"{of_first}.{of_last}.{number}@{HOSTS[host]}",
        phone=f"({200 + phone // 10_000}) 555-{phone % 10_000:04}",
        zip=f"{prefixes[prefix]}{chance % 100:02}",
    )


@cache
def names(which: str) -> list[tuple[str, str]]:
    """First or last names, each with how it stands in an address."""
    return [(name, _plain(name)) for name in script("words")[which].split()]


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(char for char in letters if char.isascii() and (char.isalnum() or char == "-"))
