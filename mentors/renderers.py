"""How forms are drawn: what stands in them by the dozen without a template, all else with one."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString

from mentors.templatetags import fields

Drawing = Callable[[Mapping[str, Any]], SafeString]

_INPUTS = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "checkbox")
_CHOICES = ("checkbox_select", "radio")
_WIDGETS: dict[str, Drawing] = {
    **dict.fromkeys(_INPUTS, fields.input_box),
    **dict.fromkeys(_CHOICES, fields.boxes),
    "select": fields.select,
    "textarea": fields.text_area,
}
DRAWN: dict[str, Drawing] = {
    "django/forms/field.html": lambda context: fields.field_group(context["field"]),
    **{f"django/forms/widgets/{name}.html": draw for name, draw in _WIDGETS.items()},
}
"""What the templates of these names do as well, for those that include them."""


class FormRenderer(TemplatesSetting):
    """Draws fields and their widgets at once; a template around each took as long as they do."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """The HTML, as the template of this name would say it."""
        if draw := DRAWN.get(template_name):
            return draw(context)
        return super().render(template_name, context, request)
