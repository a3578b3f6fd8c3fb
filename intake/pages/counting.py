"""How a due date was counted, in words: from where, which days, which not, on whose clock.

Pure: everything is worked out from what is handed in. Whoever reads the words can count again by
hand and must come to the stored instant; where today's closed days say otherwise, that is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from intake.calendar import ONE_DAY, DayPart, Explanation, day_start
from mentors.words import dated_instant_in_words, day_in_words, last_date, zone_in_words

FEW_DAYS = 10
"""Whole days between the first and the last that are listed one by one; more are summed up."""


@dataclass(frozen=True)
class Step:
    """One day on the way to a deadline: its number if it counts, else why it does not."""

    day: date
    number: int | None
    why: str


@dataclass(frozen=True)
class Stretch:
    """One line of the sum of a wait: what it is, and what it comes to."""

    words: str
    counted: str


@dataclass(frozen=True)
class Counted:
    """One clock, explained. `facts` are names and words, in the order of the counting."""

    anchor: str
    title: str
    rule: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...] = ()
    sum: tuple[Stretch, ...] = ()
    warning: str = ""

    def also(self, name: str, words: str) -> "Counted":
        """With one more fact; unchanged if there is nothing to say."""
        return replace(self, facts=(*self.facts, (name, words))) if words else self


@dataclass(frozen=True)
class Whose:
    """On whose clock, and why on that one."""

    zone: ZoneInfo
    reason: str

    @property
    def words(self) -> str:
        """“New York time: Joan Whitfield belongs to SCORE New York, and …”."""
        return f"{zone_in_words(str(self.zone))} time: {self.reason}"

    def instant(self, at: datetime) -> str:
        """“Wed 25 Nov 2026, 10:42 EST”."""
        return dated_instant_in_words(at, self.zone)


def of_person(name: str, chapter: str, zone: ZoneInfo) -> Whose:
    """The clock of a person. `chapter` is empty for an administrator without one."""
    if not chapter:
        return Whose(zone, f"{name} belongs to no chapter.")
    return Whose(zone, f"a person’s clock runs where the chapter is, and {name} is of {chapter}.")


def of_queue(chapter: str, zone: ZoneInfo) -> Whose:
    """The clock of a queue: that of the request's chapter."""
    return Whose(zone, f"a client’s wait runs on the clock of the request’s chapter, {chapter}.")


# --- Deadlines in business days -------------------------------------------------------------------


def steps(how: Explanation) -> tuple[Step, ...]:
    """Every day after the start up to the last one, in order, with its number or its reason."""
    numbers = {day: number for number, day in enumerate(how.counted, start=1)}
    reasons = {skipped.day: skipped.why for skipped in how.skipped}
    days = (how.start_day + n * ONE_DAY for n in range(1, (how.last_day - how.start_day).days + 1))
    return tuple(Step(day, numbers.get(day), reasons.get(day, "")) for day in days)


def start_in_words(how: Explanation, start: datetime, whose: Whose, what: str) -> str:
    """From when: the day itself never counts, and one at a weekend is as good as the Friday."""
    return (
        f"{whose.instant(start)}, {what}. Counting begins with the day after "
        f"{day_in_words(how.start_day)}."
    )


def skipped_in_words(how: Explanation) -> str:
    """“Thu 26 Nov (Thanksgiving Day); 4 days at weekends.”: what was not counted."""
    weekend = sum(day.weekend for day in how.skipped)
    parts = [f"{day_in_words(day.day)} ({day.why})" for day in how.closed]
    if weekend:
        parts.append(f"{weekend} day{'' if weekend == 1 else 's'} at weekends")
    return f"{'; '.join(parts) or 'Nothing'}."


def end_in_words(instant: datetime, whose: Whose, then: str = "Late from that instant on.") -> str:
    """The day that is shown, the instant at which it ends, and what follows then."""
    last = day_in_words(last_date(instant, whose.zone))
    return f"The end of {last}, that is {whose.instant(instant)}. {then}"


def count_in_words(days: int, unit: str) -> str:
    """“1 business day”, “5 business days”."""
    return f"{days} {unit}{'' if days == 1 else 's'}"


