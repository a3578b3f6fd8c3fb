"""What stands in the header of every page."""

from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mentors.context import Entry

register = template.Library()

NOTHING = SafeString("")


@register.simple_tag(takes_context=True)
def nav(context: Context, entries: Iterable[Entry]) -> SafeString:
    """The pages somebody is offered, the one he is on marked; with `nav_counts` by page."""
    place = context["request"].resolver_match
    here = place.view_name if place else ""
    counts = context.get("nav_counts") or {}
    links = ((_link(entry, entry.page == here, counts.get(entry.page)),) for entry in entries)
    return format_html_join("\n", '<li class="nav-item">{}</li>', links)


def _link(entry: Entry, is_here: bool, count: int | None) -> SafeString:  # noqa: FBT001
    return format_html(
        '<a class="nav-link{}" {}href="{}">{}{}</a>',
        " active" if is_here else "",
        SafeString('aria-current="page" ') if is_here else NOTHING,
        entry.address,
        entry.label,
        _badge(count, is_here) if count else NOTHING,
    )


def _badge(count: int, is_here: bool) -> SafeString:  # noqa: FBT001
    tone = " bg-primary text-primary-fg" if is_here else ""
    return format_html(' <span class="badge ms-2{}">{}</span>', tone, count)
