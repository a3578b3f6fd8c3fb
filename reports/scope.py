"""What a report is about: chapters, never more of them than its reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from django.db.models import Q

from intake.asking import asked_once
from intake.models import MentoringRequest
from intake.querysets import RequestQuerySet
from mentors.models import Chapter, District, Region
from mentors.roles import Chapters, Duties

Unit = Region | District | Chapter
Place = tuple[type[Unit], int]
"""A unit by its level and its id."""


def key_of(unit: Unit) -> str:
    """What chooses a unit in an address and on the command line: `district:D01`."""
    return f"{type(unit).__name__.lower()}:{unit.code}"


@dataclass(frozen=True)
class Reach:
    """Some chapters: all that somebody sees, or those of one unit among them."""

    name: str
    ids: Chapters | None
    """The chapters; None is all there are, which costs the database no look."""
    parked: bool = False
    """Whether requests count that are held for administrators."""
    code: str = ""
    """The code of the unit, if one was chosen."""

    def within(self, field: str = "chapter") -> Q:
        """The rows whose chapter, that is `field`, belongs to this."""
        return Q() if self.ids is None else Q(**{f"{field}__in": self.ids})

    def has(self, chapter_id: int) -> bool:
        """Whether a chapter belongs to this."""
        return self.ids is None or chapter_id in self.ids

    @property
    def is_one_chapter(self) -> bool:
        """Whether there is nothing below to choose from."""
        return self.ids is not None and len(self.ids) == 1

    @asked_once
    def chapters(self) -> list[Chapter]:
        """The chapters themselves, in the order of regions, districts and names. One query."""
        found = Chapter.objects.filter(self.within("pk")).select_related("district__region")
        by_unit = ("district__region__name", "district__region", "district__name", "district")
        return list(found.order_by(*by_unit, "name", "pk"))

    def requests(self) -> RequestQuerySet:
        """The requests that are in these chapters now."""
        seen = MentoringRequest.objects.filter(self.within())
        return seen if self.parked else seen.filter(parked=False)


EVERYWHERE = Reach("All chapters", None, parked=True)
"""The whole organisation: what administrators see, and the command line."""


@dataclass(frozen=True)
class Choice:
    """A unit that can be asked about, with those chapters of it that the reader sees."""

    unit: Unit
    ids: Chapters
    is_whole: bool = True
    """Whether these are all there are."""

    @property
    def is_offered(self) -> bool:
        """Whether it stands on the chooser: a chapter, or several that are a whole unit."""
        return isinstance(self.unit, Chapter) or (self.is_whole and len(self.ids) > 1)

    @property
    def name(self) -> str:
        """“Hudson”, or “Hudson, in part”: its name does not stand over figures not its own."""
        return self.unit.name if self.is_whole else f"{self.unit.name}, in part"

    @property
    def words(self) -> str:
        """“Hudson (District)”; a chapter is known by its name."""
        level = type(self.unit).__name__
        return self.name if isinstance(self.unit, Chapter) else f"{self.name} ({level})"

    @property
    def key(self) -> str:
        """What chooses the unit in an address."""
        return key_of(self.unit)


def requests_reach(mine: Duties) -> Reach:
    """The chapters whose requests somebody coordinates or leads; all for an administrator."""
    return _reach(mine, mine.sees_requests_of)


def mentors_reach(mine: Duties) -> Reach:
    """The chapters whose mentors' activity somebody looks after, leads or coordinates."""
    return _reach(mine, mine.chairs | mine.sees_requests_of)


def _reach(mine: Duties, ids: Chapters) -> Reach:
    return EVERYWHERE if mine.is_admin else Reach("All my chapters", ids)


def choices(reach: Reach) -> list[Choice]:
    """The units of which `reach` has chapters, from above to below.

    A region or district of which the reader sees a part only is not offered, nor one that is its
    only chapter: a line of a table can still lead to it. Two queries; one for who sees all there
    are, whose units are whole.
    """
    seen = reach.chapters()
    return list(_choices(reach, seen, _whole() if reach.ids is not None else _by_unit(seen)))


def _by_unit(chapters: Iterable[Chapter]) -> dict[Place, set[int]]:
    return _below((one.pk, one.district_id, one.district.region_id) for one in chapters)


def _whole() -> dict[Place, set[int]]:
    """The chapters of every region and district, whoever sees them. One query."""
    return _below(Chapter.objects.values_list("pk", "district", "district__region"))


def _below(units: Iterable[tuple[int, int, int]]) -> dict[Place, set[int]]:
    """The chapters of each region and district, of chapters with their districts and regions."""
    found: dict[Place, set[int]] = {}
    for chapter, district, region in units:
        found.setdefault((District, district), set()).add(chapter)
        found.setdefault((Region, region), set()).add(chapter)
    return found


def _choices(
    reach: Reach, chapters: Iterable[Chapter], whole: dict[Place, set[int]]
) -> Iterator[Choice]:
    for region, in_region in groupby(chapters, attrgetter("district.region")):
        listed = list(in_region)
        yield _choice(region, listed, whole)
        for district, in_district in groupby(listed, attrgetter("district")):
            inside = list(in_district)
            yield _choice(district, inside, whole)
            yield from (Choice(chapter, frozenset([chapter.pk])) for chapter in inside)


def _choice(unit: Unit, seen: list[Chapter], whole: dict[Place, set[int]]) -> Choice:
    ids = frozenset(chapter.pk for chapter in seen)
    return Choice(unit, ids, is_whole=ids == whole[type(unit), unit.pk])


def narrowed(reach: Reach, choice: Choice) -> Reach:
    """Only what is below one unit."""
    return replace(reach, name=choice.name, ids=choice.ids, code=choice.unit.code)


def named(code: str) -> Reach:
    """The unit with this code, for the command line. Raises LookupError with a sentence.

    Codes are unique on each level; where two levels share one, the level goes before it:
    `district:D01`.
    """
    everywhere = _whole()
    units: list[Unit] = [*Region.objects.all(), *District.objects.all(), *Chapter.objects.all()]
    found = [unit for unit in units if code in (unit.code, key_of(unit))]
    if not found:
        raise LookupError(f"There is no unit with the code “{code}”.")
    if len(found) > 1:
        ways = " or ".join(key_of(unit) for unit in found)
        raise LookupError(f"“{code}” names more than one unit: say {ways}.")
    unit = found[0]
    ids = {unit.pk} if isinstance(unit, Chapter) else everywhere.get((type(unit), unit.pk), set())
    return replace(EVERYWHERE, name=unit.name, ids=frozenset(ids), code=unit.code)
