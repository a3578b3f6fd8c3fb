"""The databases that are measured: made once by `seed_national`, and used again."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from config.services.client import use
from config.services.folder import Folder
from config.services.postgres import DATABASE, USER
from config.services.valkey import socket_of
from intake.national.weeks import A_YEAR
from tests.bench.results import BENCH_DATA, ROOT

HOST = "bench.example.org"


@dataclass(frozen=True)
class Data:
    """A data folder with so many requests in it."""

    size: int
    folder: Path

    @property
    def postgres(self) -> Folder:
        """Where the embedded PostgreSQL is."""
        return Folder(self.folder / "postgres")

    @property
    def valkey(self) -> Folder:
        """Where the embedded Valkey is."""
        return Folder(self.folder / "valkey")

    def environment(self) -> dict[str, str]:
        """For a process that works on this data as on a development machine."""
        return os.environ | {"HANDOFF_DATA": str(self.folder), "DATABASE_URL": "", "REDIS_URL": ""}

    def production(self) -> dict[str, str]:
        """For a process that works on this data with the settings of a real server."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.site.settings",
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "BEHIND_PROXY": "1",
            "DATABASE_URL": f"postgresql://{USER}@{quote(str(self.postgres.run), '')}/{DATABASE}",
            "REDIS_URL": f"unix://{socket_of(self.valkey)}?db=0",
            "STATIC_ROOT": str(self.folder.parent / "static"),
            "LOG_LEVEL": "WARNING",
            "RATE_DIRECTORY_PER_PLACE": "1000000/h",
            "RATE_REQUEST_PER_PLACE": "1000000/h",
        }

    def start(self) -> None:
        """Start PostgreSQL and Valkey; they end with this process, if nobody else uses them."""
        use("postgres", self.postgres.path)
        use("valkey", self.valkey.path)

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A connection of one's own, each statement for itself. After `start`."""
        connection = psycopg2.connect(host=str(self.postgres.run), user=USER, dbname=DATABASE)
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()


def data_of(size: int) -> Data:
    """The data of that size, started, made first if it has to be, and with today's tables."""
    found = Data(size, (BENCH_DATA / str(size)).resolve())
    is_made = BENCH_DATA / f"{size}.made"
    found.start()
    if not is_made.exists():
        _manage(found, "seed_national", "--years", f"{size / A_YEAR:g}")
    _manage(found, "migrate", "--verbosity", "0")
    if not is_made.exists():
        with found.connected() as connection, connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")
        is_made.touch()
    return found


def _manage(data: Data, *words: str) -> None:
    """Run a command on the data; the benchmark ends if it fails."""
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    subprocess.run(command, env=data.environment(), cwd=ROOT, check=True)
