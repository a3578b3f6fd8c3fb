"""Business days: which days count, when a deadline falls, how long something has waited.

Pure: no database, no clock of its own. Every instant that comes in must carry a time zone, every
instant that goes out is in UTC. `zone` is the time zone of the chapter whose clock is meant: a
person's own chapter for that person's clock, the request's chapter for a queue's clock.

Nights on which the local clock is changed:

* A midnight that does not exist (Cairo in April, formerly São Paulo): the day begins when the clock
  jumps, so the first moment that shows the new date is used.
* A midnight that occurs twice (Havana in November): the day begins at the first of the two.
* `business_days` subtracts readings of the local wall clock. A working day on which the clock jumps
  still counts as a whole day; where an hour is repeated the wall clock runs backwards, and a span
  that it puts below zero counts as nothing. In the United States this only ever happens on Sundays.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
SATURDAY = 5
MIDNIGHT = 24
"""The end of a day, as an hour."""
LONGEST_CLOSURE = 366
"""Days in a row without a business day from which the closed days are taken to be wrong."""


class NoBusinessDayError(ValueError):
    """The table of closed days leaves no business day for more than a year."""


@dataclass(frozen=True)
class SkippedDay:
    """A day that a deadline did not count; `why` is "weekend" or the name of the closed day."""

    day: date
    why: str
    weekend: bool


@dataclass(frozen=True)
class Explanation:
    """How a deadline was counted, for people to check."""

    start_day: date
    counted: tuple[date, ...]
    skipped: tuple[SkippedDay, ...]
    instant: datetime

    @property
    def last_day(self) -> date:
        """The day shown as "by Wed 25 Nov"."""
        return self.counted[-1]

    @property
    def closed(self) -> tuple[SkippedDay, ...]:
        """The skipped days a reader may not expect: closed days from Monday to Friday."""
        return tuple(day for day in self.skipped if not day.weekend)


@dataclass(frozen=True)
class DayPart:
    """What a span takes of one day, read from the wall clock, for people to check."""

    begins: datetime
    until: datetime
    """Both without a zone; `until` may be the midnight that ends the day."""
    spent: timedelta
    """What of it counts: nothing on a day that is no business day."""
    skipped: SkippedDay | None

    @property
    def day(self) -> date:
        """The day of which this is a part."""
        return self.begins.date()


@dataclass(frozen=True)
class BusinessCalendar:
    """Monday to Friday, except the `closed` days. `closed_names` only serves explanations."""

    closed: frozenset[date] = frozenset()
    closed_names: Mapping[date, str] = field(default_factory=dict, compare=False, repr=False)

    def is_business_day(self, day: date) -> bool:
        """Monday to Friday and not a closed day."""
        return not _is_weekend(day) and day not in self.closed

    def add_business_days(self, day: date, days: int) -> date:
        """The `days`-th business day strictly after `day`.

        A Saturday therefore counts as the Friday before. Raises ValueError unless `days` is at
        least 1, and NoBusinessDayError when the closed days leave none for more than a year.
        """
        if days < 1:
            raise ValueError(f"A deadline needs at least 1 business day, not {days}.")
        for _ in range(days):
            day = self._next_business_day(day)
        return day

    def deadline_day(self, start: datetime, days: int, zone: ZoneInfo) -> date:
        """The last day on which it is still in time, shown as "by Wed 25 Nov"."""
        return self.add_business_days(local_date(start, zone), days)

    def deadline(self, start: datetime, days: int, zone: ZoneInfo) -> datetime:
        """The local midnight that ends `deadline_day`, in UTC. Late from that instant on."""
        return day_start(self.deadline_day(start, days, zone) + ONE_DAY, zone)

    def explain_deadline(self, start: datetime, days: int, zone: ZoneInfo) -> Explanation:
        """The same deadline, with every counted and every skipped day."""
        start_day = local_date(start, zone)
        last_day = self.add_business_days(start_day, days)
        span = [start_day + n * ONE_DAY for n in range(1, (last_day - start_day).days + 1)]
        return Explanation(
            start_day=start_day,
            counted=tuple(day for day in span if self.is_business_day(day)),
            skipped=tuple(self._skipped(day) for day in span if not self.is_business_day(day)),
            instant=day_start(last_day + ONE_DAY, zone),
        )

    def business_days(self, start: datetime, end: datetime, zone: ZoneInfo) -> float:
        """The part of [start, end) on business days, in local wall-clock time, in days of 24 hours.

        Never negative; Friday 18:00 to Monday 09:00 is 0.625. Costs the same for a minute and for a
        century.
        """
        began, ended = _local(start, zone), _local(end, zone)
        if end <= start:
            return 0.0
        return max(0.0, (self._business_time(ended) - self._business_time(began)) / ONE_DAY)

    def explain_business_days(
        self, start: datetime, end: datetime, zone: ZoneInfo
    ) -> tuple[DayPart, ...]:
        """The same span day by day; what is `spent` adds up to `business_days`."""
        began, ended = _local(start, zone), _local(end, zone)
        days = range((ended.date() - began.date()).days + 1) if end > start else ()
        parts = (self._part(began.date() + n * ONE_DAY, began, ended) for n in days)
        return tuple(part for part in parts if part.until > part.begins)

    def waited_since(self, end: datetime, days: float, zone: ZoneInfo) -> datetime:
        """The latest start from which at least `days` business days have passed at `end`, in UTC.

        The inverse of `business_days`: what began then or earlier has waited so long.
        """
        ended = _local(end, zone)
        wanted = self._business_time(ended) - days * ONE_DAY
        day = ended.date()
        while not self.is_business_day(day) or self._business_time(_midnight(day)) > wanted:
            day -= ONE_DAY
        start = _midnight(day) + (wanted - self._business_time(_midnight(day)))
        return start.replace(tzinfo=zone).astimezone(UTC)

    def business_morning(self, start: datetime, hour: int, zone: ZoneInfo) -> datetime:
        """`hour`:00 local on the first business day strictly after the day of `start`, in UTC."""
        return _at_hour(self._next_business_day(local_date(start, zone)), hour, zone)

    def next_mail_moment(
        self, at: datetime, zone: ZoneInfo, from_hour: int = 8, until_hour: int = 20
    ) -> datetime:
        """`at` itself if mail may go out then, else the next opening in UTC.

        Mail goes out from `from_hour`:00 until before `until_hour`:00 local time, on business days
        only. Raises ValueError for hours that leave no time for mail.
        """
        if not 0 <= from_hour < until_hour <= MIDNIGHT:
            raise ValueError(f"Mail hours must run from 0 to 24, not {from_hour} to {until_hour}.")
        local = _local(at, zone)
        today = local.date()
        if self.is_business_day(today) and local.hour < until_hour:
            return at if local.hour >= from_hour else _at_hour(today, from_hour, zone)
        return _at_hour(self._next_business_day(today), from_hour, zone)

    @cached_property
    def _closed_weekdays(self) -> tuple[date, ...]:
        return tuple(sorted(day for day in self.closed if not _is_weekend(day)))

    def _business_time(self, local: datetime) -> timedelta:
        """Time on business days from the first day there is (a Monday) up to `local`."""
        day = local.date()
        weeks, rest = divmod(day.toordinal() - 1, 7)
        whole_days = weeks * 5 + min(rest, SATURDAY) - bisect_left(self._closed_weekdays, day)
        today = local - _midnight(day)
        return whole_days * ONE_DAY + (today if self.is_business_day(day) else timedelta(0))

    def _part(self, day: date, began: datetime, ended: datetime) -> DayPart:
        begins, until = max(began, _midnight(day)), min(ended, _midnight(day + ONE_DAY))
        if self.is_business_day(day):
            return DayPart(begins, until, until - begins, None)
        return DayPart(begins, until, timedelta(0), self._skipped(day))

    def _next_business_day(self, day: date) -> date:
        for n in range(1, LONGEST_CLOSURE + 1):
            candidate = day + n * ONE_DAY
            if self.is_business_day(candidate):
                return candidate
        raise NoBusinessDayError(
            f"There is no business day in the {LONGEST_CLOSURE} days after {day}: "
            "check the closed days."
        )

    def _skipped(self, day: date) -> SkippedDay:
        weekend = _is_weekend(day)
        why = "weekend" if weekend else self.closed_names.get(day) or "closed day"
        return SkippedDay(day=day, why=why, weekend=weekend)


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The date on the wall in `zone`. Raises ValueError for an instant without a time zone."""
    return _local(at, zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The local midnight that begins `day`, in UTC; see the top of this file for the odd nights."""
    return _at_hour(day, 0, zone)


def week_start(at: datetime, zone: ZoneInfo) -> datetime:
    """Sunday 00:00 local of the week of `at`, in UTC: where the weekly limit starts afresh."""
    today = local_date(at, zone)
    return day_start(today - today.isoweekday() % 7 * ONE_DAY, zone)


def _midnight(day: date) -> datetime:
    """The beginning of a day on the wall clock."""
    return datetime.combine(day, time.min)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def _at_hour(day: date, hour: int, zone: ZoneInfo) -> datetime:
    # fold=0 (the default) is what makes the odd nights come out as promised at the top: a midnight
    # in a gap lands on the jump, one in a repeated hour on the first pass.
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock in `zone`; without its zone, so that subtracting gives wall-clock time."""
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone, so it is not clear which instant is meant.")
    return at.astimezone(zone).replace(tzinfo=None)
