"""Addresses of pages, for what stands on every page, or in every row of a list.

`reverse` works each of them out anew. Here they are kept, for a site below each prefix.
"""

from functools import cache

from django.urls import get_script_prefix, reverse

_ANY = 918_273_645
"""A number that no address has by itself."""


def page_address(page: str, *about: str) -> str:
    """The address of one of a few pages of a kind. Raises NoReverseMatch without it.

    `about` is what tells it from the others, if there are others: each is kept.
    """
    return _whole(page, about, get_script_prefix())


def address(page: str, number: int) -> str:
    """The address of a page about one thing, which has this number.

    Raises NoReverseMatch if there is no such page, or if it wants to know more than a number.
    """
    before, after = _around(page, get_script_prefix())
    return f"{before}{number}{after}"


@cache
def _whole(page: str, about: tuple[str, ...], prefix: str) -> str:
    return reverse(page, args=about)


@cache
def _around(page: str, prefix: str) -> tuple[str, str]:
    """What stands before the number and behind it, on a site below `prefix`."""
    before, _, after = reverse(page, args=[_ANY]).partition(str(_ANY))
    return before, after
