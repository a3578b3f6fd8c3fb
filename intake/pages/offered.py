"""Who was on the list when a mentor was chosen: what `intake.choosing` kept, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import ordinal

from intake.models import Assignment, MentoringRequest
from mentors.models import Volunteer
from mentors.weights import part_title

LOOKED = {
    "chapter": "in the chapter",
    "district": "in the district",
    "region": "in the region",
    "outside": "everywhere",
}


@dataclass(frozen=True)
class Part:
    """What somebody was given points for."""

    title: str
    words: str
    points: float


@dataclass(frozen=True)
class Listed:
    """A mentor of the list; `is_chosen` is the one who got the request."""

    name: str
    score: float
    is_chosen: bool


@dataclass(frozen=True)
class Offered:
    """The shortlist as it stood at the moment of the choice."""

    where: str
    """“Looked in the district for “bakery”: 3 were eligible, 4 not available.”"""
    listed: Sequence[Listed]
    more: int
    """Eligible mentors who stood further down."""
    place: str
    """Where the chosen one stood: “Joan Whitfield was 2nd of 7.”"""
    score: float
    parts: Sequence[Part]
    obstacles: Sequence[str]
    """What was passed over."""


def offered(assignment: Assignment) -> Offered | None:
    """None if nobody chose from a list: the client asked for him, or it is from before lists."""
    kept: Mapping[str, Any] = assignment.offered
    if "parts" not in kept:
        return None
    return Offered(
        where=_where(kept),
        listed=[
            Listed(row["name"], row["score"], row["id"] == assignment.mentor_id)
            for row in kept["listed"]
        ],
        more=kept["eligible"] - len(kept["listed"]),
        place=_place(kept, str(assignment.mentor)),
        score=kept["score"],
        parts=[
            Part(part_title(part["kind"]), part["words"], part["points"]) for part in kept["parts"]
        ],
        obstacles=kept["obstacles"],
    )


@dataclass(frozen=True)
class Example:
    """A choice, and the score that it was given."""

    assignment: Assignment
    offered: Offered


def latest_example(user: Volunteer, now: datetime) -> Example | None:
    """The latest choice from a list on a request that `user` coordinates."""
    own = MentoringRequest.objects.coordinated_by(user, now).open()
    chosen = Assignment.objects.filter(request__in=own, offered__has_key="parts")
    latest = chosen.select_related("mentor", "request").order_by("-assigned_at", "-pk").first()
    found = offered(latest) if latest else None
    return Example(latest, found) if latest and found else None


def _where(kept: Mapping[str, Any]) -> str:
    sought = f" for “{kept['words']}”" if kept["words"] else ""
    spoken = f", speaking {kept['language']}" if kept["language"] else ""
    eligible, others = kept["eligible"], kept["not_available"]
    found = f"{eligible} {'was' if eligible == 1 else 'were'} eligible, {others} not available"
    return f"Looked {LOOKED[kept['tier']]}{sought}{spoken}: {found}."


def _place(kept: Mapping[str, Any], name: str) -> str:
    if kept["place"] is None:
        return f"{name} was not offered there."
    return f"{name} was {ordinal(kept['place'])} of {kept['eligible']}."
