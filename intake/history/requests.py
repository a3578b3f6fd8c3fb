"""Requests of an export with their events, replayed and written in batches."""

from collections.abc import Callable, Iterator
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
            with self.ledger.watch("requests, replayed", count, " requests") as advance:
                for units, twice, lost in dealt.parts():
                    self._part(units, twice, lost, advance)

    def _deal(self, source: Source | None, add: Callable[[Row], None]) -> int:
        count = 0
        for row in self.ledger.rows(source) if source else ():
            add(row)
            count += 1
        return count

    def _part(
        self,
        units: list[Unit],
        twice: list[Row],
        lost: list[Row],
        advance: Callable[[int], object],
    ) -> None:
        for row in twice:
            self.ledger.reject(
                REQUESTS, row, "A request with this request_id stands in the file before."
            )
        for row in lost:
            self.ledger.reject(EVENTS, row, "There is no request with this request_id.")
        for batch in in_batches(units, BATCH):
            self._batch(batch)
            advance(len(batch))

    def _batch(self, units: list[Unit]) -> None:
        there = standing([unit.request.cells[0].strip() for unit in units])
        known = clients.pks([unit.request.cells[1].strip() for unit in units])
        told: list[tuple[Unit, Replayed]] = []
        longer: list[tuple[Replayed, Standing]] = []
        for unit in units:
            before = there.get(unit.request.cells[0].strip())
            replayed = self._replay(unit, before, known)
            if replayed is not None:
                told.append((unit, replayed))
                if before is not None:
                    longer.append((replayed, before))
        join(longer)
        if self.dry:
            self._count(told)
        else:
            self._write(told)

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

    def _write(self, told: list[tuple[Unit, Replayed]]) -> None:
        """A batch in one transaction; if the database objects, one by one, to find out to which."""
        try:
            with transaction.atomic():
                write([replayed for _, replayed in told], self.world)
        except DatabaseError:
            for unit, replayed in told:
                self._write_one(unit, replayed)
        else:
            self._count(told)

    def _write_one(self, unit: Unit, replayed: Replayed) -> None:
        try:
            with transaction.atomic():
                write([replayed], self.world)
        except DatabaseError as why:
            reason = str(why).splitlines()[0]
            self.ledger.reject(REQUESTS, unit.request, f"The database refuses it: “{reason}”.")
        else:
            self._count([(unit, replayed)])

    def _count(self, told: list[tuple[Unit, Replayed]]) -> None:
        new = [unit for unit, replayed in told if not replayed.there]
        self.ledger.longer[REQUESTS.name] += len(told) - len(new)
        self.ledger.loaded[REQUESTS.name] += len(new)
        self.ledger.loaded[EVENTS.name] += sum(len(unit.events) for unit in new)
