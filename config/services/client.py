"""What a process does to use an embedded service: `use(...)`, and nothing at the end."""

import atexit
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import psutil

from .errors import ServiceError
from .folder import Folder, is_locked, locked, try_lock
from .kinds import make_server

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_STOP = 60.0  # seconds
LONGEST_FAREWELL = 2.0  # seconds from letting the lock go to the end of the process


@dataclass
class Handle:
    """One process's share in a running service."""

    kind: str
    folder: Folder
    users: IO[str]
    keeper: subprocess.Popen[str] | None
    pid: int = field(default_factory=os.getpid)

    def is_running(self) -> bool:
        """Whether the service can still be used."""
        return is_locked(self.folder.keeper_lock)

    def release(self) -> None:
        """Give the share back. The last one to do so waits until the service has stopped."""
        if self.users.closed:
            return
        # A forked child has the same lock as its parent and must not end it.
        if os.getpid() == self.pid:
            if try_lock(self.users):
                self._stop()
            if self.keeper:
                self.keeper.poll()
        self.users.close()

    def _stop(self) -> None:
        """For the last user, who holds the lock, so that nobody can come in meanwhile."""
        if self.is_running():
            self._stop_keeper(int(self.folder.keeper_lock.read_text()))
        else:
            make_server(self.kind, self.folder, {}).stop_leftovers()

    def _stop_keeper(self, pid: int) -> None:
        deadline = time.monotonic() + LONGEST_STOP
        with suppress(ProcessLookupError):  # its server died just now
            os.kill(pid, signal.SIGTERM)
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.keeper:
            self.keeper.wait(timeout=LONGEST_STOP)
        else:  # started by another user; it has a few milliseconds to live
            with suppress(psutil.Error):
                psutil.Process(pid).wait(timeout=LONGEST_FAREWELL)


_handles: dict[tuple[str, Path], Handle] = {}


def use(kind: str, path: Path, options: Mapping[str, str] | None = None) -> Handle:
    """Use the service `kind` ("postgres" or "valkey") in a folder until this process ends.

    Starts it if nobody has. `options` are settings of the server and count only for who starts it.
    Raises ServiceError with a sentence if it cannot be started.
    """
    handle = _handles.get((kind, path))
    if handle is None or handle.users.closed:
        handle = _handles[kind, path] = _join(kind, Folder(path.resolve()), options or {})
        atexit.register(handle.release)
    return handle


def _join(kind: str, folder: Folder, options: Mapping[str, str]) -> Handle:
    folder.prepare()
    users = folder.users_lock.open("a+")
    fcntl.flock(users, fcntl.LOCK_SH)  # waits while a former keeper stops its server
    with locked(folder.start_lock):
        keeper = None
        if not is_locked(folder.keeper_lock):
            keeper = _start_keeper(kind, folder, options)
    return Handle(kind=kind, folder=folder, users=users, keeper=keeper)


def _start_keeper(kind: str, folder: Folder, options: Mapping[str, str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "config.services.keeper", kind, str(folder.path)]
    with folder.log.open("a") as log:
        keeper = subprocess.Popen(
            [*command, json.dumps(dict(options))],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C must not reach it before its users have ended
        )
    answer = _first_line(keeper)
    if answer != "ready":
        keeper.wait()
        raise ServiceError(answer or f"The embedded {kind} did not start; see {folder.log}.")
    return keeper


def _first_line(keeper: "subprocess.Popen[str]") -> str:
    try:
        with cast("IO[str]", keeper.stdout) as answers:
            return answers.readline().strip()
    except BaseException:  # interrupted while waiting: then nobody wants the service
        keeper.terminate()
        keeper.wait()
        raise
