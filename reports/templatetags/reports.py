"""The way from one report to the others, about the same chapters and days."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from intake.enums import Stage
from mentors.roles import Duties, duties
from reports.forms import asked_so_far
from reports.waiting import NAMES

register = template.Library()

LISTS = [f"reports:{name}" for name in NAMES.values()]


@dataclass(frozen=True)
class Tab:
    """One report in the bar above all of them."""

    label: str
    address: str
    is_current: bool


@register.inclusion_tag("reports/_tabs.html", takes_context=True)
def report_tabs(context: dict[str, Any]) -> dict[str, list[Tab]]:
    """The reports that are for this reader, with what he has asked so far."""
    request = context["request"]
    current = request.resolver_match.view_name
    mine = duties(request.user, request.now)
    return {
        "tabs": [
            Tab(
                label,
                f"{reverse(page)}{_carried(page, request.GET)}",
                is_current=page == current,
            )
            for page, label in _pages(mine)
        ]
    }


def _carried(page: str, asked: QueryDict) -> str:
    """What goes along. The lists are about all open requests, whenever they were submitted."""
    kept = asked_so_far(asked)
    if page in LISTS:
        kept = {name: kept[name] for name in ("unit", "at") if name in kept}
    return f"?{urlencode(kept)}" if kept else ""


def _pages(mine: Duties) -> Iterator[tuple[str, str]]:
    """The pages for these duties, with what stands on their tabs."""
    if mine.is_admin or mine.sees_requests_of:
        yield "reports:overview", "Overview"
        yield from ((f"reports:{NAMES[stage]}", stage.label) for stage in Stage)
        yield "reports:timing", "Timing"
    yield "reports:activity", "Mentors’ activity"
    if mine.is_admin or mine.sees_requests_of:
        yield "reports:conversion", "Conversion"
        yield "reports:coverage", "Coverage"
        yield "reports:fairness", "Fairness"
    if mine.is_admin:
        yield "reports:checks", "Self-check"
