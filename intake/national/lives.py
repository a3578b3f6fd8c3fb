"""What becomes of a request: its events from the first choice of a mentor to its end. Pure.

Chance decides, by shares that a coordinator would recognise. What lies after the end of time is
left out: a request of last week is where requests of last week are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from intake.enums import Status
from intake.history.records import Happened
from intake.history.world import World
from intake.national.chance import Chance
from intake.national.choosing import Chooser
from intake.national.country import City
from intake.national.hours import DAY, HOUR, MINUTE, Hours, instant, seconds
from intake.national.people import Someone

MOST_ROUNDS = 8
"""Mentors who are asked before nobody has an idea any more."""
Outcome = bool
"""Whether something goes on after a step."""
DECLINES = (
    "not_my_expertise",
    "no_capacity",
    "no_capacity",
    "away",
    "location",
    "conflict",
    "other",
)
WITHDRAWALS = ("not_interested", "not_interested", "out_of_scope", "duplicate", "other")
OUT_OF_QUEUE, ELSEWHERE = 0.055, 0.016
"""The shares of new requests that are withdrawn before anybody was asked, or belong elsewhere."""
CHANGED, NOT_NEEDED = 0.015, 0.5
"""The share of assignments that change before an answer; of these, how many end the request."""
NOT_WAITED_FOR = 0.25
"""The share of overdue assignments that coordinators take away before the clock does."""
SESSIONS = ((0.30, 1), (0.54, 2), (0.71, 3), (0.82, 4), (0.90, 5), (0.95, 6), (0.98, 8), (1.0, 12))
"""How many sessions clients have, as upper ends of shares."""
MINUTES = ("45", "60", "60", "60", "75", "90")


@dataclass(frozen=True)
class Setting:
    """What lives are led in."""

    world: World
    chooser: Chooser
    hours: dict[str, Hours]
    """By the code of the chapter."""
    coordinators: dict[str, list[Someone]]
    neighbours: dict[str, list[City]]
    """The other chapters of a region."""
    words: dict[str, list[str]]
    until: int


class Life:
    """One request, told from step to step; `events` is what there is to tell."""

    def __init__(
        self, chance: Chance, setting: Setting, city: City, area: str, submitted: int, line: int
    ) -> None:
        self.chance, self.setting, self.city, self.area = chance, setting, city, area
        self.at, self.line = submitted, line
        self.events: list[Happened] = []
        self.tried: set[int] = set()
        self.asked: Someone | None = None
        self.coordinator = chance.one_of(setting.coordinators[city.code])

    # --- Telling ---------------------------------------------------------------------------------

    def tell(
        self, kind: str, actor: str = "", mentor: str = "", value: str = "", text: str = "",
        minutes: str = "",
    ) -> None:  # fmt: skip
        """It happens now, unless now is not yet."""
        if self.at <= self.setting.until:
            self.events.append(
                Happened(self.line, instant(self.at), kind, actor, mentor, value, minutes, text)
            )

    @property
    def is_over(self) -> bool:
        """Whether all that there is to tell is told."""
        return self.at > self.setting.until

    def words(self, name: str) -> str:
        """One of the texts of that name."""
        return self.chance.one_of(self.setting.words[name])

    def later(self, mean: float) -> int:
        """Seconds until something that takes so many hours on average."""
        return int(self.chance.about(mean) * HOUR) + MINUTE

    def wait(self, mean: float) -> None:
        """So many hours on average go by, and the office of the chapter is open."""
        hours = self.setting.hours[self.city.code]
        self.at = hours.office(self.at + self.later(mean), self.chance.random())

    # --- From the queue to a mentor ---------------------------------------------------------------

    def lead(self, direct: Someone | None) -> None:
        """All of it."""
        if direct is not None:
            self.asked = direct
            self.tried.add(direct.number)
            self.tell("assigned", mentor=direct.id)
        for turn in range(MOST_ROUNDS):
            if self.asked is None and not self._leaves_queue(turn):
                return
            if self.is_over or not self._goes_back():
                return

    def _leaves_queue(self, turn: int) -> Outcome:
        """To a mentor, if it is not withdrawn before."""
        self.wait(7 if turn else 11)
        if not turn and self.chance.happens(OUT_OF_QUEUE):
            self._withdraw(self.coordinator)
            return False
        if self.chance.happens(ELSEWHERE):
            self._move()
            self.wait(9)
        return self._assign("why_now" if self.tried else "mentor_notes")

    def _assign(self, words: str) -> Outcome:
        on = self.setting.hours[self.city.code].day(self.at)
        mentor = self.setting.chooser.find(self.chance, self.city, self.area, on, self.tried)
        if mentor is None:
            return False
        self.asked = mentor
        self.tried.add(mentor.number)
        self.tell("assigned", self.coordinator.id, mentor.id, text=self.words(words))
        return True

    def _withdraw(self, by: Someone) -> None:
        self.tell("closed", by.id, value="withdrawn", text=self.chance.one_of(WITHDRAWALS))

    def _move(self) -> None:
        to = self.chance.one_of(self.setting.neighbours[self.city.code])
        self.tell("moved", self.coordinator.id, value=to.code, text=self.words("move_texts"))
        self.city = to
        self.coordinator = self.chance.one_of(self.setting.coordinators[to.code])

    # --- The answer -------------------------------------------------------------------------------

    def _goes_back(self) -> Outcome:
        """The mentor answers, or does not; whether it then is in the queue or with another one."""
        mentor = self.asked
        assert mentor is not None  # this is asked of assigned requests
        self.asked = None
        clocks = self.setting.world.clocks(instant(self.at), mentor.city.zone)
        respond_by, requeue_at = seconds(clocks.respond_by), seconds(clocks.requeue_at)
        if self.chance.happens(mentor.temper.silence):
            return self._is_silent(respond_by, requeue_at)
        if self.chance.happens(CHANGED):
            return self._changes(requeue_at)
        answer = self._answer(mentor)
        pause = self._pause(mentor, answer)
        if pause is not None:
            return self._hands_back(mentor, min(pause, requeue_at - HOUR))
        if answer >= requeue_at:
            return self._times_out(requeue_at)
        self.at = answer
        return self._answers(mentor)

    def _answers(self, mentor: Someone) -> Outcome:
        """Yes or no, now."""
        if self.chance.happens(mentor.temper.declines):
            reason, text = self.chance.one_of(DECLINES), self.words("decline_texts")
            self.tell("declined", mentor.id, value=reason, text=text)
            return True
        self.tell("accepted", mentor.id, text=self.words("first_notes"))
        return self._mentoring(mentor)

    def _answer(self, mentor: Someone) -> int:
        """When he answers, if he does: most within a day, some late."""
        hours = mentor.temper.hours * self.chance.lognormvariate(0, 0.9)
        awake = self.setting.hours[mentor.city.code].awake
        return awake(self.at + int(hours * HOUR) + 5 * MINUTE, self.chance.random())

    def _pause(self, mentor: Someone, answer: int) -> int | None:
        """When he begins a pause before he has answered; None if he does not."""
        if answer - self.at < DAY // 2 or not mentor.pauses:
            return None
        hours = self.setting.hours[mentor.city.code]
        first, last = hours.day(self.at), hours.day(answer)
        for away in mentor.pauses:
            if first < away.first <= last:
                days = (away.first - first).days
                return hours.awake(self.at + days * DAY, self.chance.random())
        return None

    def _hands_back(self, mentor: Someone, at: int) -> Outcome:
        """He pauses first."""
        self.at = at
        self.tell("handed_back", mentor.id)
        return True

    def _changes(self, requeue_at: int) -> Outcome:
        """Before an answer: another mentor, or no need any more."""
        self.wait(6)
        if self.at >= requeue_at:
            return self._times_out(requeue_at)
        if self.chance.happens(NOT_NEEDED):
            self._withdraw(self.coordinator)
            return False
        return self._assign("why_now") or self._times_out(requeue_at)

    def _is_silent(self, respond_by: int, requeue_at: int) -> Outcome:
        """Overdue: some coordinators do not wait for the clock."""
        if self.chance.happens(NOT_WAITED_FOR):
            self.at = respond_by
            self.wait(8)
            if self.at < requeue_at:
                return self._assign("why_now") or self._times_out(requeue_at)
        return self._times_out(requeue_at)

    def _times_out(self, requeue_at: int) -> Outcome:
        self.at = requeue_at
        self.tell("requeued")
        return True

    # --- With the mentor --------------------------------------------------------------------------

    def _mentoring(self, mentor: Someone) -> Outcome:
        """What follows an acceptance; whether somebody else has to take over."""
        share = self.chance.random()
        fate = next(fate for upto, fate in FATES if share <= upto)
        return fate(self, mentor)

    def _complete(self, mentor: Someone) -> Outcome:
        self._reach(mentor)
        share = self.chance.random()
        for _ in range(next(number for upto, number in SESSIONS if share <= upto)):
            if self.is_over:
                return False
            self._meet(mentor)
        self._pass(mentor, 130)
        self.tell("closed", mentor.id, value=Status.COMPLETE.value)
        return self._come_back(mentor)

    def _come_back(self, mentor: Someone) -> Outcome:
        """Now and then it was closed too early."""
        if not self.chance.happens(0.012):
            return False
        self._pass(mentor, 240)
        if self.chance.happens(0.5):
            self.tell("reopened", self.coordinator.id, value="need_action", text=self._why())
            return True
        self.tell("reopened", mentor.id, value="accepted", text=self._why())
        self._meet(mentor)
        self._pass(mentor, 100)
        self.tell("closed", mentor.id, value=Status.COMPLETE.value)
        return False

    def _why(self) -> str:
        return self.words("reopen_texts")

    def _no_response(self, mentor: Someone) -> Outcome:
        for result in ("left_message", "no_answer"):
            self.at += 6 * DAY
            self._pass(mentor, 40)
            self._try(mentor, result)
        self.at += 3 * DAY
        self._pass(mentor, 60)
        self.tell("closed", mentor.id, value=Status.NO_RESPONSE.value)
        if not self.chance.happens(0.03):
            return False
        self._pass(mentor, 200)
        self.tell("reopened", self.coordinator.id, value="need_action", text=self._why())
        return True

    def _no_show(self, mentor: Someone) -> Outcome:
        self._reach(mentor)
        starts = self._plan(mentor)
        self.at = starts + HOUR
        self.tell("session_missed", mentor.id, value=_cell(starts))
        self._pass(mentor, 70)
        self.tell("closed", mentor.id, value=Status.NO_SHOW.value)
        return False

    def _incorrect(self, mentor: Someone) -> Outcome:
        self._pass(mentor, 20)
        self.tell("contact", mentor.id, value="undeliverable", text="email")
        self._pass(mentor, 10)
        self.tell("contact", mentor.id, value="wrong_number", text="phone")
        self._pass(mentor, 30)
        self.tell("closed", mentor.id, value=Status.INCORRECT_CONTACT.value)
        return False

    def _transferred(self, mentor: Someone) -> Outcome:
        self._reach(mentor)
        if self.chance.happens(0.5):
            self._meet(mentor)
        self._pass(mentor, 150)
        self.tell("transferred", mentor.id, text=self.words("transfer_texts"))
        return True

    def _reassigned(self, mentor: Someone) -> Outcome:
        self._pass(mentor, 120)
        self.wait(5)
        return self._assign("why_now")

    def _withdrawn(self, mentor: Someone) -> Outcome:
        self._pass(mentor, 80)
        self._withdraw(mentor)
        return False

    def _forgotten(self, mentor: Someone) -> Outcome:
        """Few are never closed."""
        self._reach(mentor)
        self._meet(mentor)
        return False

    def _pass(self, mentor: Someone, mean: float) -> None:
        """So many hours on average go by, and the mentor is awake."""
        awake = self.setting.hours[mentor.city.code].awake
        self.at = awake(self.at + self.later(mean), self.chance.random())

    def _try(self, mentor: Someone, result: str) -> None:
        channel = "phone" if self.chance.happens(0.7) else "email"
        self.tell("contact", mentor.id, value=result, text=channel)

    def _reach(self, mentor: Someone) -> None:
        """The client, by phone; some at the second try, some write back without one."""
        if self.chance.happens(0.5):
            return
        self._pass(mentor, 20)
        if self.chance.happens(0.4):
            self._try(mentor, "left_message")
            self._pass(mentor, 44)
        self._try(mentor, "reached")

    def _plan(self, mentor: Someone) -> int:
        """A session is put down; when it is to be."""
        self._pass(mentor, 30)
        ahead = DAY + self.later(90)
        starts = self.setting.hours[mentor.city.code].meeting(self.at + ahead, self.chance.random())
        self.tell("session_scheduled", mentor.id, value=_cell(starts))
        return starts

    def _meet(self, mentor: Someone) -> None:
        """A session with its notes, planned beforehand or not."""
        starts = self._plan(mentor) if self.chance.happens(0.5) else self._unplanned(mentor)
        minutes, when = self.chance.one_of(MINUTES), _cell(starts)
        self.at = starts + int(minutes) * MINUTE
        self._pass(mentor, 3)
        self.tell("session_held", mentor.id, value=when, minutes=minutes)
        if self.chance.happens(0.96):
            self._pass(mentor, 9 if self.chance.happens(0.78) else 60)
            self.tell("notes_entered", mentor.id, value=when, text=self.words("notes"))
        self.at += 3 * DAY
        self._pass(mentor, 90)

    def _unplanned(self, mentor: Someone) -> int:
        ahead = self.later(70)
        return self.setting.hours[mentor.city.code].meeting(self.at + ahead, self.chance.random())


Fate = Callable[[Life, Someone], Outcome]
FATES: tuple[tuple[float, Fate], ...] = (
    (0.715, Life._complete),
    (0.825, Life._no_response),
    (0.870, Life._no_show),
    (0.900, Life._incorrect),
    (0.935, Life._transferred),
    (0.947, Life._reassigned),
    (0.997, Life._withdrawn),
    (1.0, Life._forgotten),
)
"""What becomes of accepted requests, as upper ends of shares."""


def _cell(at: int) -> str:
    """An instant as it stands in a cell of a history."""
    return instant(at).isoformat()
