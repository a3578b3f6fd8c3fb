"""Addresses of pages about one thing each, which has a number."""

from functools import cache

from django.urls import get_script_prefix, reverse

_ANY = 918_273_645
"""A number that no address has by itself."""


def address(page: str, number: int) -> str:
    """What `reverse` says, in a fraction of the time: for what stands in every row of a list.

    Raises NoReverseMatch if there is no such page, or if it wants to know more than a number.
    """
    before, after = _around(page, get_script_prefix())
    return f"{before}{number}{after}"


@cache
def _around(page: str, prefix: str) -> tuple[str, str]:
    """What stands before the number and behind it, on a site below `prefix`."""
    before, _, after = reverse(page, args=[_ANY]).partition(str(_ANY))
    return before, after
