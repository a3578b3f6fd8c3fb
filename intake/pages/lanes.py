"""The pills above a list: named parts of it with their counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Lane:
    """One part of a list; the one without a key is the whole."""

    key: str
    label: str
    always: bool = False
    """Offered even when nothing is in it."""


@dataclass(frozen=True)
class Pill:
    """A lane as it is offered now."""

    key: str
    label: str
    count: int
    is_chosen: bool


def pills(lanes: Iterable[Lane], counts: Mapping[str, int], chosen: str) -> list[Pill]:
    """The lanes with something in them, the chosen one and those that are always there."""
    return [
        Pill(lane.key, lane.label, counts[lane.key], lane.key == chosen)
        for lane in lanes
        if counts[lane.key] or lane.always or lane.key == chosen
    ]


def chosen_lane(lanes: Iterable[Lane], key: str) -> str:
    """The key that was asked for if there is such a lane, else that of the whole."""
    return key if any(lane.key == key for lane in lanes) else ""
