"""A streaming replica of the test server: a real standby, made with pg_basebackup."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2
from django.db import connection

from config.services.accounts import server_account
from config.services.postgres import USER, programs

LONGEST = 60.0  # seconds


class Standby:
    """Follows the server of the tests, and can be stopped, or kept from going on."""

    def __init__(self) -> None:
        self.main_run: str = connection.settings_dict["HOST"]
        self.folder = Path(tempfile.mkdtemp(prefix="handoff-standby-"))
        self.data = self.folder / "data"
        self.account = server_account(Path(self.main_run).parent / "data")
        os.chown(self.folder, self.account.uid, self.account.gid)
        self.process: subprocess.Popen[bytes] | None = None
        self._copy()

    def _copy(self) -> None:
        subprocess.run(
            [
                *(programs() / "pg_basebackup", "--pgdata", self.data, "--write-recovery-conf"),
                *("--host", self.main_run, "--username", USER, "--checkpoint", "fast"),
                *("--wal-method", "stream", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd="/",
            **self.account.as_popen_arguments(),
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {
            "listen_addresses": "",
            "fsync": "off",
            "hot_standby_feedback": "on",
            "max_standby_streaming_delay": "1s",
        }
        settings = [f"--{name}={value}" for name, value in options.items()]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.data, "-k", self.folder, *settings],
                cwd="/",
                stdout=log,
                stderr=log,
                **self.account.as_popen_arguments(),
            )
        deadline = time.monotonic() + LONGEST
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """At once, as if its machine had gone."""
        if self.process:
            self.process.send_signal(3)
            self.process.wait(LONGEST)
            self.process = None

    def pause(self) -> None:
        """What happens from now on does not get to its tables."""
        self._tell("SELECT pg_wal_replay_pause()")
        while self._tell("SELECT pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.01)

    def go_on(self) -> None:
        """Replay again, what was missed first."""
        self._tell("SELECT pg_wal_replay_resume()")

    def remove(self) -> None:
        """Leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)

    def _answers(self) -> bool:
        try:
            return self._tell("SELECT pg_is_in_recovery()") is True
        except psycopg2.OperationalError:
            return False

    def _tell(self, statement: str) -> object:
        server = psycopg2.connect(host=str(self.folder), user=USER, dbname="postgres")
        try:
            server.autocommit = True
            with server.cursor() as cursor:
                cursor.execute(statement)
                row: tuple[object, ...] | None = cursor.fetchone()
                return row and row[0]
        finally:
            server.close()
