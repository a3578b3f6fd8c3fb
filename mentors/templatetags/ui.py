"""The boxes and buttons that pages are built from; their markup is in templates/components/."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.base import render_value_in_context
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django_tables2 import Table
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow

from mentors.columns import drawing

register = template.Library()


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    *,
    level: int = 2,
    tone: str = "",
    flush: bool = False,
    anchor: str = "",
    note: str = "",
) -> str:
    """A box with a heading of `level`; `flush` for tables and lists that reach its edges."""
    return _component("card", locals())


@register.simple_block_tag
def nothing(content: str, title: str, *, url: str = "", label: str = "") -> str:
    """What stands where a list has no rows: what that means, and what to do next."""
    return _component("nothing", locals())


@register.simple_block_tag
def fact(content: str, title: str) -> str:
    """One named value in a `<dl class="datagrid">`; a dash when there is none."""
    value = content if content.strip() else SafeString('<span class="text-secondary">–</span>')
    term = '<dt class="datagrid-title">{}</dt>\n  <dd class="datagrid-content">{}</dd>'
    return format_html('<div class="datagrid-item">\n  ' + term + "\n</div>\n", title, value)


@register.simple_block_tag
def moment(content: str, title: str, *, at: datetime | None = None, tone: str = "") -> str:
    """One entry in an `<ol class="timeline-compact">`."""
    return _component("moment", locals())


@register.simple_block_tag
def fold(content: str, title: str, *, opened: bool = False) -> str:
    """Detail that is opened on demand, without JavaScript."""
    return _component("fold", locals())


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: str,
    title: str,
    *,
    button: str,
    back: str,
    action: str = "",
    danger: bool = False,
    form: Any = None,
) -> str:
    """A POST form that says what will happen before it does; `back` leaves things as they are."""
    asked = {name: value for name, value in locals().items() if name != "context"}
    return _component("confirm", asked | {"csrf_token": context.get("csrf_token")})


@register.inclusion_tag("components/act.html")
def act(
    label: str, url: str = "", *, refused: str = "", primary: bool = False, small: bool = False
) -> dict[str, Any]:
    """A link that looks like a button; off, with the reason beside it, when `refused` says why."""
    return {**locals(), "reason_id": _reason_id(label)}


@register.inclusion_tag("components/submit.html")
def submit(
    label: str,
    *,
    refused: str = "",
    name: str = "",
    value: str = "",
    primary: bool = False,
    danger: bool = False,
    small: bool = False,
) -> dict[str, Any]:
    """A submit button of the form around it; off, with the reason beside it, when `refused`."""
    return {**locals(), "reason_id": _reason_id(label)}


@register.simple_tag
def avatar(person: Any, *, size: str = "") -> SafeString:
    """The initials of a person in a circle: decoration beside the name, never instead of it."""
    kind = f"avatar avatar-{size}" if size else "avatar"
    return format_html('<span class="{}" aria-hidden="true">{}</span>', kind, initials(person))


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pager(context: Context, page: Page, *, param: str = "page", **kept: str) -> dict[str, Any]:
    """Links to the other pages of a list; they keep the filters and the order, and what is named.

    So `turn=…` is in each of them, also if it is not in the address of this page.
    """
    query = context["request"].GET.copy()
    query.update(kept)

    def address(number: int) -> str:
        query[param] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "links": [(n, address(n) if isinstance(n, int) else "") for n in numbers],
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def table_rows(context: Context, table: Table) -> SafeString:
    """The rows of the page of a table that is shown, for its `<tbody>`.

    Drawn here and not by a template: a page has hundreds of cells. What a `<td>` says of itself is
    worked out once for each column, so it cannot depend on the row.
    """
    columns = [(_opening(column), _drawing(table, column.name)) for column in table.columns]
    attributes = _row_drawing(table)
    rows = [
        f"<tr {conditional_escape(attributes(row))}>\n{_cells(row, columns, context)}\n</tr>"
        for row in table.paginated_rows
    ]
    return mark_safe("\n".join(rows))  # noqa: S308 of safe parts


Drawing = Callable[[BoundRow], Any]
"""How the cells of a column are drawn."""


def _opening(column: BoundColumn) -> SafeString:
    return format_html('<td data-label="{}" {}>', column.header, column.attrs["td"].as_html())


def _cells(row: BoundRow, columns: Sequence[tuple[SafeString, Drawing]], context: Context) -> str:
    return "\n".join([f"{td}{_shown(draw(row), context)}</td>" for td, draw in columns])


def _shown(value: Any, context: Context) -> str:
    """As a template would show it; most cells are drawn already."""
    return value if isinstance(value, SafeString) else render_value_in_context(value, context)


def _drawing(table: Table, column: str) -> Drawing:
    """How the cells of a column are drawn, found out once for all its rows."""
    draw = drawing(table, column)
    return (lambda row: draw(row.record)) if draw else (lambda row: row.get_cell(column))


def _row_drawing(table: Table) -> Callable[[BoundRow], SafeString]:
    """How a row says what it is: by the table's method `draw_row`, else by its `row_attrs`."""
    draw = drawing(table, "row")
    if draw is None:
        return lambda row: row.attrs.as_html()
    return lambda row: draw(row.record, row.get_even_odd_css_class())


@register.filter
def lookup(mapping: dict[str, Any] | None, key: str) -> Any:
    """The value under a key that is itself a variable; nothing when there is none."""
    return (mapping or {}).get(key, "")


def initials(person: Any) -> str:
    """“JW” for Joan Whitfield: first letters of the first and last word of the name."""
    words = str(person or "").split()
    return "".join(word[0] for word in words[:: max(len(words) - 1, 1)][:2]).upper()


def _component(name: str, parameters: dict[str, Any]) -> SafeString:
    return render_to_string(f"components/{name}.html", parameters)


def _reason_id(label: str) -> str:
    """Ties a button to its reason; buttons of one page have different labels."""
    return f"why-not-{slugify(label)}"
