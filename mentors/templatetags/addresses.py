"""Addresses in templates, where one page has many: what `url` does, without working each out anew.

In other templates `url` is as good, and everybody knows it.
"""

from django import template

from mentors import addresses

register = template.Library()


@register.simple_tag
def address(page: str, number: int | None = None) -> str:
    """The address of a page, or of the page about the thing that has this number.

    Raises NoReverseMatch if there is no such page.
    """
    return addresses.page_address(page) if number is None else addresses.address(page, number)
