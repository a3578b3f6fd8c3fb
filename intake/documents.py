"""The parts of the README that the program writes itself: state diagrams and the clock table."""

import re
from collections.abc import Callable
from enum import StrEnum

from django_fsm import FSMField, Transition

from intake.enums import Outcome, Status
from intake.models import Assignment, MentoringRequest
from intake.policy import Policy, clock_table


def state_diagrams() -> str:
    """Both state machines as Mermaid diagrams, from the transitions in the code."""
    return (
        "**Request**\n\n"
        + _diagram(MentoringRequest, "status", Status)
        + "\n**Assignment**\n\n"
        + _diagram(Assignment, "outcome", Outcome)
    )


def _diagram(model: type, field_name: str, states: type[StrEnum]) -> str:
    field: FSMField = model._meta.get_field(field_name)  # type: ignore[attr-defined]
    edges: dict[tuple[str, str], set[str]] = {}
    for step in field.get_all_transitions(model):
        edges.setdefault((str(step.source), str(step.target)), set()).add(_words(step))
    order = [str(state) for state in states]
    lines = [f"    [*] --> {order[0]}"]
    for source, target in sorted(edges, key=lambda edge: [order.index(end) for end in edge]):
        lines.append(f"    {source} --> {target}: {', '.join(sorted(edges[source, target]))}")
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"


def _words(step: Transition) -> str:
    return step.name.replace("_", " ")


PARTS: dict[str, Callable[[], str]] = {
    "states": state_diagrams,
    "clocks": lambda: clock_table(Policy()),
}


def fill_in(text: str) -> str:
    """The text with every generated part brought up to date.

    A part stands between `<!-- name:begin -->` and `<!-- name:end -->`. Raises ValueError if one
    of them is missing.
    """
    for name, write in PARTS.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        text, found = pattern.subn(lambda _: f"{begin}\n{write()}{end}", text)  # noqa: B023
        if not found:
            raise ValueError(f"There is no place for “{name}”: {begin} … {end} is missing.")
    return text
