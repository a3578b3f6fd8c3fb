"""Requests of an export with their events, replayed and written, a part at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from intake.history import clients, grouping
from intake.history.grouping import Part, Unit
from intake.history.ledger import Tally
from intake.history.parsing import asked, happened
from intake.history.people import by_name
from intake.history.reader import EVENTS, REQUESTS, Refusal, in_batches
from intake.history.records import Happened, Replayed
from intake.history.replay import OutOfOrder, replay
from intake.history.standing import Standing, is_longer, join, standing
from intake.history.trying import Overtaken, tried
from intake.history.world import Person, Place, World
from intake.history.writing import write
from intake.inforce import calendar, policy
from mentors.models import BusinessType, Chapter, MentoringArea, Volunteer

Told = list[tuple[Unit, Replayed]]
TWICE = "A request with this request_id stands in the file before."
LOST = "There is no request with this request_id."


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
            chapter.zone,
            chapter.district_id,
            chapter.district.region_id,
        )


@dataclass(frozen=True)
class Loader:
    """Replays parts of an export and writes them; `dry` only replays."""

    world: World
    dry: bool

    def load(self, part: Part) -> Tally:
        """Some requests with all of their events."""
        units, twice, lost = part.read()
        tally = Tally()
        for row in twice:
            tally.reject(REQUESTS, row, row.wrong or TWICE)
        for batch in in_batches((unit for unit in units if unit.is_read), grouping.IN_PART):
            tally.add(tried(batch, self._load, REQUESTS, attrgetter("request")))
        for unit in units:
            _reject_unread(unit, tally)
        for row in lost:
            tally.reject(EVENTS, row, row.wrong or LOST)
        return tally

    def _load(self, units: Sequence[Unit]) -> Tally:
        tally = Tally()
        told = self._replay_all(units, tally)
        if not self.dry:
            write([replayed for _, replayed in told], self.world)
        new = [unit for unit, replayed in told if not replayed.there]
        tally.loaded[REQUESTS.name] += len(new)
        tally.loaded[EVENTS.name] += sum(len(unit.events) for unit in new)
        tally.longer[REQUESTS.name] += len(told) - len(new)
        return tally

    def _replay_all(self, units: Sequence[Unit], tally: Tally) -> Told:
        there = standing([_id(unit) for unit in units])
        known = clients.pks([unit.request.cells[1].strip() for unit in units])
        told = [(unit, self._replay(unit, there.get(_id(unit)), known, tally)) for unit in units]
        found = [(unit, replayed) for unit, replayed in told if replayed]
        longer = [(replayed, there[_id(unit)]) for unit, replayed in found if _id(unit) in there]
        _hold(longer)
        join(longer)
        return found

    def _replay(
        self, unit: Unit, before: Standing | None, known: dict[str, int], tally: Tally
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
                tally.there[REQUESTS.name] += 1
                return None
        except OutOfOrder as why:
            culprit = next(one for one in unit.events if one.line == why.line)
            tally.reject(EVENTS, culprit, str(why))
        except Refusal as why:
            tally.reject(REQUESTS, row, str(why))
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


def _reject_unread(unit: Unit, tally: Tally) -> None:
    """Every row that could not be read: the request is not loaded without it."""
    if unit.request.wrong:
        tally.reject(REQUESTS, unit.request, unit.request.wrong)
    for row in unit.events:
        if row.wrong:
            tally.reject(EVENTS, row, row.wrong)


def _id(unit: Unit) -> str:
    return unit.request.cells[0].strip()


def _hold(longer: Sequence[tuple[Replayed, Standing]]) -> None:
    """Nobody acts on them from now on. Raises Overtaken if somebody has since they were read."""
    if longer:
        now = standing([told.asked.request_id for told, _ in longer], lock=True)
        if any(now.get(told.asked.request_id) != before for told, before in longer):
            raise Overtaken
