"""Searching mentors by name, skill or keyword."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mentors.finding import said_of
from mentors.models import BusinessType, Volunteer
from tests.factories import Organisation, mentor, set_profile


@pytest.fixture
def known(org: Organisation) -> Organisation:
    """Everybody offers Marketing already."""
    set_profile(org.joan, keywords="Café, sourdough baking, IT support", summary="Ran a bakery.")
    set_profile(org.ben, keywords="patents, 3D-printing", summary="A lawyer of franchises.")
    org.grace.profile.business_types.add(BusinessType.objects.get(name="Food & Beverage"))
    mentor(org.chicago, "José", "Núñez-O’Brien", areas=("Import & Export",))
    return org


def found(typed: str) -> set[str]:
    return {person.first_name for person in Volunteer.objects.mentors().filter(said_of(typed))}


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        # names, by the beginning of a word
        ("joan", {"Joan"}),
        ("Whit", {"Joan"}),
        ("jose nunez", {"José"}),
        ("JOSÉ", {"José"}),
        ("obrien", {"José"}),
        # keywords and summary: accents, endings, parts of compounds
        ("cafe", {"Joan"}),
        ("baked", {"Joan"}),
        ("baker", {"Joan"}),
        ("franchise", {"Ben"}),
        ("patent", {"Ben"}),
        ("printing", {"Ben"}),
        ("it", {"Joan"}),
        # expertise and chapter
        ("beverage", {"Grace"}),
        ("export", {"José"}),
        ("chicago", {"Carla", "José"}),
        # every word
        ("ben patents", {"Ben"}),
        ("ben bakery", set()),
        ("ohn", set()),
    ],
)
def test_every_word_is_found_by_its_beginning(
    known: Organisation, typed: str, names: set[str]
) -> None:
    assert found(typed) == names


@pytest.mark.parametrize("typed", ["", "  ", "&|!():*", "'"])
def test_without_a_word_everybody_is_found(known: Organisation, typed: str) -> None:
    assert len(found(typed)) == 8


@pytest.mark.parametrize(
    ("typed", "names"),
    [("a:b", set()), ("joan & !ben", set()), ("joan | ben", set()), ("(joan:*", {"Joan"})],
)
def test_signs_are_no_commands(known: Organisation, typed: str, names: set[str]) -> None:
    assert found(typed) == names


def test_one_question_whatever_is_typed(known: Organisation) -> None:
    with CaptureQueriesContext(connection) as queries:
        found("bakery joan chicago")
    assert len(queries) == 1
