"""The national data set is made by real processes, killed wherever they are, and goes on."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from intake.national import SIGN_INS
from tests.blank import ROOT, database_url

pytestmark = pytest.mark.django_db(transaction=True)

YEARS, REQUESTS = "0.03", 4_500
UNTIL = "2026-11-20T16:00:00+00:00"
LONGEST = 900.0  # seconds; the machine may be busy with other tests
SHAPE = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT tablename, indexname, indexdef, true FROM pg_indexes WHERE schemaname = 'public'
    ORDER BY 1, 2, 3
"""
CASTS = re.compile(r"::(character varying|text)(\[\])?|[() ]")
"""PostgreSQL writes them elsewhere when it reads a condition that it wrote itself."""


COMMANDS = """
import django
django.setup()
from django.core.management import call_command
for words in {commands!r}:
    call_command(*words)
"""


class Country:
    """A database of its own, and the processes that fill it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.environment = {
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            "DATABASE_URL": database_url(name),
        }
        self.held = psycopg2.connect(database_url(name))
        self.held.autocommit = True

    def begin(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "seed_national", "--years", YEARS, *words]
        return subprocess.Popen(
            [*command, "--until", UNTIL, "--processes", "2"],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str]:
        process = self.begin(*words)
        told, _ = process.communicate(timeout=LONGEST)
        return process.returncode, told

    def manage(self, *commands: Sequence[str]) -> str:
        """What commands say that are carried out one after the other, in one process."""
        done = subprocess.run(
            [sys.executable, "-c", COMMANDS.format(commands=commands)],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.held.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def shape(self) -> list[tuple[Any, ...]]:
        """Every constraint and index, told in the same way before and after it was read again."""
        told = self.rows(SHAPE)
        return [(table, name, CASTS.sub("", what), valid) for table, name, what, valid in told]

    def number(self, statement: str) -> int:
        """The one number that a statement gives; 0 as long as its tables are not there."""
        try:
            return int(self.rows(statement)[0][0])
        except psycopg2.errors.UndefinedTable:
            return 0

    def kill_when(self, happened: Callable[[], bool]) -> None:
        """The parent process only, and at once: the others have to see it themselves."""
        process = self.begin()
        deadline = time.monotonic() + LONGEST
        while not happened():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.wait_until_alone()

    def wait_until_alone(self) -> None:
        deadline = time.monotonic() + LONGEST
        statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        while self.number(statement) > 1:
            assert time.monotonic() < deadline, "a process of the killed one went on"
            time.sleep(0.02)


@pytest.fixture
def country() -> Iterator[Country]:
    name = f"{connection.settings_dict['NAME']}_national"
    blank = connection.settings_dict["TEST"]["TEMPLATE"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{blank}"')
    country = Country(name)
    yield country
    country.held.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


PORTIONS = "SELECT count(*) FROM seed_national.portion"
TAKEN_OFF = "SELECT count(*) FROM seed_national.taken_off"


def test_killed_again_and_again_it_is_whole_in_the_end(country: Country) -> None:
    shape = country.shape()
    country.kill_when(lambda: country.number("SELECT count(*) FROM mentors_volunteer") > 0)
    country.kill_when(lambda: country.number(PORTIONS) >= 2)
    half = country.number("SELECT count(*) FROM intake_mentoringrequest")
    assert 0 < half < REQUESTS
    missing = country.number(TAKEN_OFF)
    assert missing > 80
    country.kill_when(lambda: country.number(TAKEN_OFF) < missing - 5)
    assert country.shape() != shape

    status, told = country.run()
    assert status == 0, told
    assert country.shape() == shape
    _is_whole(country)
    again = country.manage(
        ["seed_national", "--years", YEARS],
        ["check_figures", "--all"],
        ["report", "timing"],
    )
    assert "It is all there already." in again
    assert re.search(rf"{REQUESTS:,} requests agree with their timelines", again)
    assert "all    submission_to_assignment" in again
    _is_whole(country)
    for email in SIGN_INS.values():
        assert email in told
    status, told = country.run("--years", "1")
    assert status == 1
    assert f"This database holds --years {YEARS}" in told


def _is_whole(country: Country) -> None:
    counts = {
        "SELECT count(*) FROM intake_mentoringrequest": REQUESTS,
        "SELECT count(DISTINCT external_id) FROM intake_mentoringrequest": REQUESTS,
        "SELECT count(*) FROM intake_client": country.number(
            "SELECT count(DISTINCT client_id) FROM intake_mentoringrequest"
        ),
        "SELECT count(*) FROM mentors_volunteer": 10_000,
        "SELECT count(*) FROM mentors_chapter": 235,
        "SELECT count(*) FROM intake_outboxmail": 0,
        f"SELECT count(*) FROM intake_requestevent WHERE at > '{UNTIL}'": 0,
    }
    assert {statement: country.number(statement) for statement in counts} == counts


def test_it_mixes_nobody_with_people_who_are_there(country: Country) -> None:
    country.rows("INSERT INTO mentors_region (code, name) VALUES ('X', 'X') RETURNING 1")
    country.rows(
        "INSERT INTO mentors_district (code, name, region_id) "
        "SELECT 'X', 'X', id FROM mentors_region RETURNING 1"
    )
    country.rows(
        "INSERT INTO mentors_chapter (code, name, time_zone, is_national, district_id) "
        "SELECT '0001', 'X', 'America/New_York', false, id FROM mentors_district RETURNING 1"
    )
    status, told = country.run()
    assert status == 1
    assert "There are people or chapters in this database already" in told
    assert country.number("SELECT count(*) FROM mentors_volunteer") == 0


ALONE = """
    SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE datname = current_database() AND locktype = 'advisory' AND granted
"""


def test_a_second_one_at_the_same_time_says_so_and_changes_nothing(country: Country) -> None:
    first = country.begin()
    deadline = time.monotonic() + LONGEST
    while not country.number(ALONE):
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)
    status, told = country.run()
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert status == 1
    assert "The same command fills this database at this moment" in told
    country.wait_until_alone()
    assert country.number("SELECT count(*) FROM mentors_volunteer") == 0
