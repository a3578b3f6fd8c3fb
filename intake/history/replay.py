"""One request from its submission to its last event, by the table of transitions.

Pure: a row of requests.csv and its events give the rows to write, or the line that cannot be true
and why. The one clock that leaves a trace is the accept time-out: an assignment unanswered at
`respond_by` becomes overdue then. No clock is applied past the last event.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from intake.history.acts import ACTS
from intake.history.parsing import person
from intake.history.reader import Refusal
from intake.history.records import Asked, Happened, Replayed
from intake.history.story import NAMES, SHUT, Story
from intake.history.world import World
from intake.policy import Clocks


class OutOfOrder(Refusal):
    """An event that cannot have happened as things stood; `line` is the row that says so."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def replay(
    asked: Asked,
    events: Iterable[Happened],
    world: World,
    frozen: Sequence[Clocks] = (),
    until: datetime | None = None,
) -> Replayed:
    """The request with everything that hangs on it. Raises OutOfOrder.

    `frozen` are the clocks of its first assignments, if those were written earlier: they stay.
    `until`: clocks strike until then, past the last event, and nobody is to be written to.
    """
    story = Story(asked, world, frozen)
    for event in sorted(events, key=lambda event: event.at):  # stable: ties in the order given
        try:
            _go_on(story, event)
        except Refusal as why:
            raise OutOfOrder(event.line, str(why)) from None
    if until is not None:
        story.settle_overdue(until)
        story.last_at = until
    return story.told()


def _go_on(story: Story, event: Happened) -> None:
    """One more event. Raises Refusal if it cannot follow."""
    if event.at < story.asked.submitted_at:
        raise Refusal(f"{NAMES[event.kind]} before the request was submitted.")
    if story.status in SHUT and event.kind != "reopened":
        raise Refusal(f"{NAMES[event.kind]} after the request was closed.")
    story.settle_overdue(event.at)
    by = person(event.actor, "actor_id", story.world) if event.actor.strip() else None
    if event.mentor.strip():
        person(event.mentor, "mentor_id", story.world)
    ACTS[event.kind](story, event, by)
    story.last_at = event.at
