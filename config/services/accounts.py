"""PostgreSQL refuses to run as root; then it runs as a system account of its own."""

import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from .errors import ServiceError

ACCOUNT = "handoff-postgres"


class PopenArguments(TypedDict, total=False):
    """The arguments of Popen that change the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Who runs the server."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether that is not who runs us."""
        return self.uid != os.geteuid()

    def as_popen_arguments(self) -> PopenArguments:
        """What Popen needs to run a program as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account(data: Path) -> Account:
    """We ourselves; for root, the owner of the data, or a system account (made if need be).

    Raises ServiceError if the account cannot be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    return _system_account()


def _system_account() -> Account:
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make_account()
        entry = pwd.getpwnam(ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ServiceError(
            "PostgreSQL does not run as root and the system account for it could not be made "
            f"({getattr(error, 'stderr', '') or error}). Run as a normal user, or set DATABASE_URL."
        ) from error


def let_others_pass(account: Account, *paths: Path) -> None:
    """Let another account through the folders above `paths`, and into the last one (programs).

    Gives "others" the right to pass (x), not to list (r), and only where it is missing.
    """
    if not account.is_other:
        return
    for folder in {parent for path in paths for parent in (path, *path.parents)}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            print(f"Let the PostgreSQL account pass through {folder}.", file=sys.stderr)
