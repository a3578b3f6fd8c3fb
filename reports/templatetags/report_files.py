"""What can be had of the report on a page: files, and mails at regular times."""

from typing import Any

from django import template

from reports.catalogue import REPORTS

register = template.Library()


@register.inclusion_tag("reports/_files.html", takes_context=True)
def report_files(context: dict[str, Any]) -> dict[str, Any]:
    """The menu “Export” of a report's page, with what is asked there; nothing on other pages."""
    request = context["request"]
    page = request.resolver_match.view_name
    report = next((one for one in REPORTS if one.page == page), None)
    asked = request.GET.copy()
    for unused in ("page", "format"):
        asked.pop(unused, None)
    return {"report": report, "asked": asked.urlencode()}
