"""What became of each request, told from its rows alone. Shares no code with the product.

`retell` follows a request to its last event and finds those that cannot have been; `until` tells
how it stood at an instant.
"""

from dataclasses import dataclass, field
from datetime import datetime

from tests.history.reading import Asked, Bad, Happening, World, instant

ACCEPT_IN, REQUEUE_IN = 2, 5
ENDS = {"complete", "withdrawn", "no_show", "no_response", "incorrect_contact"}
RESULTS = {
    "reached", "left_message", "awaiting_answer", "no_answer", "undeliverable", "wrong_number",
}  # fmt: skip
CHANNELS = {"email", "phone", "text", "in_person"}


@dataclass
class Meeting:
    """A session. `told_at`: the event that brought it; `held_told_at`: that it took place."""

    starts_at: datetime
    told_at: datetime
    state: str = "scheduled"
    held_told_at: datetime | None = None
    notes_at: datetime | None = None


@dataclass
class Choice:
    """One choice of a mentor, with its deadline."""

    mentor: str
    by: str
    at: datetime
    respond_by: datetime
    answer: str = ""
    answered_at: datetime | None = None
    end: str = ""
    ended_at: datetime | None = None
    tries: list[tuple[datetime, str]] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def first_contact(self) -> datetime | None:
        """An attempt that reached the client, or a session that was agreed or took place."""
        reached = [at for at, result in self.tries if result == "reached"]
        return min(reached + [meeting.told_at for meeting in self.meetings], default=None)

    @property
    def counseled(self) -> bool:
        return any(meeting.state == "held" for meeting in self.meetings)

    def outcome(self, at: datetime) -> str:
        """One of the nine; the deadline strikes at its very instant, noticed or not."""
        assert self.answered_at is None or self.answered_at <= at
        if self.answer == "accepted":
            assert self.answered_at is not None
            return "accepted_in_time" if self.answered_at < self.respond_by else "accepted_late"
        if self.answer:
            return "declined"
        if self.end == "replaced":
            assert self.ended_at is not None
            return "replaced" if self.ended_at < self.respond_by else "timed_out"
        if self.end:
            return {"mentor_unavailable": "handed_back"}.get(self.end, self.end)
        return "pending" if at < self.respond_by else "overdue"


