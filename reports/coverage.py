"""Coverage: what clients ask for, against the mentors who offer it, to see where to recruit.

Asked for: the requests submitted in the period, and those that are open, of the chapters of the
question. Offered: by the assignable mentors of the same chapters. What a mentor offers and his
weekly limit are as of today, because nobody keeps what they were; pauses and the places of the week
are as of the instant of the question. Places are counted as the shortlist counts them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet

from intake.mentor_facts import sketches
from intake.models import MentoringRequest
from intake.querysets import RequestQuerySet
from mentors.matching import Candidate
from mentors.models import Chapter, MentoringArea, MentorProfile, Volunteer
from mentors.spreadsheets import Column
from mentors.zones import zone_called
from reports import fairness, waiting_now
from reports.given import taken
from reports.periods import ALWAYS
from reports.question import Question
from reports.standing import standing
from reports.whereabouts import submitted

About = TypeVar("About", MentoringArea, Chapter)
Cell = tuple[int, int]
"""The ids of a chapter and an area."""
Demand = Counter[Cell]
Left = dict[int, list[int | None]]
Places = dict[int, set[int]]
CHAPTER, AREA = 0, 1


@dataclass(frozen=True, kw_only=True)
class Row(Generic[About]):
    """What is asked for and offered of one area, or in one chapter."""

    about: About
    requests: int
    """Submitted in the period."""
    open: int
    left: Sequence[int | None]
    """The places left this week with each of the assignable mentors who offer it; None is no end of
    them."""
    bare: int = 0
    """In how many chapters it is asked for and offered by nobody."""

    @property
    def mentors(self) -> int:
        """How many offer it."""
        return len(self.left)

    @property
    def free(self) -> int:
        """How many of them have a place left this week."""
        return self.mentors - self.left.count(0)

    @property
    def places(self) -> int:
        """The places left this week with those who have a limit."""
        return sum(filter(None, self.left))

    @property
    def unlimited(self) -> int:
        """How many offer it without a weekly limit."""
        return self.left.count(None)

    @property
    def per_mentor(self) -> float | None:
        """Requests of the period for each mentor; None where nobody offers it."""
        return self.requests / self.mentors if self.mentors else None

    @property
    def is_wanted(self) -> bool:
        """Whether anybody asks for it."""
        return bool(self.requests or self.open)

    @property
    def is_bare(self) -> bool:
        """Whether it is asked for and nobody offers it."""
        return self.is_wanted and not self.mentors

    @property
    def is_full(self) -> bool:
        """Whether somebody waits and all who offer it have no place left this week."""
        return bool(self.open and self.mentors and not self.free)

    @property
    def gap(self) -> tuple[int, float, int, str]:
        """By which rows are sorted: nobody, then no place left, then the most asked of the few.

        What nobody asks for comes last.
        """
        urgency = 0 if self.is_bare else 1 if self.is_full else 2 if self.is_wanted else 3
        asked = self.requests + self.open if self.is_bare else self.per_mentor or 0
        return urgency, -asked, -self.open, self.about.name


def rows(question: Question) -> list[Row[MentoringArea]]:
    """One row for each area that is on offer or asked for, the widest gap first.

    Five queries; seven of the past.
    """
    asked, waiting = requested(question), still_open(question)
    left, offered_in = _offered(question)
    requests, open_now = _summed(asked, AREA), _summed(waiting, AREA)
    wanted_in = _chapters(asked + waiting)
    found = [
        Row(
            about=area,
            requests=requests[area.pk],
            open=open_now[area.pk],
            left=left[area.pk],
            bare=len(wanted_in[area.pk] - offered_in[area.pk]),
        )
        for area in _areas(question, set(wanted_in))
    ]
    return sorted(found, key=lambda row: row.gap)


def by_chapter(question: Question, mentors: Iterable[Candidate]) -> list[Row[Chapter]]:
    """The area of the question, chapter by chapter, the widest gap first.

    `mentors` are those who offer it. Three queries; five of the past. Chapters in which it is
    neither asked for nor offered are left out.
    """
    requests = _summed(requested(question), CHAPTER)
    open_now = _summed(still_open(question), CHAPTER)
    left: dict[int, list[int | None]] = defaultdict(list)
    for mentor in mentors:
        left[mentor.chapter_id].append(_left(mentor.weekly_limit, mentor.used_this_week))
    found = [
        Row(
            about=chapter,
            requests=requests[chapter.pk],
            open=open_now[chapter.pk],
            left=left[chapter.pk],
        )
        for chapter in question.reach.chapters()
    ]
    return sorted((row for row in found if row.is_wanted or row.mentors), key=lambda row: row.gap)


def _chapters(demand: Demand) -> dict[int, set[int]]:
    """In which chapters each area is asked for."""
    found: dict[int, set[int]] = defaultdict(set)
    for chapter, area in demand:
        found[area].add(chapter)
    return found


def _summed(demand: Demand, part: int) -> Counter[int]:
    """The demand of each chapter, or of each area."""
    found: Counter[int] = Counter()
    for cell, number in demand.items():
        found[cell[part]] += number
    return found


def _areas(question: Question, wanted: set[int]) -> Iterator[MentoringArea]:
    """Those that are on offer, and retired ones that are still asked for. One query."""
    for area in MentoringArea.objects.order_by("name"):
        if question.area in (None, area.pk) and (area.is_offered or area.pk in wanted):
            yield area


# --- What is asked for ----------------------------------------------------------------------------


def requested(question: Question) -> Demand:
    """The requests of the period by chapter and area. One query."""
    return _demand(submitted(question), "home")


def still_open(question: Question) -> Demand:
    """The requests that are open, whenever they were submitted, by chapter and area.

    One query; three of the past.
    """
    if not question.is_past:
        return _demand(open_requests(question), "chapter")
    chapters = _open_then(question)
    areas = _of_area(question, chapters).values_list("pk", "area")
    return Counter((chapters[request], area) for request, area in areas)


def open_requests(question: Question) -> RequestQuerySet:
    """The requests that `still_open` counts."""
    if not question.is_past:
        return waiting_now.asked_for(question.during(ALWAYS))
    return _of_area(question, _open_then(question))


def _open_then(question: Question) -> dict[int, int]:
    """The requests that were open, each with the chapter that had it. Two queries."""
    return {one.request: one.chapter for one in standing(question.reach, question.at)}


def _of_area(question: Question, ids: Iterable[int]) -> RequestQuerySet:
    found = MentoringRequest.objects.filter(pk__in=ids)
    return found if question.area is None else found.filter(area=question.area)


def _demand(requests: RequestQuerySet, home: str) -> Demand:
    """How many there are by chapter, which is `home`, and area. One query."""
    cells: QuerySet[Any, Any] = requests.order_by().values_list(home, "area")
    counted = cells.annotate(requests=Count("pk"))
    return Counter({(chapter, area): requests for chapter, area, requests in counted})


# --- What is offered ------------------------------------------------------------------------------


def _offered(question: Question) -> tuple[Left, Places]:
    """By area: the places left with each mentor who offers it, and in which chapters that is.

    Two queries. Of a whole country there are thousands of mentors, so nothing else is read of them.
    """
    mentors = fairness.mentors_of(question)
    areas = MentorProfile.areas.through.objects.filter(mentorprofile=OuterRef("pk"))
    rows = list(
        mentors.values_list(
            "pk",
            "chapter",
            "chapter__time_zone",
            "profile__weekly_limit",
            ArraySubquery(areas.values("mentoringarea")),
        )
    )
    used = _used(question, {zone_called(zone) for zone in {row[2] for row in rows}})
    left: Left = defaultdict(list)
    places: Places = defaultdict(set)
    for mentor, chapter, _, limit, offered in rows:
        still = _left(limit, used.get(mentor, 0))
        for area in offered:
            left[area].append(still)
            places[area].add(chapter)
    return left, places


def _used(question: Question, zones: set[ZoneInfo]) -> dict[int, int]:
    """The places that each mentor of these chapters has taken this week. One query."""
    found = taken(question, zones).filter(question.reach.within("mentor__chapter"))
    return dict(found.order_by().values_list("mentor").annotate(n=Count("pk")))


def _left(limit: int | None, used: int) -> int | None:
    """The places that a weekly limit leaves."""
    return None if limit is None else max(0, limit - used)


def mentors_of(question: Question) -> list[Candidate]:
    """The assignable mentors who offer the area of the question, or any; by name. Three queries."""
    people = Volunteer.objects.mentors().filter(question.reach.within())
    if question.area is not None:
        people = people.filter(profile__areas=question.area)
    found = [one for one in sketches(people, question.at) if one.assignable]
    return sorted(found, key=lambda one: (one.name, one.id))


COLUMNS: tuple[Column[Row[MentoringArea]], ...] = (
    Column("Area", lambda row: row.about.name, 32, name="area"),
    Column("Requests", lambda row: row.requests, 10, name="requests"),
    Column("Open", lambda row: row.open, 10, name="open"),
    Column("Mentors", lambda row: row.mentors, 10, name="mentors"),
    Column("With a free place", lambda row: row.free, 12, name="mentors_with_free_place"),
    Column("Free places", lambda row: row.places, 12, name="free_places"),
    Column("Without a limit", lambda row: row.unlimited, 12, name="mentors_without_limit"),
    Column(
        "Requests per mentor", lambda row: row.per_mentor, 12, name="requests_per_mentor", places=4
    ),
    Column("Chapters with nobody", lambda row: row.bare, 14, name="chapters_with_nobody"),
)
