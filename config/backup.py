"""The whole database as one file, and back: with the programs that PostgreSQL has for it."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from config.services.postgres import programs

ENDING = ".dump"
WHOSE = ("--no-owner", "--no-privileges")
"""Another server may have other users."""


class BackupError(Exception):
    """What keeps a backup from being made or restored; a sentence."""


def name_of(now: datetime) -> str:
    """What a backup made at an instant is called: the order of names is that of time."""
    return f"handoff-{now:%Y%m%dT%H%M%SZ}{ENDING}"


def dump(target: Path) -> None:
    """Write a consistent picture of the database into a file, while everybody goes on working.

    The file has its name once it is whole and can be read. Raises BackupError.
    """
    half = target.with_name(f"{target.name}.half")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.touch(mode=0o600)  # it holds everything that the database holds
        _run("pg_dump", "--format=custom", *WHOSE, f"--file={half}")
        _run("pg_restore", "--list", str(half), connected=False)
        _settle(half)
        half.rename(target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            half.unlink()


def restore(source: Path) -> None:
    """Fill the empty database from a backup: everything, or nothing. Raises BackupError."""
    if not source.is_file():
        raise BackupError(f"There is no file {source}.")
    if tables := connection.introspection.table_names():
        raise BackupError(
            f"The database has {len(tables)} tables; a backup is restored into an empty one."
        )
    _run("pg_restore", *WHOSE, "--single-transaction", "--exit-on-error", str(source))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # without statistics every page would be slow at first


def usual_folder() -> Path:
    """Where backups go if nobody says otherwise."""
    return settings.HANDOFF_DATA / "backups"


def found_in(folder: Path) -> list[Path]:
    """The backups of a folder, the newest last."""
    return sorted(folder.glob(f"handoff-*{ENDING}"))


def forget_older(folder: Path, keep: int) -> list[Path]:
    """Remove all backups of a folder but the newest; which ones were removed."""
    old = found_in(folder)[:-keep]
    for path in old:
        path.unlink()
    return old


def _run(program: str, *arguments: str, connected: bool = True) -> None:
    """Raises BackupError with the last words of the program."""
    connection.ensure_connection()  # the embedded server starts with the first connection
    server, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    reach = [*server[1:-1], f"--dbname={server[-1]}"] if connected else []
    ended = subprocess.run(
        [_path(program), *reach, *arguments],
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BackupError(f"{program}: {_last_line(ended.stderr.splitlines())}")


def _last_line(lines: Sequence[str]) -> str:
    return lines[-1] if lines else "it ended without a word."


def _path(program: str) -> str:
    """Of a server of your own, the program that is installed here; else the one that came along."""
    installed = shutil.which(program) if settings.DATABASE_URL else None
    return installed or str(programs() / program)


def _settle(path: Path) -> None:
    """On the disk, not only on its way there."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
