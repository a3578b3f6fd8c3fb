"""Web servers, workers and beats as on machines of their own: processes that share nothing.

They have one PostgreSQL, one Valkey and one mail server, all given by their environment.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from config.services.client import PROJECT
from tests.sockets import free_port

LONGEST = 120.0  # seconds; the machine may be busy with other tests
PATIENCE = 0.05  # seconds between two looks
CSRF = "a" * 32


def until(happened: Callable[[], bool], what: str) -> None:
    """Wait for it, but not for ever."""
    deadline = time.monotonic() + LONGEST
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(PATIENCE)


@dataclass(frozen=True)
class Machine:
    """One of them; only a web server has a port."""

    process: "subprocess.Popen[bytes]"
    port: int = 0

    def get(self, path: str) -> int:
        """The status with which a page comes. Raises OSError if nobody is there."""
        return self._ask("GET", path, "", {})

    def post(self, path: str, fields: Mapping[str, object], *, session: str = "") -> int:
        """Send a form, signed in with a session or not. Raises OSError if nobody answers."""
        signed_in = f"; sessionid={session}" if session else ""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={CSRF}{signed_in}",
            "X-CSRFToken": CSRF,
        }
        return self._ask("POST", path, urlencode(fields), headers)

    def _ask(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> int:
        web = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        try:
            web.request(method, path, body, dict(headers))
            return web.getresponse().status
        except HTTPException as broken:
            raise ConnectionError(str(broken)) from broken
        finally:
            web.close()

    def answers(self) -> bool:
        """Whether it is ready."""
        try:
            return self.get("/health/") == 200
        except OSError:
            return False

    def kill(self) -> None:
        """Without any warning, with all its children, as if the power had failed."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(LONGEST)


class Machines:
    """All of one test."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self.folder = folder
        self.running: list[Machine] = []

    def web(self) -> Machine:
        """One more web server; `until(web.answers, …)` before it is used."""
        port = free_port()
        command = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
        return self._start([*command, "--log-level", "critical", "--no-control-socket"], port)

    def worker(self) -> Machine:
        """One more worker."""
        options = ["--concurrency", "1", "--without-gossip", "--without-mingle"]
        return self._celery("worker", *options)

    def beat(self) -> Machine:
        """One more beat, with a schedule of its own."""
        schedule = self.folder / f"beat-{len(self.running)}"
        return self._celery("beat", "--schedule", str(schedule), "--pidfile=")

    def stop(self) -> None:
        """Leave nobody behind."""
        for machine in self.running:
            if machine.process.poll() is None:
                machine.kill()

    def _celery(self, part: str, *options: str) -> Machine:
        return self._start(["celery", "--quiet", "-A", "config.celery", part, *options])

    def _start(self, command: list[str], port: int = 0) -> Machine:
        process = subprocess.Popen(
            [sys.executable, "-Wignore", "-m", *command],
            cwd=PROJECT,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        machine = Machine(process, port)
        self.running.append(machine)
        return machine
