"""`manage.py serve`: the whole of Handoff in one terminal."""

import errno
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection

from config.backends import Backends
from config.health import READY
from config.processes import Processes
from config.services.folder import try_lock

LONGEST_START = 60.0  # seconds until the first page must answer
PAUSE = 0.5  # seconds between two looks at the processes
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    """Database, web, worker and clock."""

    help = "Runs the whole of Handoff: database, web, worker and clock. Ctrl-C stops it all."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default=os.environ.get("HOST") or "127.0.0.1", help="address to listen on"
        )
        parser.add_argument(
            "--no-demo", action="store_true", help="leave an empty database as it is"
        )

    def handle(self, *, host: str, no_demo: bool, **options: Any) -> None:
        _on_signals(_interrupt)
        processes = Processes()
        with _only_one(settings.HANDOFF_DATA / "serve.lock"), Backends() as backends:
            try:
                self._open(backends, host)
                if not no_demo:
                    self._fill_if_empty()
                connection.close()
                self._start(processes, host)
                self._watch(backends, processes)
            except KeyboardInterrupt:
                self._say("\nStopping.")
            finally:
                _on_signals(signal.SIG_IGN)  # the impatient must not leave half of it behind
                processes.stop()
        self._say("Stopped.")

    def _open(self, backends: Backends, host: str) -> None:
        """Everything that has to be there first. Raises CommandError or ServiceError."""
        _check_port(host, settings.PORT)
        self._say(backends.open_database())
        self._say(backends.open_broker())
        call_command("migrate", interactive=False, verbosity=0)

    def _start(self, processes: Processes, host: str) -> None:
        processes.start("web server", _web(host, settings.PORT))
        processes.start("worker", _celery("worker", *WORKER_OPTIONS))
        processes.start("clock", _celery("beat", *_beat_options()))
        if processes.wait_until(lambda: _answers(host, settings.PORT), longest=LONGEST_START):
            self._welcome()

    def _watch(self, backends: Backends, processes: Processes) -> None:
        """Until a signal comes. Raises CommandError if a part ends by itself."""
        while not (ended := processes.first_ended() or backends.first_ended()):
            time.sleep(PAUSE)
        raise CommandError(f"The {ended} has ended by itself, so everything is stopped.")

    def _fill_if_empty(self) -> None:
        if apps.get_model("mentors", "Chapter").objects.exists():
            return
        self._say("The database is empty; loading the demo organisation (once, about a minute).")
        call_command("seed_demo", stdout=StringIO())  # the sign-ins are shown at the end

    def _welcome(self) -> None:
        people = _sign_ins()
        self._say(f"\nHandoff is ready: {settings.SITE_URL}/    (Ctrl-C stops it)")
        for role, email, password in people:
            self._say(f"  {role:<22} {email:<40} {password}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


WORKER_OPTIONS = (
    *("--concurrency", "2", "--hostname", "handoff@%h"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)


def _web(host: str, port: int) -> list[str]:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", address),
        *("--workers", "2", "--threads", "4", "--log-level", "warning"),
        *("--graceful-timeout", "10", "--no-control-socket"),
    ]


def _celery(part: str, *options: str) -> list[str]:
    quiet = "-Wignore:You're running the worker with superuser"  # that root may is our promise
    return [sys.executable, quiet, "-m", "celery", "--quiet", "-A", "config.celery", part, *options]


def _beat_options() -> list[str]:
    return ["--schedule", str(settings.HANDOFF_DATA / "beat"), "--pidfile="]


def _sign_ins() -> list[tuple[str, str, str]]:
    """One demo sign-in per role: (role, e-mail, password); none if this is no demo."""
    if not find_spec("intake.demo"):
        return []
    rows: list[tuple[str, str, str]] = import_module("intake.demo").sign_ins()
    return rows


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        busy = getattr(error, "errno", None) == errno.EADDRINUSE
        why = "is used by another program" if busy else "cannot be opened"
        raise CommandError(
            f"Port {port} on {host} {why}; choose another one, for example: PORT=8080 make run"
        ) from error


def _answers(host: str, port: int) -> bool:
    """Whether a page comes at all; what it says is the business of monitors."""
    web = HTTPConnection(host, port, timeout=5)
    try:
        web.request("GET", READY)
        web.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        web.close()
    return True


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold the lock of a running `serve`. Raises CommandError if there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        if not try_lock(file):
            file.seek(0)
            raise CommandError(
                f"Handoff already runs on the data folder {path.parent} (process {file.read()})."
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


def _on_signals(action: Any) -> None:
    for number in SIGNALS:
        signal.signal(number, action)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
