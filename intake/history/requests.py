"""Requests of an export with their events, replayed and written in batches."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from intake.history import clients
from intake.history.grouping import Dealt, Unit
from intake.history.ledger import Ledger
from intake.history.parsing import asked, happened
from intake.history.people import by_name
from intake.history.reader import EVENTS, REQUESTS, Refusal, Row, Source, in_batches
from intake.history.records import Happened, Replayed
from intake.history.replay import OutOfOrder, replay
from intake.history.standing import Standing, is_longer, join, standing
from intake.history.world import Person, Place, World
from intake.history.writers import Writers
from intake.history.writing import write
from intake.inforce import calendar, policy
from mentors.models import BusinessType, Chapter, MentoringArea, Volunteer

BATCH = 500
"""Requests that are written in one transaction."""


def world() -> World:
    """What requests are replayed against, as it is now."""
    places = {place.pk: place for place in _places()}
    people = Volunteer.objects.filter(external_id__isnull=False).values_list(
        "external_id", "pk", "first_name", "last_name", "chapter"
    )
    return World(
        places={place.code: place for place in places.values()},
        people={
            name: Person(pk, f"{first} {last}".strip(), places.get(chapter))
            for name, pk, first, last, chapter in people
        },
        areas=by_name(MentoringArea),
        business_types=by_name(BusinessType),
        policy=policy(),
        calendar=calendar(),
    )


def _places() -> Iterator[Place]:
    for chapter in Chapter.objects.select_related("district"):
        yield Place(
            chapter.pk,
            chapter.code,
            chapter.name,
            ZoneInfo(chapter.time_zone),
            chapter.district_id,
            chapter.district.region_id,
        )


@dataclass(frozen=True)
class Written:
    """What has become of a batch: how much is in, and what the database would not take."""

    new: int
    longer: int
    events: int
    refused: list[tuple[Unit, str]]


Told = list[tuple[Unit, Replayed]]


@dataclass
class Loader:
    """Replays and writes; `dry` only replays."""

    world: World
    ledger: Ledger
    dry: bool

    def load(self, requests: Source | None, events: Source | None) -> None:
        """Everything that the two files hold."""
        given = [source for source in (requests, events) if source]
        with Dealt(sum(source.path.stat().st_size for source in given)) as dealt:
            count = self._deal(requests, dealt.add_request)
            self._deal(events, dealt.add_event)
            with (
                self.ledger.watch("requests, replayed", count, " requests") as advance,
                Writers(self._count if self.dry else self._write) as writers,
            ):
                for units, twice, lost in dealt.parts():
                    self._refuse(twice, lost)
                    for batch in in_batches(units, BATCH):
                        self._book(writers.hand_over(self._replay_all(batch)))
                        advance(len(batch))
                self._book(writers.finish())

    def _deal(self, source: Source | None, add: Callable[[Row], None]) -> int:
        count = 0
        for row in self.ledger.rows(source) if source else ():
            add(row)
            count += 1
        return count

    def _refuse(self, twice: list[Row], lost: list[Row]) -> None:
        for row in twice:
            self.ledger.reject(
                REQUESTS, row, "A request with this request_id stands in the file before."
            )
        for row in lost:
            self.ledger.reject(EVENTS, row, "There is no request with this request_id.")

    def _book(self, written: Iterable[Written]) -> None:
        for one in written:
            self.ledger.loaded[REQUESTS.name] += one.new
            self.ledger.loaded[EVENTS.name] += one.events
            self.ledger.longer[REQUESTS.name] += one.longer
            for unit, reason in one.refused:
                self.ledger.reject(REQUESTS, unit.request, reason)

    def _replay_all(self, units: list[Unit]) -> Told:
        there = standing([unit.request.cells[0].strip() for unit in units])
        known = clients.pks([unit.request.cells[1].strip() for unit in units])
        told: Told = []
        longer: list[tuple[Replayed, Standing]] = []
        for unit in units:
            before = there.get(unit.request.cells[0].strip())
            replayed = self._replay(unit, before, known)
            if replayed is not None:
                told.append((unit, replayed))
                if before is not None:
                    longer.append((replayed, before))
        join(longer)
        return told

    def _replay(
        self, unit: Unit, before: Standing | None, known: dict[str, int]
    ) -> Replayed | None:
        """What is to be written of a request; None if nothing is, or if it is rejected."""
        row = unit.request
        try:
            given = asked(row, self.world)
            if before is None and given.client_id not in known:
                raise Refusal(f"client_id: client “{given.client_id}” is not known.")
            events = self._events(unit)
            replayed = replay(given, events, self.world, before.clocks if before else ())
            if before is not None and not is_longer(replayed, before):
                self.ledger.there[REQUESTS.name] += 1
                return None
        except OutOfOrder as why:
            culprit = next(one for one in unit.events if one.line == why.line)
            self.ledger.reject(EVENTS, culprit, str(why))
        except Refusal as why:
            self.ledger.reject(REQUESTS, row, str(why))
        else:
            replayed.client = known.get(given.client_id, 0)
            return replayed
        return None

    def _events(self, unit: Unit) -> list[Happened]:
        found = []
        for row in unit.events:
            try:
                found.append(happened(row))
            except Refusal as why:
                raise OutOfOrder(row.line, str(why)) from None
        return found

    def _write(self, told: Told) -> Written:
        """A batch in one transaction; if the database objects, one by one, to find out to which."""
        try:
            with transaction.atomic():
                write([replayed for _, replayed in told], self.world)
        except DatabaseError as why:
            if len(told) == 1:
                reason = str(why).splitlines()[0]
                return Written(0, 0, 0, [(told[0][0], f"The database refuses it: “{reason}”.")])
            return _together([self._write([one]) for one in told])
        return self._count(told)

    def _count(self, told: Told) -> Written:
        new = [unit for unit, replayed in told if not replayed.there]
        events = sum(len(unit.events) for unit in new)
        return Written(len(new), len(told) - len(new), events, [])


def _together(parts: list[Written]) -> Written:
    return Written(
        sum(part.new for part in parts),
        sum(part.longer for part in parts),
        sum(part.events for part in parts),
        [one for part in parts for one in part.refused],
    )
