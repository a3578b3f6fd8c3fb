"""What is known of one request of the demo: who is concerned, and its words, times and chances."""

from datetime import datetime, timedelta
from random import Random

from intake.demo.clients import Applicant
from intake.demo.people import Cast, Mentor, Place
from intake.demo.script import chance, line
from intake.demo.world import World
from intake.models import Assignment, Session
from mentors.models import Volunteer

SOME_MINUTES = 0.4  # of an hour: nobody acts on the stroke
FIRST_ACTS = 0.7
"""How often the first coordinator on a chapter's list is the one who acts."""


class CaseFile:
    """A client's request: its place, its people, where it stands."""

    def __init__(
        self, world: World, cast: Cast, place: Place, applicant: Applicant, rng: Random
    ) -> None:
        self.world, self.cast, self.place, self.rng = world, cast, place, rng
        self.applicant = applicant
        self.pk = 0
        self.mentor: Mentor | None = None
        self.assignment: Assignment | None = None
        self.session: Session | None = None
        self.is_accepted = self.is_closed = False
        self.tried: set[Mentor] = set()
        self.is_scene = False

    # --- Chance, words and times ----------------------------------------------------------------

    def chance(self, share: float) -> bool:
        """Whether something happens now that happens so often."""
        return chance(self.rng, share)

    def says(self, *path: str) -> str:
        """A line of the script about this request."""
        area = self.applicant.ask.area.name
        return line(
            self.rng,
            *path,
            client=self.applicant.person.first_name,
            mentor=self.mentor.person.first_name if self.mentor else "",
            area=area if area.startswith("PR") else area.lower(),
            slots=self._slots(),
        )

    def _slots(self) -> str:
        """Three times to meet: “Tuesday 10:00, Wednesday 16:00 or Friday 9:00”."""
        days = [self.in_hours(hours).astimezone(self.place.zone) for hours in (9, 18, 36)]
        hours = self.rng.sample(("9:00", "10:00", "11:00", "14:00", "15:00", "16:00"), 3)
        first, second, third = (f"{day:%A} {hour}" for day, hour in zip(days, hours, strict=True))
        return f"{first}, {second} or {third}"

    def in_hours(self, hours: float) -> datetime:
        """So many hours at the desk from now and a bit, in the chapter of the request."""
        hours += self.rng.uniform(0, SOME_MINUTES)
        return self.world.rhythm.later(self.world.now, self.place.zone, hours)

    def in_days(self, days: float) -> datetime:
        """So many days from now, in the first hours at a desk after that."""
        then = self.world.now + timedelta(days=days)
        return self.world.rhythm.later(then, self.place.zone, self.rng.uniform(0, 4))

    @property
    def lead(self) -> Mentor:
        """The mentor who holds the request."""
        assert self.mentor is not None
        return self.mentor

    @property
    def held_by(self) -> Assignment:
        """The assignment in force."""
        assert self.assignment is not None
        return self.assignment

    @property
    def meeting(self) -> Session:
        """The latest session."""
        assert self.session is not None
        return self.session

    def coordinator(self) -> Volunteer:
        """Who works on this chapter's queue today."""
        first, *others = self.place.coordinators
        return first if not others or self.chance(FIRST_ACTS) else self.rng.choice(others)
