"""`manage.py backup`: the database as one file."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from config.backup import BackupError, dump, forget_older, name_of, usual_folder


class Command(BaseCommand):
    """Made while everybody goes on working."""

    help = "Writes the whole database into one file, for `restore`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=usual_folder(),
            help="where it is put, named after the instant",
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="remove all backups there but the newest N"
        )

    def handle(self, *, folder: Path, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("Keep at least 1: that is the one made now.")
        target, begun = folder / name_of(timezone.now()), time.monotonic()
        try:
            dump(target)
        except BackupError as error:
            raise CommandError(str(error)) from error
        size, took = filesizeformat(target.stat().st_size), time.monotonic() - begun
        self.stdout.write(f"{target} ({size}, {took:.1f} s)")
        for path in forget_older(folder, keep) if keep else ():
            self.stdout.write(f"Removed {path.name}")
