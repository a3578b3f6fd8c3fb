"""Everything through PgBouncer in transaction mode: two sessions for any number of threads.

Whoever kept something in a session would find another one in the next transaction.
"""

import os
from collections.abc import Iterator
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from intake.actions.answering import accept
from intake.enums import Status
from intake.models import MentoringRequest
from intake.sweep import sweep
from mentors.models import Volunteer
from reports.catalogue import BY_NAME
from reports.urls import urlpatterns
from tests.concurrency.rig import race
from tests.concurrency.test_workers import right_now, unanswered
from tests.factories import Organisation, mentor, submit
from tests.intake.test_load_history import SMALL
from tests.pooler import PORT, Pooler, why_none
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)

SESSIONS, THREADS = 2, 8


@pytest.fixture
def pooler(transactional_db: None) -> Iterator[Pooler]:
    """In front of the database of this test, for all threads of it."""
    if why := why_none():
        assert not os.environ.get("CI"), why
        pytest.skip(why)
    pooler = Pooler(size=SESSIONS)
    given = connection.settings_dict
    changed = {"HOST": str(pooler.folder), "PORT": str(PORT), "DISABLE_SERVER_SIDE_CURSORS": True}
    before = {name: given.get(name, False) for name in changed}
    connection.close()
    given.update(changed)
    yield pooler
    connection.close()
    pooler.stop()
    given.update(before)


def test_acts_of_many_threads_share_two_sessions(org: Organisation, pooler: Pooler) -> None:
    people = [mentor(org.new_york) for _ in range(THREADS)]

    def take_one(person: Volunteer) -> int:
        story = submit(org, at=right_now()).assign(person)
        now = right_now()
        accept(assignment_id=story.assignment.pk, by=person, now=now, note="Hello")
        return story.mre_id

    turns = race(*(partial(take_one, person) for person in people))
    assert [turn.error or turn.refused for turn in turns] == [None] * THREADS
    assert MentoringRequest.objects.filter(status=Status.ACCEPTED).count() == THREADS
    for mre in MentoringRequest.objects.all():
        assert_sound(mre.pk)
    assert pooler.sessions(connection.settings_dict["NAME"]) <= SESSIONS
    assert_nothing_is_kept_in_sessions()


def test_pages_and_files_that_are_asked_for_at_once(org: Organisation, pooler: Pooler) -> None:
    for _ in range(3):
        submit(org, at=right_now())

    def look(address: str) -> int:
        browser = Browser()
        browser.force_login(org.admin)
        response = browser.get(address)
        return response.status_code if b"".join(response) else 0

    addresses = [*_pages(), *_files(), *_files(), *_pages()]
    for some in range(0, len(addresses), THREADS):
        turns = race(*(partial(look, address) for address in addresses[some : some + THREADS]))
        assert [turn.error or turn.result for turn in turns] == [200] * len(turns)
    assert pooler.sessions(connection.settings_dict["NAME"]) <= SESSIONS
    assert_nothing_is_kept_in_sessions()


def _pages() -> Iterator[str]:
    yield from map(reverse, ("intake:queue", "intake:watch", "intake:requests"))
    yield f"{reverse('intake:find')}?q=maria"
    for pattern in urlpatterns:
        if not pattern.pattern.converters:
            yield reverse(f"reports:{pattern.name}")


def _files() -> Iterator[str]:
    for name in BY_NAME:
        yield f"{reverse('reports:file', args=[name])}?format=csv"


def test_long_lists_are_read_a_few_at_a_time_while_others_work(
    org: Organisation, pooler: Pooler
) -> None:
    """A cursor of the server would be left behind in a session that others have by then."""

    def read() -> int:
        number = 0
        for _ in Volunteer.objects.iterator(chunk_size=1):
            number += Volunteer.objects.filter(pk=org.admin.pk).count()
        return number

    turns = race(*[read] * THREADS)
    assert [turn.error or turn.result for turn in turns] == [Volunteer.objects.count()] * THREADS


def test_the_clocks_and_the_self_check(org: Organisation, pooler: Pooler) -> None:
    unanswered(org, 3)
    turns = race(*(partial(sweep, right_now()) for _ in range(THREADS)))
    assert [turn.error for turn in turns] == [None] * THREADS
    assert MentoringRequest.objects.filter(status=Status.NEED_ACTION).count() == 3
    call_command("check_figures", "--all", stdout=StringIO())
    assert_nothing_is_kept_in_sessions()


def test_a_history_is_loaded(pooler: Pooler, tmp_path: Path) -> None:
    call_command("load_history", str(SMALL), rejected=tmp_path / "no", stdout=StringIO())
    assert MentoringRequest.objects.exists()
    assert_nothing_is_kept_in_sessions()


KEPT = """
SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
  (SELECT count(*) FROM pg_prepared_statements),
  (SELECT count(*) FROM pg_cursors WHERE is_holdable),
  ARRAY(SELECT name FROM pg_settings WHERE source = 'session' ORDER BY name)
"""
FOLLOWED = {"application_name", "client_encoding", "DateStyle", "TimeZone"}
"""What PgBouncer itself sets anew for each client."""


def assert_nothing_is_kept_in_sessions() -> None:
    turns = race(*[_kept] * THREADS)
    assert [turn.error for turn in turns] == [None] * THREADS
    assert [turn.result for turn in turns] == [[0, 0, 0, []]] * THREADS


def _kept() -> list[object]:
    """Locks, statements and cursors of a session, and settings that PgBouncer does not know of."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        *counts, changed = cursor.fetchone()
    return [*counts, sorted(set(changed) - FOLLOWED)]
