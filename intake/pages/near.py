"""The place that somebody types into the directory: a zip code, or the name of a unit."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchVectorExact
from django.db.models import Case, IntegerField, Q, Value, When

from mentors.models import Chapter
from mentors.names import begins, folded_words, name_words

ZIP = re.compile(r"\s*([0-9]{3,5})(?:-[0-9]{4})?\s*")
NAMED = ("name", "district__name", "district__region__name")
FAR = 3


@dataclass(frozen=True)
class Place:
    """The volunteers of a place; `chapter` is the one that serves a zip code."""

    people: Q
    chapter: Chapter | None = None


def place(typed: str) -> Place | None:
    """Where to look for people; None if there is no such place.

    Of a zip code it is the region of its chapter: the list begins with the chapter, the nearest.
    """
    if zip_code := ZIP.fullmatch(typed):
        return _of_zip(zip_code[1])
    words = folded_words(typed)
    named = Chapter.objects.filter(*[_named(word) for word in words]) if words else Chapter.objects
    found = list(named.values_list("pk", flat=True)) if words else []
    return Place(Q(chapter__in=found)) if found else None


def _of_zip(digits: str) -> Place | None:
    try:
        chapter = Chapter.objects.select_related("district__region").for_zip(digits)
    except Chapter.DoesNotExist:
        return None
    if chapter.is_national:
        return Place(Q(chapter=chapter), chapter)
    return Place(Q(chapter__district__region=chapter.district.region_id), chapter)


def _named(word: str) -> Q:
    query = begins([word])
    return reduce(or_, (Q(SearchVectorExact(name_words(column), query)) for column in NAMED))


def distance(chapter: Chapter) -> Case:
    """How far volunteers are from a chapter: 0 in it, then its district, its region, the rest."""
    district = chapter.district
    return Case(
        When(chapter=chapter, then=Value(0)),
        When(chapter__district=district, then=Value(1)),
        When(chapter__district__region=district.region_id, then=Value(2)),
        default=Value(FAR),
        output_field=IntegerField(),
    )
