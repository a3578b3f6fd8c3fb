"""What the six reports must say, reckoned from `oracle` by going through everything once.

Numbers are exact fractions; whoever compares rounds them as the report does.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.history import oracle
from tests.history.days import in_days, midnight
from tests.history.oracle import Choice, Story
from tests.history.reading import Person, read

Cells = dict[str, Any]
LISTS = ["not-yet-assigned", "not-yet-accepted", "not-yet-contacted", "not-yet-counseled"]
METRICS = ["submission_to_assignment", "assignment_to_acceptance", "submission_to_notes"]
OUTCOMES = [
    "accepted_in_time", "accepted_late", "declined", "timed_out", "replaced", "handed_back",
    "withdrawn", "pending", "overdue",
]  # fmt: skip
ANSWERED = ["accepted_in_time", "accepted_late", "declined"]
LONG_PAUSE = 30


@dataclass
class Measured:
    """One figure of a timing metric: of whom, from when to when."""

    story: Story
    mentor: str
    start: datetime
    end: datetime


class Answers:
    """The reports on one history at one instant. `first`, `last`: local days, both counted."""

    def __init__(
        self,
        history: "History",
        at: datetime,
        unit: str = "",
        first: date | None = None,
        last: date | None = None,
    ) -> None:
        self.world, self.at, self.unit = history.world, at, unit
        self.first, self.last = first or date.min, last or date.max
        self.everywhere = history.until(at)
        self.stories = [story for story in self.everywhere if self._reaches(story.chapter)]

    def worklist(self, name: str) -> dict[str, Cells]:
        """The rows of one of the four lists, by request; of a period those submitted in it."""
        rows = [s for s in self.stories if stage(s) == name and self._submitted_then(s)]
        return {story.asked.key: self._list_row(story, name) for story in rows}

    def timing(self, by: str = "") -> dict[tuple[str, str], Cells]:
        """By group and metric. No row where nothing was measured and nobody waits."""
        figures: dict[tuple[str, str], list[Measured]] = defaultdict(list)
        waiting: Counter[tuple[str, str]] = Counter()
        months = set()
        for metric, measured in self._measured():
            day = measured.end.astimezone(self.world.zone(measured.story.chapter)).date()
            if self.first <= day <= self.last:
                months.add(f"{day:%Y-%m}")
                group = self._group(measured.story, measured.mentor, day, by)
                figures[group, metric].append(measured)
        for metric, story, mentor in self._waiting():
            groups = months if by == "month" else {self._group(story, mentor, date.min, by)}
            waiting.update((group, metric) for group in groups)
        keys = figures.keys() | waiting.keys()
        return {key: self._timing_row(figures[key], waiting[key]) for key in keys}

    def waiting(self) -> Counter[str]:
        """How many wait for each step."""
        return Counter(metric for metric, _, _ in self._waiting())

    def idle(self, waiting: int) -> Cells:
        """The figures of a group in which nothing was measured."""
        return self._timing_row([], waiting)

    def activity(self) -> dict[str, Cells]:
        """By mentor: the active Mentors of the chapters of the unit."""
        people = [
            person
            for person in self.world.people.values()
            if (person.status, person.classification) == ("active", "mentor")
            and self._reaches(person.chapter)
        ]
        choices: dict[str, list[Choice]] = defaultdict(list)
        for story in self.everywhere:
            for choice in story.choices:
                choices[choice.mentor].append(choice)
        leads = Counter(_lead(story) for story in self.everywhere if story.status == "accepted")
        return {
            person.key: self._activity_row(person, choices[person.key], leads[person.key])
            for person in people
        }

    def _reaches(self, chapter: str) -> bool:
        return not self.unit or self.unit in self.world.above(chapter)

    def _submitted_then(self, story: Story) -> bool:
        return self._in_period(story.asked.submitted_at, self.world.zone(story.chapter))

    def _list_row(self, story: Story, name: str) -> Cells:
        since = _since(story, name)
        return {
            "external_id": story.asked.key,
            "client": story.asked.client,
            "chapter_code": story.chapter,
            "mentor_external_id": _lead(story),
            "submitted_at": story.asked.submitted_at,
            "since": since,
            "business_days": self._business(story, since, self.at),
            "area": story.asked.area,
            "detail": self._detail(story, name),
        }

    def _detail(self, story: Story, name: str) -> str | int:
        if name == "not-yet-assigned":
            return story.reason
        assert story.current is not None
        if name == "not-yet-accepted":
            return "overdue" if story.current.outcome(self.at) == "overdue" else ""
        return len(story.current.tries)

    def _business(self, story: Story, start: datetime, end: datetime) -> Fraction:
        return self.world.days.between(start, end, self.world.zone(story.chapter))

    def _measured(self) -> Iterator[tuple[str, Measured]]:
        for story in self.stories:
            submitted_at = story.asked.submitted_at
            if story.choices and not story.direct:
                first = story.choices[0]
                yield METRICS[0], Measured(story, first.mentor, submitted_at, first.at)
            for choice in story.choices:
                if choice.answer == "accepted":
                    assert choice.answered_at is not None
                    yield METRICS[1], Measured(story, choice.mentor, choice.at, choice.answered_at)
            notes = [(m.notes_at, choice.mentor) for choice, m in story.meetings if m.notes_at]
            if notes:
                entered_at, mentor = min(notes, key=itemgetter(0))  # of two the older session
                yield METRICS[2], Measured(story, mentor, submitted_at, entered_at)

    def _waiting(self) -> Iterator[tuple[str, Story, str]]:
        for story in self.stories:
            if story.status == "need_action" and not story.choices:
                yield METRICS[0], story, ""
            if story.status == "assigned":
                yield METRICS[1], story, _lead(story)
            noted = any(meeting.notes_at for _, meeting in story.meetings)
            if story.status == "accepted" and not noted:
                yield METRICS[2], story, _lead(story)

    def _group(self, story: Story, mentor: str, day: date, by: str) -> str:
        groups: dict[str, Callable[[], str]] = {
            "": lambda: "all",
            "month": lambda: f"{day:%Y-%m}",
            "mentor": lambda: mentor,
        }
        return groups.get(by, lambda: self.world.of_level(story.chapter, by))()

    def _timing_row(self, figures: list[Measured], waiting: int) -> Cells:
        plain = [in_days(figure.end - figure.start) for figure in figures]
        business = [self._business(figure.story, figure.start, figure.end) for figure in figures]
        return {
            "measured": len(figures),
            "waiting": waiting,
            "mean_days": mean(plain),
            "median_days": median(plain) if plain else None,
            "mean_business_days": mean(business),
            "median_business_days": median(business) if business else None,
        }

    def _activity_row(self, person: Person, choices: list[Choice], leads: int) -> Cells:
        zone = self.world.zone(person.chapter)
        received = [choice for choice in choices if self._in_period(choice.at, zone)]
        outcomes = Counter(choice.outcome(self.at) for choice in received)
        answers = [
            self.world.days.between(choice.at, choice.answered_at, zone)
            for choice in received
            if choice.answered_at is not None
        ]
        held = [m.starts_at for c in choices for m in c.meetings if m.state == "held"]
        return {
            "mentor_external_id": person.key,
            "mentor": person.name,
            "received": len(received),
            **{outcome: outcomes[outcome] for outcome in OUTCOMES},
            "in_time_share": _in_time(received, outcomes),
            "median_business_days_to_answer": median(answers) if answers else None,
            "open_clients": leads,
            "sessions_held": sum(self._in_period(at, zone) for at in held),
            "weekly_limit": int(person.weekly_limit) if person.weekly_limit else None,
            "used_this_week": self._used(choices, zone),
            **self._pause(person, zone),
        }

    def _in_period(self, at: datetime, zone: ZoneInfo) -> bool:
        return at <= self.at and self.first <= at.astimezone(zone).date() <= self.last

    def _used(self, choices: list[Choice], zone: ZoneInfo) -> int:
        today = self.at.astimezone(zone).date()
        sunday = midnight(today - timedelta(days=today.isoweekday() % 7), zone)
        this_week = [choice for choice in choices if choice.at >= sunday]
        return sum(choice.outcome(self.at) != "replaced" for choice in this_week)

    def _pause(self, person: Person, zone: ZoneInfo) -> Cells:
        """The pause that holds today; the longest, if one lies within another."""
        today = self.at.astimezone(zone).date()
        spans = [span for span in self.world.pauses[person.key] if span[0] <= today <= span[1]]
        start, end = max(spans, key=lambda span: span[1] - span[0], default=(None, None))
        days = (end - start).days + 1 if start and end else None
        return {
            "paused_from": start,
            "paused_until": end,
            "paused_days": days,
            "paused_over_30": bool(days and days > LONG_PAUSE),
        }


class History:
    """A folder, read once; how it stood at an instant is kept for the next question."""

    def __init__(self, folder: Path) -> None:
        self.world = read(folder)
        self.rejected = oracle.retell(self.world)
        self._told: tuple[datetime | None, list[Story]] = (None, [])

    def until(self, at: datetime) -> list[Story]:
        if self._told[0] != at:
            self._told = (at, oracle.until(self.world, self.rejected, at))
        return self._told[1]


def stage(story: Story) -> str:
    """In which of the four lists an open request is, or `in-mentoring`; empty once closed."""
    if story.status == "need_action":
        return LISTS[0]
    if story.status == "assigned":
        return LISTS[1]
    if story.status != "accepted":
        return ""
    assert story.current is not None
    if story.current.counseled:
        return "in-mentoring"
    return LISTS[2] if story.current.first_contact is None else LISTS[3]


def _since(story: Story, name: str) -> datetime:
    if name == LISTS[0]:
        return story.returned_at
    assert story.current is not None
    since = {
        LISTS[1]: story.current.at,
        LISTS[2]: story.current.answered_at,
        LISTS[3]: story.current.first_contact,
    }[name]
    assert since is not None
    return since


def _lead(story: Story) -> str:
    return story.current.mentor if story.current else ""


def _in_time(received: Iterable[Choice], outcomes: Counter[str]) -> Fraction | None:
    asked = sum(outcomes[outcome] for outcome in [*ANSWERED, "timed_out", "overdue"])
    answered = [choice for choice in received if choice.answered_at is not None]
    good = sum(c.answered_at < c.respond_by for c in answered if c.answered_at is not None)
    return Fraction(good, asked) if asked else None


def mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction()) / len(values) if values else None
