"""Finding mentors by what is said of them: name, chapter, expertise, keywords and summary."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db.models import F, Q, QuerySet

from mentors.models import BusinessType, Chapter, MentoringArea, MentorProfile, Volunteer
from mentors.models.volunteers import PUBLIC_WORDS, VOLUNTEER_NAME
from mentors.names import begins, folded_words, name_words


def said_of(typed: str) -> Q:
    """The volunteers of whom every typed word is said; everybody if no word was typed.

    A word is found by its beginning, whatever its capitals and accents; in keywords and summary
    also with another ending (“baking” finds “bake”).
    """
    return _all_of(typed, F("words"), MentorProfile.objects.all())


def publicly_said_of(typed: str) -> Q:
    """The same by what the directory shows: nobody finds out by guessing what it does not."""
    listed = MentorProfile.objects.filter(in_directory=True)
    return _all_of(typed, PUBLIC_WORDS, listed)


def _all_of(typed: str, written: Any, profiles: QuerySet[MentorProfile]) -> Q:
    wanted = Q()
    for word in folded_words(typed):
        wanted &= reduce(or_, _places(word, written, profiles))
    return wanted


def _places(word: str, written: Any, profiles: QuerySet[MentorProfile]) -> Iterator[Q]:
    """Where a word may stand: each is a list of ids that an index or a short table gives."""
    query = begins([word])
    yield Q(pk__in=Volunteer.objects.filter(SearchVectorExact(VOLUNTEER_NAME, query)).values("pk"))
    by_stem = SearchVectorExact(written, query | begins([word], "english"))
    yield Q(pk__in=profiles.filter(by_stem).values("pk"))
    yield Q(chapter__in=_named(Chapter, query))
    areas, types = MentorProfile.areas.through, MentorProfile.business_types.through
    of_areas = areas.objects.filter(mentoringarea__in=_named(MentoringArea, query))
    of_types = types.objects.filter(businesstype__in=_named(BusinessType, query))
    yield Q(pk__in=of_areas.values("mentorprofile"))
    yield Q(pk__in=of_types.values("mentorprofile"))


def _named(model: Any, query: SearchQuery) -> Any:
    named = model.objects.filter(SearchVectorExact(name_words("name"), query))
    return named.values("pk")
