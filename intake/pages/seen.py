"""What coordinators see of one mentor: the facts and figures of the shortlist, each explained.

They come from the very functions that rank, so that nobody is told something else than what counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.calendar import week_start
from intake.inforce import policy
from intake.mentor_facts import (
    ASKED,
    LED,
    TIMED_OUT,
    candidates,
    in_hand,
    lately_asked,
    places_taken,
)
from intake.models import Assignment
from intake.querysets import AssignmentQuerySet
from mentors import matching
from mentors.eligibility import Obstacle, obstacles
from mentors.matching import Candidate, Need
from mentors.models import Volunteer
from mentors.weights import DEFAULT_WEIGHTS, part_title

EXAMPLES = 3
TOLD = ("assigned_at", "assigned_by", "tier", "reasons", "request__area__name")
"""What an example says of a choice."""


class Figure(StrEnum):
    """A figure of the shortlist that counts requests; the values are the kinds of its reasons."""

    THIS_WEEK = "free_places"
    CLIENTS = "open_clients"
    IN_TIME = "in_time"
    SPEED = "speed"
    TIMED_OUT = "timeouts"

    @property
    def heading(self) -> str:
        """What is counted. The score gives points for places left; the figure says those taken."""
        return "Requests given" if self == Figure.THIS_WEEK else part_title(self)


@dataclass(frozen=True)
class Shown:
    """One figure: its name, its words on the shortlist, how it is counted."""

    figure: Figure
    title: str
    words: str
    how: str


@dataclass(frozen=True)
class Seen:
    """All that the shortlist knows of a mentor, whatever the request."""

    candidate: Candidate
    figures: Sequence[Shown]
    obstacles: Sequence[str]
    """Why he is not offered now, in the words of the shortlist."""
    examples: Sequence[Assignment]
    """The latest choices of him; each keeps the reasons that it was made for."""

    @property
    def keywords(self) -> list[str]:
        """What is looked for in the question of a request."""
        return [keyword for word in self.candidate.keywords if (keyword := word.strip())]


def seen(mentor: Volunteer, now: datetime) -> Seen:
    """What a coordinator sees who looks for somebody now. Six queries."""
    [candidate] = candidates(Volunteer.objects.filter(pk=mentor.pk), now)
    chosen = Assignment.objects.filter(mentor=mentor).select_related("request__area").only(*TOLD)
    return Seen(
        candidate=candidate,
        figures=list(_figures(candidate)),
        obstacles=[one.text for one in _always(candidate)],
        examples=list(chosen.order_by("-assigned_at", "-pk")[:EXAMPLES]),
    )


def _figures(candidate: Candidate) -> Iterator[Shown]:
    for reason in matching.workload(candidate, DEFAULT_WEIGHTS):
        figure = Figure(reason.kind)
        yield Shown(figure, figure.heading, reason.text, how_counted(figure))


def _always(candidate: Candidate) -> list[Obstacle]:
    """What stands against him with every request of his own chapter."""
    need = Need(chapter_id=candidate.chapter_id)
    return [one for one in obstacles(need, candidate) if one.kind != "no_match"]


def how_counted(figure: Figure) -> str:
    """Where the figure comes from, in a sentence or two."""
    days = policy().answer_history_days
    return {
        Figure.THIS_WEEK: "Requests given to you since Sunday 00:00 on the clock of your chapter, "
        "whatever became of them; those that were given to somebody else in time do not count.",
        Figure.CLIENTS: "Requests that you have accepted and that are not closed, and those that "
        "wait for your answer.",
        Figure.IN_TIME: f"Requests of the last {days} days that you answered, or had to answer by "
        "now. In time is before the end of the day by which you were asked to answer; yes and no "
        "count alike.",
        Figure.SPEED: f"The middle one of your answers of the last {days} days, in business days "
        "of your chapter from the assignment to the answer.",
        Figure.TIMED_OUT: f"Requests of the last {days} days that went back without an answer.",
    }[figure]


def requests_behind(mentor: Volunteer, figure: Figure, now: datetime) -> AssignmentQuerySet:
    """The assignments that a figure counts, the latest first."""
    ids = [mentor.pk]
    counted = {
        Figure.THIS_WEEK: lambda: places_taken(week_start(now, mentor.zone), now).filter(
            mentor=mentor
        ),
        Figure.CLIENTS: lambda: in_hand(ids).filter(LED | ASKED),
        Figure.IN_TIME: lambda: lately_asked(ids, now),
        Figure.SPEED: lambda: lately_asked(ids, now).filter(answer_days__isnull=False),
        Figure.TIMED_OUT: lambda: lately_asked(ids, now).filter(TIMED_OUT),
    }[figure]()
    return counted.order_by("-assigned_at", "-pk")
