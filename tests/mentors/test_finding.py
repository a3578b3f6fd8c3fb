"""Searching mentors by name, skill or keyword."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mentors.finding import publicly_said_of, said_of
from mentors.models import BusinessType, Volunteer
from mentors.public_words import refuse_addresses
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


# --- By what is public --------------------------------------------------------------------------


def publicly_found(typed: str) -> set[str]:
    people = Volunteer.objects.mentors().filter(publicly_said_of(typed))
    return {person.first_name for person in people}


@pytest.fixture
def listed(known: Organisation) -> Organisation:
    """Joan says of herself in public something else than to coordinators; Ben is not listed."""
    set_profile(known.joan, in_directory=True, public_words="I help cafés that bake their bread.")
    set_profile(known.ben, public_words="I ran a hotel.")
    return known


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("joan", {"Joan"}),
        ("cafe", {"Joan"}),
        ("baking", {"Joan"}),
        ("chicago bread", set()),
        ("beverage", {"Grace"}),
        ("chicago", {"Carla", "José"}),
    ],
)
def test_words_for_everybody_are_found_like_the_others(
    listed: Organisation, typed: str, names: set[str]
) -> None:
    assert publicly_found(typed) == names


@pytest.mark.parametrize("typed", ["sourdough", "it", "bakery ran", "patents", "lawyer", "hotel"])
def test_what_only_coordinators_read_is_not_found_by_guessing(
    listed: Organisation, typed: str
) -> None:
    assert publicly_found(typed) == set()


def test_words_for_everybody_are_found_by_an_index(listed: Organisation) -> None:
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        cursor.execute("SET LOCAL enable_seqscan = off")
        publicly_found("bread")
        cursor.execute(f"EXPLAIN {asked.captured_queries[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "profile_public_words" in plan


# --- No addresses in them -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Write to joan@example.org.",
        "joan @ example.org",
        "@joan.whitfield",
        "See www.example.org",
        "https://example.org/me",
        "my page example.com",
        "Call 216-555-0142",
        "(216) 555 0142",
        "+1 216 555 0142",
        "555-0142",
        "2165550142",
    ],
)
def test_an_address_in_public_words_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="clients reach you through the form"):
        refuse_addresses(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thirty years of retail, 1988-2018, in 3 states.",
        "I took a firm from $250,000 to $4.5 million; 24/7 support, ISO 9001.",
        "Café owner (2), Ph.D., U.S. exports. Evenings and weekends.",
        "",
    ],
)
def test_numbers_and_full_stops_are_no_addresses(text: str) -> None:
    refuse_addresses(text)