def facts_of(
    how: Explanation, start: datetime, whose: Whose, *, what: str, number: str, due: str
) -> tuple[tuple[str, str], ...]:
    """From where, how many, not counted, falls due, whose clock: of a count of business days."""
    return (
        ("Counted from", start_in_words(how, start, whose, what)),
        ("Days", number),
        ("Not counted", skipped_in_words(how)),
        ("Due", due),
        ("Whose clock", whose.words),
    )


def stored_differs(stored: datetime, recounted: datetime, whose: Whose, why: str) -> str:
    """What to say where the stored instant is not the one that counting gives today."""
    if stored == recounted:
        return ""
    return (
        f"It is set to {moment(stored, whose)}. Counted anew today it would be "
        f"{moment(recounted, whose)}: {why}"
    )


def moment(at: datetime, whose: Whose) -> str:
    """An instant; for a midnight also the day that it ends, which is what people are shown."""
    if not ends_a_day(at, whose.zone):
        return whose.instant(at)
    return f"the end of {day_in_words(last_date(at, whose.zone))} ({whose.instant(at)})"


def ends_a_day(at: datetime, zone: ZoneInfo) -> bool:
    """Whether an instant is the midnight at the end of a local day."""
    return day_start(last_date(at, zone) + ONE_DAY, zone) == at


# --- Waits ----------------------------------------------------------------------------------------


def sum_of(parts: Sequence[DayPart]) -> tuple[Stretch, ...]:
    """The lines that add up to a wait. Long ones have the whole days in between in one line."""
    if len(parts) <= FEW_DAYS + 2:
        return tuple(_one_by_one(parts))
    first, *between, last = parts
    return (*_one_by_one([first]), _summed_up(between), *_one_by_one([last]))


def total_in_words(parts: Iterable[DayPart]) -> str:
    """“15 h ÷ 24 = 0.625 business days”."""
    spent = sum((part.spent for part in parts), timedelta(0))
    days = spent / ONE_DAY
    number = f"{days:.3f}".rstrip("0").rstrip(".")
    return f"{hours(spent)} ÷ 24 = {number} business day{'' if number == '1' else 's'}"


def hours(spent: timedelta) -> str:
    """“6 h”, “9 h 12 min”, “0 h”; seconds where there are any, so that the sum can be checked."""
    minutes, seconds = divmod(int(spent.total_seconds()), 60)
    whole, minutes = divmod(minutes, 60)
    parts = [f"{whole} h" if whole or not (minutes or seconds) else ""]
    parts += [f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else ""]
    return " ".join(filter(None, parts))


def _one_by_one(parts: Iterable[DayPart]) -> Iterable[Stretch]:
    """A line for each day; days in a row that do not count for one reason share a line."""
    for why, some in groupby(parts, key=lambda part: part.skipped.why if part.skipped else ""):
        days = list(some)
        if why:
            yield Stretch(f"{_from_to(days)}: {why}", hours(timedelta(0)))
        else:
            yield from (Stretch(_hours_of(part), hours(part.spent)) for part in days)


def _from_to(parts: Sequence[DayPart]) -> str:
    first, last = day_in_words(parts[0].day), day_in_words(parts[-1].day)
    return first if len(parts) == 1 else f"{first} to {last}"


def _hours_of(part: DayPart) -> str:
    until = "24:00" if part.until.date() > part.day else _wall_clock(part.until)
    return f"{day_in_words(part.day)}, {_wall_clock(part.begins)} to {until}"


def _wall_clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _summed_up(parts: Sequence[DayPart]) -> Stretch:
    spent = sum((part.spent for part in parts), timedelta(0))
    skipped = [part.skipped for part in parts if part.skipped]
    closed = [f"{day_in_words(day.day)} ({day.why})" for day in skipped if not day.weekend]
    without = ["weekends", *closed]
    days = spent // ONE_DAY
    return Stretch(
        f"{_from_to(parts)}: {count_in_words(days, 'whole business day')}, "
        f"without {', '.join(without)}",
        hours(spent),
    )
