"""What happens to one request, by chance and in an order that can be.

Answers fall on the very second of the deadline, a second before and after it; things happen at
the same instant; sessions planned by one mentor are held by the next.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.history.chance import HOUR, MINUTE, SECOND, Chance
from tests.history.days import Days, midnight

ENDS = ["complete", "no_show", "no_response", "incorrect_contact", "withdrawn"]
WHY = ["out_of_scope", "duplicate", "not_interested", "other"]
DECLINES = [
    "not_my_expertise",
    "no_capacity",
    "away",
    "conflict",
    "location",
    "something_else",
    "other",
]
RESULTS = ["left_message", "no_answer", "awaiting_answer", "undeliverable", "wrong_number"]
CHANNELS = ["email", "phone", "text", "in_person"]


@dataclass(frozen=True)
class Mentor:
    key: str
    chapter: str
    zone: ZoneInfo


@dataclass
class Event:
    at: datetime
    kind: str
    actor: str = ""
    mentor: str = ""
    value: str | datetime = ""
    minutes: str = ""
    text: str = ""


@dataclass(frozen=True)
class Company:
    """Whom and what the stories draw on."""

    days: Days
    chapters: dict[str, ZoneInfo]
    mentors: list[Mentor]
    coordinators: list[str]
    first: datetime
    last: datetime

    def submission(self, chance: Chance, zone: ZoneInfo) -> datetime:
        """Any time; often on the stroke of a local midnight or next to one."""
        seconds = int((self.last - self.first).total_seconds())
        moment = self.first + SECOND * chance.number(0, seconds - 86400)
        if chance.of(0.15):
            stroke = midnight(moment.astimezone(zone).date(), zone)
            moment = max(stroke + SECOND * chance.number(-1, 1), self.first)
        return moment

    def choose(self, chance: Chance, chapter: str) -> Mentor:
        """Mostly somebody of the chapter, else one whose clock may be another."""
        near = [mentor for mentor in self.mentors if mentor.chapter == chapter]
        return chance.pick(near if chance.of(0.8) else self.mentors)


def happenings(
    chance: Chance, company: Company, chapter: str, submitted_at: datetime
) -> Iterator[Event]:
    """The events of one request until it rests or the history is over."""
    course = Course(chance, company, chapter, submitted_at)
    if chance.of(0.1):
        yield course.direct()
    while (chance.of(0.93)) and (event := course.next()) and event.at < company.last:
        yield event


class Course:
    """Where a request stands, and what comes next."""

    def __init__(self, chance: Chance, company: Company, chapter: str, now: datetime) -> None:
        self.chance, self.company, self.chapter, self.now = chance, company, chapter, now
        self.begun = now
        self.status = "need_action"
        self.mentor: Mentor | None = None
        self.led = False
        self.planned: list[datetime] = []
        self.missable: list[datetime] = []
        self.held: list[datetime] = []

    def direct(self) -> Event:
        self.mentor, self.status = self.company.choose(self.chance, self.chapter), "assigned"
        return Event(self.now, "assigned", "", self.mentor.key)

    def next(self) -> Event | None:
        """None: nothing more happens."""
        kind = self.chance.weighed(NEXT[self.status])
        if not kind:
            return None
        self.now = self._when(kind)
        event: Event = getattr(self, f"_{kind}")()
        return event

    def _when(self, kind: str) -> datetime:
        moment = self.chance.after(self.now)
        if self.status != "assigned":
            return moment
        assert self.mentor is not None
        days = 5 if kind == "requeued" else 2
        deadline = self.company.days.deadline(self.now, days, self.mentor.zone)
        near = deadline + SECOND * self.chance.number(-1, 1)
        if kind == "requeued":
            return deadline if self.chance.of(0.8) else max(near, self.now)
        return near if self.chance.of(0.35) else moment

    def _event(self, kind: str, **more: Any) -> Event:
        """By the mentor, or by a coordinator in his place."""
        own = self.mentor is not None and self.chance.of(0.9)
        actor = self.mentor.key if own and self.mentor else self._coordinator()
        return Event(self.now, kind, actor, **more)

    def _coordinator(self) -> str:
        return self.chance.pick(self.company.coordinators)

    def _assigned(self) -> Event:
        self.mentor, self.status = self.company.choose(self.chance, self.chapter), "assigned"
        self.missable = []
        tier = self.chance.pick(["chapter", "district", "region", "outside", ""])
        by = "" if self.chance.of(0.02) else self._coordinator()
        return Event(self.now, "assigned", by, self.mentor.key, tier)

    def _accepted(self) -> Event:
        assert self.mentor is not None
        self.status = "accepted"
        return Event(self.now, "accepted", self.mentor.key)

    def _declined(self) -> Event:
        assert self.mentor is not None
        actor = self.mentor.key
        self._back()
        return Event(self.now, "declined", actor, value=self.chance.pick(DECLINES))

    def _requeued(self) -> Event:
        self._back()
        return Event(self.now, "requeued")

    def _handed_back(self) -> Event:
        event = self._event("handed_back")
        self._back()
        return event

    def _transferred(self) -> Event:
        event = self._event("transferred")
        self._back()
        return event

    def _back(self) -> None:
        self.status, self.mentor, self.missable = "need_action", None, []

    def _contact(self) -> Event:
        result = "reached" if self.chance.of(0.25) else self.chance.pick(RESULTS)
        return self._event("contact", value=result, text=self.chance.pick(CHANNELS))

    def _session_scheduled(self) -> Event:
        starts_at = self._free(self.now + HOUR * self.chance.number(1, 240))
        self.planned.append(starts_at)
        self.missable.append(starts_at)
        return self._event("session_scheduled", value=starts_at)

    def _session_held(self) -> Event:
        """What was planned, also by an earlier mentor; or a session that nobody had planned."""
        if self.planned and self.chance.of(0.6):
            starts_at = self.planned.pop()
            self.now = max(self.now, starts_at)
        else:
            starts_at = self._free(max(self.now - HOUR * self.chance.number(0, 40), self.begun))
            self.now = max(self.now, starts_at)
        self.held.append(starts_at)
        minutes = self.chance.pick(["30", "60", "90", ""])
        return self._event("session_held", value=starts_at, minutes=minutes)

    def _free(self, starts_at: datetime) -> datetime:
        """One instant has one session."""
        while starts_at in self.planned + self.held:
            starts_at += MINUTE
        return starts_at

    def _session_missed(self) -> Event:
        """What this mentor had planned, or seldom what no row says he had; else he plans it."""
        past = [at for at in self.missable if at <= self.now and at in self.planned]
        if past:
            self.planned.remove(past[0])
            return self._event("session_missed", value=past[0])
        if self.chance.of(0.8):
            return self._session_scheduled()
        return self._event("session_missed", value=self._free(self.now))

    def _notes_entered(self) -> Event:
        """Of any session held so far: also for the second time, also of the mentor before."""
        if not self.held:
            return NOTHING_YET[self.status](self)
        starts_at = self.chance.pick(self.held)
        return self._event("notes_entered", value=starts_at, text="Talked about pricing.")

    def _closed(self) -> Event:
        self.led = self.status == "accepted"
        end = self.chance.pick(ENDS) if self.led else "withdrawn"
        event = self._event("closed", value=end)
        event.text = self.chance.pick(WHY) if end == "withdrawn" else ""
        self.status, self.missable = "closed", []
        return event

    def _reopened(self) -> Event:
        if self.led and self.chance.of(0.5):
            self.status = "accepted"
            return self._event("reopened", value="accepted")
        self._back()
        return Event(self.now, "reopened", self._coordinator(), value="need_action")

    def _moved(self) -> Event:
        self.chapter = self.chance.pick(list(self.company.chapters))
        return Event(self.now, "moved", self._coordinator(), value=self.chapter)


NEXT = {
    "need_action": {"assigned": 84, "closed": 7, "moved": 7, "notes_entered": 2},
    "assigned": {
        "accepted": 60,
        "declined": 13,
        "requeued": 10,
        "assigned": 9,
        "handed_back": 4,
        "closed": 4,
        "notes_entered": 2,
    },
    "accepted": {
        "contact": 26,
        "session_scheduled": 18,
        "session_held": 18,
        "session_missed": 6,
        "notes_entered": 14,
        "transferred": 6,
        "assigned": 3,
        "closed": 9,
    },
    "closed": {"reopened": 30, "": 70},
}
NOTHING_YET: dict[str, Callable[[Course], Event]] = {
    "need_action": Course._moved,
    "assigned": Course._accepted,
    "accepted": Course._session_held,
}
"""What happens instead of notes while no session was held."""
