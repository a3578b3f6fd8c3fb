"""PgBouncer in transaction mode, in front of the server of the tests."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg2
from django.db import connection

from config.services.accounts import server_account
from config.services.postgres import USER
from tests.machines import until

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
PORT = 6432  # the name of the socket; nothing listens on the network

SETTINGS = """
[databases]
* = host={main} user={user}
[pgbouncer]
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
admin_users = {user}
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
"""


class Pooler:
    """Gives `size` sessions of the server to any number of clients, for a transaction each."""

    def __init__(self, *, size: int) -> None:
        main = Path(connection.settings_dict["HOST"])
        account = server_account(main.parent / "data")
        self.folder = Path(tempfile.mkdtemp(prefix="handoff-pooler-"))
        os.chown(self.folder, account.uid, account.gid)
        settings = self.folder / "pgbouncer.ini"
        settings.write_text(
            SETTINGS.format(main=main, user=USER, port=PORT, folder=self.folder, size=size)
        )
        assert PROGRAM
        self.process = subprocess.Popen(
            [PROGRAM, settings],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("w"),
            **account.as_popen_arguments(),
        )
        until(self._answers, "PgBouncer is ready")

    def url(self, name: str) -> str:
        """The address of a database behind it, for another process."""
        return f"postgresql://{USER}@/{name}?host={quote(str(self.folder))}&port={PORT}"

    def sessions(self, name: str) -> int:
        """How many sessions of the server it has for a database."""
        return len([row for row in self.tell("SHOW SERVERS") if row[2] == name])

    def tell(self, words: str) -> list[tuple[object, ...]]:
        """Ask PgBouncer itself."""
        console = psycopg2.connect(
            host=str(self.folder), port=PORT, user=USER, dbname="pgbouncer", connect_timeout=5
        )
        try:
            console.autocommit = True
            with console.cursor() as cursor:
                cursor.execute(words)
                return list(cursor.fetchall())
        finally:
            console.close()

    def stop(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            return bool(self.tell("SHOW VERSION"))
        except psycopg2.OperationalError:
            return False


def why_none() -> str:
    """Why there can be none here, in a sentence."""
    if "EMBEDDED" not in connection.settings_dict:
        return "PgBouncer goes before the embedded PostgreSQL; DATABASE_URL leads elsewhere."
    return "" if PROGRAM else "There is no PgBouncer here; install it to try pooled connections."
