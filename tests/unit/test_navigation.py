"""Which pages the header offers to whom."""

import pytest

from mentors.context import entries_for, roles_in_words
from mentors.roles import Duties

HERE = frozenset({1})

OFFERS = [
    (Duties(), []),
    (Duties(is_mentor=True), ["My requests", "My sessions", "Availability"]),
    (Duties(is_expert=True), ["My requests", "My sessions"]),
    (Duties(rcic=HERE), ["Need action", "Watch list", "All requests", "Mentors", "Reports"]),
    (Duties(manages=HERE), ["Roster"]),
    (Duties(chairs=HERE), ["Mentors’ activity"]),
    (Duties(leads=HERE), ["All requests", "Reports"]),
    (Duties(leads=HERE, chairs=HERE), ["All requests", "Reports"]),
    (
        Duties(is_mentor=True, rcic=HERE, manages=HERE),
        [
            "My requests",
            "My sessions",
            "Need action",
            "Watch list",
            "All requests",
            "Availability",
            "Mentors",
            "Reports",
        ],
    ),
    (
        Duties(is_admin=True),
        [
            "Need action",
            "Watch list",
            "All requests",
            "Mentors",
            "Reports",
            "Clocks",
            "Outbox",
            "Admin",
        ],
    ),
]


@pytest.mark.parametrize(("duties", "labels"), OFFERS)
def test_entries(duties: Duties, labels: list[str]) -> None:
    assert [entry.label for entry in entries_for(duties)] == labels


def test_roles_in_words() -> None:
    assert roles_in_words(Duties(rcic=HERE, is_mentor=True)) == "RCIC · Mentor"
    assert roles_in_words(Duties()) == "Volunteer"