class Story:
    """A request while it is retold. Raises Bad at the first thing that cannot have happened."""

    def __init__(self, asked: Asked, world: World) -> None:
        self.asked, self.world = asked, world
        self.chapter = asked.chapter
        self.status, self.reason = "need_action", "new"
        self.returned_at = asked.submitted_at
        self.choices: list[Choice] = []
        self.current: Choice | None = None
        self.led_at_closing: Choice | None = None

    @property
    def meetings(self) -> list[tuple[Choice, Meeting]]:
        return [(choice, meeting) for choice in self.choices for meeting in choice.meetings]

    @property
    def direct(self) -> bool:
        """The client's own choice: it started as assigned."""
        first = self.choices[0] if self.choices else None
        return first is not None and not first.by and first.at == self.asked.submitted_at

    def tell(self, event: Happening) -> None:
        if event.at < self.asked.submitted_at:
            raise Bad("before the submission")
        for person in (event.actor, event.mentor):
            if person and person not in self.world.people:
                raise Bad("unknown volunteer")
        if event.kind not in TOLD:
            raise Bad("unknown kind")
        states = TOLD[event.kind]
        if self.status not in states:
            raise Bad(f"{event.kind} while {self.status}")
        getattr(self, f"_{event.kind}")(event)

    def _lead(self) -> Choice:
        assert self.current is not None
        return self.current

    def _assigned(self, event: Happening) -> None:
        if not event.mentor:
            raise Bad("nobody was chosen")
        if self.current is not None:
            self._end("reassigned" if self.status == "accepted" else "replaced", event.at)
        zone = self.world.zone(self.world.people[event.mentor].chapter)
        respond_by = self.world.days.deadline(event.at, ACCEPT_IN, zone)
        self.current = Choice(event.mentor, event.actor, event.at, respond_by)
        self.choices.append(self.current)
        self.status = "assigned"

    def _accepted(self, event: Happening) -> None:
        lead = self._lead()
        lead.answer, lead.answered_at = "accepted", event.at
        lead.tries.append((event.at, "awaiting_answer"))
        self.status = "accepted"

    def _declined(self, event: Happening) -> None:
        self._lead().answer, self._lead().answered_at = "declined", event.at
        self._back("declined", event.at)

    def _requeued(self, event: Happening) -> None:
        self._back("timed_out", event.at)

    def _handed_back(self, event: Happening) -> None:
        self._back("mentor_unavailable", event.at)

    def _transferred(self, event: Happening) -> None:
        self._back("transferred", event.at)

    def _contact(self, event: Happening) -> None:
        if event.value not in RESULTS or (event.text and event.text not in CHANNELS):
            raise Bad("unknown result or channel")
        self._lead().tries.append((event.at, event.value))

    def _session_scheduled(self, event: Happening) -> None:
        self._lead().meetings.append(Meeting(instant(event.value), event.at))

    def _session_held(self, event: Happening) -> None:
        meeting = self._scheduled_for(instant(event.value))
        if meeting is None:
            meeting = Meeting(instant(event.value), event.at)
            self._lead().meetings.append(meeting)
        meeting.state, meeting.held_told_at = "held", event.at

    def _session_missed(self, event: Happening) -> None:
        meeting = self._scheduled_for(instant(event.value))
        if meeting is None:
            meeting = Meeting(instant(event.value), event.at)
            self._lead().meetings.append(meeting)
        meeting.state = "missed"

    def _notes_entered(self, event: Happening) -> None:
        starts_at = instant(event.value)
        for _, meeting in self.meetings:
            if meeting.state == "held" and meeting.starts_at == starts_at:
                meeting.notes_at = meeting.notes_at or event.at
                return
        raise Bad("notes of nothing")

    def _scheduled_for(self, starts_at: datetime) -> Meeting | None:
        planned = [m for m in self._lead().meetings if m.state == "scheduled"]
        return next((m for m in planned if m.starts_at == starts_at), None)

    def _closed(self, event: Happening) -> None:
        if event.value not in ENDS:
            raise Bad("unknown end")
        if self.status != "accepted" and event.value != "withdrawn":
            raise Bad(f"{event.value} while {self.status}")
        self.led_at_closing = self.current if self.status == "accepted" else None
        if self.current is not None:
            self._end("withdrawn", event.at)
        self.status = "closed"

    def _reopened(self, event: Happening) -> None:
        if event.value == "need_action":
            self._back("reopened", event.at)
        elif event.value == "accepted" and self.led_at_closing is not None:
            self.current, self.status = self.led_at_closing, "accepted"
            self.current.end, self.current.ended_at = "", None
        else:
            raise Bad("nobody led it")

    def _moved(self, event: Happening) -> None:
        unit = self.world.units.get(event.value)
        if unit is None or unit.level != "chapter":
            raise Bad("unknown chapter")
        self.chapter, self.reason = event.value, "moved_here"

    def _back(self, reason: str, at: datetime) -> None:
        if self.current is not None:
            self._end(reason, at)
        self.status, self.reason, self.returned_at = "need_action", reason, at

    def _end(self, how: str, at: datetime) -> None:
        self._lead().end, self._lead().ended_at = how, at
        self.current = None


TOLD = {
    "assigned": {"need_action", "assigned", "accepted"},
    "accepted": {"assigned"},
    "declined": {"assigned"},
    "requeued": {"assigned"},
    "handed_back": {"assigned"},
    "transferred": {"accepted"},
    "contact": {"accepted"},
    "session_scheduled": {"accepted"},
    "session_held": {"accepted"},
    "session_missed": {"accepted"},
    "notes_entered": {"need_action", "assigned", "accepted"},
    "closed": {"need_action", "assigned", "accepted"},
    "reopened": {"closed"},
    "moved": {"need_action"},
}


def retell(world: World) -> dict[str, str]:
    """Which requests cannot be taken over, and why: the later events count, too."""
    rejected = dict(world.bad)
    for asked in world.requests.values():
        story = Story(asked, world)
        try:
            for event in asked.events:
                story.tell(event)
        except Bad as reason:
            rejected[asked.key] = str(reason)
    return rejected


def until(world: World, rejected: dict[str, str], at: datetime) -> list[Story]:
    """How every request that there was at an instant stood then."""
    told = []
    for asked in world.requests.values():
        if asked.key in rejected or asked.submitted_at > at:
            continue
        story = Story(asked, world)
        for event in asked.events:
            if event.at <= at:
                story.tell(event)
        told.append(story)
    return told
