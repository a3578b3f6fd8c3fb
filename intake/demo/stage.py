"""Where the scenes of the demo are set up.

Times are business days before the end, as the desk hours of Cleveland count them, so that the
scenes fit together whatever day the end is.
"""

from datetime import datetime
from typing import Any

from intake.demo.acts import Case
from intake.demo.clients import Applicant, Clients
from intake.demo.people import Cast, Mentor
from intake.demo.rhythm import HOURS_A_DAY
from intake.demo.script import read, seeded
from intake.demo.world import Story, World

SOME_MINUTES = 0.04  # of a day at the desk


class Stage:
    """Where scenes are set up: who plays, and when it begins."""

    def __init__(self, world: World, cast: Cast, clients: Clients) -> None:
        self.world, self.cast, self.clients = world, cast, clients
        self.home = cast.place("Cleveland")
        self.number, self.rng = 0, seeded("stage")

    def ago(self, days: float) -> datetime:
        """The instant so many business days before the end."""
        return self.world.rhythm.earlier(self.world.end, self.home.zone, days * HOURS_A_DAY)

    def star(self, name: str) -> Mentor:
        """A mentor whom the script names."""
        return self.cast.stars[name]

    def case(self, city: str, name: str = "", asks: str = "") -> Case:
        """A client in a city; with a name, and with the question that begins with these words."""
        place = self.cast.place(city)
        applicant = self.clients.arrive(place, _question(asks) if asks else None, name)
        return self.case_of(city, applicant)

    def case_of(self, city: str, applicant: Applicant) -> Case:
        """Another request of a client who is known."""
        self.number += 1
        place, rng = self.cast.place(city), seeded("scene", self.number)
        case = Case(self.world, self.cast, place, applicant, rng)
        case.is_scene = True
        return case

    def begin(self, days: float, story: Story) -> None:
        """Let a scene begin some minutes before so many business days before the end."""
        self.world.begin(self.ago(days + self.rng.uniform(0, SOME_MINUTES)), story)


def _question(begins: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = read("questions")["question"]
    return next(question for question in found if question["text"].startswith(begins))
