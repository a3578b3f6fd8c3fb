"""Load the history of an older system: a folder of CSV files."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from tqdm import tqdm

from intake.history.ledger import Ledger
from intake.history.load import load
from intake.history.reader import LAYOUTS, Advance, HistoryError
from intake.models import MentoringRequest

SOME_REJECTED, NOTHING_READ, BROKEN_OFF = 1, 2, 3
"""Exit statuses."""


class Command(BaseCommand):
    help = (
        "Load the history of an older system from the CSV files of a folder. What is there already "
        "is left alone, so it can be stopped and begun again at any point. No mail is sent."
    )

    def run_from_argv(self, argv: list[str]) -> None:
        """As always; Ctrl-C ends it with a sentence."""
        try:
            super().run_from_argv(argv)
        except KeyboardInterrupt:
            sys.exit("\nStopped. Run the same command again to go on where it stopped.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="Where the files are.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be loaded and rejected."
        )
        parser.add_argument(
            "--rejected",
            metavar="FILE",
            type=Path,
            help="Where rejected rows go (default: rejected.csv in DIR).",
        )
        parser.add_argument(
            "--corrected",
            metavar="FILE",
            type=Path,
            help="A rejected.csv whose cells were put right: they count instead of those in DIR.",
        )
        parser.add_argument(
            "--processes",
            metavar="N",
            type=int,
            default=0,
            help="How many load side by side (default: one for each processor).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        rejected_to = options["rejected"] or _beside(folder)
        _refuse_bare_database()
        try:
            ledger = load(
                folder,
                now=timezone.now(),
                rejected_to=rejected_to,
                corrected=options["corrected"],
                dry=options["dry_run"],
                processes=options["processes"],
                watch=_bar,
            )
        except HistoryError as why:
            raise CommandError(str(why), returncode=NOTHING_READ) from None
        except (OperationalError, InterfaceError, BrokenProcessPool) as why:
            again = "Run the same command again to go on where it stopped."
            raise CommandError(f"It broke off: {why} {again}", returncode=BROKEN_OFF) from None
        self._tell(ledger, dry=options["dry_run"])
        if count := ledger.rejected.count:
            raise CommandError(
                f"{count:,} rows were rejected; they are in {rejected_to}.",
                returncode=SOME_REJECTED,
            )

    def _tell(self, ledger: Ledger, *, dry: bool) -> None:
        for filename, columns in ledger.unknown.items():
            self.stdout.write(f"{filename}: unknown columns, ignored: {', '.join(columns)}")
        for layout in LAYOUTS:
            if layout.name in ledger.read:
                self.stdout.write(_line(layout.name, ledger))
        if dry:
            self.stdout.write("This was a dry run: nothing was written.")
        if ledger.rejected.count:
            self.stdout.write("\nRejected:")
        for reason, count in ledger.rejected.by_reason.most_common():
            self.stdout.write(f"{count:>8,}  {reason}")


def _refuse_bare_database() -> None:
    """Raise CommandError if there are no tables to load anything into."""
    if MentoringRequest._meta.db_table not in connection.introspection.table_names():
        why = "The database has no tables yet. Run manage.py migrate first."
        raise CommandError(why, returncode=NOTHING_READ)


def _beside(folder: Path) -> Path:
    return (folder if os.access(folder, os.W_OK) else Path()) / "rejected.csv"


def _line(name: str, ledger: Ledger) -> str:
    counts = {
        "loaded": ledger.loaded[name],
        "added to": ledger.longer[name],
        "there already": ledger.there[name],
        "rejected": ledger.refused[name],
    }
    words = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return f"{name + '.csv':<16} {words or 'nothing new'}"


@contextmanager
def _bar(name: str, total: int, unit: str) -> Iterator[Advance]:
    """A bar for a file on a terminal; nothing where nobody looks."""
    with tqdm(
        total=total, unit=unit, desc=name, unit_scale=unit == "B", leave=False, disable=None
    ) as bar:
        yield bar.update
