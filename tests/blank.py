"""A migrated database that is made once and copied for each worker of the tests.

The migrations run when one of them changes, not at the beginning of each run of each worker.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

LOCK = 8_020_461
"""Of the database server: one worker makes the blank, the others wait for it."""

PREFIX = "handoff_blank_"
ROOT: Path = settings.BASE_DIR


def use_blank() -> None:
    """Let the test database be a copy of the blank; make that first if there is none.

    Goes before the test database is made, and needs the same server.
    """
    name = PREFIX + _state()
    with connection._nodb_cursor() as cursor:  # as Django itself does
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if name not in _blanks(cursor):
            _make(cursor, name)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def database_url(name: str) -> str:
    """The address of a database on the server of the tests, for another process."""
    if settings.DATABASE_URL:
        return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    server = connection.settings_dict
    return f"postgresql://{server['USER']}@/{name}?host={quote(server['HOST'])}"


def _state() -> str:
    """Changes with every file from which migrations make a database."""
    told = hashlib.sha256()
    for path in sorted(_sources()):
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for app in ("mentors", "intake", "reports"):
        yield from (ROOT / app / "migrations").glob("*.py")
    yield from (ROOT / "mentors/picklists.py", ROOT / "intake/closed_days.py")
    yield ROOT / "requirements.lock"


def _blanks(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return [name for (name,) in cursor.fetchall()]


def _make(cursor: CursorWrapper, name: str) -> None:
    """Under a name of its own until it is whole; blanks of other states are dropped."""
    for old in _blanks(cursor):
        cursor.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
    half = f"{name}_half"
    cursor.execute(f'CREATE DATABASE "{half}"')
    environment = {
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "DATABASE_URL": database_url(half),
    }
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
    )
    cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
