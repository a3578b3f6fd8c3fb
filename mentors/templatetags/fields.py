"""Fields of forms and their widgets, drawn in Python.

By `mentors.renderers`; and by the templates below django/forms/, where others include them.

A page has dozens of them, and a select hundreds of options: a template for each part of each, put
into the other, took longer than all else on a page with a form.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.utils import ErrorList
from django.template.context import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

Widget = Mapping[str, Any]
"""A widget as `get_context` describes it, under `widget`."""
Drawn = Mapping[str, Any] | Context
"""What is drawn: the description itself, or the context of a template that got it."""

TICKED = ("checkbox", "radio")
"""Inputs that are boxes to be ticked, not lines to write in."""
NOTHING = SafeString("")


@register.simple_tag
def field_group(field: BoundField) -> SafeString:
    """A field with its label, its help and what is wrong with it."""
    if field.use_fieldset:
        return _fieldset(field)
    about = (_label(field), _help(field), field, _errors(field.errors))
    if field.widget_type == "checkbox":
        label, helped, box, errors = about
        check = format_html('<div class="form-check">\n    {}\n    {}\n  </div>', box, label)
        return format_html('<div class="field">\n  {}\n  {}\n  {}\n</div>', check, helped, errors)
    return format_html('<div class="field">\n  {}\n  {}\n  {}\n  {}\n</div>', *about)


@register.simple_tag(takes_context=True)
def input_box(context: Drawn) -> SafeString:
    """An `<input>` of any type."""
    return _input(context["widget"])


@register.simple_tag(takes_context=True)
def text_area(context: Drawn) -> SafeString:
    """Several lines to write in."""
    widget = context["widget"]
    name, attributes = widget["name"], _attributes(widget, "form-control")
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', name, attributes, widget["value"] or ""
    )


@register.simple_tag(takes_context=True)
def select(context: Drawn) -> SafeString:
    """A choice that unfolds, its options in groups if they have any."""
    widget = context["widget"]
    groups = _joined(_option_group(*group) for group in widget["optgroups"])
    attributes = _attributes(widget, "form-select")
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], attributes, groups)


@register.simple_tag(takes_context=True)
def boxes(context: Drawn) -> SafeString:
    """A choice that shows all it offers, each with a box to be ticked."""
    widget = context["widget"]
    about = ((key, widget["attrs"].get(key)) for key in ("id", "class"))
    told = format_html_join("", ' {}="{}"', ((key, value) for key, value in about if value))
    groups = _joined(_box_group(*group) for group in widget["optgroups"])
    return format_html("<div{}>{}\n</div>", told, groups)


@register.simple_tag(takes_context=True)
def attributes(context: Drawn) -> SafeString:
    """What any other widget says of itself."""
    return _attributes(context["widget"])


@register.simple_tag(takes_context=True)
def labelled_input(context: Drawn) -> SafeString:
    """One box of a choice, with its label."""
    return _box(context["widget"])


# --- Around a widget ------------------------------------------------------------------------------


def _fieldset(field: BoundField) -> SafeString:
    described = field.aria_describedby
    return format_html(
        '<fieldset class="field"{}>\n  {}\n  {}\n  {}\n  {}\n</fieldset>',
        format_html(' aria-describedby="{}"', described) if described else "",
        format_html('<legend class="form-label{}">{}</legend>', _required(field), field.label),
        _help(field),
        field,
        _errors(field.errors),
    )


def _label(field: BoundField) -> SafeString:
    kind = "form-check-label" if field.widget_type == "checkbox" else "form-label"
    return format_html(
        '<label class="{}{}" for="{}">{}</label>',
        kind,
        _required(field),
        field.id_for_label,
        field.label,
    )


def _required(field: BoundField) -> str:
    return " required" if field.field.required else ""


def _help(field: BoundField) -> SafeString:
    if not field.help_text:
        return NOTHING
    return format_html(
        '<div class="form-hint" id="{}_helptext">{}</div>', field.auto_id, field.help_text
    )


def _errors(errors: ErrorList) -> str:
    """Most fields have none, and nothing need be drawn to find that out."""
    return str(errors) if errors else NOTHING


# --- Widgets --------------------------------------------------------------------------------------


def _input(widget: Widget) -> SafeString:
    kind, value = widget["type"], widget["value"]
    base = "" if kind == "hidden" else "form-check-input" if kind in TICKED else "form-control"
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        kind,
        widget["name"],
        NOTHING if value is None else format_html(' value="{}"', str(value)),
        _attributes(widget, base),
    )


def _attributes(widget: Widget, base_class: str = "") -> SafeString:
    told: Mapping[str, Any] = widget["attrs"]
    if base_class:
        told = {"class": f"{base_class} {told.get('class') or ''}".rstrip()} | {
            name: value for name, value in told.items() if name != "class"
        }
    return _joined(_attribute(*pair) for pair in told.items())


def _attribute(name: str, value: Any) -> str:
    """Safe, but put together by hand: a page has hundreds, and `format_html` has its price."""
    if value is False:
        return NOTHING
    told = f" {conditional_escape(name)}"
    return told if value is True else f'{told}="{conditional_escape(value)}"'


def _joined(parts: Iterable[str]) -> SafeString:
    """One after the other; `format_html_join` would look through each of them once more."""
    return mark_safe("".join(parts))  # noqa: S308 they are safe


def _option_group(name: str | None, options: Iterable[Widget], _: int) -> SafeString:
    drawn = _joined(_option(option) for option in options)
    if not name:
        return drawn
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, drawn)


def _option(option: Widget) -> SafeString:
    return format_html(
        '\n  <option value="{}"{}>{}</option>\n',
        str(option["value"]),
        _attributes(option),
        option["label"],
    )


def _box_group(name: str | None, options: Iterable[Widget], _: int) -> SafeString:
    title = format_html('\n  <div class="form-label mt-2">{}</div>', name) if name else NOTHING
    drawn = ((_box(option),) for option in options)
    return title + format_html_join("", '\n  <div class="form-check">{}</div>', drawn)


def _box(option: Widget) -> SafeString:
    if not option["wrap_label"]:
        return _input(option)
    tied = option["attrs"].get("id")
    owner = format_html(' for="{}"', tied) if tied else NOTHING
    label = format_html('<label class="form-check-label"{}>{}</label>', owner, option["label"])
    return _input(option) + label
