"""Which reports may be read from a replica, and what holds where there is none."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from reports import replica, routing
from reports.urls import urlpatterns
from tests.factories import Organisation
from tests.reports.test_replica import LIST, ON_MAIN_ONLY


def test_every_report_may_be_read_from_the_replica() -> None:
    own = {one.name for one in urlpatterns if one.callback.__code__.co_name != "read_where_it_may"}
    assert own == ON_MAIN_ONLY


def test_no_report_goes_past_the_router() -> None:
    """`connections[rows.db]` asks it; `connection` is always the main database."""
    for path in Path(routing.__file__).parent.rglob("*.py"):
        assert not re.search(r"\bimport .*\bconnection\b", path.read_text()), path


def test_without_a_replica_nothing_is_kept_and_nothing_said(
    client: Client, org: Organisation
) -> None:
    client.post(reverse("account_login"), {"login": org.admin.email})
    assert "has_written" not in client.cookies
    client.force_login(org.admin)
    assert "Read from the" not in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.1, "1 second"), (2, "2 seconds"), (119.5, "2 minutes"), (3600, "60 minutes"),
     (7200, "2 hours"), (200_000, "3 days")],
)  # fmt: skip
def test_time_in_words(seconds: float, words: str) -> None:
    assert replica.in_words(seconds) == words
