"""The moving clock: stories take turns in the order of their instants, clocks strike between.

A story is a generator. It acts at `world.now`, yields the instant at which it goes on, and is left
where it stands when that is later than the end.
"""

import logging
from collections.abc import Callable, Hashable, Iterator
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from intake.demo.rhythm import Rhythm
from intake.enums import MailState
from intake.inforce import calendar
from intake.models import OutboxMail
from intake.sweep import sweep
from mentors.errors import Refused

log = logging.getLogger(__name__)

Story = Iterator[datetime]
"""Acts, and between them the instants until which somebody waits."""

LAG = timedelta(seconds=25)
"""How long after a deadline the clock gets to it."""
POST = timedelta(minutes=45)
"""How often mail is delivered. Nobody in the stories answers faster than that."""


class World:
    """Simulated time from `start` to `end`, in which everything happens once and in order."""

    def __init__(
        self, *, start: datetime, end: datetime, each_day: Callable[[date], object]
    ) -> None:
        self.now, self.end, self._each_day = start, end, each_day
        self.rhythm = Rhythm(calendar())
        self._agenda: list[tuple[datetime, int, Story]] = []
        self._order = count()
        self._bells: dict[Hashable, tuple[datetime, ...]] = {}
        self._delivered = start
        self.refusals: list[str] = []

    def begin(self, at: datetime, story: Story) -> None:
        """Let a story begin at an instant."""
        heappush(self._agenda, (at, next(self._order), story))

    def expect(self, whose: Hashable, *due: datetime | None) -> None:
        """From now on these are the instants at which a clock may strike for somebody.

        The sweep looks at the database itself; this only saves looking when nothing can be due.
        """
        self._bells[whose] = tuple(at for at in due if at is not None)
        if not self._bells[whose]:
            del self._bells[whose]

    def run(self) -> None:
        """Play all stories until the end."""
        while self._agenda and self._agenda[0][0] <= self.end:
            at, _, story = heappop(self._agenda)
            self._strike_until(at)
            self._move_to(at)
            self._go_on(story)
        self._strike_until(self.end)
        self._move_to(self.end)
        self._deliver()

    def _go_on(self, story: Story) -> None:
        """The next act of a story, and when it goes on. Who is refused gives up."""
        try:
            then = next(story, None)
        except Refused as refused:
            self.refusals.append(refused.reason)
            log.warning("A story of the demo ended early, at %s: %s", self.now, refused.reason)
        else:
            if then is not None:
                self.begin(max(then, self.now + POST), story)

    def _strike_until(self, at: datetime) -> None:
        """Do what the clocks do up to an instant, each step shortly after it is due."""
        while (bell := self._next_bell()) is not None and bell + LAG <= at:
            self._move_to(bell + LAG)
            if any(sweep(self.now).failed.values()):
                raise RuntimeError("A clock failed; see the log.")
            self._forget_bells()

    def _next_bell(self) -> datetime | None:
        return min((bell for due in self._bells.values() for bell in due), default=None)

    def _forget_bells(self) -> None:
        for whose, due in list(self._bells.items()):
            self.expect(whose, *(bell for bell in due if bell > self.now))

    def _move_to(self, at: datetime) -> None:
        for n in range((at.date() - self.now.date()).days):
            self._each_day(self.now.date() + timedelta(days=n))
        self.now = at
        if at - self._delivered >= POST:
            self._deliver()

    def _deliver(self) -> None:
        self._delivered = self.now
        # Kept even where a mail server is set up: nobody is to get the mail of invented people.
        due = OutboxMail.objects.filter(state=MailState.QUEUED, send_at__lte=self.now)
        due.update(state=MailState.KEPT)
