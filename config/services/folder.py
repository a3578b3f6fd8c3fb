"""Where a service keeps its data, its locks and its socket."""

import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .errors import ServiceError

# A socket's path may have 107 bytes; the longest name we put below the folder has about 20.
LONGEST_RUN_PATH = 80


@dataclass(frozen=True)
class Folder:
    """The folder of one service. Nothing in it is made before `prepare`."""

    path: Path

    @property
    def users_lock(self) -> Path:
        """Held shared by every user of the service, and exclusively while it is being stopped."""
        return self.path / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the keeper as long as the service can be used; contains the keeper's pid."""
        return self.path / "keeper.lock"

    @property
    def start_lock(self) -> Path:
        """Held by whoever is starting the keeper."""
        return self.path / "start.lock"

    @property
    def log(self) -> Path:
        """What the keeper and its server write."""
        return self.path / "log"

    @property
    def run(self) -> Path:
        """The folder of the socket: beside the data, or below /tmp if that path does not do."""
        beside = self.path / "run"
        if len(os.fsencode(beside)) <= LONGEST_RUN_PATH and not _has_blanks(beside):
            return beside
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path("/tmp") / f"handoff-{digest}"  # noqa: S108 - ownership is checked when it is made

    def prepare(self) -> None:
        """Make the folder. Raises ServiceError if it cannot be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.users_lock.touch()
        except OSError as error:
            raise ServiceError(
                f"The data folder {self.path} cannot be written ({error.strerror}). "
                "Set HANDOFF_DATA to a folder that belongs to you."
            ) from error

    def make_run(self, owner: int) -> None:
        """Make the socket's folder for the user id `owner` alone. Raises ServiceError if taken."""
        self.run.mkdir(mode=0o700, exist_ok=True)
        found = self.run.lstat()
        if not stat.S_ISDIR(found.st_mode) or not self._may_have(found.st_uid, owner):
            raise ServiceError(f"The folder {self.run} belongs to somebody else; remove it.")
        if found.st_uid == os.geteuid() != owner:
            os.chown(self.run, owner, -1)
        self.run.chmod(0o700)

    def _may_have(self, found: int, owner: int) -> bool:
        """Root may use what lies beside another's data, but below /tmp anybody may have put it."""
        is_beside = self.run.parent == self.path
        return found in (owner, os.geteuid()) or (is_beside and os.geteuid() == 0)

    def remove_run(self) -> None:
        """Remove the socket's folder if it is not ours to keep for the next time."""
        if self.run.parent != self.path:
            shutil.rmtree(self.run, ignore_errors=True)


def _has_blanks(path: Path) -> bool:
    return any(letter.isspace() or letter in "\"'\\" for letter in str(path))


@contextmanager
def locked(path: Path) -> Iterator[IO[str]]:
    """Hold the exclusive lock on a file, waiting for it."""
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def is_locked(path: Path) -> bool:
    """Whether some process holds the exclusive lock on a file."""
    if not path.exists():
        return False
    with path.open("a+") as file:
        # Shared, so that two who look at the same time do not take each other for the holder.
        return not _try(file, fcntl.LOCK_SH)


def try_lock(file: IO[str]) -> bool:
    """Take the exclusive lock on an open file, or answer False at once."""
    return _try(file, fcntl.LOCK_EX)


def _try(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
